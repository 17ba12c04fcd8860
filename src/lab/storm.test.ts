import { expect, test } from 'vitest';
import { runStorm } from './storm.ts';

const SEEDS = 100;

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  'storm %i: nothing drops, nothing is lost, nothing is decided twice',
  async (seed) => {
    const report = await runStorm(seed, 80);
    expect(report.found).toEqual([]);
    expect(report.steps).toBe(80);
  },
);

test('the same seed gives the same trace', async () => {
  const [once, again, other] = [await runStorm(7, 120), await runStorm(7, 120), await runStorm(8, 120)];
  expect(again).toEqual(once);
  expect(other.trace).not.toBe(once.trace);
});
