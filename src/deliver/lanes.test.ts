import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../words/time.ts';
import type { Ended, Lanes } from './lanes.ts';
import { LANE_LIMITS, openLanes } from './lanes.ts';

const OK: Ended = { how: 'answered' };
const FAILED: Ended = { how: 'failed' };

function fill(lanes: Lanes<string>, key: string, count: number, sendsMax = 2, nowAt = 0, crowded = false) {
  return Array.from({ length: count }, (_, i) => lanes.admit(key, sendsMax, `${key}${i}`, nowAt, crowded));
}

test('a lane sends at most its own number at one time, in order', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 5);
  expect(lanes.start().map(({ item }) => item)).toEqual(['a0', 'a1']);
  expect(lanes.start()).toEqual([]);
  lanes.ended('a', OK, 0);
  expect(lanes.start().map(({ item }) => item)).toEqual(['a2']);
});

test('lanes take turns, so that a long one does not take all the room', () => {
  const lanes = openLanes<string>({ ...LANE_LIMITS, sendsMax: 8 });
  fill(lanes, 'a', 10, 4);
  fill(lanes, 'b', 2, 4);
  expect(lanes.start().map(({ item }) => item)).toEqual(['a0', 'b0', 'a1', 'b1']);
});

test('five failures in a row shut a lane; what waits in it comes back later', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 8, 1);
  for (let i = 0; i < 4; i += 1) {
    lanes.start();
    expect(lanes.ended('a', FAILED, 1_000)).toEqual([]);
  }
  lanes.start();
  const back = lanes.ended('a', FAILED, 1_000);
  expect(back).toEqual(['a5', 'a6', 'a7'].map((item) => ({ item, at: 31_000 })));
  expect(lanes.admit('a', 1, 'late', 2_000, false)).toBe(31_000);
});

test('a shut lane is probed by one message; success opens it, failure shuts it for twice as long', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 5, 1);
  for (let i = 0; i < 5; i += 1) {
    lanes.start();
    lanes.ended('a', FAILED, 0);
  }
  expect(lanes.admit('a', 2, 'probe', 30_000, false)).toBeUndefined();
  expect(lanes.admit('a', 2, 'second', 30_000, false)).toBeGreaterThan(30_000);
  expect(lanes.start().map(({ item }) => item)).toEqual(['probe']);
  lanes.ended('a', FAILED, 30_000);
  expect(lanes.admit('a', 2, 'x', 30_001, false)).toBe(30_000 + MINUTE);

  expect(lanes.admit('a', 2, 'probe', 90_000, false)).toBeUndefined();
  lanes.start();
  lanes.ended('a', OK, 90_000);
  fill(lanes, 'a', 2, 2, 90_000);
  expect(lanes.start()).toHaveLength(2);
});

test('a lane is never shut for more than ten minutes by failures', () => {
  const lanes = openLanes<string>();
  let nowAt = 0;
  for (let i = 0; i < 30; i += 1) {
    const later = lanes.admit('a', 1, 'x', nowAt, false);
    if (later !== undefined) {
      expect(later - nowAt).toBeLessThanOrEqual(10 * MINUTE);
      nowAt = later;
      continue;
    }
    lanes.start();
    lanes.ended('a', FAILED, nowAt);
  }
});

test('Retry-After pauses its own lane and no other', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 4, 1);
  fill(lanes, 'b', 1, 1);
  lanes.start();
  const back = lanes.ended('a', { how: 'slow-down', afterMs: 40 * SECOND }, 1_000);
  expect(back.map(({ at }) => at)).toEqual([41_000, 41_000, 41_000]);
  expect(lanes.admit('a', 1, 'x', 2_000, false)).toBe(41_000);
  expect(lanes.admit('b', 1, 'x', 2_000, false)).toBeUndefined();
  expect(lanes.admit('a', 1, 'x', 41_000, false)).toBeUndefined();
});

test('sends that end after their lane was shut do not lengthen the pause', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 9, 9);
  lanes.start();
  for (let i = 0; i < 9; i += 1) lanes.ended('a', FAILED, 0);
  expect(lanes.admit('a', 9, 'x', 0, false)).toBe(30_000);
});

test('while room is short a lane holds only what it can soon send; without that it holds everything', () => {
  const lanes = openLanes<string>();
  expect(fill(lanes, 'a', 100).every((later) => later === undefined)).toBe(true);
  const crowded = openLanes<string>();
  const later = fill(crowded, 'a', 100, 2, 0, true);
  expect(later.filter((at) => at === undefined)).toHaveLength(LANE_LIMITS.waitingMax);
  expect(later.filter((at) => at !== undefined).every((at) => at > 0 && at <= MINUTE)).toBe(true);
});

test('a lane that stands still gives back what waits in it', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 34);
  lanes.start();
  expect(lanes.tick(1_000, false)).toEqual([]);
  expect(lanes.tick(2_000, false)).toHaveLength(32);
  expect(lanes.admit('a', 2, 'one more', 2_000, false)).toBeGreaterThan(2_000);
});

test('while room is short, a lane that is only one tick behind gives back too', () => {
  const lanes = openLanes<string>();
  fill(lanes, 'a', 34);
  lanes.start();
  expect(lanes.tick(1_000, true)).toHaveLength(32);
});

test('lanes that are slow or not known yet take at most half of all sends; quick ones have the rest', () => {
  const lanes = openLanes<string>({ ...LANE_LIMITS, sendsMax: 10 });
  fill(lanes, 'quick', 1);
  lanes.start();
  lanes.ended('quick', OK, 0);
  for (let i = 0; i < 10; i += 1) fill(lanes, `slow${i}`, 5);
  expect(lanes.start()).toHaveLength(5);
  for (let nowAt = 1_000; nowAt <= 14_000; nowAt += 1_000) lanes.tick(nowAt, false);
  for (let i = 0; i < 5; i += 1) lanes.ended(`slow${i}`, OK, 14_000);
  expect(lanes.start()).toHaveLength(5);
  fill(lanes, 'quick', 3, 2, 14_000);
  expect(lanes.start().map(({ key }) => key)).toEqual(['quick', 'quick']);
});

test('a lane that was slow and answers quickly again is quick', () => {
  const lanes = openLanes<string>({ ...LANE_LIMITS, sendsMax: 2 });
  fill(lanes, 'a', 1);
  lanes.start();
  lanes.tick(1_000, false);
  lanes.tick(2_000, false);
  lanes.ended('a', OK, 2_500);
  expect(fill(lanes, 'a', 2, 2, 2_500)).toEqual([undefined, expect.any(Number)]);
  expect(lanes.start()).toHaveLength(1);
  lanes.ended('a', OK, 2_600);
  fill(lanes, 'a', 2, 2, 2_600);
  expect(lanes.start()).toHaveLength(2);
});

test('a new lane gets its turn although others wait with more', () => {
  const lanes = openLanes<string>({ ...LANE_LIMITS, sendsMax: 4 });
  fill(lanes, 'a', 50);
  fill(lanes, 'b', 50);
  lanes.start();
  fill(lanes, 'new', 1);
  lanes.ended('a', OK, 0);
  lanes.start();
  lanes.ended('b', OK, 0);
  expect(lanes.start().map(({ key }) => key)).toContain('new');
});

test('whatever happens, the bounds hold and nothing is lost or doubled', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('admit' as const), key: fc.constantFrom('a', 'b', 'c'), crowded: fc.boolean() }),
    fc.record({
      do: fc.constant('end' as const),
      how: fc.constantFrom(OK, FAILED, { how: 'neutral' } as const, { how: 'slow-down', afterMs: 5_000 } as const),
    }),
    fc.record({ do: fc.constant('tick' as const), crowded: fc.boolean() }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat(60_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limits = { ...LANE_LIMITS, sendsMax: 4, waitingMax: 3 };
      const lanes = openLanes<number>(limits);
      const running: { key: string; item: number }[] = [];
      const away = new Set<number>();
      let given = 0;
      let ended = 0;
      let nowAt = 0;
      const takeBack = (back: { item: number; at: number }[]) => {
        for (const { item, at } of back) {
          expect(away.has(item)).toBe(false);
          expect(at).toBeGreaterThan(nowAt);
          away.add(item);
        }
      };
      for (const one of steps) {
        if (one.do === 'pass') nowAt += one.ms;
        if (one.do === 'tick') takeBack(lanes.tick(nowAt, one.crowded));
        if (one.do === 'admit') {
          const item = given++;
          const later = lanes.admit(one.key, 2, item, nowAt, one.crowded);
          if (later !== undefined) takeBack([{ item, at: later }]);
        }
        if (one.do === 'end') {
          const first = running.shift();
          if (first) {
            ended += 1;
            takeBack(lanes.ended(first.key, one.how, nowAt));
          }
        }
        running.push(...lanes.start());
        expect(running.length).toBeLessThanOrEqual(4);
        for (const key of ['a', 'b', 'c']) expect(running.filter((r) => r.key === key).length).toBeLessThanOrEqual(2);
      }
      const waiting = lanes.handBackAll(nowAt).length;
      expect(waiting + running.length + ended + away.size).toBe(given);
    }),
  );
});
