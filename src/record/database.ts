// Room: record. A Baton database: set up, opened as the application's role, and fenced.
// Promises: outside a workspace only the fixed hot calls and the two unfenced tables can be reached; inside, every
// transaction starts by naming its workspace; trouble with the server is a Fault; the pool survives a server restart.
import pg from 'pg';
import { Fault } from '../words/fault.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { faultOf } from './database-fault.ts';
import { migrate } from './migrate.ts';
import { ensureRoles, type RoleNames, resetPassword, roleNames, rolePassword } from './roles.ts';
import { checkServer } from './server-check.ts';
import { type Sql, sql, statementOf } from './sql.ts';

export type DatabaseOptions = {
  /** A PostgreSQL URL whose user may create roles, and a schema or the database. */
  adminUrl: string;
  /** The data folder: for the secret where the URL has no password. */
  folder: string;
  /** Created when missing; absent: the database of the URL. */
  database?: string;
  /** Tells installations on one server apart, e.g. `_eu`. */
  roleSuffix?: string;
  /** Connections at most; 10 by default. */
  poolMax?: number;
};

/** A statement by name: prepared once per connection. */
export type HotCall = { name: string; text: string };

export type Session = {
  /** Runs a statement in the session's workspace. */
  query<R extends object>(statement: Sql): Promise<R[]>;
  /** The same for a hot statement with its values. */
  call<R extends object>(statement: HotCall, values: readonly unknown[]): Promise<R[]>;
  /** Ends the transaction early and durably; nothing can follow. */
  commit(): Promise<void>;
};

export type SessionOptions = {
  /** Sees one state of the database throughout, and may take long. */
  snapshot?: boolean;
  /** May take long, and writes. */
  long?: boolean;
  readOnly?: boolean;
};

export type Database = {
  readonly appUrl: string;
  readonly reportUrl: string;
  /** One statement of its own: a function that names its workspace itself, or an unfenced table. */
  call<R extends object>(statement: HotCall, values: readonly unknown[]): Promise<R[]>;
  /** A transaction inside one workspace's fence; rolled back when `work` throws. */
  inWorkspace<T>(workspace: WorkspaceId, work: (session: Session) => Promise<T>, options?: SessionOptions): Promise<T>;
  /** A transaction that may enter several workspaces, one after the other: backup and restore. */
  across<T>(
    work: (session: Session, enter: (workspace: WorkspaceId) => Promise<void>) => Promise<T>,
    options?: SessionOptions,
  ): Promise<T>;
  close(): Promise<void>;
};

/** Sets up roles and schema where needed and opens the application's pool. Throws a sentence where rights are missing. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await checkServer(options.adminUrl);
  const roles = roleNames(options.roleSuffix ?? '');
  const password = (role: string) => rolePassword(options.adminUrl, options.folder, role);
  const url = await prepare(options, roles, password);
  const appUrl = withUser(url, roles.app, password(roles.app));
  await probe(appUrl).catch(async (error: { code?: string }) => {
    if (error.code !== '28P01') throw error;
    await withAdmin(options.adminUrl, (admin) => resetPassword(admin, roles, roles.app, password(roles.app)));
    await withAdmin(options.adminUrl, (admin) => resetPassword(admin, roles, roles.report, password(roles.report)));
    await probe(appUrl);
  });
  return connect(appUrl, withUser(url, roles.report, password(roles.report)), options.poolMax ?? 10);
}

async function prepare(
  options: DatabaseOptions,
  roles: RoleNames,
  password: (role: string) => string,
): Promise<string> {
  const { database } = options;
  if (database !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(database))
    throw new Error(`"${database}" is not a plain database name (a-z, 0-9, _).`);
  await withAdmin(options.adminUrl, async (admin) => {
    // Roles belong to the whole server: whoever sets them up holds this lock, so that two starts do not collide.
    await admin.query("select pg_advisory_lock(hashtext('baton roles'))");
    await ensureRoles(admin, roles, password);
    if (database === undefined) return;
    const found = await admin.query('select from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) {
      await admin.query(`create database ${database}`);
      await admin.query(`revoke connect on database ${database} from public`);
    }
    await admin.query(`grant connect on database ${database} to ${roles.app}, ${roles.report}`);
  });
  const url = database === undefined ? options.adminUrl : withDatabase(options.adminUrl, database);
  await withAdmin(url, async (admin) => {
    const granted = await admin.query<{ ok: boolean }>(
      "select has_database_privilege($1, current_database(), 'create') as ok",
      [roles.owner],
    );
    if (granted.rows[0]?.ok !== true) {
      const name = admin.escapeIdentifier(admin.database ?? '');
      await admin.query(`grant create on database ${name} to ${roles.owner}`);
    }
    await migrate(admin, roles);
  });
  return url;
}

async function withAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end().catch(() => undefined);
  }
}

function probe(url: string): Promise<void> {
  return withAdmin(url, (client) => client.query('select 1'));
}

function withUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = '';
  changed.password = '';
  // As parameters, because a URL without a host (a socket) cannot hold a user.
  changed.searchParams.set('user', user);
  changed.searchParams.set('password', password);
  return changed.toString();
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

const int8 = 20;
/** Whole numbers come as numbers, and never beyond what a number holds exactly. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary'
      ? parseWhole
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`The database holds ${text}, which is more than a number can hold exactly.`);
  return value;
}

function connect(appUrl: string, reportUrl: string, poolMax: number): Database {
  const pool = new pg.Pool({
    connectionString: appUrl,
    max: poolMax,
    types,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: 'baton',
    statement_timeout: 30_000,
    lock_timeout: 20_000,
    // A stopped process must not hold a workspace's head row for ever.
    idle_in_transaction_session_timeout: 30_000,
  });
  // Both are needed: idle connections report to the pool, borrowed ones to themselves; the next use meets the failure.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  const transaction = async <T>(
    work: (session: Session, enter: (workspace: WorkspaceId) => Promise<void>) => Promise<T>,
    options: SessionOptions,
  ): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => Promise.reject(faultOf(error)));
    let open = true;
    const session: Session = {
      query: async <R extends object>(statement: Sql) => (await client.query<R>(statementOf(statement))).rows,
      call: async <R extends object>(statement: HotCall, values: readonly unknown[]) =>
        (await client.query<R>({ ...statement, values: [...values] })).rows,
      commit: async () => {
        open = false;
        await client.query('commit');
      },
    };
    let broken = false;
    try {
      await client.query(
        `begin${options.snapshot ? ' isolation level repeatable read' : ''}${options.readOnly ? ' read only' : ''}`,
      );
      if (options.snapshot || options.long)
        await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
      const result = await work(session, async (workspace) => {
        await session.query(sql`select set_config('app.workspace', ${workspace}, true)`);
      });
      if (open) await session.commit();
      return result;
    } catch (error) {
      const fault = faultOf(error);
      broken = fault instanceof Fault && fault.code === 'record/unavailable';
      if (!broken)
        await client.query('rollback').catch(() => {
          broken = true;
        });
      throw fault;
    } finally {
      client.release(broken);
    }
  };

  return {
    appUrl,
    reportUrl,
    call: async <R extends object>(statement: HotCall, values: readonly unknown[]) => {
      try {
        return (await pool.query<R>({ ...statement, values: [...values] })).rows;
      } catch (error) {
        throw faultOf(error);
      }
    },
    inWorkspace: (workspace, work, options = {}) =>
      transaction(async (session, enter) => {
        await enter(workspace);
        return work(session);
      }, options),
    across: (work, options = {}) => transaction(work, options),
    close: () => pool.end(),
  };
}
