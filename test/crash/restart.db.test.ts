// The database goes away under load and comes back (RELIABILITY, F02): whoever asks meanwhile hears "not now, try again",
// the server process stays, and nothing that was acknowledged is lost.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedServer } from '../../src/record/embedded.ts';
import { startEmbedded } from '../../src/record/embedded.ts';
import { checkRecord } from './checker.ts';
import { lead, startDriver } from './driver.ts';
import { leasesEnd, settled } from './loop.ts';
import type { ServerProcess } from './process.ts';
import { startServer } from './process.ts';
import type { Site } from './site.ts';
import { foundSite } from './site.ts';

const CLIENTS = 16;

let folder: string;
let postgres: EmbeddedServer;
let site: Site;
let server: ServerProcess;

/** Fsync stays on: an immediate stop is a crash of the server. */
const startPostgres = () => startEmbedded({ dataFolder: join(folder, 'database'), log: () => undefined });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-restart-'));
  chmodSync(folder, 0o711);
  postgres = await startPostgres();
  site = await foundSite({ folder: join(folder, 'house'), databaseUrl: postgres.adminUrl });
  server = startServer(site.options);
}, 120_000);
afterAll(async () => {
  await server?.kill();
  await site?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a fast stop, an immediate stop and a kill of PostgreSQL under load lose nothing that was acknowledged', {
  timeout: 300_000,
}, async () => {
  const url = (await server.open()) ?? '';
  const driver = startDriver(site, join(folder, 'acknowledged.jsonl'), async () => url);
  let going = true;
  let sent = 0;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (going) {
      sent += 1;
      const n = sent;
      const { status, body } = await driver.event(`event-${n}`, lead(`lead-${n}`));
      if (status !== 200) throw new Error(`Event ${n} was answered ${status}: ${JSON.stringify(body)}.`);
    }
  });
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const before = driver.acks().length;
    while (driver.acks().length < before + 50) await sleep(20);
    const refused = driver.refusedForNow.length;
    process.kill(postgres.pid, signal);
    while (driver.refusedForNow.length < refused + 5) await sleep(20);
    // Gives the folder back, and is content that the server is gone.
    await postgres.stop();
    postgres = await startPostgres();
    const then = driver.acks().length;
    while (driver.acks().length < then + 50) await sleep(20);
  }
  going = false;
  await Promise.all(clients);
  expect(driver.unanswered).toBe(0);
  const later = driver.refusedForNow;
  expect(later.filter(({ status, retryAfter }) => status !== 503 || !(Number(retryAfter) >= 1))).toEqual([]);
  expect(server.isGone()).toBe(false);
  expect(server.said()).not.toContain('unhandled');
  await leasesEnd(site);
  await settled(site);
  await server.stop();
  const { found, events } = await checkRecord(site.house, driver.acks());
  expect(found).toEqual([]);
  expect(events.filter(({ event }) => event.kind === 'handoff-opened').length).toBe(sent);
  driver.close();
});
