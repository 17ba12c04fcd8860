// words: what became true. Events are the ledger; they hold ids, codes, times and hashes, never a name, an
// address or a sentence that somebody wrote (those are private items, named by `ref`).
// Every union here is handled exhaustively: a new kind that nobody folds or shows is a compile error.

import type { Clock, ClockLevel, LevelDo, NextStep, PreviousOwner, Task } from './handoff.ts';
import type { ArrivalId, HandoffId, OfferId, PersonId, PolicyHash, SubjectId, TaskId } from './ids.ts';
import type { Endpoint } from './intent.ts';
import type { ClockName, Urgency } from './policy.ts';
import type { Absence, FeedFault, Person, Team } from './roster.ts';
import type { DecisionRecord, TurnChange } from './routing.ts';
import type { Instant, Span } from './time.ts';

/** A change of a clock, carried by the event that causes it. `start` replaces an earlier run of the same name. */
export type ClockChange =
  | { do: 'start'; clock: Clock }
  | { do: 'stop'; name: ClockName; at: Instant; late: { businessMs: Span; wallMs: Span } }
  | { do: 'pause'; name: ClockName; at: Instant; cause: string; resumeBy: Instant; remainingMs: Span }
  | { do: 'resume'; name: ClockName; at: Instant; clock: Clock }
  /** `next`: the rung that follows where the ladder has no more, so that a breached clock is never silent. */
  | { do: 'reach'; name: ClockName; level: number; at: Instant; next?: ClockLevel }
  | { do: 'breach'; name: ClockName; at: Instant; next?: ClockLevel }
  /** The rungs that are still to come, in place of those that were. */
  | { do: 'ladder'; name: ClockName; levels: ClockLevel[] };

export type TaskChange =
  | { do: 'add'; task: Task }
  | { do: 'done' | 'missed' | 'void' | 'reminded'; task: TaskId; at: Instant }
  | { do: 'move'; task: TaskId; to: PersonId }
  | { do: 'date'; task: TaskId; dueAt: Instant; remindAt?: Instant };

/** What any handoff event may carry beside its own fact. */
export type Carried = { clocks?: ClockChange[]; tasks?: TaskChange[]; nextStep?: NextStep; turns?: TurnChange[] };

type OfHandoff<K extends string, Body = object> = { kind: K; handoff: HandoffId } & Body & Carried;

export type HandoffEvent =
  | OfHandoff<
      'handoff-opened',
      {
        transition: string;
        policy: PolicyHash;
        subject: SubjectId;
        sender: PersonId;
        segment: string;
        urgency: Urgency;
        signal: string;
        context: { ref: string; have: string[]; missing: string[] };
        recycledFrom?: HandoffId;
        account?: SubjectId;
        previous?: PreviousOwner;
        /** Accounts that it could belong to, where that is not clear. */
        accounts?: SubjectId[];
        marks: string[];
      }
    >
  | OfHandoff<
      'signal-attached',
      { signal: string; urgency: Urgency; context?: { ref: string; have: string[]; missing: string[] } }
    >
  | OfHandoff<'context-completed', { ref: string; have: string[]; missing: string[]; by: PersonId; writingMs?: Span }>
  | OfHandoff<'handoff-held', { until: Instant; decision: DecisionRecord }>
  /** `pool`: any member may accept it; `to` is accountable for the claim. */
  | OfHandoff<'handoff-offered', { offer: OfferId; to: PersonId; pool?: string; run: string; decision: DecisionRecord }>
  /** `passed`: the person (or the pool) is not asked again for this handoff unless nobody else exists. */
  | OfHandoff<
      'offer-withdrawn',
      {
        offer: OfferId;
        from: PersonId;
        pool?: string;
        reason: 'expired' | 'recalled' | 'departed' | 'away' | 'reassigned';
        passed: boolean;
      }
    >
  | OfHandoff<'handoff-seen', { by: PersonId }>
  /** `told`: the messages held for undo. */
  | OfHandoff<'handoff-accepted', { offer: OfferId; by: PersonId; told: string[] }>
  | OfHandoff<'acceptance-undone', { offer: OfferId; by: PersonId }>
  | OfHandoff<'handoff-rejected', { offer: OfferId; by: PersonId; reason: string; criterion: string; ref?: string }>
  | OfHandoff<
      'handoff-returned',
      {
        reason: 'rejected' | 'recalled' | 'expired' | 'nobody-left';
        by: PersonId | 'clock' | 'system';
        /** Had accepted it and let it lie until a clock took it away; not asked again. */
        letGo?: PersonId;
      }
    >
  | OfHandoff<'question-asked', { question: string; about: string; by: PersonId; ref: string }>
  | OfHandoff<'question-answered', { question: string; by: PersonId; ref: string }>
  | OfHandoff<'followed-up', { by: PersonId; occurredAt: Instant; channel?: string }>
  | OfHandoff<'meeting-booked', { occurredAt: Instant; meetingAt: Instant; source: string }>
  | OfHandoff<'meeting-rescheduled', { occurredAt: Instant; meetingAt: Instant; source: string }>
  | OfHandoff<'meeting-held', { occurredAt: Instant; source: string }>
  | OfHandoff<'meeting-no-show', { occurredAt: Instant; source: string }>
  | OfHandoff<'opportunity-created', { occurredAt: Instant; source: string; external?: string }>
  | OfHandoff<'next-step-set', { by: PersonId; ref?: string }>
  | OfHandoff<'task-done', { task: TaskId; by: PersonId }>
  | OfHandoff<'task-reminded', { task: TaskId; owner: PersonId; dueAt: Instant; lateMs: Span }>
  | OfHandoff<'task-missed', { task: TaskId; owner: PersonId; dueAt: Instant; lateMs: Span }>
  | OfHandoff<'clock-paused', { by: PersonId | 'system' }>
  | OfHandoff<'clock-resumed', { by: PersonId | 'clock' | 'system' }>
  | OfHandoff<'clock-retimed', { name: ClockName; by: PersonId; reason: string }>
  | OfHandoff<
      'level-reached',
      { name: ClockName; level: number; action: LevelDo; tell: PersonId; dueAt: Instant; lateMs: Span }
    >
  | OfHandoff<'clock-breached', { name: ClockName; owner: PersonId; dueAt: Instant }>
  /** The receiver of a waiting offer goes away at `from`, and the offer goes on then; without it: they stay after all. */
  | OfHandoff<'absence-noted', { person: PersonId; from?: Instant }>
  | OfHandoff<
      'handoff-reassigned',
      {
        role: 'sender' | 'receiver';
        from: PersonId;
        to: PersonId;
        reason: string;
        by: PersonId | 'system';
        decision?: DecisionRecord;
      }
    >
  | OfHandoff<'handoff-closed', { outcome: string; by: PersonId | 'system'; criterion?: string }>
  | OfHandoff<'handoff-recycled', { until: Instant; by: PersonId; reason: string }>
  | OfHandoff<'handoff-woken', { next: HandoffId }>
  | OfHandoff<'message-failed', { message: string; to: PersonId | string; reason: string; tell: PersonId }>
  | OfHandoff<
      'handoff-imported',
      {
        transition: string;
        policy: PolicyHash;
        subject: SubjectId;
        sender: PersonId;
        receiver: PersonId;
        openedAt: Instant;
        acceptedAt?: Instant;
        closedAt: Instant;
        outcome: string;
        segment: string;
        signal: string;
        ref: string;
        marks: string[];
        source: string;
      }
    >;

/** Leads, accounts and opportunities that are known but not being handed over. */
export type SubjectKind = 'lead' | 'account' | 'opportunity';

export type OtherEvent =
  | { kind: 'workspace-created'; name: string }
  | { kind: 'policy-published'; policy: PolicyHash; text: string; by: PersonId | 'system' }
  | { kind: 'person-set'; person: Person }
  | { kind: 'team-set'; team: Team }
  | { kind: 'absence-set'; person: PersonId; absence: Absence }
  | { kind: 'absence-ended'; person: PersonId; absence: string; at: Instant }
  /** Every absence of one source, in place of those that were. */
  | { kind: 'absences-replaced'; person: PersonId; source: Absence['source']; absences: Absence[] }
  /** The private item `ref` holds the address of the person's calendar; without it there is none any more. */
  | { kind: 'feed-set'; person: PersonId; ref?: string }
  | { kind: 'feed-failed'; person: PersonId; why: FeedFault; line?: number }
  | { kind: 'person-departed'; person: PersonId; by: PersonId | 'system' }
  | {
      kind: 'turn-credited';
      pool: string;
      person: PersonId;
      reason: string;
      by: PersonId | 'system';
      turns: TurnChange[];
    }
  | {
      kind: 'subject-set';
      subject: SubjectId;
      type: SubjectKind;
      ref: string;
      owner?: PersonId;
      account?: SubjectId;
      stage?: string;
      /** Accounts that were known under the same domain or company name before. */
      alike?: { by: string; subject: SubjectId }[];
      marks: string[];
    }
  | { kind: 'subject-erased'; subject: SubjectId }
  | { kind: 'signal-noted'; subject: SubjectId; transition: string; signal: string; failed: string[]; why: string }
  | { kind: 'endpoint-set'; endpoint: Endpoint }
  | { kind: 'messages-delivered'; messages: string[] }
  | { kind: 'message-retried'; message: string; by: PersonId | 'system' }
  | { kind: 'webhook-failed'; message: string; endpoint: string; reason: string; tell: PersonId }
  | { kind: 'arrival-set-aside'; arrival: ArrivalId; ask: string; reason: string }
  | { kind: 'clock-jumped'; byMs: Span };

export type Event = HandoffEvent | OtherEvent;

export type Actor = { kind: 'person'; id: PersonId } | { kind: 'system'; id: string };

/** An event as it stands in the ledger: dense per workspace, chained by hash. */
export type Recorded = {
  seq: number;
  at: Instant;
  /** The arrival that caused it. */
  arrival: ArrivalId;
  actor: Actor;
  via: string;
  event: Event;
};

export function isHandoffEvent(event: Event): event is HandoffEvent {
  return 'handoff' in event;
}
