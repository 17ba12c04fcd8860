// run: live traffic. A queue per workspace: what is waiting becomes the next batch, so that one commit serves many.
// Nothing is acknowledged before its batch is in the record.

import { randomBytes } from 'node:crypto';
import type { Arrival, Ask, Via } from '../words/arrival.ts';
import type { Actor, Recorded } from '../words/event.ts';
import { Fault } from '../words/fault.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { formatUlid } from '../words/ids.ts';
import type { DueKind, Journal } from '../words/journal.ts';
import type { DatabaseClock } from './clock.ts';
import { mark } from './marks.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { NEW_WORKSPACE, readStanding } from './standing.ts';
import type { Guess, StepAnswer } from './step.ts';
import { step } from './step.ts';

/** An arrival before the door has stamped it. */
export type Draft = {
  command: string;
  bodyHash: string;
  actor: Actor;
  via: Via;
  trace?: string;
  settles?: { kind: DueKind; row: string };
  ask: Ask;
};

export type Live = {
  submit(workspace: WorkspaceId, draft: Draft): Promise<StepAnswer>;
  submitMany(workspace: WorkspaceId, drafts: readonly Draft[]): Promise<StepAnswer[]>;
  /** Hears every batch of events that this process commits; other processes are heard through `heard`. */
  subscribe(listener: (workspace: WorkspaceId, events: readonly Recorded[]) => void): () => void;
  /** The standing facts, fresh from the record. */
  standing(workspace: WorkspaceId): Promise<Standing>;
  /** The standing facts as this process last saw them; undefined before the first batch. */
  known(workspace: WorkspaceId): Standing | undefined;
  /** Resolves when every queue is empty. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

type Waiting = { arrival: Arrival; resolve: (answer: StepAnswer) => void; reject: (fault: unknown) => void };
type Lane = { queue: Waiting[]; standing: Standing; running: Promise<void> | undefined; guess: Guess };

const BATCH_MAX = 256;
/** Beyond this many waiting arrivals the door says "later" instead of growing without bound. */
const QUEUE_MAX = 20_000;

export type LiveDeps = {
  journal: Journal;
  shelf: Shelf;
  clock: DatabaseClock;
  onCommit?: (dueChanged: boolean) => void;
};

export function startLive(deps: LiveDeps): Live {
  const lanes = new Map<WorkspaceId, Lane>();
  const listeners = new Set<(workspace: WorkspaceId, events: readonly Recorded[]) => void>();
  let stopping = false;

  const laneOf = (workspace: WorkspaceId): Lane => {
    let lane = lanes.get(workspace);
    if (lane === undefined) {
      lane = { queue: [], standing: NEW_WORKSPACE, running: undefined, guess: { wait: 0, misses: 0 } };
      lanes.set(workspace, lane);
    }
    return lane;
  };

  const stamp = (draft: Draft): Arrival => {
    const at = deps.clock.now();
    return { id: `ar_${formatUlid(at, randomBytes(10))}`, at, ...draft };
  };

  const runBatch = async (workspace: WorkspaceId, lane: Lane, batch: Waiting[], unwritable?: string): Promise<void> => {
    try {
      const stepped = await step(
        deps.journal,
        deps.shelf,
        workspace,
        lane.standing,
        batch.map((w) => w.arrival),
        { guess: lane.guess, ...(unwritable === undefined ? {} : { unwritable }) },
      );
      lane.standing = stepped.standing;
      for (const [i, answer] of stepped.answers.entries()) batch[i]?.resolve(answer);
      mark('answered');
      if (stepped.events.length > 0) for (const listener of listeners) listener(workspace, stepped.events);
      deps.onCommit?.(stepped.dueChanged);
    } catch (fault) {
      // What is in memory may be ahead or behind: read everything again next time.
      lane.standing = NEW_WORKSPACE;
      const passing = fault instanceof Fault && fault.retry;
      // Something in this batch cannot be written. Alone, each shows whether it is the one; that one is set aside.
      if (!passing && batch.length > 1) for (const one of batch) await runBatch(workspace, lane, [one]);
      else if (!passing && unwritable === undefined) await runBatch(workspace, lane, batch, sayFault(fault));
      else for (const one of batch) one.reject(fault);
    }
  };

  const drain = async (workspace: WorkspaceId, lane: Lane): Promise<void> => {
    while (lane.queue.length > 0) await runBatch(workspace, lane, lane.queue.splice(0, BATCH_MAX));
    lane.running = undefined;
  };

  const enqueue = (workspace: WorkspaceId, draft: Draft): Promise<StepAnswer> => {
    if (stopping) return Promise.reject(new Fault('door/too-busy', 'Baton is shutting down', 1_000));
    const lane = laneOf(workspace);
    if (lane.queue.length >= QUEUE_MAX) return Promise.reject(new Fault('door/too-busy', `${QUEUE_MAX} wait`, 1_000));
    return new Promise((resolve, reject) => {
      lane.queue.push({ arrival: stamp(draft), resolve, reject });
      mark('arrival queued');
      // The batch starts in the next turn of the event loop, so that requests read together are decided together.
      lane.running ??= new Promise<void>((go) => setImmediate(go)).then(() => drain(workspace, lane));
    });
  };

  return {
    submit: enqueue,
    submitMany: (workspace, drafts) => Promise.all(drafts.map((draft) => enqueue(workspace, draft))),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async standing(workspace) {
      const lane = laneOf(workspace);
      if (lane.running !== undefined) await lane.running;
      const loaded = await deps.journal.turn(workspace, false, (turn) =>
        turn.load(
          { commands: [], handoffs: [], subjects: [], subjectIds: [], people: [], messages: [] },
          lane.standing.seq,
        ),
      );
      if (lane.running === undefined) {
        lane.standing = readStanding(lane.standing, loaded.seq, loaded.standing);
      }
      return lane.standing;
    },
    known(workspace) {
      const standing = lanes.get(workspace)?.standing;
      return standing === undefined || standing.seq === 0 ? undefined : standing;
    },
    async idle() {
      await Promise.all([...lanes.values()].map((lane) => lane.running));
    },
    async stop() {
      stopping = true;
      await Promise.all([...lanes.values()].map((lane) => lane.running));
    },
  };
}

function sayFault(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
