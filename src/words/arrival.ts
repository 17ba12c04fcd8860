// words: what comes through the door. An ask may be refused; a fact (seen outside) may be older than what is known.
// The door stamps everything uncertain: the id, the instant (database time), who asks, and the idempotency identity.

import type { Actor, SubjectKind } from './event.ts';
import type { ArrivalId, HandoffId, OfferId, PersonId, SubjectId, TaskId } from './ids.ts';
import type { Endpoint } from './intent.ts';
import type { ClockName, Fields } from './policy.ts';
import type { Absence, FeedFault, Person, Team } from './roster.ts';
import type { Instant, Span } from './time.ts';

/** Names a subject in the outside world, for example { type: 'email', value: 'jo@acme.example' }. */
export type SubjectKey = { type: string; value: string };

/** The four answers of the handoff note. */
export type Note = Partial<Record<'why-engaged' | 'why-now' | 'what-we-said' | 'what-next', string>>;

export type Context = { fields: Fields; note?: Note; links?: string[] };

export type Ask =
  | {
      ask: 'signal-seen';
      signal: string;
      subject: SubjectKey;
      context: Context;
      booker?: PersonId;
      /** The account, by an id that the sender of the signal knows. */
      account?: SubjectKey;
      occurredAt: Instant;
      meetingAt?: Instant;
      urgency?: 'normal' | 'high';
      transition?: string;
      test?: boolean;
    }
  | { ask: 'complete-context'; handoff: HandoffId; context: Context; writingMs?: Span }
  | { ask: 'see'; handoff: HandoffId }
  | { ask: 'accept'; handoff: HandoffId; offer?: OfferId }
  | { ask: 'undo-accept'; handoff: HandoffId }
  | { ask: 'reject'; handoff: HandoffId; offer?: OfferId; reason: string; text?: string }
  | { ask: 'recall'; handoff: HandoffId; reason: string }
  | { ask: 'question'; handoff: HandoffId; about: string; text: string }
  | { ask: 'answer'; handoff: HandoffId; question: string; text: string }
  | { ask: 'resend'; handoff: HandoffId; context?: Context }
  | { ask: 'follow-up'; handoff: HandoffId; occurredAt: Instant; channel?: string }
  | {
      ask: 'meeting';
      handoff: HandoffId;
      state: 'booked' | 'rescheduled' | 'held' | 'no-show';
      occurredAt: Instant;
      meetingAt?: Instant;
      source: string;
    }
  | { ask: 'opportunity'; handoff: HandoffId; occurredAt: Instant; source: string; external?: string }
  | { ask: 'set-next-step'; handoff: HandoffId; text: string; dueAt: Instant }
  | { ask: 'task-done'; handoff: HandoffId; task: TaskId }
  | { ask: 'pause'; handoff: HandoffId; clock: ClockName; cause: string; resumeBy: Instant }
  | { ask: 'resume'; handoff: HandoffId; clock: ClockName }
  | { ask: 'retime'; handoff: HandoffId; clock: ClockName; reason: string }
  | { ask: 'close'; handoff: HandoffId; outcome: string; criterion?: string }
  | { ask: 'recycle'; handoff: HandoffId; until: Instant; reason: string }
  | { ask: 'reassign'; handoff: HandoffId; role: 'sender' | 'receiver'; to: PersonId; reason: string }
  | { ask: 'alarm'; handoff: HandoffId; dueAt: Instant }
  | { ask: 'delivered'; messages: string[] }
  | { ask: 'delivery-failed'; message: string; handoff?: HandoffId; to: string; reason: string }
  | { ask: 'retry-message'; message: string }
  | { ask: 'create-workspace'; name: string }
  | { ask: 'publish-policy'; text: string; file?: string }
  | { ask: 'set-person'; person: Omit<Person, 'absences' | 'joinedAt' | 'ref' | 'feed'>; name?: string; email?: string }
  | { ask: 'set-team'; team: Team }
  | { ask: 'set-absence'; person: PersonId; absence: Absence }
  | { ask: 'end-absence'; person: PersonId; absence: string }
  /** Replaces every absence of one source; those that are over are kept. */
  | { ask: 'set-absences'; person: PersonId; source: 'csv' | 'ics'; absences: Absence[] }
  | { ask: 'set-feed'; person: PersonId; url?: string }
  | { ask: 'feed-failed'; person: PersonId; why: FeedFault; line?: number }
  | { ask: 'depart'; person: PersonId }
  | { ask: 'credit-turn'; pool: string; person: PersonId; reason: string }
  | {
      ask: 'set-subject';
      type: SubjectKind;
      subject: SubjectKey;
      also?: SubjectKey[];
      fields: Fields;
      owner?: PersonId;
      account?: SubjectKey;
      stage?: string;
      marks: string[];
    }
  | {
      ask: 'import-handoff';
      transition: string;
      subject: SubjectKey;
      sender: PersonId;
      receiver: PersonId;
      openedAt: Instant;
      acceptedAt?: Instant;
      closedAt: Instant;
      outcome: string;
      signal: string;
      fields: Fields;
      source: string;
    }
  | { ask: 'erase-subject'; subject: SubjectId }
  | { ask: 'set-endpoint'; endpoint: Endpoint; secret?: string }
  /** Stored bytes that hold nothing that can be read; set aside, shown, kept. */
  | { ask: 'unreadable'; raw: ArrivalId; reason: string }
  | { ask: 'note-clock-jump'; byMs: Span };

export type AskKind = Ask['ask'];
export type AskOf<K extends AskKind> = Extract<Ask, { ask: K }>;

export type Via = 'api' | 'cli' | 'webhook' | 'alarm' | 'receipt' | 'import' | 'demo' | 'simulation';

export type Arrival<A extends Ask = Ask> = {
  id: ArrivalId;
  /** Database time at the door. */
  at: Instant;
  /** Who asks, by (workspace, principal, route, key): a repeat gets the first answer. */
  command: string;
  /** Hash of the body, to refuse the same key with another body. */
  bodyHash: string;
  actor: Actor;
  via: Via;
  /** The due row that this arrival's decision ends, in the same commit. */
  settles?: { kind: 'alarm' | 'message' | 'webhook'; row: string };
  /** W3C traceparent, continued, never trusted. */
  trace?: string;
  ask: A;
};
