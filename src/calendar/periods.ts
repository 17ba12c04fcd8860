// Calendar room: the open periods around an instant.
// Answers: when are the next or the previous working stretches, for a calendar's preview and for capacity questions.
// Promises: in order of distance, the first one cut at the instant asked about, never an endless search.

import { isOpen, nextClosing, nextPeriodStart } from './calendar.ts';
import { type Calendar, earlierTable, firstEndingAfter, tableAt } from './lookup.ts';
import { closedMaxMs, type Table } from './table.ts';

/** An open stretch of time, closed at `to`. */
export type OpenPeriod = { readonly from: number; readonly to: number };

/**
 * The next open periods, the first one cut at `at`. Fewer than `count` where nothing opens within 400 days;
 * a period that does not close within 400 days is cut there.
 */
export function openPeriodsAfter(calendar: Calendar, at: number, count: number): OpenPeriod[] {
  const periods: OpenPeriod[] = [];
  let from: number | null = isOpen(calendar, at) ? at : nextPeriodStart(calendar, at);
  while (from !== null && periods.length < count) {
    const to: number | null = nextClosing(calendar, from);
    periods.push({ from, to: to ?? from + closedMaxMs });
    from = to === null ? null : nextPeriodStart(calendar, to);
  }
  return periods;
}

/** The previous open periods, newest first, the first one cut at `at`; limits as in openPeriodsAfter. */
export function openPeriodsBefore(calendar: Calendar, at: number, count: number): OpenPeriod[] {
  const periods: OpenPeriod[] = [];
  let until = at;
  while (periods.length < count) {
    const period = lastPeriodBefore(calendar, until);
    if (!period) break;
    periods.push(period);
    if (period.to - period.from >= closedMaxMs) break;
    until = period.from;
  }
  return periods;
}

function lastPeriodBefore(calendar: Calendar, at: number): OpenPeriod | undefined {
  let table: Table | undefined = tableAt(calendar, at);
  while (table) {
    const i = firstEndingAfter(table, at);
    const last = i < table.starts.length && (table.starts[i] as number) < at ? i : i - 1;
    const from = table.starts[last];
    const to = Math.min(at, table.ends[last] ?? at);
    if (from !== undefined && at - to > closedMaxMs) return undefined;
    if (from !== undefined && from > table.fromAt) return { from: Math.max(from, to - closedMaxMs), to };
    // Nothing yet, or it reaches the table's edge and may have begun before it.
    if (at - table.fromAt > 2 * closedMaxMs) return from === undefined ? undefined : { from: to - closedMaxMs, to };
    table = earlierTable(calendar, table);
  }
  return undefined;
}
