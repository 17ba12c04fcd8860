// Room: record. One owner of a data folder.
// Answers: may this process use the folder, and if not, who holds it? Promises: two live processes never both hold it; a
// holder that died (kill -9, power loss, a container that was replaced) never blocks the next start for long.
// The lock is a small file named after its holder: process, start time, host. A holder on this machine is checked by
// its process; one that cannot be seen from here (another host, another container) by whether it still touches the file.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who holds a data folder, as written into its lock file. */
export interface Holder {
  readonly nonce: string;
  readonly pid: number;
  readonly host: string;
  /** The start mark of the process: a recycled process id has another one. */
  readonly started: string;
  /** The place where `pid` means something: boot and process namespace on Linux, the host's name elsewhere. */
  readonly place: string;
}

/** A held lock; `release` gives the folder back and is safe to call twice. */
export interface FolderLock {
  release(): void;
}

/** The folder belongs to a live process, which the sentence names. */
export class FolderHeld extends Error {
  override readonly name = 'FolderHeld';
}

const lockName = 'baton.lock';
const touchEveryMs = 1_000;
/** How long an unseen holder is watched for a sign of life: three missed touches. */
const watchMs = 3_500;

/**
 * Takes the lock of `folder`, which must exist.
 * @throws Error naming the holder (process and host) when a live process holds the folder; at once when the holder is
 * on this machine, after 3.5 s of watching when it is elsewhere.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, lockName);
  const own: Holder = {
    nonce: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: startMark(process.pid) ?? 'unknown',
    place: processPlace(),
  };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (writeLock(folder, path, own)) return keepTouching(path, own);
    const holder = readHolder(path);
    if (holder !== undefined && (await isAlive(path, holder))) throw new FolderHeld(heldSentence(folder, path, holder));
    removeStale(path, holder);
  }
  throw new Error(
    `The data folder ${folder} could not be locked: other starts keep taking ${path}. Start one Baton per folder.`,
  );
}

/** The start mark of a live process: never the same for two processes that had one id. Undefined: no such process. */
export function startMark(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The command name stands in brackets and may hold spaces: count the fields behind the last bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    const mark = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return mark === '' ? undefined : mark;
  } catch {
    return undefined;
  }
}

function processPlace(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Creates the lock with its content in one step (a link), so that nobody ever reads half of it. */
function writeLock(folder: string, path: string, own: Holder): boolean {
  const draft = join(folder, `${lockName}.${own.nonce}`);
  writeFileSync(draft, `${JSON.stringify(own)}\n`, { mode: 0o644 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    if (typeof value.nonce !== 'string' || typeof value.pid !== 'number') return undefined;
    return {
      nonce: value.nonce,
      pid: value.pid,
      host: String(value.host),
      started: String(value.started),
      place: String(value.place),
    };
  } catch {
    return undefined;
  }
}

async function isAlive(path: string, holder: Holder): Promise<boolean> {
  if (holder.place === processPlace()) return startMark(holder.pid) === holder.started;
  const before = touchedAt(path);
  await sleep(watchMs);
  return touchedAt(path) !== before && readHolder(path)?.nonce === holder.nonce;
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Moves a dead holder's lock away; if another start was quicker and the file is a live one by now, puts it back. */
function removeStale(path: string, holder: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.nonce !== holder?.nonce) {
    try {
      linkSync(aside, path);
    } catch {
      // A third start holds the folder already; the database server's own lock decides between the two.
    }
  }
  rmSync(aside, { force: true });
}

function keepTouching(path: string, own: Holder): FolderLock {
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // The folder went away under us: whatever uses it reports that better.
    }
  }, touchEveryMs);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      if (readHolder(path)?.nonce === own.nonce) rmSync(path, { force: true });
    },
  };
}

function heldSentence(folder: string, path: string, holder: Holder): string {
  return (
    `The data folder ${folder} is in use by process ${holder.pid} on host ${holder.host} (${path}). ` +
    'Stop that process, or start this one on another data folder.'
  );
}
