// A message that kills the process which sends it (RELIABILITY, F11): each death counts as a try, after the last try it is
// parked as a dead letter that says why, and everything behind it is delivered.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TRIES_MAX } from '../../src/deliver/schedule.ts';
import type { Ask } from '../../src/words/arrival.ts';
import { testServers } from '../databases.ts';
import { checkRecord } from './checker.ts';
import { leasesEnd } from './loop.ts';
import { openSite, POLICY, WORKSPACE } from './site.ts';

const MESSAGES = 120;
const program = fileURLToPath(new URL('./poison-worker.ts', import.meta.url));
const [server] = testServers();

it('a message that kills the process is parked after its last try, and all behind it are delivered', {
  timeout: 300_000,
}, async () => {
  const site = await openSite(server!, POLICY.replace('within: 2s', 'within: 1h'));
  try {
    const { live, clock, reader } = site.house;
    const signal = (n: number): Ask => ({
      ask: 'signal-seen',
      signal: 'demo',
      subject: { type: 'email', value: `lead-${n}@lead.example` },
      context: { fields: { company: 'Acme', seats: 20 }, note: { 'why-engaged': 'They asked for a demo.' } },
      booker: 'ana',
      occurredAt: clock.now(),
    });
    await live.submitMany(
      WORKSPACE,
      Array.from({ length: MESSAGES }, (_, n) => ({
        command: `open-${n}`,
        bodyHash: '',
        actor: { kind: 'system', id: 'test' },
        via: 'api',
        ask: signal(n),
      })),
    );
    const waiting = (await reader.messages(WORKSPACE, 'waiting', undefined, 200)).rows;
    expect(waiting.length).toBe(MESSAGES);
    const poison = waiting[Math.floor(MESSAGES / 2)]?.id ?? '';
    const argument = JSON.stringify({ poison, options: site.options });
    let deaths = 0;
    for (let lived = false; !lived; ) {
      const worker = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [, killedBy] = (await once(worker, 'close')) as [number | null, string | null];
      lived = killedBy === null;
      if (!lived) deaths += 1;
      if (deaths > TRIES_MAX) break;
      await leasesEnd(site);
      // A busy destination's messages come back in a moment: the office runs until nothing waits.
      lived &&= (await reader.messages(WORKSPACE, 'waiting', undefined, 1)).rows.length === 0;
    }
    const { found, messages } = await checkRecord(site.house, []);
    expect(found).toEqual([]);
    const dead = messages.filter((m) => m.state === 'dead');
    expect(dead.map((m) => m.id)).toEqual([poison]);
    expect(dead[0]?.reason).toContain('the process stopped');
    expect(deaths).toBe(TRIES_MAX);
    expect(messages.filter((m) => m.state === 'delivered').length).toBe(messages.length - 1);
    const sent = new Set(readFileSync(join(site.options.folder, 'sent'), 'utf8').trim().split('\n'));
    expect(messages.filter((m) => m.state === 'delivered' && !sent.has(m.id))).toEqual([]);
  } finally {
    await site.close();
  }
});
