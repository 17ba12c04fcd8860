// Two server processes on one database (RELIABILITY, F01 and the "Done when" of the spine): each event opens one handoff,
// the pool's turns go round exactly, and killing one of the two in the middle loses nothing.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestServer } from '../databases.ts';
import { testServers } from '../databases.ts';
import { checkRecord } from './checker.ts';
import { lead, startDriver } from './driver.ts';
import { leasesEnd, settled } from './loop.ts';
import { startServer } from './process.ts';
import { openSite } from './site.ts';

const EVENTS = 200;
const TURNS = ['ben', 'cleo', 'dan'];

/** 200 events at once over two processes, every fourth of them sent to both; `kill` ends one process in the middle. */
async function overTwo(server: TestServer, kill: boolean) {
  const site = await openSite(server);
  const servers = [startServer(site.options), startServer(site.options)] as const;
  try {
    const urls = await Promise.all(servers.map((one) => one.open()));
    const alive = (n: number): string => {
      const one = n % 2;
      return (servers[one]!.isGone() ? urls[1 - one] : urls[one]) ?? '';
    };
    const drivers = [0, 1].map((n) =>
      startDriver(site, join(site.options.folder, `acknowledged-${n}.jsonl`), async () => alive(n)),
    );
    let answered = 0;
    const send = async (n: number, over: number): Promise<string> => {
      const { body } = await drivers[over % 2]!.event(`event-${n}`, lead(`lead-${n}`));
      answered += 1;
      if (kill && answered === EVENTS / 4) await servers[0].kill();
      return body.handoff ?? '';
    };
    const handoffs = await Promise.all(
      Array.from({ length: EVENTS }, async (_, n) => {
        if (n % 4 > 0) return send(n, n);
        const [one, other] = await Promise.all([send(n, 0), send(n, 1)]);
        expect(other).toBe(one);
        return one;
      }),
    );
    await leasesEnd(site);
    await settled(site);
    await Promise.all(servers.map((one) => one.stop()));
    const acks = drivers.flatMap((driver) => driver.acks());
    const checked = await checkRecord(site.house, acks);
    for (const driver of drivers) driver.close();
    const offers = checked.events.flatMap(({ event }) => (event.kind === 'handoff-offered' ? [event.to] : []));
    const opened = checked.events.filter(({ event }) => event.kind === 'handoff-opened').length;
    return { handoffs, opened, offers, found: checked.found, said: servers.map((one) => one.said()) };
  } finally {
    await Promise.all(servers.map((one) => one.kill()));
    await site.close();
  }
}

describe.each(testServers())('two servers on $name', (server) => {
  it.each([
    ['both live', false],
    ['one is killed in the middle', true],
  ])('open one handoff for each of 200 events and give no turn twice: %s', { timeout: 300_000 }, async (_, kill) => {
    const { handoffs, opened, offers, found, said } = await overTwo(server, kill);
    expect(found).toEqual([]);
    expect(said.join('')).not.toContain('unhandled');
    expect(new Set(handoffs).size).toBe(EVENTS);
    expect(opened).toBe(EVENTS);
    // Nobody has a second turn before everybody had the first. Inside a round the order is free: it goes by when people
    // were asked last, and two doors stamp arrivals that one of them commits first.
    const rounds = Array.from({ length: Math.ceil(EVENTS / 3) }, (_each, i) => offers.slice(3 * i, 3 * i + 3).sort());
    const last = rounds.pop() ?? [];
    expect(rounds.filter((round) => round.join() !== TURNS.join())).toEqual([]);
    expect(new Set(last).size).toBe(EVENTS % 3);
  });
});
