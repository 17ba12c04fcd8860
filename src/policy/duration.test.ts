import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDuration, sayDuration, writeDuration } from './duration.ts';

describe('durations', () => {
  test('hours, minutes, seconds and days add up', () => {
    expect(readDuration('1h30m')).toEqual({ ms: 5_400_000, hasDays: false });
    expect(readDuration('2d')).toEqual({ ms: 172_800_000, hasDays: true });
    expect(readDuration('90s')).toEqual({ ms: 90_000, hasDays: false });
  });

  test('anything else is not a duration', () => {
    for (const text of ['', '4', '4 h', '-1h', '1.5h', 'h', '1m1h', '4hours', '99999999h'])
      expect(readDuration(text)).toBeUndefined();
  });

  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), fc.boolean(), (seconds, days) => {
        expect(readDuration(writeDuration(seconds * 1000, days))?.ms).toBe(seconds * 1000);
      }),
    );
  });

  test('days are said for wall-clock time only', () => {
    expect(sayDuration(172_800_000, 'wall')).toBe('2 days');
    expect(sayDuration(172_800_000)).toBe('48 h');
    expect(sayDuration(5_400_000)).toBe('1 h 30 min');
    expect(sayDuration(0)).toBe('0 min');
  });
});
