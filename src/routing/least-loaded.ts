// Routing room: who in a pool has the least to do?
// Compares open handoffs ÷ weight, so that somebody of half weight is full with half as many. Promises: exact (no
// division); ties go to whoever is next in turn, never to list order.

import type { Turn } from '../words/routing.ts';
import { isBefore, type Seat } from './fairness.ts';

/** The open seat with the fewest open handoffs for its weight; -1 when no seat is open. Lists are in the seats' order. */
export function leastLoaded(seats: readonly Seat[], places: readonly Turn[], loads: readonly number[]): number {
  let best = -1;
  for (let i = 0; i < seats.length; i++) {
    if (seats[i]?.open !== true) continue;
    if (best < 0 || hasLess(seats, places, loads, i, best)) best = i;
  }
  return best;
}

function hasLess(
  seats: readonly Seat[],
  places: readonly Turn[],
  loads: readonly number[],
  a: number,
  b: number,
): boolean {
  const [seatA, seatB] = [seats[a] as Seat, seats[b] as Seat];
  const order = (loads[a] as number) * seatB.weight - (loads[b] as number) * seatA.weight;
  if (order !== 0) return order < 0;
  return isBefore(places[a] as Turn, seatA.person, places[b] as Turn, seatB.person);
}
