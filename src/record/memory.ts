// Room: record. The in-memory twin of the journal: for storms, simulations and fast tests.
// Promises: the same port and the same contract as PostgreSQL; deterministic: time is handed in, nothing is random;
// faults can be ordered one at a time.

import type { Context } from '../words/arrival.ts';
import type { Recorded } from '../words/event.ts';
import { Fault } from '../words/fault.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type {
  Batch,
  Claimed,
  Committed,
  DueRow,
  HandoffRow,
  InboxEntry,
  Journal,
  Loaded,
  MessageRow,
  Needs,
  Notice,
  SubjectRow,
  TaskRow,
  Turn,
} from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import { genesisHash } from './chain.ts';
import { checkBatch } from './journal-commit.ts';
import { nameOf } from './journal-load.ts';
import { commitToMemory } from './memory-commit.ts';
import {
  copyOf,
  dueKey,
  emptyState,
  emptyWorkspace,
  type HeldDue,
  type MemoryState,
  type MemoryWorkspace,
  messageWithAttempts,
  workspaceOf,
} from './memory-state.ts';

/** moved: the next commit finds another position; torn: it is not written; lost-answer: it is, but nobody hears. */
export type MemoryFailure = 'moved' | 'torn' | 'lost-answer';

/** Everything that checks look at, as of now: arrays of its own, rows to be read only (a check runs after every step). */
export type Snapshot = {
  seq: number;
  hash: string;
  ledger: Recorded[];
  entries: InboxEntry[];
  handoffs: HandoffRow[];
  tasks: TaskRow[];
  standing: Map<string, unknown>;
  due: (DueRow & { attempts: number; leased: boolean })[];
  messages: MessageRow[];
  notices: Notice[];
  subjects: SubjectRow[];
};

export type MemoryJournal = Journal & {
  readonly state: MemoryState;
  /** Orders a failure for a coming commit; several are taken in turn. */
  failNext(failure: MemoryFailure): void;
  snapshot(workspace: WorkspaceId): Snapshot;
};

/** An empty twin. `now` is its database clock, epoch ms. */
export function openMemoryJournal(options: { now: () => Instant }): MemoryJournal {
  const state = emptyState();
  const failures: MemoryFailure[] = [];
  /** Exclusive turns and single commits of a workspace, one after the other. */
  const queues = new Map<WorkspaceId, Promise<unknown>>();

  const alone = <T>(workspace: WorkspaceId, work: () => Promise<T>): Promise<T> => {
    const mine = (queues.get(workspace) ?? Promise.resolve()).then(work);
    queues.set(
      workspace,
      mine.catch(() => undefined),
    );
    return mine;
  };

  const commitNow = (workspace: MemoryWorkspace, batch: Batch): Committed => {
    checkBatch(batch);
    const failure = failures.shift();
    if (failure === 'torn') throw new Fault('record/unavailable', 'ordered by the test: nothing was written');
    if (failure === 'moved') return { outcome: 'moved' };
    const outcome = commitToMemory(state, workspace, batch);
    if (failure === 'lost-answer') throw new Fault('record/unavailable', 'ordered by the test: the answer was lost');
    return outcome === 'moved' ? { outcome } : { outcome, seq: workspace.seq };
  };

  const held = (claim: Claimed): HeldDue | undefined => {
    const row = state.due.get(dueKey(claim.workspace, claim.kind, claim.row));
    return row?.fence === claim.fence ? row : undefined;
  };

  return {
    state,
    failNext: (failure) => {
      failures.push(failure);
    },
    snapshot: (id) => snapshotOf(state, workspaceOf(state, id)),
    now: async () => options.now(),
    async createWorkspace(id, name) {
      if (state.workspaces.has(id)) return 'exists';
      state.workspaces.set(id, emptyWorkspace(id, name, genesisHash(id)));
      return 'created';
    },
    workspaces: async () => [...state.workspaces.values()].map(({ id, name }) => ({ id, name })),
    async turn(id, exclusive, work) {
      const workspace = workspaceOf(state, id);
      const load = async (needs: Needs, knownSeq: number) => loadFrom(state, workspace, needs, knownSeq);
      const isIn = async (after: Promise<boolean> | undefined) => after === undefined || (await after);
      const now: Turn = {
        load,
        commit: async (batch, after) => ((await isIn(after)) ? commitNow(workspace, batch) : { outcome: 'moved' }),
      };
      const later: Turn = {
        load,
        commit: async (batch, after) =>
          (await isIn(after)) ? alone(id, async () => commitNow(workspace, batch)) : { outcome: 'moved' },
      };
      return exclusive ? alone(id, () => work(now)) : work(later);
    },
    async storeRaw(id, raw) {
      const workspace = workspaceOf(state, id);
      return raw.map((one) => {
        const key = `${one.source} ${one.command}`;
        const first = workspace.rawKeys.get(key);
        if (first !== undefined) return { id: first, repeated: true };
        workspace.rawKeys.set(key, one.id);
        workspace.raw.set(one.id, { ...one, headers: { ...one.headers }, body: one.body.slice() });
        state.due.set(dueKey(id, 'webhook', one.id), {
          workspace: id,
          kind: 'webhook',
          row: one.id,
          dueAt: one.at,
          readyAt: one.at,
          fence: 0,
          attempts: 0,
        });
        return { id: one.id, repeated: false };
      });
    },
    readRaw: async (workspace, id) => workspaceOf(state, workspace).raw.get(id),
    async claim(kinds, limit, leaseMs, within) {
      const now = options.now();
      const ready = [...state.due.values()].filter(
        (row) =>
          kinds.includes(row.kind) && row.readyAt <= now && (within === undefined || within.includes(row.workspace)),
      );
      ready.sort((left, right) => left.readyAt - right.readyAt);
      return ready
        .slice(0, limit)
        .map((row) => {
          if (row.fence !== 0) row.attempts += 1;
          state.lastFence += 1;
          row.fence = state.lastFence;
          row.readyAt = now + leaseMs;
          return {
            workspace: row.workspace,
            kind: row.kind,
            row: row.row,
            dueAt: row.dueAt,
            fence: row.fence,
            attempts: row.attempts,
          };
        })
        .sort((left, right) => left.dueAt - right.dueAt || left.fence - right.fence);
    },
    async renew(claim, leaseMs) {
      const row = held(claim);
      if (row !== undefined) row.readyAt = options.now() + leaseMs;
      return row !== undefined;
    },
    async postpone(claim, dueAt, reason, tried = true) {
      const row = held(claim);
      if (row === undefined) return false;
      Object.assign(row, { dueAt, readyAt: dueAt, fence: 0, attempts: row.attempts + (tried ? 1 : 0) });
      const message = row.kind === 'message' ? workspaceOf(state, row.workspace).messages.get(row.row) : undefined;
      if (message !== undefined) message.reason = reason;
      return true;
    },
    async nextDue() {
      let next: Instant | undefined;
      for (const row of state.due.values()) if (next === undefined || row.readyAt < next) next = row.readyAt;
      return next;
    },
    eventsAfter: async (workspace, seq, limit) =>
      copyOf(
        workspaceOf(state, workspace)
          .ledger.slice(seq, seq + limit)
          .map((line) => line.recorded),
      ),
    close: async () => undefined,
  };
}

function loadFrom(state: MemoryState, workspace: MemoryWorkspace, needs: Needs, knownSeq: number): Loaded {
  const loaded: Loaded = {
    seq: workspace.seq,
    answers: new Map(),
    handoffs: new Map(),
    contexts: new Map(),
    subjects: new Map(),
    subjectsById: new Map(),
    messages: new Map(),
    standing: new Map(),
  };
  for (const command of needs.commands) {
    const entry = workspace.inbox.get(command);
    if (entry !== undefined) loaded.answers.set(command, copyOf({ bodyHash: entry.bodyHash, answer: entry.answer }));
  }
  const subjects = new Set(needs.subjectIds);
  const handoffs = new Set(needs.handoffs);
  for (const key of needs.subjects) {
    const id = workspace.names.get(nameOf(key));
    const subject = id === undefined ? undefined : workspace.subjects.get(id);
    if (id !== undefined) subjects.add(id);
    if (subject !== undefined) loaded.subjects.set(nameOf(key), copyOf(subject));
  }
  for (const subject of subjects) for (const id of workspace.liveOf.get(subject) ?? []) handoffs.add(id);
  if (needs.people.length > 0) for (const id of liveHandoffsOf(workspace, new Set(needs.people))) handoffs.add(id);
  for (const id of handoffs) {
    const row = workspace.handoffs.get(id);
    if (row === undefined) continue;
    loaded.handoffs.set(id, copyOf(row.doc));
    subjects.add(row.subject);
    const item = workspace.items.get(row.doc.context.ref);
    if (item !== undefined) loaded.contexts.set(item.ref, copyOf(item.body) as Context);
  }
  for (const id of subjects) {
    const subject = workspace.subjects.get(id);
    if (subject !== undefined) loaded.subjectsById.set(id, copyOf(subject));
  }
  for (const id of needs.messages) {
    const message = workspace.messages.get(id);
    if (message !== undefined) loaded.messages.set(id, messageWithAttempts(state, workspace, message));
  }
  for (const [key, { seq, doc }] of workspace.standing) if (seq > knownSeq) loaded.standing.set(key, copyOf(doc));
  return loaded;
}

function liveHandoffsOf(workspace: MemoryWorkspace, people: ReadonlySet<string>): string[] {
  const busy = new Set<string>();
  for (const task of workspace.tasks.values())
    if (task.state === 'open' && people.has(task.owner)) busy.add(task.handoff);
  return [...workspace.live].filter((id) => {
    const row = workspace.handoffs.get(id);
    if (row === undefined) return false;
    return (
      busy.has(id) ||
      people.has(row.owner) ||
      people.has(row.sender) ||
      (row.offeredTo !== undefined && people.has(row.offeredTo))
    );
  });
}

function snapshotOf(state: MemoryState, workspace: MemoryWorkspace): Snapshot {
  return {
    seq: workspace.seq,
    hash: workspace.hash,
    ledger: workspace.ledger.map((line) => line.recorded),
    entries: [...workspace.inbox.values()],
    handoffs: [...workspace.handoffs.values()],
    tasks: [...workspace.tasks.values()],
    standing: new Map([...workspace.standing].map(([key, { doc }]) => [key, doc])),
    due: [...state.due.values()]
      .filter((row) => row.workspace === workspace.id)
      .map(({ kind, row, dueAt, attempts, fence }) => ({ kind, row, dueAt, attempts, leased: fence !== 0 })),
    messages: [...workspace.messages.values()].map((message) => messageWithAttempts(state, workspace, message)),
    notices: [...workspace.notices.values()],
    subjects: [...workspace.subjects.values()],
  };
}
