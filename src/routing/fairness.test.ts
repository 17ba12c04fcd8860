// Shows that turns are fair for ever: exact shares, the spread of RULINGS under random histories, no flood, no starving.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PoolTurns, Turn, TurnChange } from '../words/routing.ts';
import { applyTurns, creditChange, joinChange, nextInPool, returnChange, type Seat, settlePool } from './fairness.ts';
import { rebaseMin, UNIT } from './place.ts';

const POOL = 'ae';

const seat = (person: string, weight = 1, open = true): Seat => ({ person, weight, open });

/** Plays leads one after another; answers who got them and the turns afterwards. */
function play(
  seats: readonly Seat[],
  leads: number,
  turns: PoolTurns = {},
  at = 1,
): { picks: string[]; turns: PoolTurns } {
  const picks: string[] = [];
  let now = turns;
  for (let i = 0; i < leads; i++) {
    const next = nextInPool(POOL, now, seats, at + i);
    if (next === undefined) throw new Error('Nobody was open.');
    picks.push(next.person);
    now = applyTurns(POOL, now, next.changes);
  }
  return { picks, turns: now };
}

function countsOf(picks: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const person of picks) counts[person] = (counts[person] ?? 0) + 1;
  return counts;
}

/** The exact place of a turn, as a fraction over every possible weight. */
const EVERY = Array.from({ length: 100 }, (_, i) => BigInt(i + 1)).reduce((all, n) => (all / gcd(all, n)) * n, 1n);
function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
const exact = (turn: Turn): bigint =>
  BigInt(turn.passes) * EVERY + (BigInt(turn.rest ?? 0) * EVERY) / BigInt(turn.weight ?? 1);
const oneTurn = (weight: number): bigint => (BigInt(UNIT) * EVERY) / BigInt(weight);

describe('shares', () => {
  test('30 leads to two members of equal weight are 15 and 15', () => {
    expect(countsOf(play([seat('junior'), seat('senior')], 30).picks)).toEqual({ junior: 15, senior: 15 });
  });

  test('200 leads to five members are 40 each, also when all arrive in the same millisecond', () => {
    let turns: PoolTurns = {};
    const picks: string[] = [];
    const seats = ['a', 'b', 'c', 'd', 'e'].map((person) => seat(person));
    for (let i = 0; i < 200; i++) {
      const next = nextInPool(POOL, turns, seats, 7);
      picks.push(next?.person ?? '');
      turns = applyTurns(POOL, turns, next?.changes ?? []);
    }
    expect(countsOf(picks)).toEqual({ a: 40, b: 40, c: 40, d: 40, e: 40 });
  });

  test('any weights from 1 to 100 give exactly their shares after each full round', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 3 }), (list, rounds) => {
        const seats = list.map((weight, i) => seat(`p${i}`, weight));
        const round = list.reduce((sum, weight) => sum + weight, 0);
        const { picks, turns } = play(seats, round * rounds);
        expect(countsOf(picks)).toEqual(Object.fromEntries(list.map((weight, i) => [`p${i}`, weight * rounds])));
        for (const turn of Object.values(turns)) expect(turn).toMatchObject({ passes: UNIT * rounds });
        for (const turn of Object.values(turns)) expect(turn.rest).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test('a full tie is broken by id, not by the order of the list', () => {
    expect(play([seat('zoe'), seat('ana'), seat('moe')], 6).picks).toEqual(['ana', 'moe', 'zoe', 'ana', 'moe', 'zoe']);
  });

  test('an equal place goes to whoever was assigned longest ago', () => {
    const turns: PoolTurns = {
      ana: { passes: UNIT, lastAt: 500, since: 0, weight: 1 },
      ben: { passes: UNIT, lastAt: 400, since: 0, weight: 1 },
    };
    expect(nextInPool(POOL, turns, [seat('ana'), seat('ben')], 900)?.person).toBe('ben');
  });

  test('asking who is next changes nothing, and nobody is next where nobody is open', () => {
    const { turns } = play([seat('ana'), seat('ben')], 3);
    const copy = structuredClone(turns);
    nextInPool(POOL, turns, [seat('ana'), seat('ben')], 99);
    expect(turns).toEqual(copy);
    expect(nextInPool(POOL, turns, [seat('ana', 1, false)], 99)).toBeUndefined();
  });

  test('a person whose id is a word of the language is a newcomer like any other', () => {
    expect(play([seat('constructor'), seat('__proto__x')], 2).picks).toEqual(['__proto__x', 'constructor']);
  });

  test('a weight outside 1 to 100 is refused with a sentence', () => {
    expect(() => nextInPool(POOL, {}, [seat('ana', 0)], 1)).toThrow(
      'The weight 0 of a pool member is not a whole number',
    );
    expect(() => nextInPool(POOL, {}, [seat('ana', 2.5)], 1)).toThrow('whole number from 1 to 100');
  });
});

describe('joining and leaving', () => {
  test('a newcomer is neither flooded nor starved', () => {
    const { turns } = play([seat('ana'), seat('ben')], 100);
    const { picks } = play([seat('ana'), seat('ben'), seat('new')], 30, turns, 1_000);
    expect(countsOf(picks)).toEqual({ ana: 10, ben: 10, new: 10 });
    expect(picks.slice(0, 3)).toContain('new');
  });

  test('of newcomers who keep arriving, each waits behind whoever stands at the same place, and none gets a second turn', () => {
    let { turns } = play([seat('ana'), seat('ben')], 3);
    const seats = [seat('ana'), seat('ben')];
    const picks: string[] = [];
    for (let i = 0; i < 10; i++) {
      seats.push(seat(`new${i}`));
      const next = nextInPool(POOL, turns, seats, 100 + i);
      picks.push(next?.person ?? '');
      turns = applyTurns(POOL, turns, next?.changes ?? []);
    }
    expect(picks[0]).toBe('ben');
    expect(new Set(picks).size).toBe(10);
  });

  test('adding or removing a member keeps everybody else where they are', () => {
    const { turns } = play([seat('ana'), seat('ben'), seat('cleo')], 4);
    const without = nextInPool(POOL, turns, [seat('ben'), seat('cleo')], 50);
    expect(without?.person).toBe('ben');
    const more = nextInPool(POOL, turns, [seat('ana'), seat('ben'), seat('cleo'), seat('new')], 50);
    expect(more?.person).toBe('ben');
    expect(more?.changes.map(({ person, why }) => [person, why])).toEqual([
      ['new', 'joined'],
      ['ben', 'assigned'],
    ]);
  });

  test('leave is not caught up: somebody back starts at the pool’s least', () => {
    const start = play([seat('ana'), seat('ben')], 10).turns;
    const { turns } = play([seat('ana'), seat('ben', 1, false)], 50, start, 100);
    const back: Seat[] = [seat('ana'), { ...seat('ben'), backAt: 900 }];
    const next = nextInPool(POOL, turns, back, 1_000);
    expect(next?.person).toBe('ben');
    const { picks } = play(back, 20, turns, 1_000);
    expect(countsOf(picks)).toEqual({ ana: 10, ben: 10 });
  });

  test('a return is counted once', () => {
    const { turns } = play([seat('ana'), seat('ben')], 10);
    const back: Seat[] = [seat('ana'), { ...seat('ben'), backAt: 900 }];
    const first = nextInPool(POOL, turns, back, 1_000);
    const second = nextInPool(POOL, applyTurns(POOL, turns, first?.changes ?? []), back, 1_001);
    expect(first?.changes.map(({ why }) => why)).toContain('returned');
    expect(second?.changes.map(({ why }) => why)).toEqual(['assigned']);
  });

  test('returnChange lifts to the pool’s least and never moves back', () => {
    const turns: PoolTurns = {
      ana: { passes: 5 * UNIT, lastAt: 5, since: 0, weight: 1 },
      ben: { passes: 2 * UNIT, lastAt: 2, since: 0, weight: 1 },
    };
    const change = returnChange(POOL, turns, [seat('ana')], seat('ben'), 9);
    expect(change).toMatchObject({
      why: 'returned',
      before: 2 * UNIT,
      turn: { passes: 5 * UNIT, since: 9, lastAt: 2 },
    });
    expect(returnChange(POOL, turns, [seat('ben')], seat('ana'), 9)?.turn.passes).toBe(3 * UNIT);
    expect(returnChange(POOL, turns, [seat('ana')], seat('stranger'), 9)).toBeUndefined();
  });

  test('joinChange gives the pool’s time, and nothing to a member', () => {
    const { turns } = play([seat('ana'), seat('ben')], 5);
    const change = joinChange(POOL, turns, [seat('ana'), seat('ben')], seat('new'), 77);
    expect(change).toEqual({
      pool: POOL,
      person: 'new',
      turn: { passes: 2 * UNIT, lastAt: 77, since: 77, weight: 1 },
      why: 'joined',
    });
    expect(joinChange(POOL, turns, [], seat('ana'), 77)).toBeUndefined();
  });
});

describe('being passed over', () => {
  test('somebody closed for one handoff is next afterwards', () => {
    const { turns } = play([seat('ana'), seat('ben'), seat('cleo')], 3);
    const closed = play([seat('ana', 1, false), seat('ben'), seat('cleo')], 1, turns, 10);
    expect(closed.picks).toEqual(['ben']);
    expect(play([seat('ana'), seat('ben'), seat('cleo')], 1, closed.turns, 11).picks).toEqual(['ana']);
  });

  test('a night of closed hours is no backlog: the morning brings one turn, not twenty', () => {
    const start = play([seat('ana'), seat('ben')], 4).turns;
    const { turns } = play([seat('ana', 1, false), seat('ben')], 20, start, 100);
    const { picks } = play([seat('ana'), seat('ben')], 9, turns, 200);
    expect(picks.slice(0, 2)).toEqual(['ana', 'ben']);
    expect(countsOf(picks)).toEqual({ ana: 5, ben: 4 });
  });

  test('a sender who is passed over for their own leads still gets an equal share of all', () => {
    let turns: PoolTurns = {};
    const picks: string[] = [];
    for (let i = 0; i < 40; i++) {
      const next = nextInPool(POOL, turns, [seat('ana', 1, i % 2 === 1), seat('ben')], i);
      picks.push(next?.person ?? '');
      turns = applyTurns(POOL, turns, next?.changes ?? []);
    }
    expect(countsOf(picks)).toEqual({ ana: 20, ben: 20 });
  });
});

describe('credits', () => {
  test('a credit right after the turn takes the turn back', () => {
    const { turns } = play([seat('ana'), seat('ben'), seat('cleo')], 4);
    const credited = applyTurns(POOL, turns, [creditChange(POOL, turns, [seat('ben'), seat('cleo')], seat('ana'), 9)]);
    expect(credited.ana?.passes).toBe(UNIT);
    const { picks } = play([seat('ana'), seat('ben'), seat('cleo')], 9, credited, 10);
    expect(countsOf(picks)).toEqual({ ana: 3, ben: 3, cleo: 3 });
  });

  test('a late credit that has no room is owed, and the next turn is free', () => {
    const turns: PoolTurns = {
      ana: { passes: 5 * UNIT, lastAt: 1, since: 0, weight: 1 },
      ben: { passes: 6 * UNIT, lastAt: 2, since: 0, weight: 1 },
      cleo: { passes: 5 * UNIT, lastAt: 3, since: 0, weight: 1 },
    };
    const seats = [seat('ana'), seat('ben'), seat('cleo')];
    const change = creditChange(POOL, turns, seats, seat('ana'), 9);
    expect(change).toMatchObject({ why: 'credited', turn: { passes: 5 * UNIT, owed: UNIT } });
    const { picks, turns: after } = play(seats, 12, applyTurns(POOL, turns, [change]), 10);
    expect(countsOf(picks)).toEqual({ ana: 5, ben: 3, cleo: 4 });
    expect(after.ana?.owed).toBeUndefined();
  });

  test('several credits give exactly as many turns more, one after another', () => {
    let { turns } = play([seat('ana'), seat('ben')], 20);
    for (let i = 0; i < 3; i++)
      turns = applyTurns(POOL, turns, [creditChange(POOL, turns, [seat('ben')], seat('ana'), 30)]);
    const { picks } = play([seat('ana'), seat('ben')], 23, turns, 40);
    expect(countsOf(picks)).toEqual({ ana: 13, ben: 10 });
  });

  test('a credit to somebody new counts, and no place falls below zero', () => {
    const change = creditChange(POOL, {}, [], seat('ana'), 5);
    expect(change.turn).toMatchObject({ passes: 0, owed: UNIT });
  });
});

describe('weights', () => {
  test('a raised weight counts from now on: nothing is caught up, nobody starves', () => {
    const { turns } = play([seat('ana', 1), seat('ben', 10)], 11);
    const seats = [seat('ana', 10), seat('ben', 10)];
    const { picks } = play(seats, 20, turns, 100);
    expect(countsOf(picks)).toEqual({ ana: 10, ben: 10 });
  });

  test('a change of weight is recorded once, even when it moves a place', () => {
    const turns: PoolTurns = {
      ana: { passes: UNIT, lastAt: 5, since: 0, weight: 1 },
      ben: { passes: 0, lastAt: 4, since: 0, weight: 10 },
    };
    const next = nextInPool(POOL, turns, [seat('ana', 10), seat('ben', 10)], 9);
    expect(next?.changes).toMatchObject([
      { person: 'ana', why: 'settled', before: UNIT, turn: { passes: UNIT / 10, weight: 10 } },
      { person: 'ben', why: 'assigned' },
    ]);
  });
});

describe('for ever', () => {
  test('places are counted down in the event that spends the turn, long before they stop being exact', () => {
    const turns: PoolTurns = {
      ana: { passes: rebaseMin, lastAt: 1, since: 0, weight: 1 },
      ben: { passes: rebaseMin, lastAt: 2, since: 0, weight: 1 },
      gone: { passes: 12, lastAt: 0, since: 0, weight: 1 },
    };
    const next = nextInPool(POOL, turns, [seat('ana'), seat('ben')], 9);
    const after = applyTurns(POOL, turns, next?.changes ?? []);
    expect(next?.changes.map(({ person, why }) => [person, why])).toEqual([
      ['ana', 'assigned'],
      ['ben', 'settled'],
      ['gone', 'settled'],
    ]);
    expect(after).toMatchObject({ ana: { passes: UNIT }, ben: { passes: 0 }, gone: { passes: 0 } });
    expect(countsOf(play([seat('ana'), seat('ben')], 9, after, 10).picks)).toEqual({ ana: 4, ben: 5 });
  });
});

// The model: a pool of up to five people to whom everything happens that can happen to a team.
type Member = { weight: number; in: boolean; closed: boolean; away: boolean; backAt?: number };
type Command =
  | { do: 'lead'; except?: number }
  | { do: 'join' | 'leave' | 'close' | 'open' | 'away' | 'back' | 'credit'; who: number }
  | { do: 'weigh'; who: number; weight: number };

const who = fc.integer({ min: 0, max: 4 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('lead' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lead' as const), except: who }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('join', 'leave', 'close', 'open', 'away', 'back', 'credit'), who }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('weigh' as const), who, weight: fc.integer({ min: 1, max: 100 }) }),
  },
);

const idOf = (i: number): string => `p${i}`;

class Team {
  turns: PoolTurns = {};
  at = 1;
  readonly members: Member[];
  constructor(weights: readonly number[]) {
    this.members = weights.map((weight, i) => ({ weight, in: i < 3, closed: false, away: false }));
  }

  seats(except?: number): Seat[] {
    return this.members.flatMap((member, i) => {
      if (!member.in) return [];
      const open = !member.closed && !member.away && i !== except;
      return [
        {
          person: idOf(i),
          weight: member.weight,
          open,
          ...(member.backAt === undefined ? {} : { backAt: member.backAt }),
        },
      ];
    });
  }

  apply(changes: readonly TurnChange[]): void {
    this.turns = applyTurns(POOL, this.turns, changes);
  }

  /** Everything but leads and credits. */
  happen(order: Exclude<Command, { do: 'lead' }>): void {
    const member = this.members[order.who] as Member;
    if (order.do === 'weigh') member.weight = order.weight;
    if (order.do === 'join') member.in = true;
    if (order.do === 'leave') member.in = false;
    if (order.do === 'close') member.closed = true;
    if (order.do === 'open') member.closed = false;
    if (order.do === 'away') member.away = true;
    if (order.do === 'back' && member.away) {
      member.away = false;
      member.backAt = this.at;
    }
  }
}

describe('for any history of joins, leaves, PTO, closed hours, rejections, credits and changes of weight', () => {
  test('places of available people never differ by more than one turn of whoever is ahead', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
        fc.array(command, { maxLength: 120 }),
        (weights, orders) => {
          const team = new Team(weights);
          for (const order of orders) {
            team.at += 1;
            if (order.do === 'lead') {
              const seats = team.seats(order.except);
              const next = nextInPool(POOL, team.turns, seats, team.at);
              if (next === undefined) continue;
              team.apply(next.changes);
              expectWithinBound(seats, team.turns);
            } else if (order.do === 'credit') {
              const seats = team.seats();
              team.apply(settlePool(POOL, team.turns, seats, team.at).changes);
              const member = team.members[order.who] as Member;
              const credited = { ...seat(idOf(order.who), member.weight), open: true };
              team.apply([creditChange(POOL, team.turns, seats, credited, team.at)]);
              expectWithinBound(seats, team.turns);
            } else {
              team.happen(order);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('in any window with the same people available, shares differ by at most 2/min(weight), net of credits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
        fc.array(command, { maxLength: 60 }),
        fc.integer({ min: 1, max: 150 }),
        (weights, orders, length) => {
          const team = new Team(weights);
          for (const order of orders) {
            team.at += 1;
            if (order.do === 'lead')
              team.apply(nextInPool(POOL, team.turns, team.seats(order.except), team.at)?.changes ?? []);
            else if (order.do === 'credit') {
              const member = team.members[order.who] as Member;
              team.apply([creditChange(POOL, team.turns, team.seats(), seat(idOf(order.who), member.weight), team.at)]);
            } else team.happen(order);
          }
          const seats = team.seats().filter(({ open }) => open);
          const owed = new Map(seats.map(({ person }) => [person, team.turns[person]?.owed ?? 0]));
          const got = new Map(seats.map(({ person }) => [person, 0]));
          for (let i = 0; i < length && seats.length > 0; i++) {
            team.at += 1;
            const next = nextInPool(POOL, team.turns, team.seats(), team.at);
            if (next === undefined) return;
            team.apply(next.changes);
            got.set(next.person, (got.get(next.person) ?? 0) + 1);
            expectFairWindow(seats, got, (person) => (owed.get(person) ?? 0) - (team.turns[person]?.owed ?? 0));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('with equal weights and the same people, nobody is ever more than one apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 60 }),
        (n, weight, leads) => {
          const seats = Array.from({ length: n }, (_, i) => seat(idOf(i), weight));
          const counts = Object.values(countsOf(play(seats, leads).picks));
          while (counts.length < n) counts.push(0);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('the same history gives the same turns, to the last unit', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (orders) => {
        const runs = [new Team([1, 2, 3, 50, 97]), new Team([1, 2, 3, 50, 97])];
        for (const team of runs) {
          for (const order of orders) {
            team.at += 1;
            if (order.do === 'lead')
              team.apply(nextInPool(POOL, team.turns, team.seats(order.except), team.at)?.changes ?? []);
            else if (order.do !== 'credit') team.happen(order);
          }
        }
        expect(runs[0]?.turns).toEqual(runs[1]?.turns);
      }),
      { numRuns: 50 },
    );
  });
});

/** Fails with the pair that is too far apart. */
function expectWithinBound(seats: readonly Seat[], turns: PoolTurns): void {
  const open = seats.filter((one) => one.open && turns[one.person] !== undefined);
  const places = open.map(({ person }) => exact(turns[person] as Turn));
  const odd = open.filter(
    ({ person }) => !Number.isSafeInteger(turns[person]?.passes) || (turns[person]?.passes ?? 0) < 0,
  );
  const apart = open.flatMap((ahead, i) =>
    open
      .filter((_, j) => (places[i] as bigint) - (places[j] as bigint) > oneTurn(ahead.weight))
      .map((behind) => [ahead, behind]),
  );
  if (odd.length > 0 || apart.length > 0) expect({ odd, apart, turns }).toEqual({ odd: [], apart: [], turns });
}

/** Shares as exact fractions: turns ÷ weight, less the credit used up in the window. */
function expectFairWindow(seats: readonly Seat[], got: Map<string, number>, used: (person: string) => number): void {
  const shares = seats.map(
    ({ person, weight }) => BigInt(got.get(person) ?? 0) * oneTurn(weight) - BigInt(used(person)) * EVERY,
  );
  const apart = seats.flatMap((a, i) =>
    seats
      .filter((b, j) => (shares[i] as bigint) - (shares[j] as bigint) > 2n * oneTurn(Math.min(a.weight, b.weight)))
      .map((b) => [a.person, b.person]),
  );
  if (apart.length > 0) expect({ apart, got, seats }).toEqual({ apart: [], got, seats });
}
