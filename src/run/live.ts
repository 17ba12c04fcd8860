// run: live traffic. A queue per workspace: what is waiting becomes the next batch, so that one commit serves many.
// Nothing is acknowledged before its batch is in the record.

import { randomBytes } from 'node:crypto';
import type { Arrival, Ask, Via } from '../words/arrival.ts';
import type { Actor, Recorded } from '../words/event.ts';
import { Fault } from '../words/fault.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { formatUlid } from '../words/ids.ts';
import type { DueKind, Journal } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import type { DatabaseClock } from './clock.ts';
import type { StepAnswer, Stepped } from './decide-batch.ts';
import { mark } from './marks.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { NEW_WORKSPACE, readStanding } from './standing.ts';
import type { Guess } from './step.ts';
import { step, stepAhead } from './step.ts';

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
/** A batch whose commit is on its way. */
type Flight = { batch: Waiting[]; stepped: Stepped; isIn: Promise<boolean> };
type Lane = {
  queue: Waiting[];
  standing: Standing;
  running: Promise<void> | undefined;
  guess: Guess;
  full?: { at: number; go: () => void };
};

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
      conclude(workspace, lane, batch, stepped);
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

  /** Answers a batch that is in the record, and lets everybody hear of it. */
  const conclude = (workspace: WorkspaceId, lane: Lane, batch: Waiting[], stepped: Stepped): void => {
    lane.standing = stepped.standing;
    for (const [i, answer] of stepped.answers.entries()) batch[i]?.resolve(answer);
    mark('answered');
    if (stepped.events.length > 0) for (const listener of listeners) listener(workspace, stepped.events);
    deps.onCommit?.(stepped.dueChanged);
  };

  /** Waits for a batch on its way. One that did not get in is decided again on what is there now. */
  const land = async (workspace: WorkspaceId, lane: Lane, flight: Flight): Promise<void> => {
    const isIn = await flight.isIn;
    if (isIn) conclude(workspace, lane, flight.batch, flight.stepped);
    else await runBatch(workspace, lane, flight.batch);
  };

  /** While one batch of newcomers is being written, the next is decided; answers keep their order. */
  const drain = async (workspace: WorkspaceId, lane: Lane): Promise<void> => {
    let flight: Flight | undefined;
    for (;;) {
      if (flight !== undefined) await enough(lane, Math.ceil(flight.batch.length / 2), flight.isIn);
      const batch = lane.queue.splice(0, BATCH_MAX);
      const next = batch.length === 0 ? undefined : launch(workspace, lane, batch, flight);
      if (flight !== undefined) await land(workspace, lane, flight);
      flight = next;
      if (next === undefined && batch.length > 0) await runBatch(workspace, lane, batch);
      if (flight === undefined && lane.queue.length === 0) break;
    }
    lane.running = undefined;
  };

  const launch = (
    workspace: WorkspaceId,
    lane: Lane,
    batch: Waiting[],
    before: Flight | undefined,
  ): Flight | undefined => {
    const ahead = stepAhead(
      deps.journal,
      deps.shelf,
      workspace,
      before?.stepped.standing ?? lane.standing,
      batch.map((w) => w.arrival),
      { guess: lane.guess, ...(before === undefined ? {} : { after: before.isIn }) },
    );
    // A fault while it is written is met again, and told, when the batch is run the ordinary way.
    return ahead && { batch, stepped: ahead.stepped, isIn: ahead.isIn.catch(() => false) };
  };

  const enqueue = (workspace: WorkspaceId, draft: Draft): Promise<StepAnswer> => {
    if (stopping) return Promise.reject(new Fault('door/too-busy', 'Baton is shutting down', 1_000));
    const lane = laneOf(workspace);
    if (lane.queue.length >= QUEUE_MAX) return Promise.reject(new Fault('door/too-busy', `${QUEUE_MAX} wait`, 1_000));
    return new Promise((resolve, reject) => {
      lane.queue.push({ arrival: stamp(draft), resolve, reject });
      mark('arrival queued');
      if (lane.full !== undefined && lane.queue.length >= lane.full.at) lane.full.go();
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
      const before = lane.standing;
      const loaded = await deps.journal.turn(workspace, false, (turn) => turn.load(NO_NEEDS, before.seq));
      const fresh = readStanding(before, loaded.seq, loaded.standing);
      if (lane.running === undefined && lane.standing === before) lane.standing = fresh;
      return fresh;
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

/** Resolves when so many wait, or when the batch before is in: a batch started too soon would be a small one. */
function enough(lane: Lane, count: number, isIn: Promise<boolean>): Promise<unknown> {
  if (lane.queue.length >= count) return Promise.resolve();
  const filled = new Promise<void>((go) => {
    lane.full = { at: count, go };
  });
  return Promise.race([filled, isIn]).finally(() => {
    delete lane.full;
  });
}

function sayFault(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
