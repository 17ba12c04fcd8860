// The crash loop (RELIABILITY, F01): days are lived while the server is killed at one marker after the other and started
// again; at the end everything that was left lying is taken up, and the checker asks what was lost.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { checkMails, checkRecord } from './checker.ts';
import { liveDay } from './day.ts';
import { startDriver } from './driver.ts';
import type { ServerProcess } from './process.ts';
import { startServer } from './process.ts';
import type { Site } from './site.ts';

export type LoopReport = {
  found: string[];
  /** Where the processes died, in order. */
  kills: string[];
  events: number;
  acked: number;
};

/** What the process before left of its day, and a whole one. */
const DAYS_MAX = 2;

/**
 * One process for each way to die that `next` names (as BATON_CRASH_AT), until it names none. Each one first heals what the
 * one before left. `next` hears whether the process before survived, which is when it lived through a whole day
 * and `afterMs` longer, in which alarms and stored events come up while nobody asks for anything.
 */
export async function runCrashLoop(
  site: Site,
  next: (index: number, survived: boolean) => string | undefined,
  afterMs = 5_000,
): Promise<LoopReport> {
  const file = join(site.options.folder, 'acknowledged.jsonl');
  let url = Promise.withResolvers<string>();
  const driver = startDriver(site, file, () => url.promise);
  const kills: string[] = [];
  const found: string[] = [];
  const open = async (server: ServerProcess): Promise<void> => {
    const where = await server.open();
    // Who waits for an address goes on waiting for the next one.
    if (where === undefined) return;
    url.resolve(where);
    // From here on nobody is sent to a dead process: who gets no answer waits for the next address.
    server.gone.then(() => {
      url = Promise.withResolvers<string>();
    });
  };
  let days = 0;
  let day = liveDay(driver, site.house, 'day-0');
  let server = startServer(site.options, next(0, false));
  /** Loaded while the one before it works, because loading takes longest. */
  let spare = startServer(site.options, next(1, false));
  try {
    for (let index = 1; ; index++) {
      await open(server);
      const died = server.gone.then(() => true);
      let lived = 0;
      while (!(await Promise.race([died, day.then(() => false)]))) {
        lived += 1;
        if (lived === DAYS_MAX) break;
        days += 1;
        day = liveDay(driver, site.house, `day-${days}`);
      }
      const survived = lived === DAYS_MAX && !(await Promise.race([died, sleep(afterMs).then(() => false)]));
      if (!survived) kills.push(placeOfDeath(server));
      await server.kill();
      if (lived === DAYS_MAX) {
        days += 1;
        day = liveDay(driver, site.house, `day-${days}`);
      }
      if (server.said().includes('unhandled')) found.push(`A process said: ${server.said()}`);
      if (next(index, survived) === undefined) break;
      server = spare;
      spare = startServer(site.options, next(index + 1, survived));
    }
    server = startServer(site.options);
    await leasesEnd(site);
    await open(server);
    await day;
    await settled(site);
    await server.stop();
    const checked = await checkRecord(site.house, driver.acks());
    found.push(...checked.found, ...checkMails(site.options.folder, checked.messages));
    return { found, kills, events: checked.events.length, acked: driver.acks().length };
  } finally {
    await Promise.all([server.kill(), spare.kill()]);
    driver.close();
    rmSync(file, { force: true });
  }
}

function placeOfDeath(server: ServerProcess): string {
  const place = /killed at marker (.*)/.exec(server.said())?.[1];
  if (place === undefined) throw new Error(`A process ended, but not at its marker. It said: ${server.said()}`);
  return place;
}

/** Half a minute passes: what a killed process had taken is free again. */
export async function leasesEnd(site: Site): Promise<void> {
  const url = site.options.databaseUrl;
  if (url === undefined) return sleep(31_000);
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query('update baton.due set ready_at = least(ready_at, baton.now_ms()) where fence <> 0');
  await admin.end();
}

/** Until nothing is due any more. */
export async function settled(site: Site): Promise<void> {
  for (let quiet = 0; quiet < 4; ) {
    await sleep(250);
    const at = await site.house.journal.nextDue();
    quiet = at === undefined || at > site.house.clock.now() + 3_000 ? quiet + 1 : 0;
  }
}
