// Room: record. The supervisor of the embedded PostgreSQL.
// Answers: give me a running database in this data folder. Promises: fsync stays on; nobody but this folder's owner can
// reach the server (a private socket, no network, a random password); a server orphaned by `kill -9` is adopted or
// restarted; a second Baton on the folder is refused by name; after `stop` nothing is left running.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPrograms, noBinaries, type ServerPrograms } from './embedded-binaries.ts';
import { createCluster, openFolderTo, type Place, placeOf, port, preparePlace, spawnAs } from './embedded-cluster.ts';
import { lockFolder } from './embedded-lock.ts';
import { findRunning, isGone, type RunningServer, readyLine, stopServer } from './embedded-process.ts';
import { type ServerUser, serverUser } from './embedded-user.ts';
import { checkServer } from './server-check.ts';

/** What `startEmbedded` needs. */
export interface EmbeddedOptions {
  /** Baton's own folder; created when missing. The database, its password, lock and log live below it. */
  readonly dataFolder: string;
  /** One plain line per step worth telling a person. */
  readonly log: (line: string) => void;
  /** A folder with `initdb` and `postgres` to use instead of the installed package: the tests' second server. */
  readonly binFolder?: string;
  /** Extra server settings for this run, e.g. `{ work_mem: '16MB' }`. The tests' throw-away servers turn fsync off. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running embedded server. */
export interface EmbeddedServer {
  /** Superuser URL of the maintenance database; set another path on it for another database. */
  readonly adminUrl: string;
  /** The folder of the server's socket, mode 0700. */
  readonly socketFolder: string;
  /** The server's version, e.g. `18.4`. */
  readonly version: string;
  /** Process id of the server. */
  readonly pid: number;
  /** True when the server was running already, left behind by a Baton that was killed. */
  readonly adopted: boolean;
  /** Fast shutdown: ends sessions, writes a checkpoint, gives the folder back. Safe to call twice. */
  stop(): Promise<void>;
}

const pollMs = 10;
const startMaxMs = 10 * 60_000;

/**
 * Starts, or adopts, the PostgreSQL of `dataFolder` and answers when it takes connections.
 * @throws Error with a sentence: folder held by another process, platform without binaries, folder closed to the
 * server's user, or a server that does not start (with the last lines of its log)
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const dataFolder = realpathSync(options.dataFolder);
  const lock = await lockFolder(dataFolder);
  try {
    const user = serverUser(options.log);
    openFolderTo(user, dataFolder);
    const programs = findPrograms(dataFolder, user, options.binFolder, options.log);
    const place = preparePlace(dataFolder, user);
    const fresh = await createCluster(programs, place, user, options.log);
    const wanted = serverArguments(place, options.settings ?? {});
    let server = fresh ? undefined : await adopt(programs, place, wanted, options.log);
    const adopted = server !== undefined;
    server ??= await launch(programs, place, user, wanted, options.log);
    const { version } = await checkServer(place.adminUrl());
    return supervise(server, place, version, adopted, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The server that another Baton runs in this folder, or undefined. For commands beside a running product. */
export async function joinEmbedded(dataFolder: string): Promise<{ adminUrl: string } | undefined> {
  if (!existsSync(join(dataFolder, 'postgres')) || !existsSync(join(dataFolder, 'postgres-password'))) return undefined;
  const place = placeOf(realpathSync(dataFolder));
  const adminUrl = place.adminUrl();
  return checkServer(adminUrl, 2_000).then(
    () => ({ adminUrl }),
    () => undefined,
  );
}

function serverArguments(place: Place, extra: Readonly<Record<string, string>>): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: place.socketFolder,
    unix_socket_permissions: '0700',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // A machine of two cores: short statements all day, no analytics that would repay compiling a plan.
    jit: 'off',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    ...extra,
  };
  return ['-D', place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Takes over a server that a killed Baton left behind; stops it instead when it is not the one that we would start. */
async function adopt(
  programs: ServerPrograms,
  place: Place,
  wanted: readonly string[],
  log: (line: string) => void,
): Promise<RunningServer | undefined> {
  const running = findRunning(place.cluster, programs.postgres);
  if (running === undefined) return undefined;
  if (running.sameAs(wanted) && (await answers(place, running))) {
    log(`found the database still running (process ${running.pid}) and took it over`);
    return running;
  }
  log(`stopping the database that an earlier run left behind (process ${running.pid})`);
  await stopServer(running);
  return undefined;
}

async function answers(place: Place, running: RunningServer): Promise<boolean> {
  const deadline = performance.now() + 60_000;
  while (!readyLine(place.cluster, running.pid)) {
    if (isGone(running) || performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return checkServer(place.adminUrl(), 2_000).then(
    () => true,
    () => false,
  );
}

async function launch(
  programs: ServerPrograms,
  place: Place,
  user: ServerUser | undefined,
  wanted: readonly string[],
  log: (line: string) => void,
): Promise<RunningServer> {
  const startedAt = performance.now();
  let toldAt = startedAt;
  for (;;) {
    const logFrom = statSync(place.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const output = openSync(place.logFile, 'a', 0o600);
    // Its own process group: Ctrl-C in the terminal reaches Baton alone, which then stops the server in good order.
    const child = spawn(programs.postgres, wanted, {
      ...spawnAs(user),
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    const failure = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
    });
    let ended: string | undefined;
    failure.then((reason) => {
      ended = reason;
    });
    while (ended === undefined) {
      if (child.pid !== undefined && readyLine(place.cluster, child.pid)) {
        const server = findRunning(place.cluster, programs.postgres);
        if (server !== undefined) return server;
      }
      const now = performance.now();
      if (now - startedAt > startMaxMs) child.kill('SIGQUIT');
      if (now - toldAt > 5_000) {
        toldAt = now;
        log('the database is still starting (recovering what was written last); waiting');
      }
      await sleep(pollMs);
    }
    const said = readFileSync(place.logFile, 'utf8').slice(logFrom).trim().split('\n').slice(-8).join('\n');
    // A killed server's sessions need a moment to notice; the shared memory is free when the last one has left.
    const leftovers = said.includes('shared memory block') && performance.now() - startedAt < 10_000;
    if (!leftovers) throw new Error(launchSentence(place, ended, said));
    await sleep(100);
  }
}

function launchSentence(place: Place, ended: string, said: string): string {
  if (/ENOENT|error while loading shared libraries|not found/.test(`${ended} ${said}`)) {
    return noBinaries(
      `its programs do not load on this system (${ended}; a system without glibc, such as Alpine?) ${said}`,
    );
  }
  return `The database in ${place.cluster} did not start: ${ended}. Its log, ${place.logFile}, ends with:\n${said}`;
}

function supervise(
  server: RunningServer,
  place: Place,
  version: string,
  adopted: boolean,
  release: () => void,
): EmbeddedServer {
  // A crash of Baton that still runs exit handlers takes the server along; only `kill -9` leaves it for adoption.
  const onExit = () => server.signal('SIGINT');
  process.once('exit', onExit);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    process.off('exit', onExit);
    await stopServer(server);
    release();
  };
  return {
    adminUrl: place.adminUrl(),
    socketFolder: place.socketFolder,
    version,
    pid: server.pid,
    adopted,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
