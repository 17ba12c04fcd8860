// Shows that the line which people see is the order in which routing takes them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyTurns, nextInPool, type Seat } from './fairness.ts';
import { lineOf } from './line.ts';

test('the front of the line is always who is taken next', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(weights, fc.array(fc.nat(31), { maxLength: 30 }), (list, rounds) => {
      let turns = {};
      for (const [at, closed] of rounds.entries()) {
        const seats = list.map((weight, i): Seat => ({ person: `p${i}`, weight, open: ((closed >> i) & 1) === 0 }));
        const next = nextInPool('ae', turns, seats, at);
        const front = lineOf('ae', turns, seats, at)[0];
        expect(next?.person).toBe(front?.open === true ? front.person : undefined);
        turns = applyTurns('ae', turns, next?.changes ?? []);
      }
    }),
  );
});

test('open people stand before closed ones, with how far they are behind and what they are owed', () => {
  const turn = (passes: number, lastAt: number) => ({ passes: passes * 5_354_228_880, lastAt, since: 0, weight: 1 });
  const turns = { ana: turn(3, 30), ben: { ...turn(4, 40), owed: 5_354_228_880 }, cleo: turn(3, 20) };
  const seats: Seat[] = ['ana', 'ben', 'cleo'].map((person) => ({ person, weight: 1, open: person !== 'cleo' }));
  expect(lineOf('ae', turns, seats, 50).map(({ person, behind, owed }) => [person, behind, owed])).toEqual([
    ['ana', 0, 0],
    ['ben', 1, 1],
    ['cleo', 0, 0],
  ]);
});
