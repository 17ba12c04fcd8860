// Shows the rungs beyond turns: territories, claims, what a pool asks of its members, limits in sliding windows, ramps, and
// what `else` says. Every decision here comes out the same again from its record.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PoolSpec, Rung, Territory } from '../words/policy.ts';
import type { Person } from '../words/roster.ts';
import type { Pools, TurnChange } from '../words/routing.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import { whatWouldHaveChanged } from './explain.ts';
import { applyTurns } from './fairness.ts';
import { rampAt, rampUp } from './ramp.ts';
import { replayDecision } from './replay.ts';
import { type Availability, type RouteInput, type RouteResult, route } from './route.ts';
import { ownersOn } from './territory.ts';
import { fullWindow } from './window.ts';

const NOW = Date.UTC(2026, 10, 25, 12);
const WEEK = 7 * DAY;

type Scene = {
  people?: (Partial<Person> & { id: string })[];
  rungs: Rung[];
  pools?: Record<string, PoolSpec>;
  territories?: Record<string, Territory>;
  hours?: Record<string, Availability>;
  holding?: string[];
  more?: Partial<RouteInput>;
};

/** ana, ben and cleo in the pool ae; mia leads their team, fay is the fallback, sam the sender. */
function scene({
  people = [],
  rungs,
  pools = {},
  territories = {},
  hours = {},
  holding = [],
  more = {},
}: Scene): RouteInput {
  const usual = ['ana', 'ben', 'cleo', 'mia', 'fay', 'rita', 'sam'].filter((id) => people.every((p) => p.id !== id));
  const all = [...people, ...usual.map((id) => ({ id }))].map(
    (p): Person => ({ roles: ['ae'], team: 'sales', absences: [], weight: 1, active: true, joinedAt: 0, ...p }),
  );
  return {
    at: NOW,
    policy: 'hash',
    segment: 'all',
    rungs,
    fallback: 'fay',
    lastRung: 'rita',
    sender: 'sam',
    allowSelf: false,
    declined: [],
    test: (condition) => ({ holds: holding.includes(condition) }),
    roster: {
      version: 1,
      people: new Map(all.map((p) => [p.id, p])),
      teams: new Map([['sales', { id: 'sales', name: 'Sales', lead: 'mia' }]]),
    },
    poolSpecs: { ae: { members: [{ person: 'ana' }, { person: 'ben' }, { person: 'cleo' }] }, ...pools },
    territories,
    today: () => '2026-11-25',
    pools: new Map(),
    load: () => 0,
    availability: (id) => hours[id] ?? { openNow: true },
    holdMaxMs: 4 * HOUR,
    ...more,
  };
}

function choose(input: RouteInput): RouteResult {
  const result = route(input);
  expect(replayDecision(result.record)).toMatchObject({ same: true });
  expect(JSON.parse(JSON.stringify(result.record))).toEqual(result.record);
  return result;
}

const closedUntil = (at: number): Availability => ({ openNow: false, nextOpenAt: at });

function turned(pools: Pools, turns: readonly TurnChange[]): Pools {
  const next = new Map(pools);
  for (const pool of new Set(turns.map((change) => change.pool)))
    next.set(pool, applyTurns(pool, next.get(pool) ?? {}, turns));
  return next;
}

describe('territories', () => {
  const territories: Record<string, Territory> = {
    dach: {
      when: 'is-dach',
      owners: [
        { person: 'ben', until: '2026-11-24' },
        { person: 'ana', from: '2026-11-25' },
      ],
    },
    world: { when: 'is-any', owners: [], pool: 'ae' },
  };
  const rungs: Rung[] = [{ use: 'territory' }];

  test('the first territory that has the prospect gives its owner of the day', () => {
    const result = choose(scene({ rungs, territories, holding: ['is-dach', 'is-any'] }));
    expect(result.person).toBe('ana');
    expect(result.record.sentence).toBe('ana: owns territory dach');
    const before = scene({ rungs, territories, holding: ['is-dach'], more: { today: () => '2026-11-24' } });
    expect(choose(before).person).toBe('ben');
  });

  test('a territory of nobody gives whoever is next in turn of its pool', () => {
    const result = choose(scene({ rungs, territories, holding: ['is-any'] }));
    expect(result.person).toBe('ana');
    expect(result.record.rungs).toMatchObject([
      { use: 'round-robin', territory: 'world', pool: 'ae', result: 'matched' },
    ]);
    expect(result.record.turns.at(-1)).toMatchObject({ pool: 'ae', person: 'ana', why: 'assigned' });
  });

  test('an owner who is not free leaves it to the pool, and without one to the next rung', () => {
    const shared = { ...territories, dach: { ...(territories.dach as Territory), pool: 'ae' } };
    const hours = { ana: closedUntil(NOW + 40 * HOUR) };
    const both = choose(scene({ rungs, territories: shared, holding: ['is-dach'], hours }));
    expect(both.person).toBe('ben');
    const next = choose(
      scene({ rungs: [...rungs, { use: 'person', person: 'cleo' }], territories, holding: ['is-dach'], hours }),
    );
    expect(next.person).toBe('cleo');
  });

  test('a prospect of no territory, and a territory of nobody, say so', () => {
    const none = choose(scene({ rungs, territories }));
    expect(none.record.rungs[0]).toMatchObject({ result: 'nobody', why: 'no territory has this prospect' });
    const nobody = choose(scene({ rungs, territories, holding: ['is-dach'], more: { today: () => '2020-01-01' } }));
    expect(nobody.person).toBe('ben');
    const empty = { dach: { when: 'is-dach', owners: [{ person: 'ben', from: '2027-01-01' }] } };
    const later = choose(scene({ rungs, territories: empty, holding: ['is-dach'] }));
    expect(later.record.rungs[0]?.why).toBe('nobody owns territory dach on 2026-11-25');
  });

  test('a rung can ask for some territories only', () => {
    const only: Rung[] = [{ use: 'territory', of: ['world'] }];
    expect(choose(scene({ rungs: only, territories, holding: ['is-dach'] })).record.usedFallback).toBe(true);
  });

  test('both days of an owner count, and an open end never ends', () => {
    const owners = [
      { person: 'ana', from: '2026-01-01', until: '2026-06-30' },
      { person: 'ben', from: '2026-07-01' },
    ];
    expect(
      ['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01', '2099-01-01'].map((d) => ownersOn(owners, d)),
    ).toEqual([[], ['ana'], ['ana'], ['ben'], ['ben']]);
  });
});

describe('claims', () => {
  const rungs: Rung[] = [{ use: 'claim', pool: 'ae' }];

  test('a claim is offered to the whole pool, and the lead of its team answers for it; no turn is spent', () => {
    const result = choose(scene({ rungs }));
    expect(result).toMatchObject({ person: 'mia', claim: 'ae' });
    expect(result.record.turns).toEqual([]);
    expect(result.record.sentence).toBe(
      'mia answers for it: offered to everybody of pool ae, the first to accept has it (3 of 3 free)',
    );
    expect(whatWouldHaveChanged(result.record, 'ben')).toBe(
      'ben can claim it from pool ae, like everybody there who is free.',
    );
  });

  test('the pool can name who answers for it', () => {
    const pools = { ae: { members: [{ person: 'ana' }], lead: 'rita' } };
    expect(choose(scene({ rungs, pools })).person).toBe('rita');
  });

  test('a pool of which nobody is there waits for the first who is', () => {
    const hours = { ana: closedUntil(NOW + 2 * HOUR), ben: closedUntil(NOW + HOUR), cleo: closedUntil(NOW + 3 * HOUR) };
    expect(choose(scene({ rungs, hours })).holdUntil).toBe(NOW + HOUR);
  });

  test('a pool that let it expire is not asked again, nor waited for', () => {
    const hours = { ana: closedUntil(NOW + HOUR) };
    const result = choose(
      scene({ rungs: [...rungs, { use: 'person', person: 'cleo' }], hours, more: { passedPools: ['ae'] } }),
    );
    expect([result.person, result.record.rungs[0]?.why]).toEqual(['cleo', 'nobody of it claimed this handoff in time']);
    expect(choose(scene({ rungs, hours, more: { passedPools: ['ae'] } })).person).toBe('fay');
  });
});

describe('what a pool asks of its members', () => {
  const pools: Record<string, PoolSpec> = {
    ae: {
      members: [{ person: 'ana' }, { person: 'ben' }, { person: 'cleo' }],
      with: { skill: 'product', language: 'language' },
    },
  };
  const people = [
    { id: 'ana', skills: ['Billing'] },
    { id: 'ben', skills: ['billing', 'german'] },
    { id: 'cleo', skills: ['storage', 'german'] },
  ];
  const rungs: Rung[] = [{ use: 'round-robin', pool: 'ae' }];

  test('only members who have what the prospect needs; the others are named with what they lack', () => {
    const result = choose(scene({ rungs, pools, people, more: { lead: { product: 'Billing', language: 'German' } } }));
    expect(result.person).toBe('ben');
    expect(result.record.sentence).toContain('ana lacks German');
    expect(whatWouldHaveChanged(result.record, 'ana')).toBe('ana would have got it had ana had German.');
  });

  test('what is not known about the prospect asks for nothing', () => {
    expect(choose(scene({ rungs, pools, people, more: { lead: {} } })).person).toBe('ana');
  });

  test('somebody who lacks it is waited for by nobody, and is still better than nobody', () => {
    const lead = { product: 'networks' };
    expect(choose(scene({ rungs, pools, people, more: { lead } })).person).toBe('fay');
    const gone = [...people, { id: 'fay', active: false }, { id: 'rita', active: false }, { id: 'mia', active: false }];
    expect(choose(scene({ rungs, pools, people: gone, more: { lead, sender: 'sam' } })).person).toBe('ana');
  });

  test('a territory of the roster can be asked for too', () => {
    const asked = { ae: { members: [{ person: 'ana' }, { person: 'ben' }], with: { territory: 'region' } } };
    const roster = [{ id: 'ben', territories: ['north'] }];
    expect(choose(scene({ rungs, pools: asked, people: roster, more: { lead: { region: 'North' } } })).person).toBe(
      'ben',
    );
  });
});

describe('limits', () => {
  const rungs: Rung[] = [{ use: 'round-robin', pool: 'ae' }];

  test('a window of the pool counts offers exactly, and says when there is room again', () => {
    const pools = { ae: { members: [{ person: 'ana' }], capacity: { windows: [{ withinMs: DAY, most: 2 }] } } };
    let turns: Pools = new Map();
    for (const minutes of [0, 60]) {
      const result = choose(scene({ rungs, pools, more: { at: NOW + minutes * MINUTE, pools: turns } }));
      expect(result.person).toBe('ana');
      turns = turned(turns, result.record.turns);
    }
    const full = choose(scene({ rungs, pools, more: { at: NOW + 2 * HOUR, pools: turns, holdMaxMs: DAY } }));
    expect(full.holdUntil).toBe(NOW + DAY);
    expect(full.record.rungs[0]?.candidates[0]).toMatchObject({ skip: 'full', load: '2/2 in 24 h', until: NOW + DAY });
    expect(choose(scene({ rungs, pools, more: { at: NOW + DAY, pools: turns } })).person).toBe('ana');
  });

  test('a person’s own window counts whatever the rung', () => {
    const people = [{ id: 'ana', windows: [{ withinMs: HOUR, most: 1 }] }];
    const named: Rung[] = [{ use: 'person', person: 'ana' }];
    const first = choose(scene({ rungs: named, people }));
    expect(first.record.turns).toMatchObject([{ pool: 'person:ana', person: 'ana', why: 'counted' }]);
    const turns = turned(new Map(), first.record.turns);
    expect(choose(scene({ rungs, people, more: { pools: turns } })).person).toBe('ben');
    expect(choose(scene({ rungs: named, people, more: { pools: turns, at: NOW + HOUR } })).person).toBe('ana');
  });

  test('the pool’s open limit and the person’s: the smaller counts', () => {
    const pools = { ae: { members: [{ person: 'ana' }, { person: 'ben' }], capacity: { open: 2 } } };
    const people = [{ id: 'ben', capacity: 9 }];
    const load = (id: string) => (id === 'ana' ? 2 : 1);
    const result = choose(scene({ rungs, pools, people, more: { load } }));
    expect([result.person, result.record.rungs[0]?.candidates[0]?.load]).toEqual(['ben', '2/2']);
  });

  test('a window is full exactly while the last so many offers lie inside it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 600 }),
        (offers, most, withinMs, at) => {
          const recent = offers.filter((then) => then <= at);
          const inside = (now: number) => recent.filter((then) => then > now - withinMs).length;
          const full = fullWindow([{ withinMs, most }], recent, at);
          expect(full !== undefined).toBe(inside(at) >= most);
          if (full === undefined) return;
          expect(inside(full.until)).toBeLessThan(most);
          expect(inside(full.until - 1)).toBeGreaterThanOrEqual(most);
        },
      ),
    );
  });
});

describe('ramps', () => {
  test('the weight grows in equal weekly steps to all of it', () => {
    const ramp = { from: NOW, weeks: 4 };
    const steps = [-1, 0, 6, 7, 14, 21, 28, 99].map((days) => rampAt(ramp, NOW + days * DAY));
    expect(steps).toEqual([
      { part: 1, of: 4 },
      { part: 1, of: 4 },
      { part: 1, of: 4 },
      { part: 2, of: 4 },
      { part: 3, of: 4 },
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('whoever ramps at a quarter gets one of thirteen turns among four, and then grows', () => {
    const people = [{ id: 'cleo', ramp: { from: NOW, weeks: 4 } }];
    const share = (at: number) => {
      const got: Record<string, number> = { ana: 0, ben: 0, cleo: 0 };
      let turns: Pools = new Map();
      for (let i = 0; i < 90; i++) {
        const result = choose(
          scene({ rungs: [{ use: 'round-robin', pool: 'ae' }], people, more: { at: at + i, pools: turns } }),
        );
        got[result.person as string] = (got[result.person as string] ?? 0) + 1;
        turns = turned(turns, result.record.turns);
      }
      return got;
    };
    expect(share(NOW)).toEqual({ ana: 40, ben: 40, cleo: 10 });
    expect(share(NOW + WEEK)).toEqual({ ana: 36, ben: 36, cleo: 18 });
    expect(share(NOW + 3 * WEEK)).toEqual({ ana: 30, ben: 30, cleo: 30 });
  });

  test('weights stay whole numbers from 1 to 100, in the ratio of the full weights up to rounding', () => {
    const weeks = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ weight: fc.integer({ min: 1, max: 100 }), weeks: fc.option(weeks) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: -10, max: 40 }),
        (given, week) => {
          const members = given.map(({ weight, weeks: of }, i) => ({
            person: `p${i}`,
            weight,
            known: { ...(of === null ? {} : { ramp: { from: NOW, weeks: of } }) } as Person,
          }));
          const now = rampUp(members, NOW + week * WEEK);
          for (const { weight } of now) expect(Number.isInteger(weight) && weight >= 1 && weight <= 100).toBe(true);
          if (given.every(({ weeks: of }) => of === null)) expect(now).toBe(members);
        },
      ),
    );
  });
});

describe('what follows when a rung’s people cannot take it', () => {
  const hours = { ana: closedUntil(NOW + HOUR) };
  const first = (otherwise: Rung['else']): Rung[] => [
    { use: 'person', person: 'ana', ...(otherwise === undefined ? {} : { else: otherwise }) },
    { use: 'person', person: 'ben' },
  ];

  test('the next rung, unless it says otherwise', () => {
    expect(choose(scene({ rungs: first(undefined), hours })).person).toBe('ben');
    expect(choose(scene({ rungs: first('next'), hours })).person).toBe('ben');
  });

  test('hold waits for them, and at the end of the wait the fallback has it', () => {
    expect(choose(scene({ rungs: first('hold'), hours })).holdUntil).toBe(NOW + HOUR);
    const over = scene({ rungs: first('hold'), hours, more: { holdStartedAt: NOW - 5 * HOUR } });
    expect(choose(over).person).toBe('fay');
  });

  test('fallback does not wait', () => {
    const result = choose(scene({ rungs: first('fallback'), hours }));
    expect([result.person, result.record.holdBy]).toEqual(['fay', undefined]);
  });

  test('a rung that knows nobody gives way to the next whatever it says', () => {
    const rungs: Rung[] = [
      { use: 'owner', else: 'fallback' },
      { use: 'person', person: 'ben' },
    ];
    expect(choose(scene({ rungs })).person).toBe('ben');
    const had = { previousOwner: { person: 'ana', at: NOW - DAY } };
    expect(choose(scene({ rungs, hours, more: had })).person).toBe('fay');
  });

  test('a rung whose condition is false is not held', () => {
    const rungs: Rung[] = [
      { use: 'person', person: 'ana', when: 'no', else: 'hold' },
      { use: 'person', person: 'ben' },
    ];
    expect(choose(scene({ rungs, hours })).person).toBe('ben');
  });
});
