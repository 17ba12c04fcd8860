// Calendar room: how a question finds its place in the table of open intervals.
// Answers: which interval is an instant in or before, how much open time lies before it, where is a given amount used up.
// Promises: a step or two for nearby answers, a binary search for far ones; the table grows when a question needs more,
// and growing stops with a sentence once 400 closed days in a row are known.

import { CalendarError } from './calendar-error.ts';
import type { CalendarSpec, Plan } from './spec.ts';
import { closedMaxMs, type Table, tableCovering, tableEarlier, tableLater } from './table.ts';
import { dayMs, type ZoneRules } from './zone.ts';

/** A checked calendar. Treat as opaque; `memo` holds the open intervals worked out so far and changes no answer. */
export type Calendar = {
  readonly spec: CalendarSpec;
  readonly zone: string;
  readonly plan: Plan;
  readonly rules: ZoneRules;
  readonly memo: { table: Table | undefined };
};

/** The table of a calendar, grown to cover an instant; errors as in tableCovering. */
export function tableAt(calendar: Calendar, at: number): Table {
  const { table } = calendar.memo;
  // Written so that NaN falls through to the check.
  if (table && at >= table.fromAt && at < table.untilAt && Number.isInteger(at)) return table;
  const covering = tableCovering(calendar.plan, calendar.rules, table, at);
  calendar.memo.table = covering;
  return covering;
}

/** The table one year further on; undefined where the known centuries end. */
export function laterTable(calendar: Calendar, table: Table): Table | undefined {
  const later = tableLater(calendar.plan, calendar.rules, table);
  if (later) calendar.memo.table = later;
  return later;
}

/** The table one year further back; undefined where the known centuries begin. */
export function earlierTable(calendar: Calendar, table: Table): Table | undefined {
  const earlier = tableEarlier(calendar.plan, calendar.rules, table);
  if (earlier) calendar.memo.table = earlier;
  return earlier;
}

/** As laterTable, for an answer that must be there: refuses once more than 400 closed days follow. */
export function growLater(calendar: Calendar, table: Table, at: number): Table {
  const openUntil = Math.max(at, table.ends.at(-1) ?? at);
  const later = table.untilAt - openUntil > closedMaxMs ? undefined : laterTable(calendar, table);
  if (!later) throw staysClosed(calendar, at, 'after');
  return later;
}

/** As earlierTable, for an answer that must be there: refuses once more than 400 closed days precede. */
export function growEarlier(calendar: Calendar, table: Table, at: number): Table {
  const openFrom = Math.min(at, table.starts[0] ?? at);
  const earlier = openFrom - table.fromAt > closedMaxMs ? undefined : earlierTable(calendar, table);
  if (!earlier) throw staysClosed(calendar, at, 'before');
  return earlier;
}

/** Refuses an answer that lies behind more than 400 closed days: intervals first to last, seen from `at`. */
export function refuseLongClosure(calendar: Calendar, table: Table, at: number, first: number, last: number): void {
  const isLong =
    (table.starts[first] as number) - at > closedMaxMs || table.afterLongClosure.some((i) => i > first && i <= last);
  if (isLong) throw staysClosed(calendar, at, 'after');
}

/** The refusal of a calendar that stays closed for more than 400 days. */
export function staysClosed(calendar: Calendar, at: number, side: 'after' | 'before'): CalendarError {
  const moment = new Date(at).toISOString();
  return new CalendarError(
    `The calendar in ${calendar.zone} stays closed for more than 400 days ${side} ${moment}; give it hours there, or shorten the absence that covers them.`,
  );
}

/** First interval whose end lies after an instant that the table covers. */
export function firstEndingAfter(table: Table, at: number): number {
  const { ends, index } = table;
  let i = index[Math.floor((at - table.fromAt) / dayMs)] as number;
  while (i < ends.length && (ends[i] as number) <= at) i += 1;
  return i;
}

/** Open milliseconds from the table's beginning to an instant that it covers. */
export function openBefore(table: Table, at: number): number {
  const i = firstEndingAfter(table, at);
  if (i === table.starts.length) return table.totalMs;
  const startAt = table.starts[i] as number;
  return (table.before[i] as number) + (at > startAt ? at - startAt : 0);
}

/** First interval, from `first` on, by whose end `target` open milliseconds have passed. */
export function firstReaching(table: Table, first: number, target: number): number {
  const { starts, ends, before } = table;
  let low = first;
  let step = 1;
  const reached = (i: number) => (before[i] as number) + (ends[i] as number) - (starts[i] as number) >= target;
  // Galloping: almost every duration of a clock runs out within a few periods.
  while (low + step < starts.length && !reached(low + step - 1)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step - 1, starts.length - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Last interval that begins when at most `target` open milliseconds have passed. */
export function lastBeginningBy(table: Table, target: number): number {
  let low = 0;
  let high = table.before.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.before[middle] as number) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}
