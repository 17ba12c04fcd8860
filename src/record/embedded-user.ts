// Room: record. Which system user runs the embedded database server?
// PostgreSQL refuses to run as root. Where Baton runs as root, the server runs as an unprivileged user of the machine;
// everywhere else it runs as the user who started Baton. Promises: a folder that this user cannot reach is reported
// with the closed folder and the cure, before any server is started.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The user and group that own the server's files and run its processes. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const preferredNames = ['baton', 'postgres'];

/**
 * The user to run the server as; undefined means "as I am" (not root, or a platform without user ids).
 * @param log is told when a user had to be created
 * @throws Error when Baton is root and the machine has no user to hand over to
 */
export function serverUser(log: (line: string) => void): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of preferredNames) {
    const user = findUser(name);
    if (user !== undefined) return user;
  }
  const created = spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'baton']);
  const baton = created.status === 0 ? findUser('baton') : undefined;
  if (baton !== undefined) {
    log('created the system user "baton" to run the database (PostgreSQL refuses to run as root)');
    return baton;
  }
  const nobody = findUser('nobody');
  if (nobody !== undefined) {
    log('the database runs as the shared user "nobody"; create a user "baton" to keep it apart');
    return nobody;
  }
  throw new Error(
    'PostgreSQL refuses to run as root and this machine has no user named baton, postgres or nobody. Create one ' +
      '(useradd --system baton), start Baton as another user, or set DATABASE_URL to a server of yours.',
  );
}

/** Looks a user up by name; undefined when the machine does not know it. */
export function findUser(name: string): ServerUser | undefined {
  const line = passwdLines().find((entry) => entry.startsWith(`${name}:`));
  const fields = line?.split(':') ?? [];
  const uid = Number(fields[2]);
  const gid = Number(fields[3]);
  return fields.length > 3 && uid > 0 && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}

/** The nearest folder on the way to `path` (itself included) that `user` may not pass through; undefined: none. */
export function closedFolder(path: string, user: ServerUser): string | undefined {
  const folders: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return folders.find((folder) => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (stat.uid === user.uid) return (stat.mode & 0o100) === 0;
    if (stat.gid === user.gid) return (stat.mode & 0o010) === 0;
    return (stat.mode & 0o001) === 0;
  });
}

/**
 * The folder in which to keep data when nobody named one: `preferred`, unless Baton is root and the database's user
 * could not reach it (a checkout below /root), then `/var/lib/baton`.
 */
export function dataFolderFor(preferred: string): string {
  if (process.getuid?.() !== 0) return preferred;
  const user = preferredNames.map(findUser).find((found) => found !== undefined) ?? { name: '?', uid: -1, gid: -1 };
  return closedFolder(dirname(resolve(preferred)), user) === undefined ? preferred : '/var/lib/baton';
}

function passwdLines(): string[] {
  const asked = spawnSync('getent', ['passwd', ...preferredNames, 'nobody'], { encoding: 'utf8' });
  if (asked.error === undefined && asked.stdout !== '') return asked.stdout.split('\n');
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return [];
  }
}
