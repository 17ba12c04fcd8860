// Room: record. What the in-memory twin holds: the same facts as the tables, in maps.
// Promises: nothing here reads a clock or draws a random number; iteration follows insertion, so runs repeat exactly.
import type { Recorded } from '../words/event.ts';
import type { HandoffId, SubjectId, WorkspaceId } from '../words/ids.ts';
import type {
  DueKind,
  HandoffRow,
  InboxEntry,
  MessageRow,
  Notice,
  RawArrival,
  SubjectRow,
  TaskRow,
} from '../words/journal.ts';
import type { PrivateItem } from '../words/private.ts';
import type { Commitments } from './chain.ts';

export type LedgerLine = { recorded: Recorded; commitments: Commitments; hash: string };
export type HeldItem = PrivateItem & { keeper: string; seq: number };
export type HeldDue = {
  workspace: WorkspaceId;
  kind: DueKind;
  row: string;
  dueAt: number;
  readyAt: number;
  fence: number;
  attempts: number;
};

export type MemoryWorkspace = {
  id: WorkspaceId;
  name: string;
  seq: number;
  hash: string;
  ledger: LedgerLine[];
  inbox: Map<string, InboxEntry>;
  raw: Map<string, RawArrival>;
  /** Ids of raw arrivals by source and command. */
  rawKeys: Map<string, string>;
  handoffs: Map<HandoffId, HandoffRow>;
  live: Set<HandoffId>;
  liveOf: Map<SubjectId, Set<HandoffId>>;
  tasks: Map<string, TaskRow>;
  standing: Map<string, { seq: number; doc: unknown }>;
  messages: Map<string, MessageRow>;
  notices: Map<string, Notice>;
  items: Map<string, HeldItem>;
  names: Map<string, SubjectId>;
  subjects: Map<SubjectId, SubjectRow>;
};

export type MemoryState = {
  workspaces: Map<WorkspaceId, MemoryWorkspace>;
  due: Map<string, HeldDue>;
  lastFence: number;
};

export function emptyState(): MemoryState {
  return { workspaces: new Map(), due: new Map(), lastFence: 0 };
}

export function emptyWorkspace(id: WorkspaceId, name: string, hash: string): MemoryWorkspace {
  return {
    id,
    name,
    seq: 0,
    hash,
    ledger: [],
    inbox: new Map(),
    raw: new Map(),
    rawKeys: new Map(),
    handoffs: new Map(),
    live: new Set(),
    liveOf: new Map(),
    tasks: new Map(),
    standing: new Map(),
    messages: new Map(),
    notices: new Map(),
    items: new Map(),
    names: new Map(),
    subjects: new Map(),
  };
}

export function dueKey(workspace: WorkspaceId, kind: DueKind, row: string): string {
  return `${workspace} ${kind} ${row}`;
}

/** The workspace, or a sentence. */
export function workspaceOf(state: MemoryState, id: WorkspaceId): MemoryWorkspace {
  const workspace = state.workspaces.get(id);
  if (workspace === undefined) throw new Error(`There is no workspace "${id}" in this database.`);
  return workspace;
}

/** What a database would give back: the value after a trip through JSON, and nobody else's reference. */
export function copyOf<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** A message as it is shown: while it waits, its attempts stand in the due-queue. */
export function messageWithAttempts(state: MemoryState, workspace: MemoryWorkspace, message: MessageRow): MessageRow {
  return {
    ...copyOf(message),
    attempts: state.due.get(dueKey(workspace.id, 'message', message.id))?.attempts ?? message.attempts,
  };
}
