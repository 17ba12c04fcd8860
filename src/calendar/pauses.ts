// Calendar room: stretches of real time in which a clock stands still.
// Answers: which stretches are these really, when some overlap or come in any order.
// Promises: in order, joined where they touch, none empty, so that neither order nor overlap can change an answer.

import { CalendarError } from './calendar-error.ts';

/** A stretch of real time, epoch milliseconds, in which a clock stands still: from `from` until just before `to`. */
export type Pause = { readonly from: number; readonly to: number };

/**
 * Pauses sorted and joined where they touch or overlap; empty ones fall away.
 * @throws {CalendarError} for a pause that ends before it starts or whose ends are not whole milliseconds.
 */
export function pausesInOrder(pauses: readonly Pause[]): Pause[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of pauses.toSorted((a, b) => a.from - b.from)) {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from) {
      throw new CalendarError(
        `A pause runs from ${from} to ${to}; give whole epoch milliseconds with the end not before the start.`,
      );
    }
    if (from === to) continue;
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}
