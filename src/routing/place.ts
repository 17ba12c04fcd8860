// Routing room: how a place in a pool is counted.
// A place is an exact number of units: whole passes, and a numerator over the member's weight for what stands beyond.
// Promises: whole numbers below 2^53 only; nothing is rounded while a weight stays the same; a change of weight rounds up
// by less than one unit, a five-billionth of a turn.

import type { Turn } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';

/**
 * One turn at weight 1: the least common multiple of 1 to 24. Weights that do not divide it carry what is left over in
 * `Turn.rest`, so nothing is ever rounded while a weight stays the same. A member of weight 1 can take 840,000 turns
 * before the pool is counted down again (see `rebaseMin`), and 2^53 is never reached.
 */
export const UNIT = 5_354_228_880;

/** Above this the least place among available members is subtracted from every place, in the event that spends the turn. */
export const rebaseMin = 2 ** 52;

/** Where a pool begins. */
export const EMPTY_TURN: Turn = { passes: 0, lastAt: 0, since: 0 };

/** The order of two places as exact fractions: negative when the first is earlier. */
export function comparePlaces(a: Turn, b: Turn): number {
  if (a.passes !== b.passes) return a.passes - b.passes;
  return (a.rest ?? 0) * (b.weight ?? 1) - (b.rest ?? 0) * (a.weight ?? 1);
}

/** The place after one turn, less what is owed. */
export function advance(turn: Turn, weight: number, at: Instant): Turn {
  const next = stepOn(recount(turn, weight), weight);
  const owed = turn.owed ?? 0;
  const used = Math.min(owed, Math.floor(UNIT / weight));
  return place(next, next.passes - used, next.rest ?? 0, weight, at, owed - used);
}

/** One turn further. */
export function stepOn(turn: Turn, weight: number): Turn {
  const rest = (turn.rest ?? 0) + (UNIT % weight);
  const carry = rest >= weight ? 1 : 0;
  return place(
    turn,
    turn.passes + Math.floor(UNIT / weight) + carry,
    rest - carry * weight,
    weight,
    turn.lastAt,
    turn.owed,
  );
}

/** One turn back: where the last turn taken at this weight began. */
export function stepBack(turn: Turn, weight: number): Turn {
  const own = recount(turn, weight);
  const rest = (own.rest ?? 0) - (UNIT % weight);
  const borrow = rest < 0 ? 1 : 0;
  return place(
    own,
    own.passes - Math.floor(UNIT / weight) - borrow,
    rest + borrow * weight,
    weight,
    own.lastAt,
    own.owed,
  );
}

/** The same place counted with another weight; a part of a unit that does not fit is rounded up. */
export function recount(turn: Turn, weight: number): Turn {
  if (turn.weight === weight) return turn;
  checkWeight(weight);
  const rest = turn.rest === undefined ? 0 : Math.ceil((turn.rest * weight) / (turn.weight ?? 1));
  const carry = rest >= weight ? 1 : 0;
  return place(turn, turn.passes + carry, rest - carry * weight, weight, turn.lastAt, turn.owed);
}

/** A member's turn, moved to the place of another. */
export function moveTo(own: Turn, to: Turn, weight: number): Turn {
  const there = recount(to, weight);
  return place(own, there.passes, there.rest ?? 0, weight, own.lastAt, own.owed);
}

function place(
  of: Turn,
  passes: number,
  rest: number,
  weight: number,
  lastAt: Instant,
  owed: number | undefined,
): Turn {
  const turn: Turn = { passes, lastAt, since: of.since, weight };
  if (rest > 0) turn.rest = rest;
  if (owed !== undefined && owed > 0) turn.owed = owed;
  if (of.recent !== undefined) turn.recent = of.recent;
  return turn;
}

function checkWeight(weight: number): void {
  if (Number.isInteger(weight) && weight >= 1 && weight <= 100) return;
  throw new Error(
    `The weight ${weight} of a pool member is not a whole number from 1 to 100; give the person or the pool one that is.`,
  );
}
