// A post office whose process is killed by one message (RELIABILITY, F11): sending that one ends the process on the spot.
// Works until nothing is due, says so, and ends. Its argument is JSON: where the database is, and which message it is.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openPost } from '../../src/deliver/post.ts';
import { openHouse } from '../../src/run/house.ts';
import { gatherFacts } from '../../src/run/message-facts.ts';
import { NO_NEEDS } from '../../src/words/journal.ts';
import type { ServerOptions } from './server.ts';

const { poison, options } = JSON.parse(process.argv[2] ?? '{}') as { poison: string; options: ServerOptions };
const house = await openHouse({
  folder: options.folder,
  log: () => undefined,
  ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
});
const { journal, live, clock } = house;
const post = openPost({
  claim: (limit, leaseMs) => journal.claim(['message'], limit, leaseMs),
  renew: (claim, leaseMs) => journal.renew(claim, leaseMs),
  postpone: (claim, dueAt, reason, tried) => journal.postpone(claim, dueAt, reason, tried),
  message: async (workspace, id) =>
    journal.turn(workspace, false, async (turn) => {
      const loaded = await turn.load({ ...NO_NEEDS, messages: [id] }, Number.MAX_SAFE_INTEGER);
      return loaded.messages.get(id);
    }),
  facts: (workspace, intent) => gatherFacts(house, 'http://localhost', workspace, intent),
  outlets: {
    email: async (message) => {
      if (message.id === poison) process.kill(process.pid, 'SIGKILL');
      appendFileSync(join(options.folder, 'sent'), `${message.id}\n`);
    },
    webhook: async () => undefined,
  },
  report: async (workspace, ask) => {
    await live.submit(workspace, {
      command: `receipt:${JSON.stringify(ask)}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'post' },
      via: 'receipt',
      ask,
    });
  },
  now: async () => clock.now(),
  random: () => 0,
  wait: async (spanMs, signal) => {
    await wait(spanMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
  log: (level, text, facts) => process.stderr.write(`${level} ${text} ${JSON.stringify(facts)}\n`),
});
await post.drain();
process.stdout.write('drained\n');
await house.close();
process.exit(0);
