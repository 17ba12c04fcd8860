// Room: record. A backup made by Baton itself: the embedded server's package has no pg_dump.
// Promises: one state of the whole database, streamed; two files, because the key store is kept apart (erasing a person
// is complete when the last copy of their key is gone); a file that is cut, changed or from elsewhere is refused.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { WorkspaceId } from '../words/ids.ts';
import type { Instant } from '../words/time.ts';
import type { Database, Session } from './database.ts';
import { migrations } from './migrate.ts';
import { sql, sqlName } from './sql.ts';

/** The key store's tables: they go into a file of their own. */
export const KEY_TABLES = ['workspace_key', 'private_key'] as const;
/** Every other table with rows of a workspace, in the order that they are written back. */
export const DATA_TABLES = [
  'ledger',
  'workspace_head',
  'inbox',
  'inbox_raw',
  'handoff',
  'task',
  'standing',
  'due',
  'outbox',
  'notice',
  'subject',
  'subject_name',
  'private_item',
  'api_key',
] as const;
export type BackupTable = (typeof KEY_TABLES)[number] | (typeof DATA_TABLES)[number];

export type BackedUpWorkspace = { id: WorkspaceId; name: string; createdAt: Instant; seq: number; hash: string };

/** The first line of a file. */
export type BackupStart = {
  baton: 'backup';
  part: 'data' | 'keys';
  version: 1;
  at: Instant;
  migrations: string[];
  workspaces: BackedUpWorkspace[];
};

/** The last line: how many rows of which table, and the hash of every line before it. */
type BackupEnd = { rows: Record<string, number>; hash: string };

export type BackupReport = {
  at: Instant;
  workspaces: BackedUpWorkspace[];
  rows: Record<string, number>;
  files: { data: string; keys: string };
};

const pageRows = 500;

/** The names of the two files for a given one. */
export function backupFiles(path: string): { data: string; keys: string } {
  return { data: path, keys: `${path}.keys` };
}

/**
 * Writes `path` and `path.keys`. Each appears only when it is complete.
 * Both are needed to restore, together with the root key file, which is in neither.
 */
export async function backup(database: Database, path: string, at: Instant): Promise<BackupReport> {
  const files = backupFiles(path);
  return database.across(
    async (session, enter) => {
      const workspaces = await listWorkspaces(session, enter);
      const rows = {
        ...(await writePart(
          session,
          enter,
          { baton: 'backup', part: 'keys', version: 1, at, migrations: migrationNames(), workspaces },
          KEY_TABLES,
          files.keys,
        )),
        ...(await writePart(
          session,
          enter,
          { baton: 'backup', part: 'data', version: 1, at, migrations: migrationNames(), workspaces },
          DATA_TABLES,
          files.data,
        )),
      };
      return { at, workspaces, rows, files };
    },
    { snapshot: true, readOnly: true },
  );
}

function migrationNames(): string[] {
  return migrations().map((step) => step.name);
}

async function listWorkspaces(
  session: Session,
  enter: (workspace: WorkspaceId) => Promise<void>,
): Promise<BackedUpWorkspace[]> {
  const found = await session.query<{ id: string; name: string; created_at: number }>(
    sql`select id, name, created_at from baton.workspace order by created_at, id`,
  );
  const workspaces: BackedUpWorkspace[] = [];
  for (const { id, name, created_at: createdAt } of found) {
    await enter(id);
    const [head] = await session.query<{ seq: number; hash: Buffer }>(
      sql`select seq, hash from baton.workspace_head where workspace_id = ${id}`,
    );
    if (head !== undefined) workspaces.push({ id, name, createdAt, seq: head.seq, hash: head.hash.toString('hex') });
  }
  return workspaces;
}

async function writePart(
  session: Session,
  enter: (workspace: WorkspaceId) => Promise<void>,
  start: BackupStart,
  tables: readonly BackupTable[],
  path: string,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = Object.fromEntries(tables.map((table) => [table, 0]));
  async function* lines(): AsyncGenerator<string> {
    const hash = createHash('sha256');
    yield counted(hash, JSON.stringify(start));
    for (const { id } of start.workspaces) {
      await enter(id);
      for (const table of tables) {
        for await (const page of tableRows(session, table, id)) {
          rows[table] = (rows[table] ?? 0) + page.length;
          yield counted(hash, `${JSON.stringify([table, id, page.length])}\n${page.join('\n')}`);
        }
      }
    }
    yield `${JSON.stringify({ rows, hash: hash.digest('hex') } satisfies BackupEnd)}\n`;
  }
  const draft = `${path}.draft`;
  try {
    await pipeline(Readable.from(lines()), createGzip({ level: 3 }), createWriteStream(draft, { mode: 0o600 }));
    const file = await open(draft, 'r');
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return rows;
}

function counted(hash: Hash, line: string): string {
  const whole = `${line}\n`;
  hash.update(whole);
  return whole;
}

/** A workspace's rows of a table as JSON texts made by the server: exact for every type, bytes as \x hexadecimal. */
async function* tableRows(session: Session, table: BackupTable, workspace: WorkspaceId): AsyncGenerator<string[]> {
  await session.query(
    sql`declare backup_rows no scroll cursor for select row_to_json(t)::text as row from baton.${sqlName(table)} t where t.workspace_id = ${workspace} ${table === 'ledger' ? sql`order by t.seq` : sql``}`,
  );
  for (;;) {
    const page = await session.query<{ row: string }>(sql`fetch 500 from backup_rows`);
    if (page.length > 0) yield page.map((one) => one.row);
    if (page.length < pageRows) break;
  }
  await session.query(sql`close backup_rows`);
}

export type BackupPage = { table: BackupTable; workspace: WorkspaceId; rows: string[] };

/** Reads a file from its start to its end; throws a sentence where it is cut, changed or not a backup. */
export async function* readBackup(path: string, part: BackupStart['part']): AsyncGenerator<BackupPage, BackupStart> {
  const hash = createHash('sha256');
  const file = createReadStream(path);
  const broken = (why: string, cause?: unknown) =>
    new Error(`${path} is not a whole backup: ${why}. Use another copy.`, { cause });
  let start: BackupStart | undefined;
  let end: BackupEnd | undefined;
  let page: (BackupPage & { awaited: number }) | undefined;
  const rows: Record<string, number> = {};
  try {
    const unpacked = createGunzip();
    file.on('error', (error) => unpacked.destroy(error));
    for await (const line of linesOf(file.pipe(unpacked))) {
      if (end !== undefined) throw broken('something follows its end');
      if (start === undefined) {
        start = startOf(JSON.parse(line), part, broken);
      } else if (page !== undefined) {
        page.rows.push(line);
        if (page.rows.length === page.awaited) {
          rows[page.table] = (rows[page.table] ?? 0) + page.awaited;
          yield { table: page.table, workspace: page.workspace, rows: page.rows };
          page = undefined;
        }
      } else if (line.startsWith('[')) {
        const [table, workspace, awaited] = JSON.parse(line) as [BackupTable, string, number];
        page = { table, workspace, awaited, rows: [] };
      } else {
        end = JSON.parse(line) as BackupEnd;
        continue;
      }
      hash.update(`${line}\n`);
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== undefined && code !== undefined) throw error;
    throw error instanceof SyntaxError || code !== undefined ? broken('it cannot be unpacked', error) : error;
  } finally {
    file.destroy();
  }
  if (start === undefined || end === undefined) throw broken('its end is missing');
  if (end.hash !== hash.digest('hex')) throw broken('its content was changed');
  for (const [table, count] of Object.entries(end.rows))
    if ((rows[table] ?? 0) !== count) throw broken(`it says ${count} rows of ${table}, and holds ${rows[table] ?? 0}`);
  return start;
}

/** Lines ended by \n and nothing else: node:readline also ends them at U+2028, which JSON texts may hold. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function startOf(value: unknown, part: BackupStart['part'], broken: (why: string) => Error): BackupStart {
  const start = value as BackupStart;
  if (start.baton !== 'backup' || start.version !== 1) throw broken('it does not start like one');
  if (start.part !== part)
    throw broken(
      `it holds ${start.part === 'keys' ? 'the keys' : 'the data'}, not ${part === 'keys' ? 'the keys' : 'the data'}`,
    );
  return start;
}
