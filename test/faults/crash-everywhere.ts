// F01 in full: the process is killed at its first marker, its second, its third, and so on, until one lives through its
// days untouched. With fsync on, on a server of its own.

import { join } from 'node:path';
import { startEmbedded } from '../../src/record/embedded.ts';
import { runCrashLoop } from '../crash/loop.ts';
import { foundSite } from '../crash/site.ts';
import { inFolder } from './places.ts';
import { nothingFound } from './report.ts';

export function crashEverywhere(binFolder?: string): Promise<string> {
  return inFolder(async (folder) => {
    const postgres = await startEmbedded({
      dataFolder: join(folder, 'database'),
      log: () => undefined,
      ...(binFolder === undefined ? {} : { binFolder }),
    });
    try {
      const site = await foundSite({ folder: join(folder, 'house'), databaseUrl: postgres.adminUrl });
      try {
        let untouched = false;
        const report = await runCrashLoop(
          site,
          (index, survived) => {
            untouched ||= survived;
            return untouched ? undefined : String(index + 1);
          },
          0,
        );
        nothingFound(report.found);
        return `${report.kills.length} kills, ${report.acked} acknowledgements, ${report.events} events`;
      } finally {
        await site.close();
      }
    } finally {
      await postgres.stop();
    }
  });
}
