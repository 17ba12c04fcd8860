// run: the same corridor on the in-memory twin, with a clock that is moved by hand: for tests, scenarios, simulation and
// storms. Alarms ring when the clock passes them; messages are delivered by whoever drives the stage.

import type { MemoryJournal } from '../record/memory.ts';
import { openMemoryJournal } from '../record/memory.ts';
import type { Arrival, Ask, Via } from '../words/arrival.ts';
import type { Actor, Recorded } from '../words/event.ts';
import { formatUlid } from '../words/ids.ts';
import type { Claimed } from '../words/journal.ts';
import type { Instant, Span } from '../words/time.ts';
import type { StepAnswer } from './decide-batch.ts';
import type { Shelf } from './shelf.ts';
import { newShelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { NEW_WORKSPACE } from './standing.ts';
import type { Guess } from './step.ts';
import { step } from './step.ts';

export type Saying = { ask: Ask; by?: string; via?: Via; command?: string; bodyHash?: string };

export type Stage = {
  readonly workspace: string;
  readonly journal: MemoryJournal;
  readonly shelf: Shelf;
  now(): Instant;
  /** Sets the clock without ringing anything. */
  setNow(at: Instant): void;
  /** Decides asks in one batch, now. `by` is a person; without it a system asks. */
  say(...sayings: Saying[]): Promise<{ answers: StepAnswer[]; events: Recorded[] }>;
  /** When the next alarm rings; undefined when none is set. */
  nextAlarmAt(): Instant | undefined;
  /** Moves the clock to `until`, ringing every alarm at its instant, in order. */
  passTo(until: Instant): Promise<Recorded[]>;
  pass(ms: Span): Promise<Recorded[]>;
  /** Forgets what is in memory, as a restart does. */
  forget(): void;
  standing(): Standing;
};

const LEASE_MS = 30_000;

export type StageOptions = {
  at: Instant;
  seed?: number;
  workspace?: string;
  /** Hears every batch of arrivals as it was stamped, after it was decided: enough to walk the same way elsewhere. */
  onArrivals?(arrivals: readonly Arrival[]): void;
};

/** A workspace on the in-memory twin. `seed` makes its ids; the same seed and sayings give the same ledger. */
export async function openStage(options: StageOptions): Promise<Stage> {
  let now = options.at;
  const workspace = options.workspace ?? '00000000-0000-4000-8000-000000000001';
  const journal = openMemoryJournal({ now: () => now });
  const shelf = newShelf();
  await journal.createWorkspace(workspace, 'stage');
  let standing: Standing = NEW_WORKSPACE;
  const guess: Guess = { wait: 0, misses: 0 };
  let count = 0;
  const seed = options.seed ?? 1;

  const stamp = (saying: Saying): Arrival => {
    count += 1;
    const actor: Actor = saying.by === undefined ? { kind: 'system', id: 'stage' } : { kind: 'person', id: saying.by };
    return {
      id: `ar_${formatUlid(now, countedBytes(seed, count))}`,
      at: now,
      command: saying.command ?? `c${seed}-${count}`,
      bodyHash: saying.bodyHash ?? '',
      actor,
      via: saying.via ?? 'simulation',
      ask: saying.ask,
    };
  };

  const walk = async (arrivals: Arrival[]): Promise<{ answers: StepAnswer[]; events: Recorded[] }> => {
    try {
      const stepped = await step(journal, shelf, workspace, standing, arrivals, { guess });
      standing = stepped.standing;
      options.onArrivals?.(arrivals);
      return stepped;
    } catch (fault) {
      standing = NEW_WORKSPACE;
      throw fault;
    }
  };

  const ring = async (claims: Claimed[]): Promise<Recorded[]> => {
    const arrivals = claims.map((c) =>
      stamp({
        ask: { ask: 'alarm', handoff: c.row, dueAt: c.dueAt },
        via: 'alarm',
        command: `alarm:${c.row}:${c.dueAt}:${now}`,
      }),
    );
    return (await walk(arrivals)).events;
  };

  const nextAlarmAt = (): Instant | undefined => {
    let next: Instant | undefined;
    for (const due of journal.state.due.values())
      if (due.kind === 'alarm' && (next === undefined || due.dueAt < next)) next = due.dueAt;
    return next;
  };

  const passTo = async (until: Instant): Promise<Recorded[]> => {
    const events: Recorded[] = [];
    for (;;) {
      const dueAt = nextAlarmAt();
      if (dueAt === undefined || dueAt > until) break;
      now = Math.max(now, dueAt);
      const claims = await journal.claim(['alarm'], 100, LEASE_MS);
      if (claims.length === 0) break;
      events.push(...(await ring(claims)));
    }
    now = Math.max(now, until);
    return events;
  };

  return {
    workspace,
    journal,
    shelf,
    now: () => now,
    setNow(at) {
      now = at;
    },
    say: (...sayings) => walk(sayings.map(stamp)),
    nextAlarmAt,
    passTo,
    pass: (ms) => passTo(now + ms),
    forget() {
      standing = NEW_WORKSPACE;
    },
    standing: () => standing,
  };
}

/** Ten bytes from a seed and a counter: different for every arrival, the same in every run. */
function countedBytes(seed: number, count: number): Uint8Array {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.imul(count ^ seed, 0x9e3779b1) >>> 0);
  view.setUint32(4, count);
  view.setUint16(8, seed & 0xffff);
  return bytes;
}
