// Shows that looking rungs up finds every rung that trying each in turn would find.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexRungs, type RungNeed, rungsThatMayHold } from './rung-index.ts';

const values = ['us', 'de', 7, true];
const need = fc.option(
  fc.record({ field: fc.constantFrom('country', 'size'), oneOf: fc.subarray(values, { minLength: 1 }) }),
  { nil: undefined },
);

test('exactly the rungs whose need is met, or that have none, are found in order', () => {
  fc.assert(
    fc.property(
      fc.array(need, { maxLength: 40 }),
      fc.constantFrom(...values, undefined),
      fc.constantFrom(...values, undefined),
      (needs, country, size) => {
        const facts: Record<string, string | number | boolean | undefined> = { country, size };
        const meets = (one: RungNeed | undefined): boolean =>
          one === undefined || one.oneOf.some((value) => value === facts[one.field]);
        const next = rungsThatMayHold(indexRungs(needs), (field) => facts[field]);
        const found: number[] = [];
        for (let i = next(0); i < needs.length; i = next(i + 1)) found.push(i);
        expect(found).toEqual(needs.flatMap((one, i) => (meets(one) ? [i] : [])));
        expect(next(needs.length)).toBe(needs.length);
      },
    ),
  );
});
