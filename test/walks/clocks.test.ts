// test: clocks against leave, very long leave, pauses, tasks and silence, through the whole corridor.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditLedger, auditRows } from '../../src/run/audit.ts';
import { startFold } from '../../src/run/fold.ts';
import type { Stage } from '../../src/run/stage.ts';
import type { Recorded } from '../../src/words/event.ts';
import type { Absence } from '../../src/words/roster.ts';
import { DAY, HOUR, MINUTE } from '../../src/words/time.ts';
import { handoffOf, kinds, MONDAY_9, open, openTeam, POLICY } from './team.ts';

const refusal = (answer: unknown) => (answer as { refusal?: { code: string; sentence: string } }).refusal;

function absence(person: string, from: number, to: number, id = `${person}-${from}`) {
  return { ask: { ask: 'set-absence', person, absence: { id, from, to, source: 'hand' } } } as const;
}

const levelsOf = (events: readonly Recorded[]) =>
  events.flatMap(({ at, event }) =>
    event.kind === 'level-reached' ? [{ at, do: event.action, tell: event.tell, level: event.level }] : [],
  );

/** Everything that the ledger and the rows must agree on. */
function audit(stage: Stage): string[] {
  const snapshot = stage.journal.snapshot(stage.workspace);
  const fold = startFold();
  for (const recorded of snapshot.ledger) fold.take(recorded);
  const aside = snapshot.entries.filter((e) => e.answer.result === 'set-aside').map((e) => JSON.stringify(e.answer));
  return [...aside, ...auditLedger(snapshot.ledger), ...auditRows(fold, snapshot, stage.now())];
}

describe('an offer goes on when its receiver goes away', () => {
  test('the absence was known: at its first instant the offer is with somebody else', async () => {
    const stage = await openTeam();
    await stage.say(absence('ben', MONDAY_9 + 2 * HOUR, MONDAY_9 + DAY));
    const id = await open(stage);
    expect(handoffOf(stage, id).offer?.to).toBe('ben');
    await stage.passTo(MONDAY_9 + 2 * HOUR - 1);
    expect(handoffOf(stage, id).offer?.to).toBe('ben');
    const events = await stage.passTo(MONDAY_9 + 2 * HOUR);
    expect(kinds(events)).toContain('offer-withdrawn');
    expect(events.find((e) => e.event.kind === 'offer-withdrawn')?.event).toMatchObject({
      reason: 'away',
      passed: false,
    });
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
    expect(audit(stage)).toEqual([]);
  });

  test('the absence is set while the offer waits: it is noted, and the offer goes on then', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.pass(30 * MINUTE);
    const dueAt = handoffOf(stage, id).clocks.accept?.dueAt;
    const { events } = await stage.say(absence('ben', MONDAY_9 + 3 * HOUR, MONDAY_9 + DAY));
    expect(kinds(events)).toEqual(['absence-set', 'absence-noted']);
    expect(handoffOf(stage, id).clocks.accept?.dueAt).toBe(dueAt);
    await stage.passTo(MONDAY_9 + 3 * HOUR);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });

  test('an absence that is called off before it begins leaves the offer where it is', async () => {
    const stage = await openTeam();
    await stage.say(absence('ben', MONDAY_9 + 3 * HOUR, MONDAY_9 + DAY, 'trip'));
    const id = await open(stage);
    const { events } = await stage.say({ ask: { ask: 'end-absence', person: 'ben', absence: 'trip' } });
    expect(events.map((e) => e.event)).toMatchObject([
      { kind: 'absence-ended' },
      { kind: 'absence-noted', person: 'ben' },
    ]);
    await stage.passTo(MONDAY_9 + 3 * HOUR + MINUTE);
    expect(handoffOf(stage, id).offer?.to).toBe('ben');
    expect(audit(stage)).toEqual([]);
  });

  test('a paused accept clock does not keep the offer with somebody who has left for the beach', async () => {
    const stage = await openTeam();
    await stage.say(absence('ben', MONDAY_9 + 3 * HOUR, MONDAY_9 + DAY));
    const id = await open(stage);
    await stage.say({
      ask: { ask: 'pause', handoff: id, clock: 'accept', cause: 'legal', resumeBy: MONDAY_9 + 7 * HOUR },
      by: 'ana',
    });
    await stage.passTo(MONDAY_9 + 3 * HOUR);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
    expect(audit(stage)).toEqual([]);
  });

  test('accepted work stays with its owner through the absence', async () => {
    const stage = await openTeam();
    await stage.say(absence('ben', MONDAY_9 + 3 * HOUR, MONDAY_9 + DAY));
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.passTo(MONDAY_9 + 5 * HOUR);
    expect([handoffOf(stage, id).stage, handoffOf(stage, id).owner]).toEqual(['accepted', 'ben']);
  });

  test('when everybody is away it waits, and is pulled at the instant the first one is back', async () => {
    const stage = await openTeam();
    await stage.say(
      absence('ben', MONDAY_9 - HOUR, MONDAY_9 + 5 * HOUR),
      absence('cleo', MONDAY_9 - HOUR, MONDAY_9 + 2 * HOUR),
    );
    const id = await open(stage);
    expect(handoffOf(stage, id).stage).toBe('preparing');
    await stage.passTo(MONDAY_9 + 2 * HOUR - 1);
    expect(handoffOf(stage, id).stage).toBe('preparing');
    const events = await stage.passTo(MONDAY_9 + 2 * HOUR);
    expect(events.find((e) => e.event.kind === 'handoff-offered')?.at).toBe(MONDAY_9 + 2 * HOUR);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });

  test('an absence that is cut short by setting it again pulls what waits at once', async () => {
    const stage = await openTeam();
    await stage.say(
      absence('ben', MONDAY_9 - HOUR, MONDAY_9 + DAY, 'b'),
      absence('cleo', MONDAY_9 - HOUR, MONDAY_9 + DAY, 'c'),
    );
    const id = await open(stage);
    await stage.pass(HOUR);
    await stage.say(absence('cleo', MONDAY_9 - HOUR, MONDAY_9 + 30 * MINUTE, 'c'));
    await stage.pass(0);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });
});

describe('very long leave', () => {
  test('two years without anybody: everything is decided, nothing is set aside', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    const longAgo = MONDAY_9 - DAY;
    for (const person of ['ana', 'ben', 'cleo', 'mia']) {
      const { answers } = await stage.say(absence(person, longAgo, MONDAY_9 + 800 * DAY));
      expect(answers[0]?.result).toBe('done');
    }
    const other = await open(stage, 'al@b.example', { meetingAt: MONDAY_9 + 3 * DAY });
    await stage.say({ ask: { ask: 'retime', handoff: id, clock: 'follow-up', reason: 'agreed' }, by: 'ben' });
    await stage.say({
      ask: { ask: 'pause', handoff: id, clock: 'follow-up', cause: 'legal', resumeBy: MONDAY_9 + 2 * DAY },
      by: 'ben',
    });
    await stage.pass(5 * DAY);
    expect(handoffOf(stage, other).clocks).toBeDefined();
    expect(handoffOf(stage, id).clocks['follow-up']?.breachedAt).toBeDefined();
    expect(audit(stage)).toEqual([]);
  });

  test('an offer is not parked with somebody on long leave: the last rung gets it', async () => {
    const stage = await openTeam();
    await stage.say(
      absence('ben', MONDAY_9 - DAY, MONDAY_9 + 800 * DAY),
      absence('cleo', MONDAY_9 - DAY, MONDAY_9 + 800 * DAY),
    );
    const id = await open(stage);
    expect([handoffOf(stage, id).stage, handoffOf(stage, id).offer?.to]).toEqual(['offered', 'mia']);
  });
});

describe('no breached handoff falls silent', () => {
  test('after its last rung the lead hears of it every working day, each time as a level of its own', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    const events = await stage.passTo(MONDAY_9 + 7 * DAY + 8 * HOUR);
    const again = levelsOf(events).filter((level) => level.do === 'escalate');
    // Due on Tuesday at nine, the last rung four hours later; then Wednesday, Thursday, Friday and, over the weekend, Monday.
    expect(again.map((l) => new Date(l.at).getUTCDay())).toEqual([3, 4, 5, 1]);
    expect(again.map((l) => l.level)).toEqual([4, 5, 6, 7]);
    expect(new Set(again.map((l) => l.tell))).toEqual(new Set(['mia']));
    const told = stage.journal
      .snapshot(stage.workspace)
      .messages.filter((m) => m.intent.kind === 'tell-person' && m.intent.about === 'escalation');
    expect(told.length).toBeGreaterThanOrEqual(again.length);
    await stage.say({ ask: { ask: 'follow-up', handoff: id, occurredAt: stage.now() }, by: 'ben' });
    expect(levelsOf(await stage.passTo(MONDAY_9 + 9 * DAY))).toEqual([]);
    expect(audit(stage)).toEqual([]);
  });

  test('a month of downtime is one late rung, not a month of them', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.passTo(MONDAY_9 + 3 * DAY);
    stage.setNow(MONDAY_9 + 33 * DAY);
    const late = levelsOf(await stage.pass(0));
    expect(late.filter((level) => level.do === 'escalate')).toHaveLength(1);
  });
});

describe('tasks', () => {
  const WITH_REMINDER = POLICY.replace(
    'for: receiver, due: 1h after accepted }',
    'for: receiver, due: 4h after accepted, remind: 1h }',
  );

  test('the owner is reminded before, then it is missed, and it can still be done', async () => {
    const stage = await openTeam({ policy: WITH_REMINDER });
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    const before = await stage.passTo(MONDAY_9 + 3 * HOUR);
    expect(before.filter((e) => e.event.kind === 'task-reminded')).toHaveLength(1);
    const after = await stage.passTo(MONDAY_9 + 4 * HOUR);
    expect(kinds(after).filter((k) => k.startsWith('task'))).toEqual(['task-missed']);
    const task = handoffOf(stage, id).tasks[0];
    expect(task?.state).toBe('missed');
    const { answers } = await stage.say({
      ask: { ask: 'task-done', handoff: id, task: task?.id ?? '' },
      by: 'ben',
    });
    expect(answers[0]?.result).toBe('done');
    expect(handoffOf(stage, id).tasks[0]?.state).toBe('done');
    expect(audit(stage)).toEqual([]);
  });

  test('a meeting that moves makes a missed task owed again', async () => {
    const stage = await openTeam();
    const id = await open(stage, 'jo@acme.example', { meetingAt: MONDAY_9 + 2 * DAY });
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.passTo(MONDAY_9 + DAY + HOUR);
    const task = () => handoffOf(stage, id).tasks.find((t) => t.title === 'Confirm attendance');
    expect(task()?.state).toBe('missed');
    await stage.say({
      ask: {
        ask: 'meeting',
        handoff: id,
        state: 'rescheduled',
        occurredAt: stage.now(),
        meetingAt: MONDAY_9 + 8 * DAY,
        source: 'crm',
      },
    });
    expect([task()?.state, task()?.dueAt]).toEqual(['open', MONDAY_9 + 7 * DAY]);
  });

  test('a meeting booked too late for its task makes it due by the meeting, not missed at once', async () => {
    const stage = await openTeam();
    const id = await open(stage, 'jo@acme.example', { meetingAt: MONDAY_9 + 2 * HOUR });
    expect(handoffOf(stage, id).tasks[0]).toMatchObject({ dueAt: MONDAY_9 + 2 * HOUR, state: 'open' });
  });
});

describe('meeting preparation', () => {
  const PREP = POLICY.replace('      follow-up: 8h\n', '      follow-up: 8h\n      meeting-prep: 2h\n').replace(
    'due: 8h before meeting }',
    'due: 8h before meeting }\n      - { title: Confirm the note, for: receiver, due: 1h before meeting }',
  );

  test('it runs until so long before the meeting and stops with the receiver’s last task for it', async () => {
    const stage = await openTeam({ policy: PREP });
    const id = await open(stage, 'jo@acme.example', { meetingAt: MONDAY_9 + DAY + 3 * HOUR });
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    expect(handoffOf(stage, id).clocks['meeting-prep']?.dueAt).toBe(MONDAY_9 + DAY + HOUR);
    await stage.say({
      ask: {
        ask: 'meeting',
        handoff: id,
        state: 'rescheduled',
        occurredAt: stage.now(),
        meetingAt: MONDAY_9 + 2 * DAY + 3 * HOUR,
        source: 'crm',
      },
    });
    expect(handoffOf(stage, id).clocks['meeting-prep']?.dueAt).toBe(MONDAY_9 + 2 * DAY + HOUR);
    const task = handoffOf(stage, id).tasks.find((t) => t.title === 'Confirm the note')?.id ?? '';
    await stage.say({ ask: { ask: 'task-done', handoff: id, task }, by: 'ben' });
    expect(handoffOf(stage, id).clocks['meeting-prep']?.stoppedAt).toBe(stage.now());
    expect(audit(stage)).toEqual([]);
  });
});

describe('pauses within the policy', () => {
  const BOUNDED = `${POLICY}pause: { max: 1d, causes: [legal review, waiting on the prospect] }\n`;

  test('an unknown cause is refused with the causes that there are, and no clock stands still longer than the policy allows', async () => {
    const stage = await openTeam({ policy: BOUNDED });
    const id = await open(stage);
    const pause = (cause: string, resumeBy: number) =>
      stage.say({ ask: { ask: 'pause', handoff: id, clock: 'accept', cause, resumeBy }, by: 'ana' });
    const unknown = await pause('lunch', MONDAY_9 + HOUR);
    expect(refusal(unknown.answers[0])?.sentence).toBe(
      '"lunch" is not a cause to pause for. Use one of: legal review, waiting on the prospect.',
    );
    expect((await pause('legal review', MONDAY_9 + 20 * HOUR)).answers[0]?.result).toBe('done');
    await stage.passTo(MONDAY_9 + DAY);
    const more = await pause('legal review', MONDAY_9 + DAY + 5 * HOUR);
    expect(refusal(more.answers[0])?.code).toBe('clock/pause-used-up');
    expect(refusal(more.answers[0])?.sentence).toContain('4 h are left');
  });
});

describe('hours that never open are refused with the reason', () => {
  const closed = { weekly: { mon: [], tue: [] } };

  test('for a person, a team and a policy', async () => {
    const stage = await openTeam();
    const person = await stage.say({
      ask: { ask: 'set-person', person: { id: 'ben', roles: ['ae'], weight: 1, active: true, hours: closed } },
    });
    expect(refusal(person.answers[0])?.sentence).toContain(
      'The hours of ben cannot be used: The calendar in Europe/Berlin never opens within 400 days',
    );
    const team = await stage.say({
      ask: { ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia', hours: closed } },
    });
    expect(refusal(team.answers[0])?.code).toBe('hours/unusable');
    const text = POLICY.replace(
      'hours: { zone: Europe/Berlin }',
      'hours: { zone: Europe/Berlin, weekly: { mon-sun: closed } }',
    );
    const policy = await stage.say({ ask: { ask: 'publish-policy', text } });
    expect(refusal(policy.answers[0])?.sentence).toContain('The hours of the workspace cannot be used');
  });

  test('long leave is no reason: it ends', async () => {
    const stage = await openTeam();
    await stage.say(absence('ben', MONDAY_9, MONDAY_9 + 900 * DAY));
    const { answers } = await stage.say({
      ask: {
        ask: 'set-person',
        person: { id: 'ben', roles: ['ae'], weight: 2, active: true, hours: { zone: 'Asia/Tokyo' } },
      },
    });
    expect(answers[0]?.result).toBe('done');
  });

  test('dates with hours of their own and breaks count', async () => {
    const text = POLICY.replace(
      'hours: { zone: Europe/Berlin }',
      `hours:
  zone: Europe/Berlin
  dates: { 2026-03-02: "09:00-11:00" }
  breaks: [{ date: 2026-03-03, hours: 09:00-12:00 }]`,
    );
    const stage = await openTeam({ policy: text });
    const id = await open(stage);
    // Two hours on Monday, nothing before noon on Tuesday.
    expect(handoffOf(stage, id).clocks.accept?.dueAt).toBe(MONDAY_9 + DAY + 5 * HOUR);
  });
});

describe('absences of one source are replaced at once', () => {
  const entry = (day: number, id = `ics-${day}`): Absence => ({
    id,
    from: MONDAY_9 + day * DAY,
    to: MONDAY_9 + (day + 1) * DAY,
    source: 'ics',
  });

  test('the same again changes nothing; what is gone is gone; other sources and the past stay', async () => {
    const stage = await openTeam();
    const set = (absences: Absence[]) =>
      stage.say({ ask: { ask: 'set-absences', person: 'ben', source: 'ics', absences } });
    await stage.say(absence('ben', MONDAY_9 + 30 * DAY, MONDAY_9 + 31 * DAY, 'by-hand'));
    await set([entry(2), entry(5)]);
    expect((await set([entry(5), entry(2)])).events).toEqual([]);
    await set([entry(2)]);
    const ids = () =>
      stage
        .standing()
        .roster.people.get('ben')
        ?.absences.map((a) => a.id);
    expect(ids()).toEqual(['by-hand', 'ics-2']);
    await stage.passTo(MONDAY_9 + 4 * DAY);
    await set([entry(9)]);
    expect(ids()).toEqual(['by-hand', 'ics-2', 'ics-9']);
    const wrong = await set([entry(10), { ...entry(11), to: MONDAY_9 }]);
    expect(refusal(wrong.answers[0])?.code).toBe('absence/ends-first');
    expect(ids()).toEqual(['by-hand', 'ics-2', 'ics-9']);
  });

  test('a calendar that fails is shown until it is read again', async () => {
    const stage = await openTeam();
    const person = () => stage.standing().roster.people.get('ben');
    const failed = { ask: { ask: 'feed-failed', person: 'ben', why: 'bad-line', line: 12 } } as const;
    expect(refusal((await stage.say(failed)).answers[0])?.code).toBe('feed/none');
    await stage.say({ ask: { ask: 'set-feed', person: 'ben', url: 'https://calendar.example/ben.ics' } });
    await stage.say(failed);
    expect(person()?.feed?.failed).toMatchObject({ why: 'bad-line', line: 12 });
    expect((await stage.say(failed)).events).toEqual([]);
    await stage.say({ ask: { ask: 'set-absences', person: 'ben', source: 'ics', absences: [] } });
    expect(person()?.feed?.failed).toBeUndefined();
    expect(JSON.stringify(stage.journal.snapshot(stage.workspace).ledger)).not.toContain('calendar.example');
  });
});

test('whatever leaves are set, called off and replaced, nobody who is away keeps an offer that somebody here could have', async () => {
  const person = fc.constantFrom('ana', 'ben', 'cleo', 'mia');
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('signal' as const), n: fc.nat(8) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('away' as const),
        person,
        from: fc.integer({ min: -10, max: 60 }),
        hours: fc.oneof(fc.integer({ min: 1, max: 72 }), fc.constant(20_000)),
        source: fc.constantFrom('hand' as const, 'ics' as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('back' as const), person }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('accept' as const), n: fc.nat(8) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 40 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      const stage = await openTeam();
      const opened: string[] = [];
      for (const a of acts) {
        const now = stage.now();
        if (a.do === 'signal') opened.push(await open(stage, `p${a.n}@x.example`));
        else if (a.do === 'pass') await stage.pass(a.hours * HOUR);
        else if (a.do === 'accept') {
          const id = opened[a.n % Math.max(1, opened.length)];
          const h = id === undefined ? undefined : handoffOf(stage, id);
          if (h?.offer !== undefined) await stage.say({ ask: { ask: 'accept', handoff: h.id }, by: h.offer.to });
        } else if (a.do === 'back') {
          const last = stage.standing().roster.people.get(a.person)?.absences.at(-1);
          if (last !== undefined) await stage.say({ ask: { ask: 'end-absence', person: a.person, absence: last.id } });
        } else {
          const from = now + a.from * HOUR;
          const one: Absence = { id: `${a.source}-${from}`, from, to: from + a.hours * HOUR, source: a.source };
          await stage.say(
            a.source === 'hand'
              ? { ask: { ask: 'set-absence', person: a.person, absence: one } }
              : { ask: { ask: 'set-absences', person: a.person, source: 'ics', absences: [one] } },
          );
        }
        await stage.pass(0);
        const { roster } = stage.standing();
        const away = (id: string) =>
          roster.people.get(id)?.absences.some((x) => x.from <= stage.now() && stage.now() < x.to) === true;
        for (const id of new Set(opened)) {
          const h = handoffOf(stage, id);
          const here = ['ben', 'cleo', 'mia'].filter((p) => !away(p) && !h.declined.includes(p));
          if (h.offer !== undefined && away(h.offer.to)) expect(here).toEqual([]);
        }
      }
      await stage.pass(3 * DAY);
      expect(audit(stage)).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 60_000);
