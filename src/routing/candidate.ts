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

/** Whether a person can take this handoff now, and if not, why and until when. */
export function see(input: RouteInput, person: PersonId, known: Person | undefined): Candidate {
  const candidate: Candidate = { person, taken: false };
  const excluded = exclusion(input, person, known);
  if (excluded !== undefined || known === undefined) {
    candidate.skip = excluded ?? 'unknown-person';
    return candidate;
  }
  const { openNow, nextOpenAt, awayUntil } = input.availability(person);
  if (known.capacity !== undefined) {
    const load = input.load(person);
    candidate.load = `${load}/${known.capacity}`;
    if (load >= known.capacity) candidate.skip = 'full';
  }
  const away = awayUntil !== undefined && awayUntil > input.at;
  if (!away && openNow) return candidate;
  if (away || candidate.skip === undefined) {
    candidate.skip = away ? 'away' : 'closed-for-now';
    const until = Math.max(nextOpenAt ?? 0, away ? awayUntil : 0);
    if (until > 0) candidate.until = until;
  }
  return candidate;
}

/** Why a person may not have this handoff whatever the time: unknown, inactive, the sender, or they declined it. */
export function exclusion(input: RouteInput, person: PersonId, known: Person | undefined): SkipReason | undefined {
  if (known === undefined) return 'unknown-person';
  if (!known.active) return 'inactive';
  if (person === input.sender && !input.allowSelf) return 'is-sender';
  return input.declined.includes(person) ? 'declined' : undefined;
}
