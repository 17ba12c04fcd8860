// Calendar room: the table of open intervals that makes every question a look-up.
// Answers: which stretches of real time is a plan open. Promises: whole milliseconds, intervals in order, never touching;
// the table grows by spans of a year when asked, and what it says about an instant never depends on how far it has grown.
// Measured with the benchmark in bench/calendar.ts: a year is built in under 5 ms, holidays included.

import { CalendarError } from './calendar-error.ts';
import { holidayOn, type Plan, spansOn } from './spec.ts';
import { dayMs, dayOf, earliestAt, instantOfWall, isRealDay, latestAt, startOfDay, type ZoneRules } from './zone.ts';

/** Closed for longer than this counts as never open. */
export const closedMaxMs = 400 * dayMs;

/** Open intervals [starts[i], ends[i]) within [fromAt, untilAt), with the open time before each since fromAt. */
export type Table = {
  readonly fromDay: number;
  readonly untilDay: number;
  readonly fromAt: number;
  readonly untilAt: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly before: Float64Array;
  readonly totalMs: number;
  /** For each 24 hours since fromAt, the first interval that ends after their beginning. */
  readonly index: Int32Array;
  /** Intervals with more than closedMaxMs of closed time in front of them. */
  readonly afterLongClosure: readonly number[];
};

type Interval = { from: number; to: number };

const firstDay = earliestAt / dayMs;
const lastDay = latestAt / dayMs;

/**
 * A table that covers the instant, the old one where it already does.
 * @throws {CalendarError} for an instant outside 1900 to 2199, or one that is not a whole number.
 */
export function tableCovering(plan: Plan, rules: ZoneRules, old: Table | undefined, at: number): Table {
  if (!Number.isSafeInteger(at) || at < earliestAt || at >= latestAt) {
    throw new CalendarError(
      `The instant ${at} cannot be placed in a calendar; give whole epoch milliseconds between 1900 and 2199.`,
    );
  }
  const day = dayOf(rules, at);
  const fromDay = Math.min(old?.fromDay ?? day, newYear(day, 0));
  const untilDay = Math.max(old?.untilDay ?? day, newYear(day, 1));
  return build(plan, rules, old, fromDay, untilDay);
}

/** The table with one more year at its end. Undefined where the known centuries end. */
export function tableLater(plan: Plan, rules: ZoneRules, old: Table): Table | undefined {
  if (old.untilDay >= lastDay) return undefined;
  return build(plan, rules, old, old.fromDay, newYear(old.untilDay, 1));
}

/** The table with one more year at its beginning. Undefined where the known centuries begin. */
export function tableEarlier(plan: Plan, rules: ZoneRules, old: Table): Table | undefined {
  if (old.fromDay <= firstDay) return undefined;
  return build(plan, rules, old, newYear(old.fromDay, -1), old.untilDay);
}

/** The first day of a day's calendar year, or of one a number of years away. Whole years, because holidays are worked out by the year. */
function newYear(day: number, years: number): number {
  return Date.UTC(new Date(day * dayMs).getUTCFullYear() + years, 0, 1) / dayMs;
}

function build(plan: Plan, rules: ZoneRules, old: Table | undefined, fromDay: number, untilDay: number): Table {
  const intervals: Interval[] = [];
  if (!old) {
    intervals.push(...openIntervals(plan, rules, fromDay, untilDay));
  } else {
    intervals.push(...openIntervals(plan, rules, fromDay, old.fromDay));
    for (let i = 0; i < old.starts.length; i += 1) {
      intervals.push({ from: old.starts[i] as number, to: old.ends[i] as number });
    }
    intervals.push(...openIntervals(plan, rules, old.untilDay, untilDay));
  }
  return indexed(merged(intervals), rules, fromDay, untilDay);
}

function indexed(intervals: readonly Interval[], rules: ZoneRules, fromDay: number, untilDay: number): Table {
  const fromAt = startOfDay(rules, fromDay);
  const untilAt = startOfDay(rules, untilDay);
  const count = intervals.length;
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  const before = new Float64Array(count);
  const index = new Int32Array(Math.ceil((untilAt - fromAt) / dayMs) + 1);
  const afterLongClosure: number[] = [];
  let totalMs = 0;
  let slot = 0;
  intervals.forEach(({ from, to }, i) => {
    starts[i] = from;
    ends[i] = to;
    before[i] = totalMs;
    totalMs += to - from;
    while (slot < index.length && fromAt + slot * dayMs < to) {
      index[slot] = i;
      slot += 1;
    }
    if (i > 0 && from - (ends[i - 1] as number) > closedMaxMs) afterLongClosure.push(i);
  });
  index.fill(count, slot);
  return { fromDay, untilDay, fromAt, untilAt, starts, ends, before, totalMs, index, afterLongClosure };
}

/** Open intervals of the local dates fromDay … untilDay - 1, cut to that stretch of time. */
function openIntervals(plan: Plan, rules: ZoneRules, fromDay: number, untilDay: number): Interval[] {
  if (fromDay >= untilDay) return [];
  const fromAt = startOfDay(rules, fromDay);
  const untilAt = startOfDay(rules, untilDay);
  const raw: Interval[] = [];
  // Two days early: an overnight span may run into the first date, in Kiritimati once over a date that was skipped.
  for (let day = fromDay - 2; day < untilDay; day += 1) addDay(plan, rules, day, raw);
  const within = merged(raw)
    .map(({ from, to }) => ({ from: Math.max(from, fromAt), to: Math.min(to, untilAt) }))
    .filter(({ from, to }) => from < to);
  return without(within, closures(plan, rules, fromAt, untilAt));
}

function addDay(plan: Plan, rules: ZoneRules, day: number, into: Interval[]): void {
  const spans = spansOn(plan, day);
  const nextAt = startOfDay(rules, day + 1);
  if (spans.length === 0 || startOfDay(rules, day) === nextAt) return;
  const closesFromMs = holidayOn(plan, day)?.fromMs ?? Number.POSITIVE_INFINITY;
  for (const span of spans) {
    if (span.fromMs >= closesFromMs) continue;
    const from = instantOfWall(rules, day * dayMs + span.fromMs);
    let to = instantOfWall(rules, day * dayMs + Math.min(span.toMs, closesFromMs));
    // Asked of the instant, not of the wall time: in Nuuk 23:30 of a changing day lies in the next date.
    if (to > nextAt) {
      // A holiday closes its whole date, so also what is left of the night before. (Samoa and others once skipped a date.)
      const nextDay = isRealDay(rules, day + 1) ? day + 1 : day + 2;
      const next = holidayOn(plan, nextDay);
      if (next) to = Math.min(to, instantOfWall(rules, nextDay * dayMs + next.fromMs));
    }
    if (from < to) into.push({ from, to });
  }
}

/** Breaks and absences that touch a stretch of time, in order, merged. */
function closures(plan: Plan, rules: ZoneRules, fromAt: number, untilAt: number): Interval[] {
  const list: Interval[] = [];
  for (const { day, fromMs, toMs } of plan.breaks) {
    if (!isRealDay(rules, day)) continue;
    const midnightMs = day * dayMs;
    list.push({ from: instantOfWall(rules, midnightMs + fromMs), to: instantOfWall(rules, midnightMs + toMs) });
  }
  for (const { from, to } of plan.absences) list.push({ from, to });
  return merged(list.filter(({ from, to }) => from < to && to > fromAt && from < untilAt));
}

/** In order and joined where they touch or overlap. */
function merged(intervals: Interval[]): Interval[] {
  const sorted = intervals.toSorted((a, b) => a.from - b.from);
  const result: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** What is left of the open intervals when the closed ones are taken away; both in order and merged. */
function without(open: readonly Interval[], closed: readonly Interval[]): Interval[] {
  if (closed.length === 0) return [...open];
  const result: Interval[] = [];
  let next = 0;
  for (const { from, to } of open) {
    let cursor = from;
    while (next < closed.length && (closed[next] as Interval).to <= cursor) next += 1;
    for (let k = next; k < closed.length && (closed[k] as Interval).from < to; k += 1) {
      const gap = closed[k] as Interval;
      if (gap.from > cursor) result.push({ from: cursor, to: gap.from });
      cursor = Math.max(cursor, gap.to);
    }
    if (cursor < to) result.push({ from: cursor, to });
  }
  return result;
}
