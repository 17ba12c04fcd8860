// Room: record. Brings a backup back, or says whether one could be brought back.
// Promises: only into an empty database, and whole or not at all; what was leased is free again, what was delivered stays
// delivered.
import type { WorkspaceId } from '../words/ids.ts';
import type { Instant } from '../words/time.ts';
import {
  type BackedUpWorkspace,
  type BackupStart,
  type BackupTable,
  backupFiles,
  DATA_TABLES,
  KEY_TABLES,
  readBackup,
} from './backup.ts';
import { chainHash, genesisHash, type LedgerBody } from './chain.ts';
import type { Database, Session } from './database.ts';
import { migrations } from './migrate.ts';
import { unboxItem } from './private-box.ts';
import { sql, sqlName } from './sql.ts';
import { openVault, type Vault } from './vault.ts';

export type RestoreReport = { workspaces: BackedUpWorkspace[]; rows: Record<string, number> };

/** Fills an empty database from `path` and `path.keys`. Verify the ledgers afterwards. */
export async function restore(database: Database, path: string): Promise<RestoreReport> {
  const files = backupFiles(path);
  return database.across(
    async (session, enter) => {
      const found = await session.query<{ id: string }>(sql`select id from baton.workspace limit 1`);
      if (found[0] !== undefined)
        throw new Error(
          `The database is not empty: it has the workspace "${found[0].id}". Restore into a new data folder or a new database.`,
        );
      const rows: Record<string, number> = {};
      const start = await insertPart(session, enter, files.data, 'data', DATA_TABLES, rows);
      const keys = await insertPart(session, enter, files.keys, 'keys', KEY_TABLES, rows);
      if (keys.at !== start.at) throw new Error(`${files.keys} belongs to another backup than ${files.data}.`);
      for (const { id, name, createdAt } of start.workspaces) {
        await session.query(
          sql`insert into baton.workspace (id, name, created_at) values (${id}, ${name}, ${createdAt})`,
        );
      }
      await session.query(sql`update baton.due set fence = 0, ready_at = due_at where fence <> 0`);
      return { workspaces: start.workspaces, rows };
    },
    { long: true },
  );
}

async function insertPart(
  session: Session,
  enter: (workspace: WorkspaceId) => Promise<void>,
  path: string,
  part: BackupStart['part'],
  tables: readonly BackupTable[],
  rows: Record<string, number>,
): Promise<BackupStart> {
  const pages = readBackup(path, part);
  let entered: WorkspaceId | undefined;
  for (let next = await pages.next(); ; next = await pages.next()) {
    if (next.done) {
      const newest = migrations().at(-1)?.name;
      const theirs = next.value.migrations.at(-1);
      if (theirs !== newest)
        throw new Error(
          `${path} was made with the schema ${theirs}, this Baton has ${newest}. Restore with the version that made it, then start this one on the result.`,
        );
      return next.value;
    }
    const { table, workspace, rows: page } = next.value;
    if (!tables.includes(table))
      throw new Error(`${path} holds rows of "${table}", which is no table of a ${part} file.`);
    if (workspace !== entered) await enter(workspace);
    entered = workspace;
    // A text is one row's JSON, so the rows joined are a JSON array; json_populate_recordset gives every type back.
    await session.query(
      sql`insert into baton.${sqlName(table)} select * from json_populate_recordset(null::baton.${sqlName(table)}, ${`[${page.join(',')}]`}::json)`,
    );
    rows[table] = (rows[table] ?? 0) + page.length;
  }
}

export type BackupVerification = {
  at: Instant;
  workspaces: BackedUpWorkspace[];
  events: number;
  items: number;
  /** Sentences, at most 20; empty when the backup is good. */
  problems: string[];
};

type ItemRow = { ref: string; keeper: string; seq: number; body: string };

/**
 * Reads both files without a database: complete, chains unbroken up to the heads, and, with the root key, every private
 * item readable and the one that its event committed to. Throws where a file is cut, changed or none at all.
 */
export async function verifyBackup(path: string, rootKey?: Uint8Array): Promise<BackupVerification> {
  const files = backupFiles(path);
  const problems: string[] = [];
  const tell = (sentence: string) => {
    if (problems.length < 20) problems.push(sentence);
  };
  const keys = new Map<string, Buffer>();
  const vaults = new Map<WorkspaceId, Vault>();
  const keyStart = await eachRow(files.keys, 'keys', (table, workspace, row) => {
    const wrapped = bytesOf(String(row.wrapped));
    if (table === 'private_key') keys.set(`${workspace} ${String(row.keeper)}`, wrapped);
    else if (rootKey !== undefined) vaults.set(workspace, openVault(rootKey, workspace, wrapped));
  });
  const ledgers = new Map<WorkspaceId, { seq: number; hash: string; commitments: Map<string, string> }>();
  let events = 0;
  let items = 0;
  const start = await eachRow(files.data, 'data', (table, workspace, row) => {
    if (table === 'ledger') {
      const ledger = ledgers.get(workspace) ?? {
        seq: 0,
        hash: genesisHash(workspace),
        commitments: new Map<string, string>(),
      };
      ledgers.set(workspace, ledger);
      const body = String(row.body);
      events += 1;
      if (row.seq !== ledger.seq + 1) tell(`${workspace}: after event ${ledger.seq} comes ${String(row.seq)}.`);
      ledger.seq = Number(row.seq);
      ledger.hash = chainHash(ledger.hash, body);
      if (bytesOf(String(row.hash)).toString('hex') !== ledger.hash)
        tell(`${workspace}: event ${ledger.seq} does not follow from the one before it.`);
      if (rootKey === undefined) return;
      for (const [ref, commitment] of Object.entries((JSON.parse(body) as LedgerBody).commitments ?? {}))
        ledger.commitments.set(`${ledger.seq} ${ref}`, commitment);
    } else if (table === 'private_item') {
      const item = row as unknown as ItemRow;
      const key = keys.get(`${workspace} ${item.keeper}`);
      items += 1;
      if (key === undefined) tell(`${workspace}: the key of ${item.ref} is not in ${files.keys}.`);
      else if (
        rootKey !== undefined &&
        !itemHolds(vaults.get(workspace), workspace, item, key, ledgers.get(workspace)?.commitments)
      )
        tell(`${workspace}: the private item ${item.ref} is not what event ${item.seq} committed to.`);
    }
  });
  if (keyStart.at !== start.at) tell(`${files.keys} belongs to another backup than ${files.data}.`);
  for (const { id, seq, hash } of start.workspaces) {
    const ledger = ledgers.get(id) ?? { seq: 0, hash: genesisHash(id) };
    if (ledger.seq !== seq || ledger.hash !== hash)
      tell(`${id}: the ledger ends at ${ledger.seq}, the backup says ${seq}, or their hashes differ.`);
  }
  return { at: start.at, workspaces: start.workspaces, events, items, problems };
}

function itemHolds(
  vault: Vault | undefined,
  workspace: WorkspaceId,
  item: ItemRow,
  wrapped: Buffer,
  commitments: ReadonlyMap<string, string> | undefined,
): boolean {
  try {
    if (vault === undefined) return false;
    const commitment = unboxItem(
      vault.open(item.keeper, wrapped),
      workspace,
      item.ref,
      bytesOf(item.body),
    ).commitment();
    return item.seq === 0 || commitments?.get(`${item.seq} ${item.ref}`) === commitment;
  } catch {
    return false;
  }
}

/** Ledger rows come before private items within a workspace, as DATA_TABLES has them. */
async function eachRow(
  path: string,
  part: BackupStart['part'],
  visit: (table: BackupTable, workspace: WorkspaceId, row: Record<string, unknown>) => void,
): Promise<BackupStart> {
  const pages = readBackup(path, part);
  for (let next = await pages.next(); ; next = await pages.next()) {
    if (next.done) return next.value;
    for (const row of next.value.rows)
      visit(next.value.table, next.value.workspace, JSON.parse(row) as Record<string, unknown>);
  }
}

/** The server writes bytes into JSON as \x and hexadecimal digits. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}
