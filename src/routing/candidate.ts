// Routing room: can this person take this handoff now, and if not, why and until when?
// Holds what a routing decision may look at. Promises: one reason per person, the one that lasts longest first: not in the
// roster, inactive, the sender, declined, lacks what is asked for, away, full, closed for now.

import type { PersonId, PolicyHash } from '../words/ids.ts';
import type { Capacity, Fields, PoolSpec, Rung, Territory, Verdict } from '../words/policy.ts';
import type { Person, Roster } from '../words/roster.ts';
import type { Candidate, DecisionRecord, Pools, SkipReason } from '../words/routing.ts';
import type { Instant, Span } from '../words/time.ts';
import { fullWindow, ownRow } from './window.ts';

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
  territories?: Readonly<Record<string, Territory>>;
  /** The day of this decision where territories change hands, as an ISO date. */
  today?: () => string;
  /** What is known about the prospect, for pools that ask for a skill, a language or a territory. */
  lead?: Fields;
  /** Somebody had accepted this handoff and let it lie. */
  letGo?: boolean;
  /** Pools that let an offer of this handoff expire unclaimed. */
  passedPools?: readonly string[];
  pools: Pools;
  /** Open handoffs that a person holds. */
  load: (person: PersonId) => number;
  availability: (person: PersonId) => Availability;
  /** How long a handoff may wait for somebody; counted from the start of the hold, else from now. */
  holdMaxMs: Span;
  holdStartedAt?: Instant;
  /** Who had this subject, or its account, before and when, for `owner` rungs. */
  previousOwner?: { person: PersonId; at: Instant; through?: 'lead' | 'account' | 'parent' };
  /** Claimed, or named by hand: hours, leave and capacity do not matter. */
  force?: PersonId;
};

export type RouteResult = {
  person?: PersonId;
  /** Offered to this pool; `person` is accountable for the claim. */
  claim?: string;
  /** Set when nobody is free: ask again then, or as soon as somebody is. */
  holdUntil?: Instant;
  record: DecisionRecord;
};

/** What a pool adds to the question: a member's weight, the pool's own limits, what this member lacks. */
export type Membership = { weight: number; capacity?: Capacity; recent?: readonly Instant[]; lacks?: string };

/**
 * Whether a person can take this handoff now, and if not, everything that keeps them from it and until when. Whoever is
 * free stands as `later-in-turn` until one of them is taken.
 */
export function see(input: RouteInput, person: PersonId, known: Person | undefined, member?: Membership): Candidate {
  const candidate: Candidate =
    member === undefined
      ? { person, taken: false, skip: FREE }
      : { person, taken: false, skip: FREE, passes: 0, weight: member.weight, lastAt: 0 };
  if (known === undefined) {
    candidate.skip = 'unknown-person';
    return candidate;
  }
  if (!known.active) bar(candidate, 'inactive');
  if (person === input.sender && !input.allowSelf) bar(candidate, 'is-sender');
  if (input.declined.length > 0 && input.declined.includes(person)) bar(candidate, 'declined');
  if (member?.lacks !== undefined) {
    candidate.lacks = member.lacks;
    bar(candidate, 'no-fit');
  }
  const { openNow, nextOpenAt, awayUntil } = input.availability(person);
  const away = awayUntil !== undefined && awayUntil > input.at;
  if (away) bar(candidate, 'away');
  const full = fullness(input, known, member);
  if (full !== undefined) {
    candidate.load = full.load;
    bar(candidate, 'full');
  }
  if (!openNow && !away) bar(candidate, 'closed-for-now');
  const until = Math.max(full?.until ?? 0, openNow ? 0 : (nextOpenAt ?? 0), away ? awayUntil : 0);
  if (until > 0) candidate.until = until;
  return candidate;
}

/** The first limit that is reached: open work, the person's windows, the pool's. Only a window frees itself in time. */
function fullness(
  input: RouteInput,
  known: Person,
  member: Membership | undefined,
): { load: string; until?: Instant } | undefined {
  const open = Math.min(known.capacity ?? Number.POSITIVE_INFINITY, member?.capacity?.open ?? Number.POSITIVE_INFINITY);
  if (open !== Number.POSITIVE_INFINITY) {
    const load = input.load(known.id);
    if (load >= open) return { load: `${load}/${open}` };
  }
  if (known.windows !== undefined) {
    const recent = input.pools.get(ownRow(known.id))?.[known.id]?.recent;
    const full = fullWindow(known.windows, recent, input.at);
    if (full !== undefined) return full;
  }
  return fullWindow(member?.capacity?.windows, member?.recent, input.at);
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
