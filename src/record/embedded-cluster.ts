// Room: record. The embedded database's files: where they stand, who may enter, and how they first come to be.
// Promises: half a cluster never exists (initdb runs beside the final place and is renamed), password and socket belong to
// their owner alone, and a data folder that the server's user cannot reach is refused with the folder that bars the way.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { majorVersion, noBinaries, type ServerPrograms } from './embedded-binaries.ts';
import { closedFolder, type ServerUser } from './embedded-user.ts';

/** The server's port: only a part of its socket's name, since it listens on no network. */
export const port = 5432;
const superuser = 'postgres';
/** A socket's path is limited to 107 bytes on Linux and 103 on macOS; the longest name here has 18 letters with its slash. */
const socketFolderMax = 84;

/** Everything that has a fixed place below the data folder. */
export interface Place {
  readonly dataFolder: string;
  readonly cluster: string;
  readonly socketFolder: string;
  readonly logFile: string;
  readonly passwordFile: string;
  adminUrl(): string;
}

/** The places, with the socket's folder made and an overgrown log set aside. */
export function preparePlace(dataFolder: string, user: ServerUser | undefined): Place {
  const place = placeOf(dataFolder);
  const { logFile } = place;
  privateFolder(place.socketFolder, user);
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 8 * 1024 * 1024) renameSync(logFile, `${logFile}.1`);
  return place;
}

/** The places below a data folder, whether or not anything stands there yet. */
export function placeOf(dataFolder: string): Place {
  const inside = join(dataFolder, 'socket');
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  const socketFolder = Buffer.byteLength(inside) <= socketFolderMax ? inside : join(tmpdir(), `baton-${hash}`);
  const passwordFile = join(dataFolder, 'postgres-password');
  return {
    dataFolder,
    cluster: join(dataFolder, 'postgres'),
    socketFolder,
    logFile: join(dataFolder, 'postgres.log'),
    passwordFile,
    adminUrl() {
      const password = readFileSync(passwordFile, 'utf8').trim();
      return `postgres://${superuser}:${password}@${encodeURIComponent(socketFolder)}:${port}/postgres`;
    },
  };
}

/** Root's data folder is opened to the server's group for passing through, not for listing; parents are only checked. */
export function openFolderTo(user: ServerUser | undefined, dataFolder: string): void {
  if (user === undefined) return;
  if (closedFolder(dataFolder, user) === dataFolder) {
    chownSync(dataFolder, 0, user.gid);
    chmodSync(dataFolder, 0o710);
  }
  const closed = closedFolder(dataFolder, user);
  if (closed === undefined) return;
  throw new Error(
    `The database runs as the user "${user.name}" because PostgreSQL refuses to run as root, and "${user.name}" may ` +
      `not pass through ${closed} on the way to the data folder ${dataFolder}. Choose a data folder elsewhere, such ` +
      `as /var/lib/baton, or open it with: chmod o+x ${closed}`,
  );
}

/** A folder that only the server's user can enter. Its name may be guessable, so what is there already is checked. */
function privateFolder(path: string, user: ServerUser | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  const mine = stat.uid === (process.getuid?.() ?? stat.uid) || stat.uid === user?.uid;
  if (!stat.isDirectory() || !mine) {
    throw new Error(
      `${path}, where the database's socket belongs, is not a folder of this user. Remove it, start again.`,
    );
  }
  if (user !== undefined) chownSync(path, user.uid, user.gid);
  chmodSync(path, 0o700);
}

/** Runs initdb beside the final place and renames, so that a crash never leaves half a cluster. True: it was created. */
export async function createCluster(
  programs: ServerPrograms,
  place: Place,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<boolean> {
  for (const name of readdirSync(place.dataFolder)) {
    if (name.startsWith('postgres.draft-')) {
      rmSync(join(place.dataFolder, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
  if (existsSync(place.cluster)) return false;
  log('creating the database (once)');
  const password = randomBytes(24).toString('base64url');
  const draft = join(place.dataFolder, `postgres.draft-${process.pid}`);
  const handOver = `${draft}.password`;
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(handOver, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(draft, user.uid, user.gid);
    chownSync(handOver, user.uid, user.gid);
  }
  const locale =
    majorVersion(programs.postgres) >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C'];
  const failure = await runInitdb(
    programs.initdb,
    [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${handOver}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--data-checksums',
      '--no-instructions',
      ...locale,
    ],
    user,
  );
  rmSync(handOver, { force: true });
  if (failure !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(noBinaries(`initdb failed: ${failure}`));
  }
  writeDurably(place.passwordFile, `${password}\n`);
  renameSync(draft, place.cluster);
  syncFolder(place.dataFolder);
  return true;
}

/** What went wrong, or undefined when the cluster was made. */
function runInitdb(
  program: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...spawnAs(user), stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : complaint.trim() || `exit code ${code}`));
  });
}

/** How to spawn one of the server's programs: as its user, from nowhere in particular, with a clean environment. */
export function spawnAs(user: ServerUser | undefined): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
} {
  // Nothing of the caller's PG* settings may steer this server.
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
  return user === undefined ? { cwd: '/', env } : { cwd: '/', env, uid: user.uid, gid: user.gid };
}

function writeDurably(path: string, text: string): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  writeFileSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
