// cli: `baton up` and `npm start`: the whole product in one process, one plain line per step, Ctrl-C ends it cleanly.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foundDemo, startDemo } from '../lab/demo.ts';
import { dataFolderFor } from '../record/embedded-user.ts';
import type { House } from '../run/house.ts';
import { openHouse } from '../run/house.ts';
import { serve } from '../run/serve.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { DAY } from '../words/time.ts';
import { createKey } from './admin/keys.ts';

export type UpOptions = {
  data: string;
  host: string;
  port: number;
  publicUrl?: string;
  databaseUrl?: string;
  demo: boolean;
  services: readonly ('web' | 'worker')[];
  smtp?: {
    host: string;
    port: number;
    security: 'tls' | 'starttls' | 'none';
    user?: string;
    passwordFile?: string;
    from?: string;
  };
  allowNetworks?: string[];
  allowHttp?: boolean;
};

const DEMO_WORKSPACE = 'ws_demo';
const DEMO_COMPANY = 'Northlight';

/** Runs the product until a signal ends it. Resolves with the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const startedAt = performance.now();
  const folder = dataFolderFor(options.data);
  say(`Baton on Node ${process.versions.node}, data in ${folder}`);
  const state: { wake?: () => void } = {};
  const house = await openHouse({
    folder,
    log: say,
    onCommit: (dueChanged) => {
      if (dueChanged) state.wake?.();
    },
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  });
  try {
    return await runUntilSignal(house, options, state, startedAt);
  } finally {
    await house.close();
    say('stopped; nothing is left running');
  }
}

async function runUntilSignal(
  house: House,
  options: UpOptions,
  state: { wake?: () => void },
  startedAt: number,
): Promise<number> {
  say(
    house.kind === 'own'
      ? 'database: your own PostgreSQL (DATABASE_URL)'
      : `database: embedded PostgreSQL, ${house.kind === 'joined' ? 'already running' : 'started'}`,
  );
  const demo = options.demo ? await openDemo(house) : undefined;
  const serving = await serve(house, {
    host: options.host,
    port: options.port,
    services: options.services,
    log: say,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(options.smtp === undefined ? {} : { smtp: smtpOf(options.smtp) }),
    ...(options.allowNetworks === undefined ? {} : { allowNetworks: options.allowNetworks }),
    ...(options.allowHttp === undefined ? {} : { allowHttp: options.allowHttp }),
    ...(demo === undefined ? {} : { demo: { workspace: demo, company: DEMO_COMPANY } }),
  });
  state.wake = serving.wake;
  if (options.smtp === undefined)
    say(`mail: no SMTP server is configured, so messages are written to ${join(house.folder, 'mail')}`);
  const day = demo === undefined ? undefined : startDay(house, demo);
  say(`ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${serving.url}`);
  say(`your own, empty workspace: ./baton init (in another terminal); stop with Ctrl-C`);
  return untilSignal(async () => {
    say('stopping: answering what waits, giving leases back');
    await day?.stop();
    await serving.stop();
  });
}

async function openDemo(house: House): Promise<WorkspaceId> {
  const fresh = (await house.journal.createWorkspace(DEMO_WORKSPACE, DEMO_COMPANY)) === 'created';
  await foundDemo(house, DEMO_WORKSPACE, house.clock.now());
  if (fresh || !existsSync(join(house.folder, 'demo.key'))) await keepKey(house, DEMO_WORKSPACE, 'demo.key');
  say(
    `demo company: ${DEMO_COMPANY}${fresh ? ', founded just now' : ''}; its API key is in ${join(house.folder, 'demo.key')}`,
  );
  return DEMO_WORKSPACE;
}

/** Makes an API key for the demo's operator and writes it, readable by this user alone. */
async function keepKey(house: House, workspace: WorkspaceId, file: string): Promise<void> {
  const { key } = await createKey(house, workspace, {
    principal: { kind: 'system', id: 'operator' },
    scopes: ['read', 'act', 'admin'],
    label: file,
    livesMs: 365 * DAY,
  });
  writeFileSync(join(house.folder, file), `${key}\n`, { mode: 0o600 });
}

function startDay(house: House, workspace: WorkspaceId): { stop(): Promise<void> } {
  return startDemo({
    live: house.live,
    reader: house.reader,
    workspace,
    now: () => house.clock.now(),
    wait: (ms, signal) =>
      new Promise((done) => {
        const timer = setTimeout(done, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          done();
        });
      }),
    seed: Math.floor(house.clock.now() / 1000),
    log: say,
  });
}

function smtpOf({ passwordFile, from, ...rest }: NonNullable<UpOptions['smtp']>) {
  const password = passwordFile === undefined ? undefined : readFileSync(passwordFile, 'utf8').trim();
  return {
    ...rest,
    from: { name: 'Baton', address: from ?? 'baton@localhost' },
    ...(password === undefined ? {} : { password }),
  };
}

function untilSignal(stop: () => Promise<void>): Promise<number> {
  return new Promise((resolveCode) => {
    let ending = false;
    const end = (signal: NodeJS.Signals): void => {
      if (ending) return;
      ending = true;
      stop().then(
        () => resolveCode(signal === 'SIGINT' ? 130 : 0),
        (error: unknown) => {
          say(`stopping failed: ${error instanceof Error ? error.message : String(error)}`);
          resolveCode(1);
        },
      );
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    process.on('SIGHUP', end);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
