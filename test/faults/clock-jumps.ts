// F07, the half that needs libfaketime: the clock of Baton's process jumps. Database time is the only time, so nothing may
// come of it: no jump is recorded, no alarm rings early or twice. (Jumps of the database's clock: src/run/alarms.test.ts.)

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../../src/record/embedded.ts';
import { checkRecord } from '../crash/checker.ts';
import { liveDay } from '../crash/day.ts';
import { startDriver } from '../crash/driver.ts';
import { leasesEnd } from '../crash/loop.ts';
import { startServer } from '../crash/process.ts';
import { foundSite } from '../crash/site.ts';
import { inFolder } from './places.ts';
import { nothingFound } from './report.ts';

const JUMPS = ['-1h', '+3h', '+0'];

export function clockJumps(library: string): Promise<string> {
  return inFolder(async (folder) => {
    const offset = join(folder, 'clock');
    const jumpTo = (to: string) => writeFileSync(offset, `${to}\n`, { mode: 0o644 });
    jumpTo('+0');
    const postgres = await startEmbedded({ dataFolder: join(folder, 'database'), log: () => undefined });
    const site = await foundSite({ folder: join(folder, 'house'), databaseUrl: postgres.adminUrl });
    const server = startServer(site.options, undefined, {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    try {
      const url = (await server.open()) ?? '';
      const driver = startDriver(site, join(folder, 'acknowledged.jsonl'), async () => url);
      for (const jump of JUMPS) {
        jumpTo(jump);
        await liveDay(driver, site.house, `day${jump}`);
        await sleep(4_000);
      }
      await leasesEnd(site);
      await server.stop();
      const { found, events } = await checkRecord(site.house, driver.acks());
      nothingFound(found);
      const told = events.filter(({ event }) => event.kind === 'clock-jumped').length;
      if (told > 0) throw new Error("The process's clock was taken for the database's.");
      return `${JUMPS.join(', ')}: ${driver.acks().length} acknowledgements, no alarm early or twice`;
    } finally {
      await server.kill();
      await site.close();
      await postgres.stop();
    }
  });
}
