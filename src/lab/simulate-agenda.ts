// lab: what is going to happen, soonest first: a heap of entries with an instant. Equal instants keep the order in which
// they were added, so that a simulation repeats exactly.

import type { Instant } from '../words/time.ts';

export type Agenda<T> = { add(at: Instant, what: T): void; nextAt(): Instant | undefined; take(): T | undefined };

export function openAgenda<T>(): Agenda<T> {
  const heap: { at: Instant; order: number; what: T }[] = [];
  let count = 0;
  const before = (a: number, b: number): boolean => {
    const [left, right] = [heap[a], heap[b]];
    if (left === undefined || right === undefined) return false;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  };
  const swap = (a: number, b: number): void => {
    const [left, right] = [heap[a], heap[b]];
    if (left === undefined || right === undefined) return;
    heap[a] = right;
    heap[b] = left;
  };
  return {
    add(at, what) {
      heap.push({ at, order: count++, what });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!before(i, parent)) return;
        swap(i, parent);
        i = parent;
      }
    },
    nextAt: () => heap[0]?.at,
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first?.what;
      heap[0] = last;
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        const child = before(right, left) ? right : left;
        if (!before(child, i)) return first.what;
        swap(child, i);
        i = child;
      }
    },
  };
}
