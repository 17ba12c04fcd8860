// Room: record. Brings the schema `baton` to the newest form: numbered SQL files, forward only.
// Promises: one process at a time (advisory lock); each file runs once, in one transaction with its own entry, as the
// owner role; a file that changed after it ran is refused; a database newer than this Baton is refused.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import type { RoleNames } from './roles.ts';

export type Migration = { number: number; name: string; text: string; hash: string };

/** Any fixed number does; it names this lock among the database's advisory locks. */
const lockNumber = 7_221_866_310;

/** The migrations of this Baton, in order. */
export function migrations(): Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, i) => {
    if (Number(name.slice(0, 4)) !== i + 1)
      throw new Error(`The migrations are not numbered without a gap: ${name} is file ${i + 1}.`);
    const text = readFileSync(new URL(name, folder), 'utf8');
    return { number: i + 1, name: name.slice(0, -4), text, hash: hash('sha256', text, 'hex') };
  });
}

/**
 * Applies what is missing.
 * @param admin a connection whose user may act as the owner role and create a schema
 * @returns names of the migrations that ran now
 */
export async function migrate(
  admin: pg.Client,
  roles: RoleNames,
  steps: readonly Migration[] = migrations(),
): Promise<string[]> {
  await admin.query('select pg_advisory_lock($1)', [lockNumber]);
  try {
    await ensureSchema(admin, roles);
    await admin.query(`set role ${roles.owner}`);
    const done = await admin.query<{ number: number; name: string; hash: string }>(
      'select number, name, hash from baton.migration order by number',
    );
    for (const row of done.rows) {
      const step = steps[row.number - 1];
      if (step === undefined)
        throw new Error(
          `The database is newer than this Baton: it has migration ${row.name}, which this version does not know. Start the newer Baton.`,
        );
      if (step.hash !== row.hash)
        throw new Error(
          `The migration ${step.name} was changed after it ran on this database. Put it back and write a new one.`,
        );
    }
    const ran: string[] = [];
    for (const step of steps.slice(done.rows.length)) {
      await apply(admin, roles, step);
      ran.push(step.name);
    }
    return ran;
  } finally {
    await admin.query('reset role');
    await admin.query('select pg_advisory_unlock($1)', [lockNumber]);
  }
}

async function ensureSchema(admin: pg.Client, roles: RoleNames): Promise<void> {
  const found = await admin.query(
    "select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'baton' and c.relname = 'migration'",
  );
  if (found.rowCount === 1) return;
  await inTransaction(admin, async () => {
    await admin
      .query(`create schema baton authorization ${roles.owner}`)
      .catch((error: { code?: string; message: string }) => {
        if (error.code !== '42501') throw error;
        throw new Error(
          `The user of DATABASE_URL may not create the schema "baton" (${error.message}). As the database's owner run: grant create on database … to that user.`,
          { cause: error },
        );
      });
    await admin.query(`set local role ${roles.owner}`);
    await admin.query(
      'create table baton.migration (number integer primary key, name text not null, hash text not null, at timestamptz not null default now())',
    );
  });
}

async function apply(admin: pg.Client, roles: RoleNames, step: Migration): Promise<void> {
  await inTransaction(admin, async () => {
    await admin.query(step.text.replaceAll('{app}', roles.app).replaceAll('{report}', roles.report));
    await admin.query('insert into baton.migration (number, name, hash) values ($1, $2, $3)', [
      step.number,
      step.name,
      step.hash,
    ]);
  });
}

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
