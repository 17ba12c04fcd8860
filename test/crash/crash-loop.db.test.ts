// The crash loop of `npm test`: a process dies at each marker, on the embedded server. Every marker in turn, until a day
// passes untouched, on both servers, is `npm run faults`.

import { expect, it } from 'vitest';
import { MARKS } from '../../src/run/marks.ts';
import { testServers } from '../databases.ts';
import { runCrashLoop } from './loop.ts';
import { openSite } from './site.ts';

const [server] = testServers();

it('nothing acknowledged is lost or done twice, wherever the process is killed', { timeout: 400_000 }, async () => {
  const site = await openSite(server!);
  try {
    const report = await runCrashLoop(site, (i) => MARKS[i] && `${(i % 2) + 1} ${MARKS[i]}`);
    expect(report.found).toEqual([]);
    const places = new Set(report.kills.map((kill) => kill.replace(/^\d+: /, '')));
    expect([...places].sort()).toEqual([...MARKS].sort());
  } finally {
    await site.close();
  }
});
