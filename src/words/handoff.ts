// words: the handoff itself, as folded from its events. It holds ids, codes and times only;
// the prospect's fields and the note live in the private side table under `context.ref`.

import type { HandoffId, OfferId, PersonId, PolicyHash, SubjectId, TaskId } from './ids.ts';
import type { ClockName, LevelAction, NoteQuestion, Urgency } from './policy.ts';
import type { Instant, Span, Stretch } from './time.ts';

export const STAGES = ['preparing', 'offered', 'accepted', 'returned', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * What a rung does: an act of the policy; `away` sends the offer on because its receiver goes away at that instant;
 * `escalate` tells the lead again, once a working day, when a breached clock has used up its ladder.
 */
export type LevelDo = LevelAction | 'away' | 'escalate';

/** A rung of a running clock's ladder; each is reached exactly once, in order. */
export type ClockLevel = { level: number; at: Instant; do: LevelDo; tell: PersonId; reachedAt?: Instant };

/** A stretch in which a clock stood still, and what it waited for. */
export type ClockPause = Stretch & { cause?: string };

export type Clock = {
  name: ClockName;
  /** Told apart from earlier runs of the same clock: an alarm of an older run does nothing. */
  run: string;
  /** Who must act. */
  owner: PersonId;
  startedAt: Instant;
  limitMs: Span;
  hours: 'business' | 'wall';
  dueAt: Instant;
  /** The zone of whoever must act, and the open stretches that the limit was counted in: the answer, not the recipe. */
  zone: string;
  used: Stretch[];
  levels: ClockLevel[];
  pauses: ClockPause[];
  /** While paused: since when, why, and when it resumes by itself. */
  paused?: { at: Instant; cause: string; resumeBy: Instant; remainingMs: Span };
  breachedAt?: Instant;
  stoppedAt?: Instant;
  /** Lateness at the stop, 0 when in time. */
  late?: { businessMs: Span; wallMs: Span };
};

/** Who had something before: the subject itself, its account, or an account above it; and since when. */
export type PreviousOwner = { person: PersonId; at: Instant; through: 'lead' | 'account' | 'parent' };

/** `pool`: any member may accept it; `to` is then who is accountable for the claim. */
export type Offer = { id: OfferId; to: PersonId; at: Instant; run: string; pool?: string };

export type Task = {
  id: TaskId;
  title: string;
  owner: PersonId;
  role: 'sender' | 'receiver' | 'lead' | 'person';
  /** The meeting moves it. */
  fromMeetingMs?: Span;
  dueAt: Instant;
  /** Its owner is reminded then, once. */
  remindAt?: Instant;
  remindedAt?: Instant;
  /** A missed task can still be done. */
  state: 'open' | 'done' | 'missed' | 'void';
};

/** `what` is the policy's or the product's wording; a person's own words are the private item `ref`. */
export type NextStep = { what: string; owner: PersonId; dueAt: Instant; ref?: string };

export type Question = {
  id: string;
  ref: string;
  about: NoteQuestion | string;
  by: PersonId;
  at: Instant;
  answerRef?: string;
  answeredAt?: Instant;
};

/** An outside or reported fact, with its own time and source. Older facts never undo newer ones. */
export type Facts = {
  seenAt?: Instant;
  followedUpAt?: Instant;
  meetingAt?: Instant;
  meetingFactAt?: Instant;
  meetingState?: 'booked' | 'held' | 'no-show';
  opportunityAt?: Instant;
};

export type Handoff = {
  id: HandoffId;
  /** Number of events folded: the compare-and-set of every act and the ETag. */
  version: number;
  transition: string;
  policy: PolicyHash;
  subject: SubjectId;
  stage: Stage;
  sender: PersonId;
  receiver?: PersonId;
  /** The one accountable person. */
  owner: PersonId;
  segment: string;
  urgency: Urgency;
  signal: string;
  signals: number;
  offer?: Offer;
  declined: PersonId[];
  /** Somebody had accepted it and let it lie until a clock took it away. */
  letGo?: true;
  /** Pools that let an offer expire unclaimed. */
  passedPools?: string[];
  /** The account that the subject belongs to, and who had that account, or one above it, when this began. */
  account?: SubjectId;
  previous?: PreviousOwner;
  context: { ref: string; have: string[]; missing: string[] };
  clocks: Partial<Record<ClockName, Clock>>;
  nextStep?: NextStep;
  tasks: Task[];
  questions: Question[];
  facts: Facts;
  /** The acceptance that can still be undone, and the messages held for it. */
  acceptance?: { by: PersonId; at: Instant; told: string[]; offer: Offer };
  rejection?: { reason: string; criterion: string; by: PersonId; at: Instant };
  outcome?: string;
  recycleAt?: Instant;
  recycledFrom?: HandoffId;
  openedAt: Instant;
  acceptedAt?: Instant;
  closedAt?: Instant;
  /** imported, self-handoff, test */
  marks: string[];
};

/** A handoff is live until it is closed. */
export function isLive(handoff: Handoff): boolean {
  return handoff.stage !== 'closed';
}

/** Clocks that run or are paused with a bound. */
export function runningClocks(handoff: Handoff): Clock[] {
  return Object.values(handoff.clocks).filter((clock) => clock.stoppedAt === undefined);
}

/** The next instant at which a clock wants attention: a level, its due moment, or the end of a pause. */
export function nextAttentionAt(clock: Clock): Instant | undefined {
  if (clock.stoppedAt !== undefined) return undefined;
  if (clock.paused !== undefined) {
    // A pause holds the ladder, but not the day on which the receiver goes away.
    const away = clock.levels.find((l) => l.reachedAt === undefined && l.do === 'away');
    return away === undefined ? clock.paused.resumeBy : Math.min(away.at, clock.paused.resumeBy);
  }
  const level = clock.levels.find((l) => l.reachedAt === undefined);
  if (clock.breachedAt !== undefined) return level?.at;
  return level === undefined ? clock.dueAt : Math.min(level.at, clock.dueAt);
}

/** The next instant at which an open task wants attention: its reminder, or the moment after which it is missed. */
export function nextTaskAt(task: Task): Instant | undefined {
  if (task.state !== 'open') return undefined;
  return task.remindAt !== undefined && task.remindedAt === undefined
    ? Math.min(task.remindAt, task.dueAt)
    : task.dueAt;
}
