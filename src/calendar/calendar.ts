// Calendar room: working time. Which moments are open, when does a stretch of working time run out, how much has passed.
// Promises: instants are whole epoch milliseconds, durations whole milliseconds of real elapsed time; spans are half-open
// (open at the opening instant, closed at the closing instant); clock changes are counted as they happen; nothing loops
// for ever: a calendar that stays closed for more than 400 days is an error sentence. No clock is read.

import { CalendarError } from './calendar-error.ts';
import {
  type Calendar,
  firstEndingAfter,
  firstReaching,
  growEarlier,
  growLater,
  lastBeginningBy,
  laterTable,
  openBefore,
  refuseLongClosure,
  staysClosed,
  tableAt,
} from './lookup.ts';
import { type Pause, pausesInOrder } from './pauses.ts';
import { type CalendarSpec, planFromSpec } from './spec.ts';
import { closedMaxMs, type Table } from './table.ts';
import { zoneRules } from './zone.ts';

export type { Calendar } from './lookup.ts';

/**
 * Checks a calendar and makes it ready for questions. Keep the result: it remembers what it has worked out.
 * @throws {CalendarError} a sentence naming the zone, hours, date or region that is wrong.
 */
export function compileCalendar(spec: CalendarSpec): Calendar {
  return { spec, zone: spec.zone, plan: planFromSpec(spec), rules: zoneRules(spec.zone), memo: { table: undefined } };
}

/** A calendar that never closes, for wall-clock durations. */
export function alwaysOpen(zone: string): Calendar {
  const day = [['00:00', '24:00']] as const;
  return compileCalendar({
    zone,
    weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day },
  });
}

/** Is this instant open? The opening instant is, the closing instant is not. */
export function isOpen(calendar: Calendar, at: number): boolean {
  const table = tableAt(calendar, at);
  const i = firstEndingAfter(table, at);
  return i < table.starts.length && (table.starts[i] as number) <= at;
}

/**
 * Open milliseconds from one instant to another that lie in no pause; 0 when `to` is not after `from`.
 * A pause outside open hours costs nothing; the order of pauses and their overlaps change nothing.
 */
export function openTimeBetween(calendar: Calendar, from: number, to: number, pauses: readonly Pause[] = []): number {
  if (to <= from) return 0;
  // Both ends first: covering the second may replace the table that covered the first.
  tableAt(calendar, to);
  const table = tableAt(calendar, from);
  let ms = openBefore(table, to) - openBefore(table, from);
  if (pauses.length === 0) return ms;
  for (const pause of pausesInOrder(pauses)) {
    if (pause.from < to && pause.to > from) {
      ms -= openBefore(table, Math.min(to, pause.to)) - openBefore(table, Math.max(from, pause.from));
    }
  }
  return ms;
}

/**
 * The instant at which `ms` of open time after `at`, outside all pauses, run out; it lands on the close (or the pause)
 * when it runs out exactly there. Zero gives the first running moment at or after `at`. A negative `ms` walks back.
 * @throws {CalendarError} when the calendar stays closed for more than 400 days on the way.
 */
export function addOpenTime(calendar: Calendar, at: number, ms: number, pauses: readonly Pause[] = []): number {
  if (ms < 0) return subtractOpenTime(calendar, at, -ms, pauses);
  if (pauses.length === 0) return ms === 0 ? nextOpening(calendar, at) : forward(calendar, at, ms);
  let cursor = at;
  let remainingMs = ms;
  for (const pause of pausesInOrder(pauses)) {
    if (pause.to <= cursor) continue;
    if (remainingMs === 0) {
      const openingAt = nextOpening(calendar, cursor);
      if (openingAt < pause.from) return openingAt;
    } else {
      const runMs = openTimeBetween(calendar, cursor, pause.from);
      if (remainingMs <= runMs) break;
      remainingMs -= runMs;
    }
    cursor = pause.to;
  }
  return addOpenTime(calendar, cursor, remainingMs);
}

/**
 * The latest instant from which exactly `ms` of open time outside all pauses remain until `at`; it lands on the opening
 * (or the end of a pause) when it runs out there. Zero gives the latest moment at or before `at` that is inside or at the
 * end of a running stretch. A negative `ms` walks on.
 * @throws {CalendarError} when the calendar stays closed for more than 400 days on the way.
 */
export function subtractOpenTime(calendar: Calendar, at: number, ms: number, pauses: readonly Pause[] = []): number {
  if (ms < 0) return addOpenTime(calendar, at, -ms, pauses);
  if (pauses.length === 0) return ms === 0 ? previousOpenMoment(calendar, at) : backward(calendar, at, ms);
  if (ms === 0) return lastRunningMoment(calendar, at, pauses);
  let cursor = at;
  let remainingMs = ms;
  for (const pause of pausesInOrder(pauses).toReversed()) {
    if (pause.from >= cursor) continue;
    const runMs = openTimeBetween(calendar, pause.to, cursor);
    if (remainingMs <= runMs) break;
    remainingMs -= runMs;
    cursor = pause.from;
  }
  return backward(calendar, cursor, remainingMs);
}

function lastRunningMoment(calendar: Calendar, at: number, pauses: readonly Pause[]): number {
  let momentAt = previousOpenMoment(calendar, at);
  for (const pause of pausesInOrder(pauses).toReversed()) {
    if (pause.from >= momentAt) continue;
    if (momentAt > pause.to) return momentAt;
    momentAt = previousOpenMoment(calendar, pause.from);
  }
  return momentAt;
}

function forward(calendar: Calendar, at: number, ms: number): number {
  checkDuration(ms);
  let table = tableAt(calendar, at);
  let first = firstEndingAfter(table, at);
  let target = openBefore(table, at) + ms;
  while (table.totalMs < target) {
    table = growLater(calendar, table, at);
    first = firstEndingAfter(table, at);
    target = openBefore(table, at) + ms;
  }
  const last = firstReaching(table, first, target);
  refuseLongClosure(calendar, table, at, first, last);
  return (table.starts[last] as number) + target - (table.before[last] as number);
}

function backward(calendar: Calendar, at: number, ms: number): number {
  checkDuration(ms);
  let table = tableAt(calendar, at);
  let target = openBefore(table, at) - ms;
  while (target < 0) {
    table = growEarlier(calendar, table, at);
    target = openBefore(table, at) - ms;
  }
  const first = lastBeginningBy(table, target);
  const until = firstEndingAfter(table, at);
  const last = until < table.starts.length && (table.starts[until] as number) < at ? until : until - 1;
  if (at - (table.ends[last] as number) > closedMaxMs) throw staysClosed(calendar, at, 'before');
  if (table.afterLongClosure.some((i) => i > first && i <= last)) throw staysClosed(calendar, at, 'before');
  return (table.starts[first] as number) + target - (table.before[first] as number);
}

/**
 * The first open moment at or after an instant.
 * @throws {CalendarError} when there is none within 400 days.
 */
export function nextOpening(calendar: Calendar, at: number): number {
  let table = tableAt(calendar, at);
  let i = firstEndingAfter(table, at);
  while (i === table.starts.length) {
    table = growLater(calendar, table, at);
    i = firstEndingAfter(table, at);
  }
  const openingAt = Math.max(at, table.starts[i] as number);
  if (openingAt - at > closedMaxMs) throw staysClosed(calendar, at, 'after');
  return openingAt;
}

/** The first closing instant strictly after an instant; null when nothing closes within 400 days. */
export function nextClosing(calendar: Calendar, at: number): number | null {
  let table: Table | undefined = tableAt(calendar, at);
  for (;;) {
    const i = firstEndingAfter(table, at);
    const closingAt = table.ends[i];
    // An interval that reaches the edge of the table may go on beyond it.
    if (closingAt !== undefined && closingAt < table.untilAt) return closingAt - at > closedMaxMs ? null : closingAt;
    if (table.untilAt - at > closedMaxMs) return null;
    table = laterTable(calendar, table);
    if (!table) return null;
  }
}

/** The first opening instant strictly after an instant; null when nothing opens anew within 400 days. */
export function nextPeriodStart(calendar: Calendar, at: number): number | null {
  let table: Table | undefined = tableAt(calendar, at);
  for (;;) {
    const i = firstEndingAfter(table, at);
    const startAt = (table.starts[i] ?? 0) > at ? table.starts[i] : table.starts[i + 1];
    if (startAt !== undefined) return startAt - at > closedMaxMs ? null : startAt;
    if (table.untilAt - at > closedMaxMs) return null;
    table = laterTable(calendar, table);
    if (!table) return null;
  }
}

/**
 * The latest moment at or before an instant that is inside or at the end of an open period. At the very opening that is
 * the close before it: nothing of the new period has passed yet.
 * @throws {CalendarError} when there is none within 400 days.
 */
export function previousOpenMoment(calendar: Calendar, at: number): number {
  let table = tableAt(calendar, at);
  for (;;) {
    const i = firstEndingAfter(table, at);
    if (i < table.starts.length && (table.starts[i] as number) < at) return at;
    const closedAt = table.ends[i - 1];
    // An interval that begins with the table may go on before it.
    if (closedAt !== undefined && at > table.fromAt) {
      if (at - closedAt > closedMaxMs) throw staysClosed(calendar, at, 'before');
      return closedAt;
    }
    table = growEarlier(calendar, table, at);
  }
}

function checkDuration(ms: number): void {
  if (!Number.isSafeInteger(ms)) {
    throw new CalendarError(`The duration ${ms} is not a whole number of milliseconds; round it before asking.`);
  }
}
