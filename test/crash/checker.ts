// The oracle of the fault tests (RELIABILITY, I1 to I8 and I12): the record against itself, against the ledger folded
// anew, and against the acknowledgements that the driver kept outside.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerEvents, verifyLedger } from '../../src/record/ledger.ts';
import { sql } from '../../src/record/sql.ts';
import { auditLedger, auditRows } from '../../src/run/audit.ts';
import { startFold } from '../../src/run/fold.ts';
import type { House } from '../../src/run/house.ts';
import type { Recorded } from '../../src/words/event.ts';
import type { Answer, DueRow, HandoffRow, MessageRow } from '../../src/words/journal.ts';
import { NO_NEEDS } from '../../src/words/journal.ts';
import type { Page } from '../../src/words/reader.ts';
import type { Ack } from './driver.ts';
import { WORKSPACE } from './site.ts';

type Look = Pick<House, 'database' | 'vaults' | 'journal' | 'reader'>;
type Entry = { command: string; arrival: string; at: number; answer: Answer };

export type Checked = { found: string[]; events: Recorded[]; messages: MessageRow[]; due: DueRow[] };

/** Everything that is wrong, in sentences. Nothing may be writing meanwhile. */
export async function checkRecord(house: Look, acks: readonly Ack[], workspace = WORKSPACE): Promise<Checked> {
  const { database, journal, reader } = house;
  const found = [...(await verifyLedger(database, house.vaults, workspace)).problems];
  const inside = await database.inWorkspace(workspace, async (session) => {
    const events: Recorded[] = [];
    for await (const event of ledgerEvents(session, workspace)) events.push(event);
    const entries = await session.query<Omit<Entry, 'answer'> & { answer: string }>(
      sql`select command, arrival, at, answer from baton.inbox where workspace_id = ${workspace}`,
    );
    const raw = await session.query<{ id: string; command: string }>(
      sql`select id, command from baton.inbox_raw where workspace_id = ${workspace}`,
    );
    const due = await session.query<DueRow>(
      sql`select kind, row_id as row, due_at as "dueAt" from baton.due where workspace_id = ${workspace}`,
    );
    return { events, entries: entries.map((e) => ({ ...e, answer: JSON.parse(e.answer) as Answer })), raw, due };
  });
  const { events, entries, raw, due } = inside;
  const handoffs = await all((after) => reader.handoffs(workspace, {}, 'newest', after, 200));
  const messages = await all((after) => reader.messages(workspace, undefined, after, 200));
  const tasks = await reader.tasks(workspace, undefined, undefined, 1_000_000);
  const loaded = await journal.turn(workspace, false, (turn) => turn.load(NO_NEEDS, 0));
  const fold = startFold();
  for (const event of events) fold.take(event);
  found.push(...auditLedger(events));
  found.push(
    ...auditRows(fold, { handoffs, tasks, standing: loaded.standing, due, messages }, await journal.now()),
    ...checkAcks(events, entries, raw, due, acks),
    ...checkSubjects(handoffs),
  );
  for (const { seq, event } of events)
    if (event.kind === 'arrival-set-aside') found.push(`Event ${seq}: an arrival (${event.ask}) was set aside.`);
  return { found, events, messages, due };
}

/** I1: what was acknowledged is there, once, with the answer that was given. */
function checkAcks(
  events: readonly Recorded[],
  entries: readonly Entry[],
  raw: readonly { id: string; command: string }[],
  due: readonly DueRow[],
  acks: readonly Ack[],
): string[] {
  const found: string[] = [];
  const byCommand = new Map(entries.map((e) => [e.command, e]));
  const seqsOf = new Map<string, number[]>();
  for (const { seq, arrival } of events) seqsOf.set(arrival, [...(seqsOf.get(arrival) ?? []), seq]);
  for (const [arrival, seqs] of seqsOf) {
    const [first = 0, last = 0] = [seqs[0], seqs.at(-1)];
    if (last - first + 1 !== seqs.length)
      found.push(`Arrival ${arrival} was recorded twice: events ${seqs.join(', ')}.`);
  }
  for (const entry of entries) {
    const seqs = seqsOf.get(entry.arrival);
    if (entry.answer.result === 'done' && seqs !== undefined && seqs.at(-1) !== entry.answer.seq)
      found.push(`Command ${entry.command} was answered at ${entry.answer.seq}, but its events end at ${seqs.at(-1)}.`);
  }
  const rawByCommand = new Map(raw.map((r) => [r.command, r.id]));
  const waiting = new Set(due.filter((d) => d.kind === 'webhook').map((d) => d.row));
  for (const ack of acks) {
    if (ack.kind === 'stored') {
      const id = rawByCommand.get(ack.command);
      if (ack.status !== 202) found.push(`A signed event was answered ${ack.status}: ${JSON.stringify(ack.body)}.`);
      else if (id === undefined || id !== ack.body.arrival)
        found.push(`I1: the stored event ${ack.body.arrival} is not there.`);
      else if (waiting.has(id)) found.push(`The stored event ${id} was never decided.`);
      else if (byCommand.get(`${ack.command}:0`)?.answer.result !== 'done')
        found.push(`I1: the stored event ${id} has no decision.`);
      continue;
    }
    const entry = byCommand.get(ack.command);
    if (entry === undefined)
      found.push(`I1: command ${ack.command}, answered with ${ack.status}, is not in the inbox.`);
    else if (entry.answer.result === 'done') {
      if (ack.status !== 200 || ack.body.sequence !== entry.answer.seq || ack.body.handoff !== entry.answer.handoff)
        found.push(
          `I1: ${ack.command} was answered ${JSON.stringify(ack.body)}, kept is ${JSON.stringify(entry.answer)}.`,
        );
      if ((events.at(-1)?.seq ?? 0) < entry.answer.seq) found.push(`I1: event ${entry.answer.seq} is gone.`);
    } else if (entry.answer.result === 'refused') {
      if (ack.body.code !== entry.answer.refusal.code)
        found.push(`I1: ${ack.command} was refused with ${ack.body.code}, kept is ${entry.answer.refusal.code}.`);
    }
  }
  return found;
}

/** A lead that sent one signal, or the same again, has one handoff. */
function checkSubjects(handoffs: readonly HandoffRow[]): string[] {
  const count = new Map<string, number>();
  for (const h of handoffs) count.set(h.subject, (count.get(h.subject) ?? 0) + 1);
  return [...count].filter(([, n]) => n > 1).map(([subject, n]) => `Subject ${subject} has ${n} handoffs.`);
}

/** I11, for mails that become files: whatever counts as delivered is there, under its own name. */
export function checkMails(folder: string, messages: readonly MessageRow[]): string[] {
  const mails = join(folder, 'mail');
  const files = new Set(existsSync(mails) ? readdirSync(mails) : []);
  return messages
    .filter((m) => m.state === 'delivered' && m.intent.kind === 'tell-person' && !files.has(`${m.id}.eml`))
    .map((m) => `Message ${m.id} counts as delivered, but no mail was written.`);
}

async function all<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  do {
    const next = await page(after);
    rows.push(...next.rows);
    after = next.next;
  } while (after !== undefined);
  return rows;
}
