// Room: record. Are the rows that people look at what the ledger says? And if not, make them so.
// Promises: a check changes nothing; a rebuild replaces handoffs, tasks, standing documents and alarms of one workspace
// in one transaction, while its writer waits. How events become rows is the caller's: this room does not know.
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Recorded } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { DueRow, HandoffRow, StandingDoc, TaskRow } from '../words/journal.ts';
import { canonicalJson } from './canonical.ts';
import type { Database, Session } from './database.ts';
import { packHandoffs } from './journal-commit.ts';
import { ledgerEvents } from './ledger.ts';
import { pack } from './pack.ts';
import { type HandoffColumns, handoffRowOf, type TaskColumns, taskRowOf } from './rows.ts';
import { type Sql, sql } from './sql.ts';

/** One row as it should be, from the ledger alone. */
export type RebuiltRow =
  | { table: 'handoff'; row: HandoffRow }
  | { table: 'task'; row: TaskRow }
  | { table: 'standing'; row: StandingDoc }
  | { table: 'alarm'; row: Pick<DueRow, 'row' | 'dueAt'> };

/** Folds a ledger into its rows. May throw for what cannot be folded. */
export type Fold = (events: AsyncIterable<Recorded>) => AsyncIterable<RebuiltRow>;

export type RebuildReport = {
  rows: Record<RebuiltRow['table'], number>;
  /** Sentences naming rows that differ, are missing or too many; at most 50 of them. */
  differences: string[];
  differing: number;
  replaced: boolean;
};

const differencesMax = 50;
const chunkRows = 500;
const pageRows = 2_000;

/**
 * Compares (`check`) or replaces the derived rows of a workspace.
 * `fold` yields only what should be there now: open alarms, live documents. Stop other processes before a replacement:
 * they keep the old documents in memory.
 */
export async function rebuild(
  database: Database,
  workspace: WorkspaceId,
  fold: Fold,
  options: { check: boolean },
): Promise<RebuildReport> {
  if (options.check)
    return database.inWorkspace(workspace, (session) => compare(session, workspace, fold), {
      snapshot: true,
      readOnly: true,
    });
  return database.inWorkspace(workspace, async (session) => {
    await session.query(sql`set local statement_timeout = 0`);
    await session.query(sql`set local idle_in_transaction_session_timeout = 0`);
    await session.query(sql`select seq from baton.workspace_head where workspace_id = ${workspace} for update`);
    const report = await compare(session, workspace, fold);
    if (report.differing === 0) return report;
    await replace(session, workspace, fold);
    return { ...report, replaced: true };
  });
}

async function compare(session: Session, workspace: WorkspaceId, fold: Fold): Promise<RebuildReport> {
  const report: RebuildReport = {
    rows: { handoff: 0, task: 0, standing: 0, alarm: 0 },
    differences: [],
    differing: 0,
    replaced: false,
  };
  const tell = (sentence: string) => {
    report.differing += 1;
    if (report.differences.length < differencesMax) report.differences.push(sentence);
  };
  const stored = await digestRows(session, workspace);
  for await (const rebuilt of fold(ledgerEvents(session, workspace))) {
    const { table } = rebuilt;
    report.rows[table] += 1;
    const id = idOf(rebuilt);
    const digest = stored[table].get(id);
    stored[table].delete(id);
    if (digest === undefined) tell(`${table} ${id} is missing.`);
    else if (digest !== digestOf(contentOf(rebuilt))) {
      const [is] = await TABLES[table].read(session, workspace, sql`= ${id}`, 1);
      // Through JSON, as a row in the database went: members that are undefined are absent.
      tell(`${table} ${id} differs: ${differenceOf(is?.value, JSON.parse(JSON.stringify(contentOf(rebuilt))))}.`);
    }
  }
  for (const [table, left] of Object.entries(stored))
    for (const id of left.keys()) tell(`${table} ${id} does not follow from the ledger.`);
  return report;
}

function idOf(rebuilt: RebuiltRow): string {
  return rebuilt.table === 'standing' ? rebuilt.row.key : rebuilt.table === 'alarm' ? rebuilt.row.row : rebuilt.row.id;
}

function contentOf(rebuilt: RebuiltRow): unknown {
  return rebuilt.table === 'standing'
    ? { doc: rebuilt.row.doc ?? null }
    : rebuilt.table === 'alarm'
      ? { dueAt: rebuilt.row.dueAt }
      : rebuilt.row;
}

/** The first member that differs, for a sentence. */
function differenceOf(is: unknown, should: unknown, path = ''): string {
  if (typeof is === 'object' && typeof should === 'object' && is !== null && should !== null) {
    for (const key of new Set([...Object.keys(is), ...Object.keys(should)])) {
      const [left, right] = [(is as Record<string, unknown>)[key], (should as Record<string, unknown>)[key]];
      if (!isDeepStrictEqual(left, right)) return differenceOf(left, right, path === '' ? key : `${path}.${key}`);
    }
  }
  return `${path} is ${JSON.stringify(is)?.slice(0, 80)}, should be ${JSON.stringify(should)?.slice(0, 80)}`;
}

type Stored = { id: string; value: unknown };
type Table = { read: (session: Session, workspace: WorkspaceId, ids: Sql, limit: number) => Promise<Stored[]> };

/** How each kind of row is read, in the order of its ids. */
const TABLES: Readonly<Record<RebuiltRow['table'], Table>> = {
  handoff: {
    read: async (session, workspace, ids, limit) => {
      const rows = await session.query<HandoffColumns>(
        sql`select * from baton.handoff where workspace_id = ${workspace} and id ${ids} order by id limit ${limit}`,
      );
      return rows.map((row) => ({ id: row.id, value: handoffRowOf(row) }));
    },
  },
  task: {
    read: async (session, workspace, ids, limit) => {
      const rows = await session.query<TaskColumns>(
        sql`select * from baton.task where workspace_id = ${workspace} and id ${ids} order by id limit ${limit}`,
      );
      return rows.map((row) => ({ id: row.id, value: taskRowOf(row) }));
    },
  },
  standing: {
    read: async (session, workspace, ids, limit) => {
      const rows = await session.query<{ key: string; doc: string }>(
        sql`select key, doc from baton.standing where workspace_id = ${workspace} and key ${ids} and doc <> 'null' order by key limit ${limit}`,
      );
      return rows.map((row) => ({ id: row.key, value: { doc: JSON.parse(row.doc) as unknown } }));
    },
  },
  alarm: {
    read: async (session, workspace, ids, limit) => {
      const rows = await session.query<{ row_id: string; due_at: number }>(
        sql`select row_id, due_at from baton.due where workspace_id = ${workspace} and row_id ${ids} and kind = 'alarm' order by row_id limit ${limit}`,
      );
      return rows.map((row) => ({ id: row.row_id, value: { dueAt: row.due_at } }));
    },
  },
};

/** A short hash of every row as it stands: a million rows fit, their texts would not. */
async function digestRows(
  session: Session,
  workspace: WorkspaceId,
): Promise<Record<RebuiltRow['table'], Map<string, string>>> {
  const digests = {
    handoff: new Map<string, string>(),
    task: new Map<string, string>(),
    standing: new Map<string, string>(),
    alarm: new Map<string, string>(),
  };
  for (const [name, table] of Object.entries(TABLES)) {
    const into = digests[name as RebuiltRow['table']];
    for (let last = ''; ; ) {
      const rows = await table.read(session, workspace, sql`> ${last}`, pageRows);
      for (const row of rows) into.set(row.id, digestOf(row.value));
      if (rows.length < pageRows) break;
      last = rows.at(-1)?.id ?? last;
    }
  }
  return digests;
}

function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url').slice(0, 22);
}

async function replace(session: Session, workspace: WorkspaceId, fold: Fold): Promise<void> {
  const [head] = await session.query<{ seq: number; hash: Buffer }>(
    sql`select seq, hash from baton.workspace_head where workspace_id = ${workspace}`,
  );
  if (head === undefined) throw new Error(`There is no workspace "${workspace}" in this database.`);
  await session.query(sql`delete from baton.handoff where workspace_id = ${workspace}`);
  await session.query(sql`delete from baton.task where workspace_id = ${workspace}`);
  await session.query(sql`delete from baton.due where workspace_id = ${workspace} and kind = 'alarm'`);
  // Every process reads the standing documents anew: tombstones for what is not rebuilt, the rest gets the head's place.
  await session.query(sql`update baton.standing set doc = 'null', seq = ${head.seq} where workspace_id = ${workspace}`);
  let chunk: RebuiltRow[] = [];
  for await (const rebuilt of fold(ledgerEvents(session, workspace))) {
    chunk.push(rebuilt);
    if (chunk.length < chunkRows) continue;
    await insertRows(session, workspace, head, chunk);
    chunk = [];
  }
  await insertRows(session, workspace, head, chunk);
}

async function insertRows(
  session: Session,
  workspace: WorkspaceId,
  head: { seq: number; hash: Buffer },
  chunk: readonly RebuiltRow[],
): Promise<void> {
  const handoffs = chunk.flatMap((one) => (one.table === 'handoff' ? [one.row] : []));
  const tasks = chunk.flatMap((one) => (one.table === 'task' ? [one.row] : []));
  const standing = chunk.flatMap((one) => (one.table === 'standing' ? [one.row] : []));
  const alarms = chunk.flatMap((one) => (one.table === 'alarm' ? [one.row] : []));
  const packed = {
    handoffs: packHandoffs(handoffs),
    tasks: pack(tasks, [(t) => t.id, (t) => t.handoff, (t) => t.owner, (t) => t.dueAt, (t) => t.state, (t) => t.title]),
    standing: pack(standing, [(d) => d.key, { exact: (d) => JSON.stringify(d.doc ?? null) }]),
    alarms: pack(alarms, [() => 'alarm', (d) => d.row, (d) => d.dueAt]),
  };
  const none = null;
  await session.query(sql`select baton.commit_batch(${workspace}, ${head.seq}, 0, ${head.hash.toString('hex')}, '{}', ${none}, ${none},
    ${packed.handoffs}, ${packed.tasks}, ${packed.standing}, ${none}, ${packed.alarms}, ${none}, ${none}, ${none}, ${none}, ${none}, ${none}, ${none}, '{}', false, '{}')`);
}
