// Routing room: how many turns does somebody get who is still growing into the job?
// A ramp lets a weight grow to its full size in equal weekly steps. Promises: whole numbers from 1 to 100 only; as long as
// nobody ramps, weights are as given; while somebody does, everybody's weight is counted in finer parts of the same ratio.

import type { Person } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import type { Member } from './pool.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const WEIGHT_MAX = 100;

/** How much of the full weight somebody has at an instant, as `part` of `of` equal steps; undefined when it is all. */
export function rampAt(ramp: Person['ramp'], at: Instant): { part: number; of: number } | undefined {
  if (ramp === undefined || ramp.weeks < 2) return undefined;
  const part = Math.max(1, Math.floor((at - ramp.from) / WEEK_MS) + 1);
  return part >= ramp.weeks ? undefined : { part, of: ramp.weeks };
}

/** The members with the weights that count at this instant; the same list while nobody of them ramps. */
export function rampUp(members: readonly Member[], at: Instant): readonly Member[] {
  let scale = 1;
  for (const { known } of members) {
    const ramp = rampAt(known?.ramp, at);
    if (ramp !== undefined) scale = leastCommonMultiple(scale, ramp.of);
  }
  if (scale === 1) return members;
  const fine = members.map(({ weight, known }) => {
    const ramp = rampAt(known?.ramp, at);
    return ramp === undefined ? weight * scale : (weight * scale * ramp.part) / ramp.of;
  });
  // The full weights decide how coarse it must be, so that a weekly step of one person changes nobody else's weight.
  const most = Math.max(...members.map(({ weight }) => weight * scale));
  const whole = (weight: number): number =>
    most <= WEIGHT_MAX ? weight : Math.max(1, Math.round((weight * WEIGHT_MAX) / most));
  return members.map((member, i) => ({ ...member, weight: whole(fine[i] as number) }));
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
