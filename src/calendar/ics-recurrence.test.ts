// Our walk of recurrence rules against ical.js, on the rules that ical.js walks well.

import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { expandRule, ruleFromParts } from './ics-recurrence.ts';
import { dayMs } from './zone.ts';

// Not among them: FREQ=DAILY;BYMONTH=1 from 2015-02-01, whose first date ical.js 2.2.1 gives as that very day, and BYSETPOS
// from a start that the rule does not fall on.

function ours(rule: string, start: string, max: number): string[] {
  const parts = (ICAL.parse.property(`RRULE:${rule}`) as [string, object, string, { [part: string]: unknown }])[3];
  const startMs = Date.parse(`${start}Z`);
  const { walls } = expandRule(ruleFromParts(parts), startMs, {
    fromMs: startMs,
    untilMs: startMs + 12 * 366 * dayMs,
    isPastEnd: () => false,
    max,
    budget: { days: 10_000_000 },
  });
  return walls.map((wallMs) => new Date(wallMs).toISOString().slice(0, 19));
}

function fieldsOf(start: string) {
  const { year, month, day, hour, minute, second } = Temporal.PlainDateTime.from(start);
  return { year, month, day, hour, minute, second, isDate: false };
}

function theirs(rule: string, start: string, max: number): string[] {
  const iterator = ICAL.Recur.fromString(rule).iterator(new ICAL.Time(fieldsOf(start), ICAL.Timezone.localTimezone));
  const times: string[] = [];
  for (let time = iterator.next(); time && times.length < max; time = iterator.next()) times.push(time.toString());
  return times;
}

const days = fc.uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), { minLength: 1, maxLength: 4 });
const interval = fc.integer({ min: 1, max: 4 });
const sortedList = (values: readonly number[]) => values.toSorted((a, b) => a - b).join(',');

const rules = fc.oneof(
  interval.map((n) => `FREQ=DAILY;INTERVAL=${n}`),
  fc
    .tuple(interval, days, fc.constantFrom('MO', 'SU'))
    .map(([n, list, start]) => `FREQ=WEEKLY;INTERVAL=${n};WKST=${start};BYDAY=${list.join(',')}`),
  fc
    .tuple(interval, fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 3 }))
    .map(([n, list]) => `FREQ=MONTHLY;INTERVAL=${n};BYMONTHDAY=${sortedList(list)}`),
  fc
    .tuple(fc.constantFrom(1, 2, 3, 4, -1, -2), fc.constantFrom('MO', 'WE', 'FR', 'SU'))
    .map(([n, day]) => `FREQ=MONTHLY;BYDAY=${n}${day}`),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2, 3, -1), fc.constantFrom('MO', 'TH', 'SU'))
    .map(([month, n, day]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${n}${day}`),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([month, day]) => `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`),
  fc.integer({ min: 1, max: 365 }).map((day) => `FREQ=YEARLY;BYYEARDAY=${day}`),
);

test('rules fall where ical.js lets them fall', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(rules, fc.integer({ min: 0, max: 4000 }), (rule, offset) => {
      const start = new Date(Date.UTC(2015, 0, 1, 9, 30) + offset * dayMs).toISOString().slice(0, 19);
      // The start itself is ours in any case, theirs only sometimes.
      const mine = ours(rule, start, 13).slice(1);
      const other = theirs(rule, start, 14).filter((time) => time !== start);
      expect(mine.slice(0, 11)).toEqual(other.slice(0, Math.min(11, mine.length)));
      expect(mine.length).toBeGreaterThan(5);
    }),
    { numRuns: 500 },
  );
});

test('the start is the first occurrence, also where the rule does not fall on it', () => {
  expect(ours('FREQ=WEEKLY;BYDAY=MO;COUNT=3', '2026-11-20T09:00:00', 9)).toEqual([
    '2026-11-20T09:00:00',
    '2026-11-23T09:00:00',
    '2026-11-30T09:00:00',
  ]);
});

test('positions count within the month, from either end', () => {
  const weekdays = 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=';
  expect(ours(`${weekdays}-2`, '2017-06-29T09:00:00', 3)).toEqual([
    '2017-06-29T09:00:00',
    '2017-07-28T09:00:00',
    '2017-08-30T09:00:00',
  ]);
  expect(ours(`${weekdays}1,-1`, '2026-11-02T09:00:00', 3)).toEqual([
    '2026-11-02T09:00:00',
    '2026-11-30T09:00:00',
    '2026-12-01T09:00:00',
  ]);
});

test('what a rule leaves unsaid is taken from its start', () => {
  expect(ours('FREQ=YEARLY', '2024-02-29T09:00:00', 2)).toEqual(['2024-02-29T09:00:00', '2028-02-29T09:00:00']);
  expect(ours('FREQ=MONTHLY', '2026-01-31T09:00:00', 2)).toEqual(['2026-01-31T09:00:00', '2026-03-31T09:00:00']);
  expect(ours('FREQ=WEEKLY', '2026-11-20T09:00:00', 2)).toEqual(['2026-11-20T09:00:00', '2026-11-27T09:00:00']);
});

test('negative days of the month and numbered weeks count from their ends', () => {
  expect(ours('FREQ=MONTHLY;BYMONTHDAY=-1', '2026-01-31T09:00:00', 2)).toEqual([
    '2026-01-31T09:00:00',
    '2026-02-28T09:00:00',
  ]);
  // RFC 5545, "Monday of week number 20".
  expect(ours('FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12T09:00:00', 3)).toEqual([
    ...['1997-05-12T09:00:00', '1998-05-11T09:00:00', '1999-05-17T09:00:00'],
  ]);
});

test('every day of two thousand years has the date that the platform gives it', () => {
  for (let day = -150_000; day < 600_000; day += 997) {
    const text = new Date(day * dayMs).toISOString();
    const walls = ours(`FREQ=MONTHLY;COUNT=1`, text.slice(0, 19), 1);
    expect(walls).toEqual([text.slice(0, 19)]);
  }
});
