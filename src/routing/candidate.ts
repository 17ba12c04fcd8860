// Routing room: can this person take this handoff now, and if not, why and until when?
// Holds what a routing decision may look at. Promises: one reason per person, the one that lasts longest first: not in the
// roster, inactive, the sender, declined, away, full, closed for now.

import type { PersonId, PolicyHash } from '../words/ids.ts';
import type { PoolSpec, Rung, Verdict } from '../words/policy.ts';
import type { Person, Roster } from '../words/roster.ts';
import type { Candidate, DecisionRecord, Pools, SkipReason } from '../words/routing.ts';
import type { Instant, Span } from '../words/time.ts';

/** Whether somebody's hours are open now, and when they can next take work. */
export type Availability = { openNow: boolean; nextOpenAt?: Instant; awayUntil?: Instant };

export type RouteInput = {
  at: Instant;
  policy: PolicyHash;
  segment: string;
  rungs: readonly Rung[];
  fallback: PersonId;
  lastRung: PersonId;
  sender: PersonId;
  allowSelf: boolean;
  /** Who declined this handoff, or let its offer expire. */
  declined: readonly PersonId[];
  /** Evaluates a rung's condition; an error closes the rung and is recorded. */
  test: (condition: string) => Verdict;
  /** With an index of conditions: the first rung from here on that may hold. Rungs passed over certainly do not. */
  nextMayHold?: (from: number) => number;
  roster: Roster;
  poolSpecs: Readonly<Record<string, PoolSpec>>;
  pools: Pools;
  /** Open handoffs that a person holds. */
  load: (person: PersonId) => number;
  availability: (person: PersonId) => Availability;
  /** How long a handoff may wait for somebody; counted from the start of the hold, else from now. */
  holdMaxMs: Span;
  holdStartedAt?: Instant;
  /** Who had this subject before and when, for `owner` rungs. */
  previousOwner?: { person: PersonId; at: Instant };
  /** Claimed, or named by hand: hours, leave and capacity do not matter. */
  force?: PersonId;
};

export type RouteResult = {
  person?: PersonId;
  /** Set when nobody is free: ask again then, or as soon as somebody is. */
  holdUntil?: Instant;
  record: DecisionRecord;
};

/**
 * Whether a person can take this handoff now, and if not, everything that keeps them from it and until when. Whoever is
 * free stands as `later-in-turn` until one of them is taken. Members of a pool come with their weight.
 */
export function see(input: RouteInput, person: PersonId, known: Person | undefined, weight?: number): Candidate {
  const candidate: Candidate =
    weight === undefined
      ? { person, taken: false, skip: FREE }
      : { person, taken: false, skip: FREE, passes: 0, weight, lastAt: 0 };
  if (known === undefined) {
    candidate.skip = 'unknown-person';
    return candidate;
  }
  if (!known.active) bar(candidate, 'inactive');
  if (person === input.sender && !input.allowSelf) bar(candidate, 'is-sender');
  if (input.declined.length > 0 && input.declined.includes(person)) bar(candidate, 'declined');
  const { openNow, nextOpenAt, awayUntil } = input.availability(person);
  const away = awayUntil !== undefined && awayUntil > input.at;
  if (away) bar(candidate, 'away');
  if (known.capacity !== undefined) {
    const load = input.load(person);
    if (load >= known.capacity) {
      candidate.load = `${load}/${known.capacity}`;
      bar(candidate, 'full');
    }
  }
  if (!openNow && !away) bar(candidate, 'closed-for-now');
  if (away || !openNow) {
    const until = Math.max(nextOpenAt ?? 0, away ? awayUntil : 0);
    if (until > 0) candidate.until = until;
  }
  return candidate;
}

const FREE: SkipReason = 'later-in-turn';

/** Nothing keeps them from it, whether or not they are taken in the end. */
export function isFree({ skip }: Candidate): boolean {
  return skip === undefined || skip === FREE;
}

function bar(candidate: Candidate, reason: SkipReason): void {
  if (isFree(candidate)) candidate.skip = reason;
  else if (candidate.also === undefined) candidate.also = [reason];
  else candidate.also.push(reason);
}
