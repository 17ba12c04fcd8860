// The fast calendar against the walking reference, on random schedules, zones and instants, many of them at clock changes.
// BATON_RUNS sets how many; a failure prints the seed and the smallest schedule that shows it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addOpenTime,
  compileCalendar,
  isOpen,
  nextClosing,
  nextOpening,
  nextPeriodStart,
  openTimeBetween,
  previousOpenMoment,
  subtractOpenTime,
} from '../../src/calendar/calendar.ts';
import type { CalendarSpec, LocalSpan } from '../../src/calendar/spec.ts';
import {
  naiveAdd,
  naiveBetween,
  naiveIsOpen,
  naiveNextChange,
  naiveSubtract,
  type Walk,
  walkCalendar,
  withPauses,
} from './naive-calendar.ts';

const runs = Number(process.env.BATON_RUNS ?? 2000);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

// Half-hour shifts, midnight shifts, skipped days, zones that changed law, and the everyday ones.
const zones = [
  ...['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Tehran', 'Pacific/Apia'],
  ...['Africa/Casablanca', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham', 'Asia/Gaza', 'Africa/Cairo'],
  ...['America/Havana', 'America/Asuncion', 'Antarctica/Troll', 'Asia/Beirut', 'Europe/Dublin', 'Asia/Pyongyang'],
  ...['America/Caracas', 'Europe/Volgograd', 'Pacific/Kiritimati', 'America/Nuuk', 'Etc/UTC'],
];

/** Instants at which the zone changes its clock, 1990 to 2036: the interesting moments. */
function changesOf(zone: string): number[] {
  const changes: number[] = [];
  let moment = Temporal.Instant.from('1990-01-01T00:00Z').toZonedDateTimeISO(zone);
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (next === null || next.year > 2036) return changes;
    changes.push(next.epochMilliseconds);
    moment = next;
  }
}
const changes = new Map(zones.map((zone) => [zone, changesOf(zone)]));

const clock = (stepMs: number, max: number) =>
  fc.integer({ min: 0, max: Math.floor(max / stepMs) }).map((steps) => {
    const seconds = (steps * stepMs) / 1000;
    const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
    return `${part(seconds / 3600)}:${part((seconds % 3600) / 60)}:${part(seconds % 60)}`;
  });

const span = (stepMs: number): fc.Arbitrary<LocalSpan> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<LocalSpan>(['09:00', '17:30'], ['00:00', '24:00'], ['22:00', '06:00']) },
    { weight: 1, arbitrary: fc.constantFrom<LocalSpan>(['02:15', '02:45'], ['01:30', '02:30'], ['00:00', '01:00']) },
    { weight: 3, arbitrary: fc.tuple(clock(stepMs, dayMs - 1000), clock(stepMs, dayMs)) },
  );
const spans = (stepMs: number) => fc.array(span(stepMs), { maxLength: 3 });

type Situation = {
  spec: CalendarSpec;
  at: number;
  other: number;
  ms: number;
  pauses: { from: number; to: number }[];
  fromAt: number;
  untilAt: number;
  stepMs: number;
};

/** A calendar and questions about it within a few days of an instant, on a grid of minutes or of seconds. */
const situation: fc.Arbitrary<Situation> = fc
  .record({
    zone: fc.constantFrom(...zones),
    // Seconds cost sixty times the steps of minutes: one run in sixty-four.
    grid: fc.integer({ min: 0, max: 63 }).map((value) => (value === 0 ? 'second' : 'minute')),
    nearChange: fc.boolean(),
    pick: fc.nat(),
  })
  .chain(({ zone, grid, nearChange, pick }) => {
    const stepMs = grid === 'second' ? 1000 : minuteMs;
    const known = changes.get(zone) ?? [];
    const anywhere = Date.UTC(1991, 0, 1) + (pick % 16_000) * dayMs;
    const centre = nearChange && known.length > 0 ? (known[pick % known.length] as number) : anywhere;
    const centreAt = Math.floor(centre / minuteMs) * minuteMs;
    const reachMs = grid === 'second' ? dayMs / 2 : 3 * dayMs;
    const moment = fc
      .integer({ min: Math.floor(-reachMs / stepMs), max: Math.floor(reachMs / stepMs) })
      .map((steps) => centreAt + steps * stepMs);
    const stretch = fc
      .tuple(moment, fc.integer({ min: 0, max: Math.floor(reachMs / 2 / stepMs) }))
      .map(([from, steps]) => ({ from, to: from + steps * stepMs }));
    const date = fc
      .integer({ min: -2, max: 2 })
      .map((days) => new Date(centreAt + days * dayMs).toISOString().slice(0, 10));
    const weekly = fc.record({
      mon: spans(stepMs),
      tue: spans(stepMs),
      wed: spans(stepMs),
      thu: spans(stepMs),
      fri: spans(stepMs),
      sat: spans(stepMs),
      sun: spans(stepMs),
    });
    return fc.record({
      spec: fc.record({
        zone: fc.constant(zone),
        weekly,
        holidays: fc.array(date, { maxLength: 2 }).map((dates) => ({ own: dates.map((d) => ({ date: d, name: d })) })),
        dateHours: fc.dictionary(
          date,
          fc.oneof(spans(stepMs), fc.record({ hours: spans(stepMs), opensOnHoliday: fc.boolean() })),
          { maxKeys: 2 },
        ),
        breaks: fc.array(fc.record({ date, from: clock(stepMs, dayMs - 1000), to: clock(stepMs, dayMs) }), {
          maxLength: 2,
        }),
        absences: fc.array(stretch, { maxLength: 2 }),
      }),
      at: moment,
      other: moment,
      ms: fc
        .oneof(fc.constant(0), fc.integer({ min: 1, max: Math.floor(reachMs / 2 / stepMs) }))
        .map((steps) => steps * stepMs),
      pauses: fc.array(stretch, { maxLength: 3 }),
      fromAt: fc.constant(centreAt - Math.ceil(reachMs / dayMs) * dayMs - dayMs),
      untilAt: fc.constant(centreAt + Math.ceil(reachMs / dayMs) * dayMs + 2 * dayMs),
      stepMs: fc.constant(stepMs),
    });
  });

/** What the calendar says, or undefined where it refuses or answers outside the walk, as the reference does. */
function within(walk: Walk, ask: () => number | null): number | undefined {
  const untilAt = walk.fromAt + walk.open.length * walk.stepMs;
  try {
    const at = ask();
    return at === null || at < walk.fromAt || at > untilAt ? undefined : at;
  } catch {
    return undefined;
  }
}

describe('the calendar and a walk along the clock agree', () => {
  test(`on ${runs} random schedules, zones, instants, durations and pauses`, { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(situation, ({ spec, at, other, ms, pauses, fromAt, untilAt, stepMs }) => {
        const calendar = compileCalendar(spec);
        const walk = walkCalendar(spec, fromAt, untilAt, stepMs);
        const paused = withPauses(walk, pauses);
        expect(isOpen(calendar, at)).toBe(naiveIsOpen(walk, at));
        expect(openTimeBetween(calendar, at, other)).toBe(naiveBetween(walk, at, other));
        expect(openTimeBetween(calendar, at, other, pauses)).toBe(naiveBetween(paused, at, other));
        // At the edge of the walk the reference knows less than the calendar: an answer is compared where both have one.
        const same = (fast: number | undefined, slow: number | undefined, lastAt = untilAt) => {
          if (slow !== undefined || (fast !== undefined && fast < lastAt && fast > fromAt)) expect(fast).toBe(slow);
        };
        same(
          within(walk, () => addOpenTime(calendar, at, ms)),
          naiveAdd(walk, at, ms),
        );
        same(
          within(walk, () => addOpenTime(calendar, at, ms, pauses)),
          naiveAdd(paused, at, ms),
        );
        same(
          within(walk, () => subtractOpenTime(calendar, at, ms)),
          naiveSubtract(walk, at, ms),
        );
        same(
          within(walk, () => subtractOpenTime(calendar, at, ms, pauses)),
          naiveSubtract(paused, at, ms),
        );
        same(
          within(walk, () => nextOpening(calendar, at)),
          naiveAdd(walk, at, 0),
        );
        same(
          within(walk, () => previousOpenMoment(calendar, at)),
          naiveSubtract(walk, at, 0),
        );
        same(
          within(walk, () => nextClosing(calendar, at)),
          naiveNextChange(walk, at, 0),
        );
        same(
          within(walk, () => nextPeriodStart(calendar, at)),
          naiveNextChange(walk, at, 1),
        );
      }),
      { numRuns: runs },
    );
  });
});
