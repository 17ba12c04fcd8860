// test: the zone of the machine changes nothing: the same walk, the same calendars and the same words in four of them.

import { afterEach, expect, test } from 'vitest';
import { absencesOfCalendar, absencesOfRows } from '../../src/calendar/absence-file.ts';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { explainDeadline } from '../../src/calendar/explain.ts';
import { explainClock } from '../../src/calendar/explain-clock.ts';
import { runStorm } from '../../src/lab/storm.ts';
import { DAY, HOUR } from '../../src/words/time.ts';
import { handoffOf, MONDAY_9, open, openTeam, POLICY } from './team.ts';

const own = process.env.TZ;
afterEach(() => {
  if (own === undefined) delete process.env.TZ;
  else process.env.TZ = own;
});

/** The machine's zone, and its distance from UTC in minutes in January: shows that the switch took. */
const ZONES = [
  ['UTC', 0],
  ['Pacific/Apia', -780],
  ['America/St_Johns', 210],
  ['Australia/Lord_Howe', -660],
] as const;

async function everything(): Promise<unknown> {
  const policy = POLICY.replace('{ zone: Europe/Berlin }', '{ zone: America/New_York, holidays: US-NY }');
  const stage = await openTeam({ policy });
  const id = await open(stage, 'jo@acme.example', { meetingAt: MONDAY_9 + 8 * DAY });
  await stage.pass(2 * DAY);
  await stage.say({ ask: { ask: 'accept', handoff: id }, by: handoffOf(stage, id).offer?.to ?? 'mia' });
  await stage.pass(8 * DAY);
  const h = handoffOf(stage, id);
  const zone = 'America/New_York';
  const ics =
    'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260310T090000\r\nDURATION:PT3H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
  const calendar = compileCalendar({
    zone,
    weekly: { mon: [['22:00', '06:00']], sun: [['01:00', '05:00']] },
    holidays: { region: 'US-NY' },
  });
  return {
    ledger: stage.journal.snapshot(stage.workspace).hash,
    clocks: Object.values(h.clocks).map((clock) => explainClock({ clock, who: 'Ben', nowAt: stage.now() }).sentence),
    ics: absencesOfCalendar(ics, { zone, nowAt: MONDAY_9, away: undefined }),
    rows: absencesOfRows([{ line: 1, from: '2026-03-08', to: '2026-03-08T12:00' }], zone),
    deadline: explainDeadline({ calendar, startAt: MONDAY_9, durationMs: 20 * HOUR, who: 'Ben', what: 'accept' })
      .sentence,
    storm: (await runStorm(7, 40)).trace,
  };
}

test('a walk, its explanations, its feeds and a storm come out alike wherever the machine stands', async () => {
  const results: unknown[] = [];
  for (const [zone, offset] of ZONES) {
    process.env.TZ = zone;
    expect(new Date(2026, 0, 15).getTimezoneOffset()).toBe(offset);
    results.push(await everything());
  }
  for (const other of results) expect(other).toEqual(results[0]);
}, 60_000);
