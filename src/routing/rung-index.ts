// Routing room: which rungs of a long ladder can apply at all?
// Most conditions of a long ladder ask that one field equals something; those are looked up instead of evaluated.
// Promises: never passes over a rung whose condition may hold; a lookup costs the same however many rungs do not apply.

import type { FieldValue } from '../words/policy.ts';

/** What a rung's condition cannot hold without: a field that equals one of these values. */
export type RungNeed = { field: string; oneOf: readonly FieldValue[] };

export type RungIndex = {
  /** Rungs that must be tried whatever the facts. */
  always: readonly number[];
  byField: ReadonlyMap<string, ReadonlyMap<FieldValue, readonly number[]>>;
  length: number;
};

/** Built once per ladder; undefined stands for a rung about which nothing is known, or without a condition. */
export function indexRungs(needs: readonly (RungNeed | undefined)[]): RungIndex {
  const always: number[] = [];
  const byField = new Map<string, Map<FieldValue, number[]>>();
  for (const [i, need] of needs.entries()) {
    if (need === undefined) {
      always.push(i);
      continue;
    }
    const values = byField.get(need.field) ?? new Map<FieldValue, number[]>();
    byField.set(need.field, values);
    for (const value of new Set(need.oneOf)) {
      const rungs = values.get(value);
      if (rungs === undefined) values.set(value, [i]);
      else rungs.push(i);
    }
  }
  return { always, byField, length: needs.length };
}

/** For the facts of one handoff: the first rung from `from` on that may apply, or the ladder's length. */
export function rungsThatMayHold(
  index: RungIndex,
  fact: (field: string) => FieldValue | undefined,
): (from: number) => number {
  const lists: (readonly number[])[] = [index.always];
  for (const [field, values] of index.byField) {
    const value = fact(field);
    const rungs = value === undefined ? undefined : values.get(value);
    if (rungs !== undefined) lists.push(rungs);
  }
  return (from) => {
    let next = index.length;
    for (const rungs of lists) next = Math.min(next, firstFrom(rungs, from) ?? next);
    return next;
  };
}

/** The first number not below `from` in a rising list. */
function firstFrom(rungs: readonly number[], from: number): number | undefined {
  let low = 0;
  let high = rungs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rungs[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return rungs[low];
}
