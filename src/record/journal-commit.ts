// Room: record. Makes one statement of a decided batch: chained, sealed, packed.
// Promises: the batch's events follow its position without a gap; every private item is encrypted under its keeper's key
// and committed to by an event; the last row of a kind and id wins.
import type { Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Batch, HandoffRow } from '../words/journal.ts';
import { bodyText, type Commitments, chainHash, placeItems } from './chain.ts';
import type { HotCall } from './database.ts';
import { pack } from './pack.ts';
import { boxItem } from './private-box.ts';
import { keeperName, type MadeKey, type Vault } from './vault.ts';

export const commitBatch: HotCall = {
  name: 'commit_batch',
  text: `select baton.commit_batch(${Array.from({ length: 22 }, (_, i) => `$${i + 1}`).join(', ')}) as outcome`,
};

export type CommitOutcome = 'committed' | 'moved' | 'keys';

/** A batch ready to be written. */
export type Writing = { values: unknown[]; seq: number; hash: string; keepers: string[]; made: MadeKey[] };

/** Asserts what every batch must keep, whoever made it: a broken promise here is a bug of the corridor. */
export function checkBatch(batch: Batch): void {
  for (const [i, recorded] of batch.events.entries()) {
    const seq = batch.expectSeq + i + 1;
    if (recorded.seq !== seq)
      throw new Error(
        `Event ${i + 1} of the batch (${recorded.event.kind}) has sequence ${recorded.seq}; after ${batch.expectSeq} it must be ${seq}.`,
      );
  }
  if (batch.standing.length > 0 && batch.events.length === 0)
    throw new Error(`The batch changes ${batch.standing[0]?.key} without an event: nobody else would learn of it.`);
}

/** Empty for the only live handoff of its subject and transition; its own id where others may stand beside it. */
export function singleOf(row: HandoffRow): string {
  return row.marks.includes('test') || row.marks.includes('imported') ? row.id : '';
}

/** The rows of a batch with one row per id: the last one given. */
export function lastOf<T>(rows: readonly T[], id: (row: T) => string): readonly T[] {
  const ids = new Map<string, number>();
  for (const [i, row] of rows.entries()) ids.set(id(row), i);
  return ids.size === rows.length
    ? rows
    : [...ids.values()].sort((left, right) => left - right).flatMap((i) => rows[i] ?? []);
}

/**
 * Prepares a batch for the statement.
 * @param previous the head's hash at the batch's position
 * @param stored keys of keepers that were loaded, wrapped
 */
export function prepareCommit(
  workspace: WorkspaceId,
  vault: Vault,
  previous: string,
  stored: ReadonlyMap<string, Uint8Array>,
  batch: Batch,
  notify: boolean,
): Writing {
  const keepers = new Set<string>();
  const made = new Map<string, MadeKey>();
  const keyOf = (keeper: string): Uint8Array => {
    const fresh = made.get(keeper);
    if (fresh !== undefined) return fresh.key;
    const wrapped = stored.get(keeper);
    const key = wrapped === undefined ? vault.known(keeper) : vault.open(keeper, wrapped);
    if (key !== undefined) {
      keepers.add(keeper);
      return key;
    }
    const one = vault.make(keeper);
    made.set(keeper, one);
    return one.key;
  };
  const items = lastOf(batch.private, (item) => item.ref);
  const places = placeItems(batch.events, items);
  const boxes: { ref: string; keeper: string; kind: string; seq: number; sealed: Buffer }[] = [];
  const box = (item: (typeof items)[number], seq: number): string => {
    const keeper = keeperName(item.of);
    const { sealed, commitment } = boxItem(keyOf(keeper), workspace, item.ref, item.body);
    boxes.push({ ref: item.ref, keeper, kind: item.kind, seq, sealed });
    return commitment;
  };
  let last = previous;
  const rows = batch.events.map((recorded, i) => {
    let commitments: Commitments | undefined;
    for (const item of places[i] ?? []) {
      commitments ??= {};
      commitments[item.ref] = box(item, recorded.seq);
    }
    const body = bodyText(recorded, commitments);
    last = chainHash(last, body);
    return { recorded, body, hash: last };
  });
  if (batch.events.length === 0) for (const item of items) box(item, 0);
  const names = lastOf(
    batch.names.flatMap(({ subject, keys }) => keys.map((key) => ({ subject, hash: vault.nameHash(key) }))),
    (name) => name.hash,
  );
  const values = [
    workspace,
    batch.expectSeq,
    rows.length,
    last,
    [...keepers],
    packInbox(vault, batch),
    pack(rows, [
      (r) => r.recorded.event.kind,
      (r) => handoffOf(r.recorded),
      { exact: (r) => r.body },
      { exact: (r) => r.hash },
    ]),
    packHandoffs(lastOf(batch.handoffs, (row) => row.id)),
    pack(
      lastOf(batch.tasks, (task) => task.id),
      [(t) => t.id, (t) => t.handoff, (t) => t.owner, (t) => t.dueAt, (t) => t.state, (t) => t.title],
    ),
    pack(
      lastOf(batch.standing, (doc) => doc.key),
      [(d) => d.key, { exact: (d) => JSON.stringify(d.doc ?? null) }],
    ),
    pack(batch.dueDrop, [(d) => d.kind, (d) => d.row]),
    pack(
      lastOf(batch.duePut, (d) => `${d.kind} ${d.row}`),
      [(d) => d.kind, (d) => d.row, (d) => d.dueAt],
    ),
    pack(batch.messages, [(m) => m.id, (m) => m.createdAt, { exact: (m) => JSON.stringify(m.intent) }]),
    pack(
      lastOf(batch.messageStates, (m) => m.id),
      [(m) => m.id, (m) => m.state, (m) => m.reason, (m) => m.at],
    ),
    pack(batch.notices, [(n) => n.person, (n) => n.id, (n) => n.about, (n) => n.handoff, (n) => n.at]),
    pack([...made.values()], [(k) => k.keeper, { exact: (k) => k.wrapped.toString('base64') }]),
    pack(boxes, [
      (b) => b.ref,
      (b) => b.keeper,
      (b) => b.kind,
      (b) => b.seq,
      { exact: (b) => b.sealed.toString('base64') },
    ]),
    pack(
      lastOf(batch.subjects, (s) => s.id),
      [(s) => s.id, (s) => s.type, { exact: (s) => JSON.stringify(s) }],
    ),
    pack(names, [(n) => n.hash, (n) => n.subject]),
    batch.erase,
    notify && (batch.events.length > 0 || batch.duePut.length > 0),
    (batch.absent ?? []).map((key) => vault.nameHash(key)),
  ];
  return {
    values,
    seq: batch.expectSeq + rows.length,
    hash: last,
    keepers: [...keepers, ...made.keys()],
    made: [...made.values()],
  };
}

function handoffOf(recorded: Recorded): string | null {
  return isHandoffEvent(recorded.event) ? recorded.event.handoff : null;
}

/** Where the input of an arrival that was set aside is sealed to. */
export function inputPlace(arrival: string): string {
  return `input ${arrival}`;
}

function packInbox(vault: Vault, batch: Batch): string | null {
  return pack(batch.entries, [
    (e) => e.command,
    (e) => e.arrival,
    (e) => e.at,
    (e) => e.bodyHash,
    { exact: (e) => JSON.stringify(e.actor) },
    (e) => e.via,
    (e) => e.trace,
    (e) => e.subject,
    (e) => e.answer.result === 'set-aside',
    { exact: (e) => JSON.stringify(e.answer) },
    {
      exact: (e) =>
        e.input === undefined ? null : vault.seal(inputPlace(e.arrival), JSON.stringify(e.input)).toString('base64'),
    },
  ]);
}

/** The packed columns of handoff rows. */
export function packHandoffs(rows: readonly HandoffRow[]): string | null {
  return pack(rows, [
    (h) => h.id,
    (h) => h.version,
    (h) => h.stage,
    (h) => h.transition,
    (h) => h.subject,
    (h) => h.sender,
    (h) => h.receiver,
    (h) => h.owner,
    (h) => h.offeredTo,
    (h) => h.segment,
    (h) => h.urgency,
    (h) => h.dueAt,
    (h) => h.nextStepBy,
    (h) => h.breached,
    (h) => h.openedAt,
    (h) => h.acceptedAt,
    (h) => h.closedAt,
    (h) => h.outcome,
    { exact: (h) => JSON.stringify(h.marks) },
    { exact: (h) => JSON.stringify(h.people) },
    (h) => h.doc.context.ref,
    singleOf,
    { exact: (h) => JSON.stringify(h.doc) },
  ]);
}
