import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAgenda } from './simulate-agenda.ts';

test('gives back everything, soonest first, equal instants in the order they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (instants) => {
      const agenda = openAgenda<number>();
      instants.forEach((at, i) => {
        agenda.add(at, i);
      });
      const taken: number[] = [];
      while (agenda.nextAt() !== undefined) taken.push(agenda.take() ?? -1);
      const expected = instants.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i);
      expect(taken).toEqual(expected.map(({ i }) => i));
    }),
  );
});

test('an empty agenda has no next instant', () => {
  const agenda = openAgenda<string>();
  expect([agenda.nextAt(), agenda.take()]).toEqual([undefined, undefined]);
});
