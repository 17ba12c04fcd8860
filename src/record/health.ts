// Room: record. How the database stands, for `baton doctor`: what it promises to keep, whether the fence is whole, and what
// has waited too long. Reads catalogues and settings only; changes nothing.
import type { Instant } from '../words/time.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';

export type Health = {
  version: string;
  now: Instant;
  /** Settings that decide what a crash can take. */
  fsync: boolean;
  synchronousCommit: string;
  fullPageWrites: boolean;
  /** Names of standbys that a commit waits for; empty: none. */
  synchronousStandbys: string;
  inRecovery: boolean;
  /** Tables of workspaces without a forced row fence; empty is right. */
  unfenced: string[];
  /** The application's role could step over the fence; false is right. */
  roleTooStrong: boolean;
  databaseBytes: number;
  /** Instant since which the longest waiting due row of each kind has been ready; absent: nothing waits. */
  overdue: { kind: string; since: Instant; count: number }[];
};

/** Tables that stand outside the fence on purpose; the fence's test lists why. */
const OPEN_TABLES = ['workspace', 'due', 'migration', 'api_key'];

export async function readHealth(database: Database): Promise<Health> {
  return database.across(
    async (session) => {
      const [settings] = await session.query<{
        version: string;
        now: number;
        fsync: string;
        commit: string;
        pages: string;
        standbys: string;
        recovery: boolean;
        strong: boolean;
        bytes: number;
      }>(
        sql`select current_setting('server_version') as version, (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
          current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
          current_setting('full_page_writes') as pages, current_setting('synchronous_standby_names') as standbys,
          pg_is_in_recovery() as recovery, r.rolsuper or r.rolbypassrls as strong,
          pg_database_size(current_database())::bigint as bytes
          from pg_roles r where r.rolname = current_user`,
      );
      if (settings === undefined) throw new Error('The database does not know its own user.');
      const unfenced = await session.query<{ name: string }>(
        sql`select c.relname as name from pg_class c where c.relnamespace = 'baton'::regnamespace and c.relkind = 'r'
          and not (c.relrowsecurity and c.relforcerowsecurity) and c.relname <> all (${OPEN_TABLES}) order by 1`,
      );
      const overdue = await session.query<{ kind: string; since: number; count: number }>(
        sql`select kind, min(ready_at) as since, count(*) as count from baton.due where ready_at < ${settings.now} group by kind order by kind`,
      );
      return {
        version: settings.version,
        now: settings.now,
        fsync: settings.fsync === 'on',
        synchronousCommit: settings.commit,
        fullPageWrites: settings.pages === 'on',
        synchronousStandbys: settings.standbys,
        inRecovery: settings.recovery,
        unfenced: unfenced.map((row) => row.name),
        roleTooStrong: settings.strong,
        databaseBytes: settings.bytes,
        overdue,
      };
    },
    { readOnly: true },
  );
}
