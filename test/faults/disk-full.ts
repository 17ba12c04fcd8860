// F16: the disk of the database fills up. Commands are refused before anything happened, reading goes on, and once there
// is room again everything goes on without repair.

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../../src/record/embedded.ts';
import { checkRecord } from '../crash/checker.ts';
import { lead, startDriver } from '../crash/driver.ts';
import { leasesEnd, settled } from '../crash/loop.ts';
import { startServer } from '../crash/process.ts';
import { foundSite, WORKSPACE } from '../crash/site.ts';
import { inFolder, mountDisk } from './places.ts';
import { nothingFound } from './report.ts';

const CLIENTS = 4;
const REFUSALS = 20;
const WAIT_MAX_MS = 120_000;

export function diskFull(): Promise<string> {
  return inFolder(async (folder) => {
    const disk = mountDisk(folder, 'disk', 400);
    const ballast = join(disk.mount, 'ballast');
    const postgres = await startEmbedded({
      dataFolder: join(disk.mount, 'database'),
      log: () => undefined,
      settings: { max_wal_size: '64MB' },
    });
    const site = await foundSite({ folder: join(folder, 'house'), databaseUrl: postgres.adminUrl });
    const server = startServer(site.options);
    try {
      const url = (await server.open()) ?? '';
      const driver = startDriver(site, join(folder, 'acknowledged.jsonl'), async () => url);
      let going = true;
      let sent = 0;
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (going) {
          sent += 1;
          await driver.event(`event-${sent}`, lead(`lead-${sent}`));
        }
      });
      await until(() => driver.acks().length > 50, 'the first 50 answers');
      fill(ballast);
      await until(() => driver.refusedForNow.length > REFUSALS, 'refusals on a full disk');
      const refusals = driver.refusedForNow.map(({ status, retryAfter }) => `${status} after ${retryAfter}`);
      const readable = await site.house.reader.handoffs(WORKSPACE, {}, 'newest', undefined, 5);
      if (readable.rows.length === 0) throw new Error('Nothing could be read while the disk was full.');
      rmSync(ballast);
      const before = driver.acks().length;
      await until(() => driver.acks().length > before + 50, 'answers after room was made');
      going = false;
      await Promise.all(clients);
      if (server.isGone()) throw new Error(`The server process ended: ${server.said()}`);
      const wrong = refusals.filter((r) => !/^(503|507) after [1-9]/.test(r));
      if (wrong.length > 0) throw new Error(`Refused with ${wrong[0]} instead of 503 or 507 with Retry-After.`);
      await leasesEnd(site);
      await settled(site);
      nothingFound((await checkRecord(site.house, driver.acks())).found);
      driver.close();
      return `${refusals.length} refusals (${[...new Set(refusals)].join(', ')}), ${sent} events, none lost`;
    } finally {
      await server.kill();
      await site.close();
      await postgres.stop();
      disk.unmount();
    }
  });
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (const size of [1_048_576, 4_096]) {
    const chunk = Buffer.alloc(size);
    try {
      for (;;) writeSync(file, chunk);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}

async function until(met: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MAX_MS;
  while (!met()) {
    if (performance.now() > deadline) throw new Error(`Waited two minutes for ${what}.`);
    await sleep(50);
  }
}
