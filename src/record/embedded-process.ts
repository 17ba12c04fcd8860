// Room: record. The running server process of a cluster: find it, tell whether it is ready, stop it.
// Reads the server's own postmaster.pid and the process table; trusts neither alone, since after a crash the file stays
// and its process id may belong to somebody else by now. Promises: only a server of this very cluster is ever signalled.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMark } from './embedded-lock.ts';

/** A live server process of one cluster. */
export interface RunningServer {
  readonly pid: number;
  readonly cluster: string;
  /** Start mark of the process: tells it from a later one with the same id. */
  readonly started: string;
  /** Was it started by the same program, version and arguments? */
  sameAs(wanted: readonly string[]): boolean;
  /** Sends a signal if the process is still the one that was found. */
  signal(name: 'SIGINT' | 'SIGQUIT'): void;
}

const fastStopMaxMs = 20_000;
const immediateStopMaxMs = 10_000;

/**
 * The live server of `cluster`, if there is one. A stale postmaster.pid whose process id now belongs to a stranger is
 * removed, because PostgreSQL would take the stranger for a running server and refuse to start.
 */
export function findRunning(cluster: string, program: string): RunningServer | undefined {
  const pid = Number(pidFileLines(cluster)[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const started = startMark(pid);
  if (started === undefined) return undefined;
  const command = commandLine(pid);
  if (!isServerOf(command, cluster)) {
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
    return undefined;
  }
  return {
    pid,
    cluster,
    started,
    sameAs: (wanted) => command.join(' ') === [program, ...wanted].join(' ') && !programWasReplaced(pid),
    signal(name) {
      if (startMark(pid) !== started) return;
      try {
        process.kill(pid, name);
      } catch {
        // It ended between the look and the signal.
      }
    },
  };
}

/** True when the server with this process id has written that it takes connections. */
export function readyLine(cluster: string, pid: number): boolean {
  const lines = pidFileLines(cluster);
  return Number(lines[0]) === pid && (lines[7] ?? '').trim() === 'ready';
}

/** True when the process has ended. */
export function isGone(server: RunningServer): boolean {
  return startMark(server.pid) !== server.started;
}

/**
 * Fast shutdown (sessions end, a checkpoint is written); after 20 s immediate shutdown, which the next start recovers.
 * @throws Error naming the process when it survives both
 */
export async function stopServer(server: RunningServer): Promise<void> {
  for (const [signal, maxMs] of [
    ['SIGINT', fastStopMaxMs],
    ['SIGQUIT', immediateStopMaxMs],
  ] as const) {
    server.signal(signal);
    const deadline = performance.now() + maxMs;
    while (performance.now() < deadline) {
      if (isGone(server)) return;
      await sleep(10);
    }
  }
  throw new Error(
    `The database process ${server.pid} of ${server.cluster} does not end on request. Look at it with ` +
      `"ps -p ${server.pid}", end it by hand, then start again; what was acknowledged is safe on disk.`,
  );
}

function pidFileLines(cluster: string): string[] {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function commandLine(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return [execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()];
  } catch {
    return [];
  }
}

function isServerOf(command: readonly string[], cluster: string): boolean {
  const text = command.join(' ');
  return /postgres/.test(text) && text.includes(cluster);
}

/** On Linux a program whose file was replaced under it (an update of the package) shows as deleted. */
function programWasReplaced(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith(' (deleted)');
  } catch {
    return false;
  }
}
