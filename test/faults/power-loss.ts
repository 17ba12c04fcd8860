// X1: the power goes. The data folder lies on a file system in a file; while clients write, the file is copied as it is,
// without syncing anything. A server on the copy must still know everything that was acknowledged before the copy began.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../../src/record/embedded.ts';
import { openHouse } from '../../src/run/house.ts';
import { checkRecord } from '../crash/checker.ts';
import { lead, startDriver } from '../crash/driver.ts';
import { startServer } from '../crash/process.ts';
import { foundSite } from '../crash/site.ts';
import { inFolder, mountDisk } from './places.ts';
import { nothingFound } from './report.ts';

const LOSSES = 3;
const CLIENTS = 8;

export function powerLoss(binFolder?: string): Promise<string> {
  return inFolder(async (folder) => {
    const programs = binFolder === undefined ? {} : { binFolder };
    const disk = mountDisk(folder, 'disk', 700);
    const start = (mount: string) =>
      startEmbedded({
        dataFolder: join(mount, 'database'),
        log: () => undefined,
        settings: { max_wal_size: '128MB' },
        ...programs,
      });
    const postgres = await start(disk.mount);
    const site = await foundSite({ folder: join(folder, 'house'), databaseUrl: postgres.adminUrl });
    const server = startServer(site.options);
    let checked = 0;
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
      for (let loss = 1; loss <= LOSSES; loss++) {
        await sleep(1_500);
        const acks = driver.acks();
        const copied = join(folder, `copy-${loss}`);
        mkdirSync(copied);
        copyFileSync(disk.image, join(copied, 'disk.img'));
        const copy = mountDisk(copied, 'disk', 0);
        try {
          // These name processes of before the loss, which here still run.
          rmSync(join(copy.mount, 'database/baton.lock'), { force: true });
          rmSync(join(copy.mount, 'database/postgres/postmaster.pid'), { force: true });
          rmSync(join(copy.mount, 'database/socket'), { recursive: true, force: true });
          const recovered = await start(copy.mount);
          const house = await openHouse({
            folder: site.options.folder,
            databaseUrl: recovered.adminUrl,
            log: () => undefined,
          });
          nothingFound((await checkRecord(house, acks)).found);
          checked += acks.length;
          await house.close();
          await recovered.stop();
        } finally {
          copy.unmount();
        }
      }
      going = false;
      await Promise.all(clients);
      driver.close();
      return `${LOSSES} losses, ${checked} acknowledgements looked up, none missing`;
    } finally {
      await server.kill();
      await site.close();
      await postgres.stop();
      disk.unmount();
    }
  });
}
