// words: how a receiver is chosen and how that choice is explained afterwards.
// A turn is virtual time in a pool (assigned ÷ weight); it moves only inside the event that spends it.

import type { PersonId, PolicyHash } from './ids.ts';
import type { Rung } from './policy.ts';
import type { Instant } from './time.ts';

/** A member's place in a pool. `passes` counts virtual time in exact units (see routing/fairness.ts). */
export type Turn = {
  passes: number;
  /** Last assigned; for a newcomer, when they joined. */
  lastAt: Instant;
  /** In the pool without a leave since then. */
  since: Instant;
  /** The weight that the place was counted with: tells a change of weight. */
  weight?: number;
  /** What stands beyond whole units, as a numerator over `weight`. Absent: nothing. */
  rest?: number;
  /** Units of credit that the next turns use up. Absent: none. */
  owed?: number;
  /** When this person was last offered something here; kept only where a sliding window counts it. */
  recent?: Instant[];
};
export type PoolTurns = { readonly [person: PersonId]: Turn };
export type Pools = ReadonlyMap<string, PoolTurns>;

/**
 * A change of turns, recorded in the event that causes it: the member's new place. `settled`: brought back to within
 * one turn of the pool, after being passed over again and again, or after a change of weight.
 */
export type TurnChange = {
  pool: string;
  person: PersonId;
  turn: Turn;
  why: 'assigned' | 'joined' | 'returned' | 'credited' | 'settled' | 'counted';
  /** `passes` before the change; absent for somebody new. */
  before?: number;
};

export type SkipReason =
  | 'inactive'
  | 'is-sender'
  | 'declined'
  | 'away'
  | 'closed-for-now'
  | 'full'
  | 'no-fit'
  | 'unknown-person'
  | 'later-in-turn';

export type Candidate = {
  person: PersonId;
  taken: boolean;
  skip?: SkipReason;
  /** What else stood in the way, where one thing alone would not have changed it. */
  also?: SkipReason[];
  /** What the reason rests on: the instant somebody is back, or "5/5", or the skill that is missing. */
  until?: Instant;
  load?: string;
  lacks?: string;
  passes?: number;
  /** What stands beyond whole passes, over `weight`. */
  rest?: number;
  weight?: number;
  lastAt?: Instant;
};

export type RungTried = {
  rung: number;
  /** The last of a run of rungs whose conditions were false: recorded as one entry, however long the run. */
  through?: number;
  name: string;
  /** How it chooses; `by-hand` and `fallback` are not rungs of the policy. Absent for skipped rungs. */
  use?: Rung['use'] | 'by-hand' | 'fallback';
  pool?: string;
  /** The territory that had the prospect. */
  territory?: string;
  /** Of a claim: who is accountable until somebody claims it; or that the pool let an earlier offer expire. */
  lead?: PersonId;
  passed?: boolean;
  /** Nothing after this rung was tried: it waits for somebody on it, or goes to the fallback. */
  stop?: 'hold' | 'fallback';
  /** The policy's last rung: of the last resorts, who has it when even they are ruled out. */
  last?: PersonId;
  /** matched: gave somebody; nobody: matched but gave none; skipped: its condition was false. */
  result: 'matched' | 'nobody' | 'skipped' | 'error';
  why?: string;
  candidates: Candidate[];
};

/** "Why me?": everything that the choice rested on, so that it can be made again years later. */
export type DecisionRecord = {
  policy: PolicyHash;
  at: Instant;
  segment: string;
  rungs: RungTried[];
  /** Undefined when the handoff waits for somebody to be free. */
  picked?: PersonId;
  /** Offered to this pool, whose lead (`picked`) is accountable until somebody claims it. */
  claim?: string;
  heldUntil?: Instant;
  /** When waiting ends, whoever is open then. */
  holdBy?: Instant;
  usedFallback: boolean;
  turns: TurnChange[];
  /** One plain sentence; people are named by id, screens put the names in. */
  sentence: string;
};
