// The db project's global set-up: starts the servers that the database tests run against and hands out their URLs.
// Always the embedded PostgreSQL; also the machine's own PostgreSQL programs where it has some that are new enough, so
// that every database test also runs on the oldest line in reach. BATON_TEST_DATABASES (URLs separated by spaces, with
// a superuser) replaces both. Fsync is off here: these tests ask whether it is right, not whether it survives power loss.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../src/record/embedded.ts';
import { checkServer } from '../src/record/server-check.ts';
import type { TestServer } from './databases.ts';

const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on', max_connections: '200' };

/** Called by Vitest before the first database test; the answer is called after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = (process.env.BATON_TEST_DATABASES ?? '').split(/\s+/).filter((url) => url !== '');
  if (given.length > 0) {
    const servers: TestServer[] = [];
    for (const url of given) servers.push({ name: `PostgreSQL ${(await checkServer(url)).version}`, adminUrl: url });
    project.provide('databases', servers);
    return async () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'baton-db-'));
  const stops: (() => Promise<void>)[] = [];
  // Where the tests run as root, the servers run as another user, who has to pass through here.
  chmodSync(folder, 0o711);
  const tearDown = async () => {
    for (const stop of stops) await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const servers: TestServer[] = [];
    const embedded = await startEmbedded({ dataFolder: join(folder, 'embedded'), log: () => undefined, settings });
    stops.push(embedded.stop);
    servers.push({ name: `embedded PostgreSQL ${embedded.version}`, adminUrl: embedded.adminUrl });
    const binFolder = systemBinFolder();
    if (binFolder !== undefined) {
      const system = await startEmbedded({
        dataFolder: join(folder, 'system'),
        log: () => undefined,
        settings,
        binFolder,
      });
      stops.push(system.stop);
      servers.push({ name: `system PostgreSQL ${system.version}`, adminUrl: system.adminUrl });
    }
    project.provide('databases', servers);
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

/** The folder of the machine's own server programs (the newest), or undefined. */
function systemBinFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const lines = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...lines.map((line) => join(debian, line, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}
