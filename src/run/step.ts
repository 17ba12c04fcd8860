// run: THE CORRIDOR. Arrivals of one workspace walk from room to room, in order, and never turn back:
// they have arrived (stamped, in the queue) → are decided (pure) → recorded (one commit) → projected (same commit)
// → delivered (the outbox wakes) → shown (the stream hears of it). Live traffic, replay and simulation all come here.

import { decide } from '../decide/decide.ts';
import { accountsToRead, addNeeds } from '../decide/needs.ts';
import { findDrops } from '../decide/no-drop.ts';
import type { Done } from '../decide/world.ts';
import { projectNotices } from '../project/notices.ts';
import { projectAlarm, projectRow, projectTasks } from '../project/rows.ts';
import { projectWebhooks } from '../project/webhooks.ts';
import type { Arrival } from '../words/arrival.ts';
import type { Recorded } from '../words/event.ts';
import type { HandoffId, WorkspaceId } from '../words/ids.ts';
import type { Answer, Batch, InboxEntry, Loaded, Needs, Turn } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import { mark } from './marks.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { docOf, readStanding } from './standing.ts';
import type { Bench } from './world.ts';
import { openBench } from './world.ts';

export type StepAnswer = Answer & { repeated?: boolean };

/** What a step leaves behind, once committed. */
export type Stepped = { answers: StepAnswer[]; standing: Standing; events: Recorded[]; dueChanged: boolean };

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

type Decided = { batch: Batch | undefined; stepped: Stepped };

/** The pure middle of the corridor: from what is known and what arrived to everything that is to be written. */
function decideBatch(
  standing: Standing,
  loaded: Loaded,
  shelf: Shelf,
  arrivals: readonly Arrival[],
  unwritable?: string,
): Decided {
  const bench = openBench(standing, loaded, shelf);
  const batch = emptyBatch(loaded.seq);
  const touched = new Set<HandoffId>();
  const first = new Map(loaded.answers);
  const answers = arrivals.map((arrival): StepAnswer => {
    if (arrival.settles !== undefined) batch.dueDrop.push(arrival.settles);
    const earlier = first.get(arrival.command);
    if (earlier !== undefined) return repeat(earlier, arrival);
    const answer =
      unwritable === undefined
        ? decideOne(bench, batch, arrival, touched)
        : setAside(bench, batch, arrival, unwritable);
    first.set(arrival.command, { bodyHash: arrival.bodyHash, answer });
    return answer;
  });
  project(bench, batch, touched);
  const events = batch.events;
  const empty =
    events.length === 0 && batch.entries.length === 0 && batch.duePut.length === 0 && batch.dueDrop.length === 0;
  const after = { ...bench.standing, seq: loaded.seq + events.length };
  return {
    batch: empty ? undefined : batch,
    stepped: { answers, standing: after, events, dueChanged: batch.duePut.length > 0 },
  };
}

/** One arrival: a bug or a broken rule sets it aside with its input and spoils nothing else in the batch. */
function decideOne(bench: Bench, batch: Batch, arrival: Arrival, touched: Set<HandoffId>): StepAnswer {
  if (arrival.ask.ask === 'unreadable') return setAside(bench, batch, arrival, arrival.ask.reason);
  if ('handoff' in arrival.ask && arrival.ask.handoff !== undefined) touched.add(arrival.ask.handoff);
  try {
    const decision = decide(bench.world, arrival);
    if ('refused' in decision) {
      const answer: Answer = {
        result: 'refused',
        refusal: decision.refused,
        ...(decision.handoff === undefined ? {} : { handoff: decision.handoff }),
      };
      enter(batch, arrival, answer);
      return answer;
    }
    const drops = [...bench.preview(decision, arrival.at).values()].flatMap((h) =>
      findDrops(h, rosterAfter(bench, decision, arrival)),
    );
    if (drops.length > 0) throw new Error(`The no-drop rule would break: ${drops.join(' ')}`);
    return record(bench, batch, arrival, decision, touched);
  } catch (bug) {
    return setAside(bench, batch, arrival, bug);
  }
}

/** Folds a decision into the batch: events get their place, private items and promises go along. */
function record(bench: Bench, batch: Batch, arrival: Arrival, done: Done, touched: Set<HandoffId>): StepAnswer {
  const firstSeq = batch.expectSeq + batch.events.length;
  done.events.forEach((event, i) => {
    batch.events.push({
      seq: firstSeq + 1 + i,
      at: arrival.at,
      arrival: arrival.id,
      actor: arrival.actor,
      via: arrival.via,
      event,
    });
    if ('handoff' in event) touched.add(event.handoff);
  });
  bench.keep(done, arrival.at);
  batch.private.push(...done.keep);
  batch.names.push(...done.names);
  batch.erase.push(...done.erase);
  const webhooks = projectWebhooks(bench.world.endpoints, batch.events.slice(firstSeq - batch.expectSeq));
  for (const intent of [...done.owe, ...webhooks]) {
    batch.messages.push({ id: intent.id, intent, createdAt: arrival.at });
    batch.duePut.push({ kind: 'message', row: intent.id, dueAt: intent.holdUntil });
  }
  batch.notices.push(...projectNotices(done.owe, arrival.at));
  for (const id of done.cancel) endMessage(batch, id, 'cancelled', arrival.at);
  for (const event of done.events) {
    if (event.kind === 'messages-delivered')
      for (const id of event.messages) endMessage(batch, id, 'delivered', arrival.at);
    else if (event.kind === 'message-failed' || event.kind === 'webhook-failed')
      endMessage(batch, event.message, 'dead', arrival.at, event.reason);
  }
  for (const id of done.retry) {
    batch.messageStates.push({ id, state: 'waiting', at: arrival.at });
    batch.duePut.push({ kind: 'message', row: id, dueAt: arrival.at });
  }
  const handoff = done.handoff === undefined ? undefined : bench.world.handoff(done.handoff);
  const answer: Answer = {
    result: 'done',
    seq: firstSeq + done.events.length,
    facts: done.facts,
    ...(handoff === undefined ? {} : { handoff: handoff.id, version: handoff.version }),
  };
  enter(batch, arrival, answer, handoff?.subject);
  return answer;
}

function endMessage(
  batch: Batch,
  id: string,
  state: 'delivered' | 'dead' | 'cancelled',
  at: number,
  reason?: string,
): void {
  // A message that this very batch owes and takes back is never sent: its due row goes with it.
  batch.duePut = batch.duePut.filter((due) => due.kind !== 'message' || due.row !== id);
  batch.messageStates.push({ id, state, at, ...(reason === undefined ? {} : { reason }) });
  batch.dueDrop.push({ kind: 'message', row: id });
}

function setAside(bench: Bench, batch: Batch, arrival: Arrival, bug: unknown): StepAnswer {
  const reason = bug instanceof Error ? bug.message : String(bug);
  const answer: Answer = { result: 'set-aside', arrival: arrival.id, reason };
  const done: Done = {
    events: [{ kind: 'arrival-set-aside', arrival: arrival.id, ask: arrival.ask.ask, reason: 'see the inbox' }],
    owe: [],
    cancel: [],
    keep: [],
    names: [],
    erase: [],
    retry: [],
    facts: {},
  };
  record(bench, batch, arrival, done, new Set());
  batch.entries = batch.entries.filter((e) => e.arrival !== arrival.id);
  batch.entries.push({ ...entry(arrival, answer), input: arrival.ask });
  return answer;
}

/** Alarms and receipts leave their trace in the ledger; only what somebody may ask again is kept in the inbox. */
function enter(batch: Batch, arrival: Arrival, answer: Answer, subject?: string): void {
  if (arrival.via === 'alarm' || arrival.via === 'receipt') return;
  batch.entries.push({ ...entry(arrival, answer), ...(subject === undefined ? {} : { subject }) });
}

function entry(arrival: Arrival, answer: Answer): InboxEntry {
  return {
    arrival: arrival.id,
    at: arrival.at,
    command: arrival.command,
    bodyHash: arrival.bodyHash,
    actor: arrival.actor,
    via: arrival.via,
    answer,
    ...(arrival.trace === undefined ? {} : { trace: arrival.trace }),
  };
}

function repeat(earlier: { bodyHash: string; answer: Answer }, arrival: Arrival): StepAnswer {
  if (earlier.bodyHash !== arrival.bodyHash) {
    return {
      result: 'refused',
      refusal: {
        code: 'command/other-body',
        facts: {},
        sentence: 'This idempotency key was used before with another body.',
      },
    };
  }
  return { ...earlier.answer, repeated: true };
}

/** Rows of everything that changed, from the handoffs as they are at the end of the batch. */
function project(bench: Bench, batch: Batch, touched: ReadonlySet<HandoffId>): void {
  for (const id of touched) {
    const h = bench.world.handoff(id);
    if (h === undefined) continue;
    const dueAt = projectAlarm(h);
    if (dueAt === undefined) batch.dueDrop.push({ kind: 'alarm', row: id });
    else batch.duePut.push({ kind: 'alarm', row: id, dueAt });
    if (!bench.changed.has(id)) continue;
    batch.handoffs.push(projectRow(h));
    batch.tasks.push(...changedTasks(bench, id));
  }
  batch.standing = [...bench.changedKeys].map((key) => docOf(bench.standing, key));
  batch.subjects = [...bench.changedSubjects.values()];
  pull(bench, batch, touched);
}

function changedTasks(bench: Bench, id: HandoffId): Batch['tasks'] {
  const now = bench.changed.get(id);
  const before = new Map((bench.before(id)?.tasks ?? []).map((t) => [t.id, t]));
  return now === undefined
    ? []
    : projectTasks(now).filter((row) => before.get(row.id) !== now.tasks.find((t) => t.id === row.id));
}

/** When somebody became free, every waiting handoff is asked again at once. */
function pull(bench: Bench, batch: Batch, touched: ReadonlySet<HandoffId>): void {
  const freed = batch.events.find(({ event }) => FREEING.has(event.kind));
  if (freed === undefined) return;
  for (const id of bench.standing.waiting)
    if (!touched.has(id)) batch.duePut.push({ kind: 'alarm', row: id, dueAt: freed.at });
}

const FREEING: ReadonlySet<string> = new Set([
  'handoff-closed',
  'handoff-rejected',
  'handoff-returned',
  'handoff-recycled',
  'handoff-reassigned',
  'offer-withdrawn',
  'absence-set',
  'absence-ended',
  'absences-replaced',
  'person-set',
  'team-set',
  'policy-published',
]);

function rosterAfter(bench: Bench, done: Done, arrival: Arrival): Bench['world']['roster'] {
  const departed = done.events.find((e) => e.kind === 'person-departed');
  if (departed?.kind !== 'person-departed') return bench.world.roster;
  const people = new Map(bench.world.roster.people);
  const person = people.get(departed.person);
  if (person === undefined)
    throw new Error(`Arrival ${arrival.id} lets ${departed.person} leave, who is not in the roster.`);
  people.set(departed.person, { ...person, active: false });
  return { ...bench.world.roster, people };
}

function emptyBatch(expectSeq: number): Batch {
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
