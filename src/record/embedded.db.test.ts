// The supervisor against real servers: life, death and second comings of the embedded PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { startMark } from './embedded-lock.ts';
import { findUser } from './embedded-user.ts';

let base: string;
let folder: string;
let lines: string[];
const started: EmbeddedServer[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'baton-embedded-'));
  chmodSync(base, 0o711);
  folder = join(base, 'data');
  lines = [];
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of started.splice(0)) await server.stop().catch(() => undefined);
  const leftPid = postmasterPid();
  rmSync(base, { recursive: true, force: true });
  expect(leftPid, 'a server was left running').toBeUndefined();
});

async function start(extra: { settings?: Record<string, string> } = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataFolder: folder, log: (line) => lines.push(line), ...extra });
  started.push(server);
  return server;
}

async function ask(server: EmbeddedServer, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const answer = await client.query<{ value: unknown }>(sql);
    return answer.rows[0]?.value;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number | undefined {
  const path = join(folder, 'postgres', 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
  return startMark(pid) === undefined ? undefined : pid;
}

/** Another Node process that starts the server on the same folder, says so, and stays. */
async function startElsewhere(): Promise<{ child: ChildProcess; said: string }> {
  const program = `
    const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))});
    try {
      const server = await startEmbedded({ dataFolder: process.argv[1], log: () => undefined });
      console.log('started ' + server.pid);
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log('refused ' + error.message);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout?.setEncoding('utf8');
  for await (const chunk of child.stdout ?? []) {
    said += chunk as string;
    if (said.includes('\n')) break;
  }
  return { child, said: said.trim() };
}

async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('a first and a second start', () => {
  it('creates the database once, keeps what was written, and leaves nothing running', async () => {
    const first = await start();
    expect(lines).toContain('creating the database (once)');
    expect(first.adopted).toBe(false);
    await ask(first, 'create table kept (value int)');
    await ask(first, 'insert into kept values (7)');
    await first.stop();
    expect(postmasterPid()).toBeUndefined();
    expect(existsSync(join(folder, 'baton.lock'))).toBe(false);

    const second = await start();
    expect(await ask(second, 'select value from kept')).toBe(7);
    expect(second.version).toMatch(/^18\.\d+$/);
  });

  it('runs with fsync on, without any network address, in UTC, with checksums', async () => {
    const server = await start();
    const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'TimeZone', 'data_checksums'];
    const values: unknown[] = [];
    for (const name of names) values.push(await ask(server, `select current_setting('${name}') as value`));
    expect(values).toEqual(['on', 'on', 'on', '', 'UTC', 'on']);
  });

  it('keeps the password, the socket and the cluster to their owner', async () => {
    const server = await start();
    expect(statSync(join(folder, 'postgres-password')).mode & 0o777).toBe(0o600);
    expect(statSync(server.socketFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'postgres')).mode & 0o777).toBe(0o700);
    const wrong = server.adminUrl.replace(/:[^:@]+@/, ':guess@');
    const client = new pg.Client({ connectionString: wrong });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  it('stops in good order while sessions are open', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.adminUrl });
    client.on('error', () => undefined);
    await client.connect();
    await Promise.all([server.stop(), server.stop()]);
    expect(postmasterPid()).toBeUndefined();
    await client.end().catch(() => undefined);
  });

  it('takes a data folder whose path is too long for a socket', async () => {
    folder = join(folder, 'long-folder-name-'.repeat(8), 'data');
    mkdirSync(join(folder, '..'), { recursive: true, mode: 0o755 });
    const server = await start();
    expect(server.socketFolder.startsWith(join(tmpdir(), 'baton-'))).toBe(true);
    expect(await ask(server, 'select 1 as value')).toBe(1);
    await server.stop();
    rmSync(server.socketFolder, { recursive: true, force: true });
  });

  it('clears away a cluster whose creation was cut short', async () => {
    mkdirSync(join(folder, 'postgres.draft-1', 'base'), { recursive: true });
    await start();
    expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
  });
});

describe('after a kill', () => {
  it('adopts the server that a killed process left behind', async () => {
    const { child, said } = await startElsewhere();
    const pid = Number(said.split(' ')[1]);
    await killHard(child);
    expect(postmasterPid()).toBe(pid);
    const server = await start();
    expect({ adopted: server.adopted, pid: server.pid }).toEqual({ adopted: true, pid });
    expect(await ask(server, 'select 1 as value')).toBe(1);
    await server.stop();
    expect(postmasterPid()).toBeUndefined();
  });

  it('restarts a left-behind server whose settings are not the wanted ones', async () => {
    const { child, said } = await startElsewhere();
    await killHard(child);
    const server = await start({ settings: { work_mem: '9MB' } });
    expect(server.adopted).toBe(false);
    expect(server.pid).not.toBe(Number(said.split(' ')[1]));
    expect(await ask(server, "select current_setting('work_mem') as value")).toBe('9MB');
  });

  it('recovers every acknowledged row after the server itself was killed', async () => {
    const first = await start();
    await ask(first, 'create table kept (value int)');
    await ask(first, 'insert into kept select generate_series(1, 1000)');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const second = await start();
    expect(await ask(second, 'select count(*)::int as value from kept')).toBe(1000);
  });

  it('is not fooled by a process id that belongs to somebody else by now', async () => {
    const first = await start();
    await first.stop();
    const pidFile = join(folder, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(folder, 'postgres')}\n0\n5432\n\n\n\nready\n`);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second, 'select 1 as value')).toBe(1);
  });
});

describe('one holder per folder', () => {
  it('refuses a second process and names the first, which goes on undisturbed', async () => {
    const server = await start();
    const { said } = await startElsewhere();
    expect(said).toContain(`refused The data folder`);
    expect(said).toContain(`is in use by process ${process.pid} on host `);
    expect(await ask(server, 'select 1 as value')).toBe(1);
  });

  it('opens again once the holder was killed', async () => {
    const { child } = await startElsewhere();
    await expect(start()).rejects.toThrow(`process ${child.pid} on host`);
    await killHard(child);
    await expect(start()).resolves.toMatchObject({ adopted: true });
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('runs the server as an unprivileged user', async () => {
    const server = await start();
    const uid = statSync(join(folder, 'postgres')).uid;
    expect(uid).toBe((findUser('baton') ?? findUser('postgres') ?? findUser('nobody'))?.uid);
    expect(statSync(`/proc/${server.pid}`).uid).toBe(uid);
  });

  it('names the folder that bars the way to the data', async () => {
    chmodSync(base, 0o700);
    await expect(start()).rejects.toThrow(`may not pass through ${base} on the way to`);
  });
});
