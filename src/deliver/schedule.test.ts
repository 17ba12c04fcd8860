import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../words/time.ts';
import { nextTryAt, stretched, TRIES_MAX } from './schedule.ts';

test('eight tries: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7].map((tries) => nextTryAt(tries, 0, 0));
  expect(pauses).toEqual([5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]);
  expect(TRIES_MAX).toBe(8);
});

test('the eighth failure is the last', () => {
  expect(nextTryAt(8, 0, 0)).toBeUndefined();
  expect(nextTryAt(80, 0, 0)).toBeUndefined();
});

test('the other side can ask for a longer pause, not for a shorter one, nor for more tries', () => {
  expect(nextTryAt(1, 1_000, 0, MINUTE)).toBe(1_000 + MINUTE);
  expect(nextTryAt(2, 1_000, 0, SECOND)).toBe(1_000 + 5 * MINUTE);
  expect(nextTryAt(8, 1_000, 0, SECOND)).toBeUndefined();
});

test('jitter lengthens a pause by at most a fifth and never shortens it', () => {
  fc.assert(
    fc.property(fc.nat(100 * HOUR), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (spanMs, random) => {
      const long = stretched(spanMs, random);
      expect(long).toBeGreaterThanOrEqual(spanMs);
      expect(long).toBeLessThanOrEqual(spanMs * 1.2);
      expect(Number.isInteger(long)).toBe(true);
    }),
  );
});
