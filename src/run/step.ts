// run: THE CORRIDOR. Arrivals of one workspace walk from room to room, in order, and never turn back:
// they have arrived (stamped, in the queue) → are decided (pure) → recorded (one commit) → projected (same commit)
// → delivered (the outbox wakes) → shown (the stream hears of it). Live traffic, replay and simulation all come here.

import { accountsToRead, addNeeds } from '../decide/needs.ts';
import type { Arrival } from '../words/arrival.ts';
import type { HandoffId, WorkspaceId } from '../words/ids.ts';
import type { Loaded, Needs, Turn } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import type { Decided, Stepped } from './decide-batch.ts';
import { decideBatch } from './decide-batch.ts';
import { mark } from './marks.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { readStanding } from './standing.ts';

export type Reads = {
  turn<T>(workspace: WorkspaceId, exclusive: boolean, work: (turn: Turn) => Promise<T>): Promise<T>;
};

/** After this many lost races the head row is locked before reading, so that everybody gets a turn. */
const OPTIMISTIC_TRIES = 2;
const TRIES_MAX = 50;

export type StepOptions = {
  /** These arrivals were decided, but the record could not hold the result, for this reason: they are set aside instead. */
  unwritable?: string;
  /** Lets batches of newcomers be decided without reading first; kept between the steps of one workspace. */
  guess?: Guess;
};

/** How often guessing was wrong lately: after a miss, that many batches read first. */
export type Guess = { wait: number; misses: number };

const GUESS_WAIT_MAX = 1_024;

/** Decides a batch in order and commits it once. Answers in the order of the arrivals. */
export async function step(
  journal: Reads,
  shelf: Shelf,
  workspace: WorkspaceId,
  known: Standing,
  arrivals: readonly Arrival[],
  options: StepOptions = {},
): Promise<Stepped> {
  const needs = needsOf(arrivals);
  let standing = known;
  const ahead =
    options.unwritable === undefined ? stepAhead(journal, shelf, workspace, known, arrivals, options) : undefined;
  if (ahead !== undefined && (await ahead.isIn)) return ahead.stepped;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const exclusive = tries >= OPTIMISTIC_TRIES;
    const stepped = await journal.turn(workspace, exclusive, async (turn) => {
      mark('before load');
      const loaded = await turn.load(needs, standing.seq);
      standing = readStanding(standing, loaded.seq, loaded.standing);
      const asked = new Set<string>();
      for (let more = furtherNeeds(loaded, arrivals, asked); more; more = furtherNeeds(loaded, arrivals, asked))
        if (!join(loaded, await turn.load(more, loaded.seq))) return undefined;
      mark('after load');
      return decideAndCommit(turn, decideBatch(standing, loaded, shelf, arrivals, options.unwritable));
    });
    if (stepped !== undefined) return stepped;
  }
  throw new Error(
    `Workspace ${workspace} moved ${TRIES_MAX} times while one batch was decided, although its head was locked.`,
  );
}

async function decideAndCommit(turn: Turn, decided: Decided, after?: Promise<boolean>): Promise<Stepped | undefined> {
  mark('decided');
  if (decided.batch === undefined) return decided.stepped;
  mark('before commit');
  const committed = await turn.commit(decided.batch, after);
  mark('after commit');
  return committed.outcome === 'moved' ? undefined : decided.stepped;
}

/** A step whose decisions are made and whose commit is on its way. */
export type Ahead = { stepped: Stepped; isIn: Promise<boolean> };

/**
 * Most signals are the first of their subject, and most commands are new: then nothing needs to be read, and the batch can
 * be decided while the one before it (`after`) is still being written. The commit writes nothing when a name or command
 * was known after all, or when the one before it did not get in. Undefined where arrivals need more than that.
 */
export function stepAhead(
  journal: Reads,
  shelf: Shelf,
  workspace: WorkspaceId,
  known: Standing,
  arrivals: readonly Arrival[],
  { guess, after }: { guess?: Guess; after?: Promise<boolean> },
): Ahead | undefined {
  const needs = needsOf(arrivals);
  if (guess === undefined || known.seq === 0 || !areNewcomers(needs)) return undefined;
  if (guess.wait > 0) {
    guess.wait -= 1;
    return undefined;
  }
  const decided = decideBatch(known, nothingLoaded(known.seq), shelf, arrivals);
  if (decided.batch !== undefined) decided.batch.absent = needs.subjects;
  const committed = journal.turn(workspace, false, (turn) => decideAndCommit(turn, decided, after));
  const isIn = committed.then((stepped) => {
    noteGuess(guess, stepped !== undefined);
    return stepped !== undefined;
  });
  return { stepped: decided.stepped, isIn };
}

/** Asks that need no row but the outside names of new subjects. */
function areNewcomers(needs: Needs): boolean {
  const others = needs.handoffs.length + needs.subjectIds.length + needs.people.length + needs.messages.length;
  return others === 0 && needs.subjects.length > 0;
}

function noteGuess(guess: Guess, right: boolean): void {
  guess.misses = right ? 0 : guess.misses + 1;
  guess.wait = right ? 0 : Math.min(2 ** (guess.misses + 2), GUESS_WAIT_MAX);
}

function nothingLoaded(seq: number): Loaded {
  return {
    seq,
    answers: new Map(),
    handoffs: new Map(),
    contexts: new Map(),
    subjects: new Map(),
    subjectsById: new Map(),
    messages: new Map(),
    standing: new Map(),
  };
}

/** What has to be read before these arrivals can be decided. */
function needsOf(arrivals: readonly Arrival[]): Needs {
  const needs: Needs = { commands: [], handoffs: [], subjects: [], subjectIds: [], people: [], messages: [] };
  for (const arrival of arrivals) addNeeds(needs, arrival);
  return needs;
}

/**
 * What only an earlier reading can name: the handoff of a failed message, what else lives of a subject that wakes, the
 * accounts of handoffs that change hands and the accounts above them. Nothing is asked for twice.
 */
function furtherNeeds(loaded: Loaded, arrivals: readonly Arrival[], asked: Set<string>): Needs | undefined {
  const handoffs = new Set<HandoffId>();
  const subjectIds = new Set<string>();
  for (const { ask } of arrivals) {
    if (ask.ask === 'delivery-failed') {
      const about = loaded.messages.get(ask.message)?.intent.handoff;
      if (about !== undefined && !loaded.handoffs.has(about)) handoffs.add(about);
    } else if (ask.ask === 'alarm') {
      const sleeping = loaded.handoffs.get(ask.handoff);
      if (sleeping?.recycleAt !== undefined) subjectIds.add(sleeping.subject);
    }
  }
  for (const account of accountsToRead(loaded, arrivals)) subjectIds.add(account);
  for (const id of asked) {
    handoffs.delete(id);
    subjectIds.delete(id);
  }
  if (handoffs.size === 0 && subjectIds.size === 0) return undefined;
  for (const id of [...handoffs, ...subjectIds]) asked.add(id);
  return { ...NO_NEEDS, handoffs: [...handoffs], subjectIds: [...subjectIds] };
}

/** Adds a second reading to the first; false when the workspace moved between them. */
function join(loaded: Loaded, more: Loaded): boolean {
  if (more.seq !== loaded.seq) return false;
  for (const [id, handoff] of more.handoffs) loaded.handoffs.set(id, handoff);
  for (const [ref, context] of more.contexts) loaded.contexts.set(ref, context);
  for (const [id, subject] of more.subjectsById) loaded.subjectsById.set(id, subject);
  return true;
}
