// Routing room: in which order would a pool be taken, from now on?
// The answer of "who is next and why" for people who look, not for decisions. Promises: the order is the one that routing
// would follow if nobody's availability changed; looking changes nothing.

import type { PersonId } from '../words/ids.ts';
import type { PoolTurns } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { isBefore, type Seat, settlePool } from './fairness.ts';
import { UNIT } from './place.ts';

export type InLine = {
  person: PersonId;
  weight: number;
  open: boolean;
  /** How far behind the front of the line, in turns of a member of weight 1; somebody closed can stand before it. */
  behind: number;
  lastAt: Instant;
  /** Turns that they will not be charged for, in turns of weight 1. */
  owed: number;
};

/** Everybody of a pool, those who are open now first, each group with whoever is next in front. */
export function lineOf(pool: string, turns: PoolTurns, seats: readonly Seat[], at: Instant): InLine[] {
  const { places } = settlePool(pool, turns, seats, at);
  const line = seats.map((seat, i) => ({ seat, place: places[i] as (typeof places)[number] }));
  line.sort((a, b) => {
    if (a.seat.open !== b.seat.open) return a.seat.open ? -1 : 1;
    return isBefore(a.place, a.seat.person, b.place, b.seat.person) ? -1 : 1;
  });
  const front = line[0]?.place.passes ?? 0;
  return line.map(({ seat, place }) => ({
    person: seat.person,
    weight: seat.weight,
    open: seat.open,
    behind: (place.passes - front) / UNIT,
    lastAt: place.lastAt,
    owed: (place.owed ?? 0) / UNIT,
  }));
}
