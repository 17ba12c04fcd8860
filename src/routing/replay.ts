// Routing room: does a stored decision still come out the same?
// Makes the choice again from the record alone: no roster, no policy, no clock. Promises: the same rules as the live
// choice; a record whose facts were changed, or a release that chooses otherwise, shows.

import type { PersonId } from '../words/ids.ts';
import type { Candidate, DecisionRecord, RungTried, Turn } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { isFree } from './candidate.ts';
import { leastTurn, type Seat } from './fairness.ts';
import { holdEnd, leastBarred } from './last-resort.ts';
import { leastLoaded } from './least-loaded.ts';

export type Replayed = { same: boolean; picked?: PersonId; heldUntil?: Instant };

/** The outcome that the record's own facts lead to, and whether it is the recorded one. */
export function replayDecision(record: DecisionRecord): Replayed {
  const again = decideAgain(record);
  return { same: again.picked === record.picked && again.heldUntil === record.heldUntil, ...again };
}

/** The person whom the record's own facts lead to; undefined where the handoff waits. */
export function rerouteFromRecord(record: DecisionRecord): PersonId | undefined {
  return decideAgain(record).picked;
}

function decideAgain(record: DecisionRecord): { picked?: PersonId; heldUntil?: Instant } {
  const ladder = record.rungs.filter(({ use }) => use !== 'fallback');
  for (const rung of ladder) {
    const picked = bestOf(rung);
    if (picked !== undefined) return { picked };
  }
  const heldUntil = record.holdBy === undefined ? undefined : holdEnd(ladder, record.at, record.holdBy);
  if (heldUntil !== undefined) return { heldUntil };
  const last = record.rungs.find(({ use }) => use === 'fallback');
  const picked = leastBarred(last?.candidates ?? [], last?.last)?.person;
  return picked === undefined ? {} : { picked };
}

/** Whom a rung's candidates lead to, by the rung's own way of choosing. */
function bestOf(rung: RungTried): PersonId | undefined {
  const { candidates, use } = rung;
  if (use === 'claim') return rung.passed === true || !candidates.some(isFree) ? undefined : rung.lead;
  if (use !== 'round-robin' && use !== 'least-loaded') return candidates.find(isFree)?.person;
  const seats: Seat[] = candidates.map((candidate) => ({
    person: candidate.person,
    weight: candidate.weight ?? 1,
    open: isFree(candidate),
  }));
  const places = candidates.map(placeOf);
  const index = use === 'round-robin' ? leastTurn(seats, places) : leastLoaded(seats, places, candidates.map(loadOf));
  return seats[index]?.person;
}

/** The place at which a candidate stood when the choice was made. */
export function placeOf({ passes, rest, weight, lastAt }: Candidate): Turn {
  const turn: Turn = { passes: passes ?? 0, lastAt: lastAt ?? 0, since: 0, weight: weight ?? 1 };
  if (rest !== undefined) turn.rest = rest;
  return turn;
}

/** "3/5" and "3" are three open handoffs. */
function loadOf({ load }: Candidate): number {
  return Number.parseInt(load ?? '0', 10);
}
