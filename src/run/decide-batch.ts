// run: the pure middle of the corridor: a batch of arrivals is decided in order, on one world that moves on with each
// decision, and everything that is to be written comes out: events, rows, promises, alarms, answers. No I/O, no clock.

import { decide } from '../decide/decide.ts';
import { findDrops } from '../decide/no-drop.ts';
import type { Done } from '../decide/world.ts';
import { projectNotices } from '../project/notices.ts';
import { projectAlarm, projectRow, projectTasks } from '../project/rows.ts';
import { projectWebhooks } from '../project/webhooks.ts';
import type { Arrival } from '../words/arrival.ts';
import type { Recorded } from '../words/event.ts';
import type { HandoffId } from '../words/ids.ts';
import type { Answer, Batch, InboxEntry, Loaded } from '../words/journal.ts';
import { emptyBatch } from '../words/journal.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { docOf } from './standing.ts';
import type { Bench } from './world.ts';
import { openBench } from './world.ts';

export type StepAnswer = Answer & { repeated?: boolean };

/** What a step leaves behind, once committed. */
export type Stepped = { answers: StepAnswer[]; standing: Standing; events: Recorded[]; dueChanged: boolean };

export type Decided = { batch: Batch | undefined; stepped: Stepped };

/** The pure middle of the corridor: from what is known and what arrived to everything that is to be written. */
export function decideBatch(
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
    if (h === undefined) {
      // An alarm of a handoff that is not there would ring for ever.
      batch.dueDrop.push({ kind: 'alarm', row: id });
      continue;
    }
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
