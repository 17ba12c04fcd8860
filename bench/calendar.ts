// How fast is working time? Adding 4 business hours over a weekend on which clocks change, with holidays, and the business
// time of 30 days, against dayjs-business-time, the fastest npm library that gave the right answer. Both must agree on every
// question before anything is measured. Medians of five; ratios count, not the machine. Also: building a new calendar.
// Usage: node bench/calendar.ts

import dayjs from 'dayjs';
import businessTime from 'dayjs-business-time';
import { addOpenTime, type Calendar, compileCalendar, isOpen, openTimeBetween } from '../src/calendar/calendar.ts';
import type { CalendarSpec, LocalSpan } from '../src/calendar/spec.ts';

const zone = 'America/New_York';
// The library knows no zones but the machine's.
process.env.TZ = zone;

const holidays = [
  '2026-02-16',
  '2026-03-09',
  '2026-03-17',
  '2026-04-03',
  '2026-05-25',
  '2026-06-19',
  '2026-07-03',
  '2026-09-07',
];
const day: LocalSpan[] = [['09:00', '17:00']];
const spec: CalendarSpec = {
  zone,
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day },
  holidays: { own: holidays.map((date) => ({ date, name: 'holiday' })) },
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const rounds = 5;
// Friday 6 March 2026, 09:00 to 17:00 in New York, on whole minutes; clocks change on Sunday, Monday is a holiday.
const starts = Array.from({ length: 480 }, (_, minute) => Date.UTC(2026, 2, 6, 14) + minute * 60_000);

dayjs.extend(businessTime);
dayjs.setHolidays(holidays);
const open = [{ start: '09:00:00', end: '17:00:00' }];
dayjs.setBusinessTime({
  ...{ monday: open, tuesday: open, wednesday: open, thursday: open, friday: open },
  ...{ saturday: null, sunday: null },
});

const calendar = compileCalendar(spec);
const questions = {
  'add 4 business hours over a DST weekend and a holiday': {
    ours: (at: number) => addOpenTime(calendar, at, 4 * hourMs),
    theirs: (at: number) => dayjs(at).addBusinessHours(4).valueOf(),
  },
  'business time of 30 days': {
    ours: (at: number) => openTimeBetween(calendar, at, at + 30 * dayMs),
    theirs: (at: number) => dayjs(at).businessMinutesDiff(dayjs(at + 30 * dayMs)) * 60_000,
  },
};

const rows: Record<string, string>[] = [];
for (const [question, { ours, theirs }] of Object.entries(questions)) {
  for (const at of starts) {
    if (ours(at) !== theirs(at)) {
      throw new Error(
        `The two differ on "${question}" from ${new Date(at).toISOString()}: ours ${ours(at)}, theirs ${theirs(at)}; there is nothing to compare.`,
      );
    }
  }
  const fast = median(() => rate(ours, 300));
  const slow = median(() => rate(theirs, 300));
  rows.push({
    question,
    'ours per second': thousands(fast),
    'dayjs-business-time': thousands(slow),
    ratio: `${thousands(fast / slow)} ×`,
  });
}
console.table(rows);

const cold = buildMs({ ...spec, holidays: { region: 'US-NY' } });
const warm = median(() => buildMs({ ...spec, holidays: { region: 'US-NY' } }));
const other = median(() => buildMs(spec));
console.table([
  { 'building a new calendar': 'the first of a process, holidays of its region worked out', ms: cold.toFixed(1) },
  { 'building a new calendar': 'another one of that region', ms: warm.toFixed(2) },
  { 'building a new calendar': 'with its own list of holidays', ms: other.toFixed(2) },
]);

/** Calls per second, over about `ms` milliseconds. */
function rate(ask: (at: number) => number, ms: number): number {
  let calls = 0;
  let sum = 0;
  const startedAt = performance.now();
  let spentMs = 0;
  while (spentMs < ms) {
    for (const at of starts) sum += ask(at);
    calls += starts.length;
    spentMs = performance.now() - startedAt;
  }
  // The sum keeps the calls from being left out by the compiler.
  if (Number.isNaN(sum)) throw new Error('An answer is not a number.');
  return (calls / spentMs) * 1000;
}

function buildMs(what: CalendarSpec): number {
  const startedAt = performance.now();
  const built: Calendar = compileCalendar(what);
  isOpen(built, starts[0] as number);
  return performance.now() - startedAt;
}

function median(measure: () => number): number {
  return Array.from({ length: rounds }, measure).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}

function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
