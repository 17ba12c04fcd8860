// Room: record. Writes a decided batch into the in-memory twin: the same order and rules as baton.commit_batch.
// Promises: everything is checked before the first change, so a refused batch leaves no trace.
import { hash } from 'node:crypto';
import { isLive } from '../words/handoff.ts';
import type { Batch, HandoffRow } from '../words/journal.ts';
import { canonicalJson } from './canonical.ts';
import { bodyText, chainHash, commitTo, placeItems } from './chain.ts';
import { lastOf, singleOf } from './journal-commit.ts';
import { nameOf } from './journal-load.ts';
import { copyOf, dueKey, type MemoryState, type MemoryWorkspace } from './memory-state.ts';
import { keeperName } from './vault.ts';

/** Commits at the expected position, or answers 'moved'. */
export function commitToMemory(state: MemoryState, workspace: MemoryWorkspace, batch: Batch): 'committed' | 'moved' {
  if (workspace.seq !== batch.expectSeq) return 'moved';
  if (batch.entries.some((entry) => workspace.inbox.has(entry.command))) return 'moved';
  if (batch.absent?.some((key) => workspace.names.has(nameOf(key)))) return 'moved';
  const handoffs = lastOf(batch.handoffs, (row) => row.id);
  checkSingle(workspace, handoffs);
  writeLedger(workspace, batch);
  for (const entry of batch.entries) workspace.inbox.set(entry.command, copyOf(entry));
  for (const row of handoffs) putHandoff(workspace, row);
  for (const task of batch.tasks) workspace.tasks.set(task.id, copyOf(task));
  for (const { key, doc } of batch.standing)
    workspace.standing.set(key, { seq: workspace.seq, doc: copyOf(doc ?? null) });
  for (const message of batch.messages)
    workspace.messages.set(message.id, { ...copyOf(message), state: 'waiting', attempts: 0 });
  for (const change of batch.messageStates) changeMessage(state, workspace, change);
  for (const { kind, row } of batch.dueDrop) state.due.delete(dueKey(workspace.id, kind, row));
  for (const { kind, row, dueAt } of batch.duePut) {
    state.due.set(dueKey(workspace.id, kind, row), {
      workspace: workspace.id,
      kind,
      row,
      dueAt,
      readyAt: dueAt,
      fence: 0,
      attempts: 0,
    });
  }
  for (const notice of batch.notices) workspace.notices.set(notice.id, copyOf(notice));
  for (const subject of batch.subjects) workspace.subjects.set(subject.id, copyOf(subject));
  for (const { subject, keys } of batch.names) for (const key of keys) workspace.names.set(nameOf(key), subject);
  for (const subject of batch.erase) eraseFromMemory(workspace, subject);
  return 'committed';
}

function writeLedger(workspace: MemoryWorkspace, batch: Batch): void {
  const items = lastOf(batch.private, (item) => item.ref);
  const places = placeItems(batch.events, items);
  const keep = (item: (typeof items)[number], seq: number) => {
    workspace.items.set(item.ref, { ...copyOf(item), keeper: keeperName(item.of), seq });
    return commitTo(saltOf(item.ref, seq), canonicalJson(item.body));
  };
  for (const [i, recorded] of batch.events.entries()) {
    const here = places[i] ?? [];
    const commitments = Object.fromEntries(here.map((item) => [item.ref, keep(item, recorded.seq)]));
    workspace.hash = chainHash(workspace.hash, bodyText(recorded, here.length === 0 ? undefined : commitments));
    workspace.ledger.push({ recorded: copyOf(recorded), commitments, hash: workspace.hash });
  }
  if (batch.events.length === 0) for (const item of items) keep(item, 0);
  workspace.seq += batch.events.length;
}

/** The twin draws no random number: the same run must have the same hashes. */
function saltOf(ref: string, seq: number): Buffer {
  return hash('sha256', `${ref} ${seq}`, 'buffer');
}

function checkSingle(workspace: MemoryWorkspace, handoffs: readonly HandoffRow[]): void {
  const changed = new Map(handoffs.map((row) => [row.id, row]));
  const seen = new Map<string, string>();
  const place = (row: HandoffRow) => {
    if (row.stage === 'closed') return;
    const key = `${row.subject} ${row.transition} ${singleOf(row)}`;
    const other = seen.get(key);
    if (other !== undefined)
      throw new Error(
        `${row.id} and ${other} would both be live for ${row.subject} in ${row.transition}: handoff_live_subject.`,
      );
    seen.set(key, row.id);
  };
  for (const row of handoffs) {
    for (const id of workspace.liveOf.get(row.subject) ?? []) {
      const old = workspace.handoffs.get(id);
      if (old !== undefined && !changed.has(id)) changed.set(id, old);
    }
  }
  for (const row of changed.values()) place(row);
}

function putHandoff(workspace: MemoryWorkspace, row: HandoffRow): void {
  const before = workspace.handoffs.get(row.id);
  if (before !== undefined) workspace.liveOf.get(before.subject)?.delete(row.id);
  workspace.handoffs.set(row.id, copyOf(row));
  if (row.stage === 'closed' || !isLive(row.doc)) {
    workspace.live.delete(row.id);
    return;
  }
  workspace.live.add(row.id);
  const live = workspace.liveOf.get(row.subject) ?? new Set();
  live.add(row.id);
  workspace.liveOf.set(row.subject, live);
}

function changeMessage(state: MemoryState, workspace: MemoryWorkspace, change: Batch['messageStates'][number]): void {
  const message = workspace.messages.get(change.id);
  if (message === undefined) return;
  const tried = state.due.get(dueKey(workspace.id, 'message', change.id))?.attempts ?? message.attempts;
  const { reason: _, ...rest } = message;
  workspace.messages.set(change.id, {
    ...rest,
    state: change.state,
    attempts: tried + (change.state === 'delivered' || change.state === 'dead' ? 1 : 0),
    ...(change.reason === undefined || change.reason === '' ? {} : { reason: change.reason }),
    ...(change.state === 'delivered' ? { deliveredAt: change.at } : {}),
  });
}

function eraseFromMemory(workspace: MemoryWorkspace, subject: string): void {
  for (const [ref, item] of workspace.items) if (item.keeper === `s:${subject}`) workspace.items.delete(ref);
  for (const [name, of] of workspace.names) if (of === subject) workspace.names.delete(name);
  for (const [command, entry] of workspace.inbox) {
    if (entry.subject !== subject) continue;
    const { input: _, ...rest } = entry;
    workspace.inbox.set(command, rest);
    const raw = workspace.raw.get(entry.arrival);
    if (raw !== undefined) {
      workspace.raw.delete(raw.id);
      workspace.rawKeys.delete(`${raw.source} ${raw.command}`);
    }
  }
}
