// words: what a departure drill finds: "if this person left, would everything still work?"

import type { HandoffId, PersonId } from './ids.ts';
import type { Instant } from './time.ts';

/** One thing that is with them now, when it is due, and who would have it. Nobody: it waits, or is nobody's. */
export type DrillItem = {
  handoff: HandoffId;
  part: 'offered-to-them' | 'accepted' | 'sender' | 'task' | 'question';
  what: string;
  dueAt?: Instant;
  to?: PersonId;
  /** Why nobody has it at once. */
  waits?: string;
};

/** A place in the policy or the roster that counts on them, and who stands in. */
export type DrillRole = { path: string; what: string; to?: PersonId };

export type Drill = {
  person: PersonId;
  at: Instant;
  items: DrillItem[];
  roles: DrillRole[];
  /** What nobody else has: a skill, a role, a place in a pool. */
  alone: string[];
  /** What would stand still, in sentences; empty when everything goes on. */
  stalls: string[];
};
