// How late are alarms, what does looking for them cost, and how fast does a backlog drain? Real handoffs whose accept clock
// runs out, decided and committed with all their effects (breach, rung, message, next alarm), on the embedded PostgreSQL.
// Usage: node bench/alarms.ts [--pending 1000000] [--rate 200] [--seconds 20] [--backlog 100000]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../src/record/embedded.ts';
import type { Worker } from '../src/run/alarms.ts';
import { startAlarms } from '../src/run/alarms.ts';
import type { House } from '../src/run/house.ts';
import { openHouse } from '../src/run/house.ts';
import type { Ask } from '../src/words/arrival.ts';
import { SECOND } from '../src/words/time.ts';

const { values: flags } = parseArgs({
  options: {
    pending: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    backlog: { type: 'string', default: '100000' },
  },
});
const [pending, rate, seconds, backlog] = [flags.pending, flags.rate, flags.seconds, flags.backlog].map(Number) as [
  number,
  number,
  number,
  number,
];

const policyWith = (within: string) => `
baton: 1
name: Alarms
hours: { zone: UTC }
fields: { company: string }
signals: { booked: A meeting was booked }
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: booked
    note: []
    route: { person: ben }
    fallback: mia
    tasks: []
    clocks: { accept: { within: ${within}, hours: wall, ladder: [remind at due] } }
`;

const WORKSPACE = 'ws_bench';
const folder = mkdtempSync(join(process.env.BATON_BENCH_FOLDER ?? tmpdir(), 'baton-bench-'));
const state: { worker?: Worker } = {};
const server = await startEmbedded({ dataFolder: folder, log: () => undefined });
const admin = new pg.Client({ connectionString: server.adminUrl });
await admin.connect();
await admin.query('create database alarms');
await admin.end();
const databaseUrl = server.adminUrl.replace(/\/[^/?]*(\?|$)/, '/alarms$1');
const house = await openHouse({
  folder: join(folder, 'house'),
  databaseUrl,
  log: () => undefined,
  onCommit: (due) => due && state.worker?.wake(),
});
let made = 0;

async function say(house: House, ...asks: Ask[]): Promise<void> {
  const answers = await house.live.submitMany(
    WORKSPACE,
    asks.map((ask) => ({
      command: `bench-${made++}`,
      bodyHash: '',
      actor: { kind: 'system' as const, id: 'bench' },
      via: 'api' as const,
      ask,
    })),
  );
  const wrong = answers.find((answer) => answer.result !== 'done');
  if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
}

function signal(): Ask {
  return {
    ask: 'signal-seen',
    signal: 'booked',
    subject: { type: 'email', value: `p${made}-${Math.random()}@x.example` },
    context: { fields: { company: 'Acme' } },
    booker: 'ana',
    occurredAt: house.clock.now(),
  };
}

async function found(): Promise<void> {
  await house.journal.createWorkspace(WORKSPACE, 'bench');
  await say(house, { ask: 'create-workspace', name: 'bench' });
  for (const id of ['ana', 'ben', 'mia'])
    await say(house, { ask: 'set-person', person: { id, roles: ['ae'], weight: 1, active: true } });
}

/** Rows of alarms that are due in a year: what a big installation carries along. */
async function addPending(count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const at = house.clock.now() + 365 * 86_400 * SECOND;
  await client.query(
    `insert into baton.due (workspace_id, kind, row_id, due_at, ready_at)
     select $1, 'alarm', 'ho_pending' || n, $2::bigint + n, $2::bigint + n from generate_series(1, $3::int) n`,
    [WORKSPACE, at, count],
  );
  await client.query('analyze baton.due');
  await client.end();
}

async function tickMs(): Promise<number> {
  const spans: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    await house.journal.claim(['alarm'], 500, 30 * SECOND);
    spans.push(performance.now() - start);
  }
  return quantile(spans, 0.5);
}

function quantile(numbers: readonly number[], q: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))] ?? 0;
}

function startWorker(): Worker {
  const worker = startAlarms({
    journal: house.journal,
    live: house.live,
    clock: house.clock,
    log: (line) => console.log(line),
  });
  state.worker = worker;
  return worker;
}

/** Answers how late each breach was when it was committed, until `count` have come. */
function breaches(count: number): { lateMs: number[]; all: Promise<void> } {
  const lateMs: number[] = [];
  const all = new Promise<void>((resolve) => {
    const stop = house.live.subscribe((_, events) => {
      for (const { event } of events) if (event.kind === 'clock-breached') lateMs.push(house.clock.now() - event.dueAt);
      if (lateMs.length < count) return;
      stop();
      resolve();
    });
  });
  return { lateMs, all };
}

try {
  await found();
  const few = await tickMs();
  await addPending(pending);
  const many = await tickMs();
  console.log(`a look with nothing due: ${few.toFixed(2)} ms without, ${many.toFixed(2)} ms with ${pending} pending`);

  await say(house, { ask: 'publish-policy', text: policyWith('5s') });
  const worker = startWorker();
  const steady = breaches(rate * seconds);
  for (let tick = 0; tick < seconds * 10; tick++) {
    const next = wait(100);
    await say(house, ...Array.from({ length: rate / 10 }, signal));
    await next;
  }
  await steady.all;
  console.log(
    `${rate} a second fall due: due to effect p50 ${quantile(steady.lateMs, 0.5)} ms, p99 ${quantile(steady.lateMs, 0.99)} ms, most ${quantile(steady.lateMs, 1)} ms`,
  );
  await worker.stop();

  const secondsToMake = Math.ceil(backlog / 1_000) + 10;
  await say(house, { ask: 'publish-policy', text: policyWith(`${secondsToMake}s`) });
  const begin = performance.now();
  for (let i = 0; i < backlog; i += 2_000)
    await say(house, ...Array.from({ length: Math.min(2_000, backlog - i) }, signal));
  const makingMs = performance.now() - begin;
  const all = breaches(backlog);
  await wait(Math.max(0, secondsToMake * SECOND + 500));
  const start = performance.now();
  const again = startWorker();
  await all.all;
  const drainMs = performance.now() - start;
  await again.stop();
  console.log(
    `a backlog of ${backlog}: drained in ${(drainMs / 1000).toFixed(1)} s, ${Math.round((backlog * 1000) / drainMs)} a second (opened at ${Math.round((backlog * 1000) / makingMs)} a second)`,
  );
} finally {
  await house.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
