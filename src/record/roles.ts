// Room: record. The three roles of a Baton database: who owns it, who works in it, who reads it.
// Promises: the working roles own nothing and cannot bypass row-level security; their passwords are derived from the
// administrator's, so that every process with the same URL agrees; missing rights are told with what an administrator
// has to run.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';

export type RoleNames = { owner: string; app: string; report: string };

/** Names of the roles; `suffix` tells installations on one server apart, e.g. `_eu`. */
export function roleNames(suffix: string): RoleNames {
  if (!/^[a-z0-9_]{0,40}$/.test(suffix))
    throw new Error(`The role suffix "${suffix}" may only hold a-z, 0-9 and _, at most 40.`);
  return { owner: `baton_owner${suffix}`, app: `baton_app${suffix}`, report: `baton_report${suffix}` };
}

/**
 * The password of a role: derived from the administrator's password; where the URL has none (peer or certificate
 * sign-in), derived from a random secret kept in the data folder with mode 0600.
 */
export function rolePassword(adminUrl: string, folder: string, role: string): string {
  const url = new URL(adminUrl);
  const given = url.searchParams.get('password') ?? decodeURIComponent(url.password);
  const secret = given === '' ? folderSecret(folder) : given;
  return createHmac('sha256', secret).update(`password of ${role}`).digest('base64url');
}

function folderSecret(folder: string): string {
  const path = join(folder, 'database-secret');
  if (!existsSync(path)) {
    try {
      writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process of this folder was first: its secret is the one.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
}

/** Creates what is missing of the roles, sets the passwords where they differ, and lets the administrator act as owner. */
export async function ensureRoles(
  admin: pg.Client,
  roles: RoleNames,
  password: (role: string) => string,
): Promise<void> {
  const found = await admin.query<{ name: string; login: boolean; strong: boolean; password: boolean }>(
    'select rolname as name, rolcanlogin as login, rolsuper or rolbypassrls as strong from pg_roles where rolname = any ($1)',
    [[roles.owner, roles.app, roles.report]],
  );
  const known = new Map(found.rows.map((row) => [row.name, row]));
  for (const role of [roles.owner, roles.app, roles.report]) {
    if (known.get(role)?.strong)
      throw new Error(
        `The role ${role} is a superuser or bypasses row-level security: the fence between workspaces would not hold. Run: alter role ${role} nosuperuser nobypassrls`,
      );
    if (known.has(role)) continue;
    const login = role === roles.owner ? 'nologin' : `login password ${admin.escapeLiteral(password(role))}`;
    await withRights(admin, roles, `create role ${role} ${login} nosuperuser nobypassrls nocreatedb nocreaterole`);
  }
  const member = await admin.query<{ member: boolean }>('select pg_has_role(current_user, $1, $2) as member', [
    roles.owner,
    'member',
  ]);
  if (member.rows[0]?.member !== true) await withRights(admin, roles, `grant ${roles.owner} to current_user`);
}

/** Sets a role's password anew: after the administrator's password, from which it is derived, has changed. */
export async function resetPassword(admin: pg.Client, roles: RoleNames, role: string, password: string): Promise<void> {
  await withRights(admin, roles, `alter role ${role} login password ${admin.escapeLiteral(password)}`);
}

async function withRights(admin: pg.Client, roles: RoleNames, statement: string): Promise<void> {
  try {
    await admin.query(statement);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42710' || code === '23505') return;
    if (code !== '42501') throw error;
    const user = await admin.query<{ name: string }>('select current_user as name');
    const name = user.rows[0]?.name ?? 'the user of DATABASE_URL';
    throw new Error(
      `The database user "${name}" may not set up Baton's roles (${message}). Give it the right, as a superuser: ` +
        `alter role "${name}" createrole; grant create on database to it; or create the roles ` +
        `${roles.owner}, ${roles.app} and ${roles.report} by hand and grant ${roles.owner} to "${name}".`,
      { cause: error },
    );
  }
}
