// words: the ledger's port. The corridor reads what a batch needs, decides, and writes everything in one commit.
// PostgreSQL and the in-memory twin implement it under one contract suite (record/journal.contract.ts).

import type { Context, SubjectKey, Via } from './arrival.ts';
import type { Actor, Recorded } from './event.ts';
import type { Handoff, Stage } from './handoff.ts';
import type { ArrivalId, HandoffId, PersonId, SubjectId, WorkspaceId } from './ids.ts';
import type { About, Intent } from './intent.ts';
import type { PrivateItem, SubjectNames } from './private.ts';
import type { Refusal } from './refusal.ts';
import type { Instant } from './time.ts';

/** The first answer to a command, given again to every repeat. */
export type Answer =
  | { result: 'done'; seq: number; handoff?: HandoffId; version?: number; facts: Record<string, unknown> }
  | { result: 'refused'; refusal: Refusal; handoff?: HandoffId }
  | { result: 'set-aside'; arrival: ArrivalId; reason: string };

export type SubjectRow = {
  id: SubjectId;
  type: string;
  owner?: PersonId;
  ownedAt?: Instant;
  /** The account that it belongs to; of an account, the one above it. */
  account?: SubjectId;
  stage?: string;
  /** Accounts that go by the same domain or company name: `by` says which. */
  alike?: { by: string; subject: SubjectId }[];
  /** Who had it before the acceptance that may still be undone. */
  before?: { owner?: PersonId; ownedAt?: Instant };
  ref?: string;
  marks: string[];
};

/** What deciding a batch needs beside the standing documents. */
export type Needs = {
  commands: string[];
  handoffs: HandoffId[];
  /** Subjects by outside name; brings the subject, and every live handoff of it. */
  subjects: SubjectKey[];
  /** Subjects by id; brings every live handoff as well. */
  subjectIds: SubjectId[];
  /** People whose every live handoff (as sender, receiver, offeree, task owner) is needed. */
  people: PersonId[];
  messages: string[];
};

export const NO_NEEDS: Needs = { commands: [], handoffs: [], subjects: [], subjectIds: [], people: [], messages: [] };

/**
 * Small documents that every decision may look at, each under a key, kept whole in memory:
 * `person/<id>`, `team/<id>`, `pool/<name>`, `load/<person>`, `policy/<hash>`, `policy-live`, `endpoint/<id>`, `waiting`, `workspace`.
 */
export type StandingDoc = { key: string; doc: unknown };

export type Loaded = {
  /** Ledger position that all of this is true at. */
  seq: number;
  answers: Map<string, { bodyHash: string; answer: Answer }>;
  handoffs: Map<HandoffId, Handoff>;
  /** Private contexts of the loaded handoffs, by `context.ref`; absent after erasure. */
  contexts: Map<string, Context>;
  /** By `type:value` of the key. */
  subjects: Map<string, SubjectRow>;
  /** The subjects asked for, and those of every loaded handoff. */
  subjectsById: Map<SubjectId, SubjectRow>;
  messages: Map<string, MessageRow>;
  /** Standing documents changed since the position that the caller knew; `null` means removed. */
  standing: Map<string, unknown>;
};

export type MessageState = 'waiting' | 'delivered' | 'dead' | 'cancelled' | 'superseded';

export type MessageRow = {
  id: string;
  intent: Intent;
  state: MessageState;
  attempts: number;
  reason?: string;
  createdAt: Instant;
  deliveredAt?: Instant;
};

export type InboxEntry = {
  arrival: ArrivalId;
  at: Instant;
  command: string;
  bodyHash: string;
  actor: Actor;
  via: Via;
  trace?: string;
  answer: Answer;
  /** Kept, encrypted, only for an arrival that was set aside: so that it can be replayed. */
  input?: unknown;
  subject?: SubjectId;
};

export type Notice = { id: string; person: PersonId; about: About; handoff: HandoffId; at: Instant };

/** One row per live handoff: what lists and alarms read. Derived from the handoff by project/. */
export type HandoffRow = {
  id: HandoffId;
  version: number;
  stage: Stage;
  transition: string;
  subject: SubjectId;
  sender: PersonId;
  receiver?: PersonId;
  owner: PersonId;
  /** Person whom the running offer is with. */
  offeredTo?: PersonId;
  segment: string;
  urgency: string;
  /** Due time of the clock that matters in this stage. */
  dueAt?: Instant;
  nextStepBy?: Instant;
  breached: boolean;
  openedAt: Instant;
  acceptedAt?: Instant;
  closedAt?: Instant;
  outcome?: string;
  marks: string[];
  /** People with open tasks here, so that a departure finds them. */
  people: PersonId[];
  doc: Handoff;
};

export type TaskRow = {
  id: string;
  handoff: HandoffId;
  title: string;
  owner: PersonId;
  dueAt: Instant;
  state: 'open' | 'done' | 'missed' | 'void';
};

/** The due-queue: ids and times only, outside the workspace fence, so that workers can claim across workspaces. */
export type DueKind = 'alarm' | 'message' | 'webhook';
export type DueRow = { kind: DueKind; row: string; dueAt: Instant };
export type Claimed = DueRow & { workspace: WorkspaceId; fence: number; attempts: number };

export type Batch = {
  /** The ledger position the batch was decided at; anything else there now means: read again, decide again. */
  expectSeq: number;
  /** Outside names that the batch was decided on without looking: if one of them is known, nothing is written. */
  absent?: SubjectKey[];
  entries: InboxEntry[];
  /** Dense from `expectSeq` + 1. */
  events: Recorded[];
  handoffs: HandoffRow[];
  tasks: TaskRow[];
  /** A change needs an event beside it; a null document removes. */
  standing: StandingDoc[];
  /** Puts replace a row of the same kind and name, end its lease and reset its attempts; drops remove it. Drops go first. */
  duePut: DueRow[];
  dueDrop: { kind: DueKind; row: string }[];
  messages: { id: string; intent: Intent; createdAt: Instant }[];
  messageStates: { id: string; state: MessageState; reason?: string; at: Instant }[];
  notices: Notice[];
  private: PrivateItem[];
  names: SubjectNames[];
  subjects: SubjectRow[];
  /** Done last: nothing that the same batch wrote about an erased person stays. */
  erase: SubjectId[];
};

/** A batch at a position that writes nothing yet. */
export function emptyBatch(expectSeq: number): Batch {
  return {
    expectSeq,
    entries: [],
    events: [],
    handoffs: [],
    tasks: [],
    standing: [],
    duePut: [],
    dueDrop: [],
    messages: [],
    messageStates: [],
    notices: [],
    private: [],
    names: [],
    subjects: [],
    erase: [],
  };
}

export type Committed = { outcome: 'committed'; seq: number } | { outcome: 'moved' };

/** One turn of the corridor in one workspace. `exclusive` holds the head row's lock from load to commit. */
export type Turn = {
  load(needs: Needs, knownSeq: number): Promise<Loaded>;
  /**
   * Writes the batch at its position, or answers 'moved'. `after` is the commit just before it, by the same writer, which
   * may still be on its way: the batch is made ready meanwhile and written only once that one is in.
   */
  commit(batch: Batch, after?: Promise<boolean>): Promise<Committed>;
};

/** A webhook or event body as it came, stored before it is acknowledged. */
export type RawArrival = {
  id: ArrivalId;
  at: Instant;
  source: string;
  command: string;
  bodyHash: string;
  headers: Record<string, string>;
  body: Uint8Array;
};

export type Journal = {
  /** Database time, epoch ms. */
  now(): Promise<Instant>;
  createWorkspace(workspace: WorkspaceId, name: string): Promise<'created' | 'exists'>;
  workspaces(): Promise<{ id: WorkspaceId; name: string }[]>;
  turn<T>(workspace: WorkspaceId, exclusive: boolean, work: (turn: Turn) => Promise<T>): Promise<T>;
  /**
   * Stores raw arrivals durably and queues each new one as a due row of kind 'webhook'. Answers in order: `id` is the one
   * that is stored, so a repeat of (source, command) gets the first one's.
   */
  storeRaw(workspace: WorkspaceId, raw: RawArrival[]): Promise<{ id: ArrivalId; repeated: boolean }[]>;
  readRaw(workspace: WorkspaceId, id: ArrivalId): Promise<RawArrival | undefined>;
  /**
   * Takes due rows under a lease; a claim has a fence number that a later claim outruns. A row whose lease ran out in
   * somebody's hands counts that as an attempt.
   */
  claim(kinds: DueKind[], limit: number, leaseMs: number, within?: WorkspaceId[]): Promise<Claimed[]>;
  /** Lengthens a lease; false when the fence was outrun. */
  renew(claim: Claimed, leaseMs: number): Promise<boolean>;
  /** Puts a claimed row back at a later time; one more attempt unless `tried` is false. False: the fence was outrun. */
  postpone(claim: Claimed, dueAt: Instant, reason: string, tried?: boolean): Promise<boolean>;
  /** Earliest instant at which any row can be claimed: it is due, or the lease on it ends. */
  nextDue(): Promise<Instant | undefined>;
  /** Events after a position, oldest first, at most `limit`. */
  eventsAfter(workspace: WorkspaceId, seq: number, limit: number): Promise<Recorded[]>;
  close(): Promise<void>;
};
