// bench: accepted events per second over HTTP, side by side in one run: the product against a bare handler on the same
// server framework that writes the same rows with one statement and one commit per request. Embedded PostgreSQL, fsync
// on. Medians of five rounds; ratios count, the machine does not.
// Usage: node bench/ingest.ts [--seconds 4] [--rounds 5]

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { startEmbedded } from '../src/record/embedded.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);
const folder = mkdtempSync(join(process.env.BATON_BENCH_FOLDER ?? tmpdir(), 'baton-ingest-'));
const database = await startEmbedded({ dataFolder: folder, log: () => undefined });

type Server = { child: ChildProcess; url: string; key: string };

const children: ChildProcess[] = [];

function start(kind: 'ours' | 'bare'): Promise<Server> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'ingest', 'server.ts'), '--kind', kind, '--folder', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The ${kind} server ended with ${code}.`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve({ child, ...(JSON.parse(line) as { url: string; key: string }) }),
    );
  });
}

const run = randomBytes(4).toString('hex');
const eventOf = (id: string) => ({
  specversion: '1.0',
  id: `${run}-${id}`,
  source: 'bench',
  type: 'meeting-booked',
  time: '2026-11-24T10:00:00Z',
  data: {
    subject: { type: 'email', value: `${run}-${id}@example.com` },
    booker: 'ana',
    fields: { company: 'Acme GmbH', contact: 'Jo Klein', seats: 20 },
    note: { 'why-engaged': 'Jo asked how 20 seats are billed.' },
  },
});

/** Events per second that were answered with 2xx. */
async function load(server: Server, connections: number, batch: number): Promise<{ rate: number; p50: number }> {
  const one = eventOf('[<id>]');
  const body =
    batch === 1 ? JSON.stringify(one) : JSON.stringify(Array.from({ length: batch }, (_, i) => eventOf(`[<id>]-${i}`)));
  const result = await autocannon({
    url: `${server.url}/api/v1/events`,
    method: 'POST',
    connections,
    duration: seconds,
    idReplacement: true,
    headers: {
      'content-type': batch === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json',
      authorization: `Bearer ${server.key}`,
    },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} errors.`);
  return { rate: (result['2xx'] * batch) / result.duration, p50: result.latency.p50 };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

const ours = await start('ours');
await load(ours, 8, 1);
const bare = await start('bare');
const found: Record<string, number[]> = {};
const note = (name: string, value: number): void => {
  found[name] = [...(found[name] ?? []), value];
};
for (let round = 0; round < rounds; round++) {
  for (const connections of [32, 1]) {
    const a = await load(ours, connections, 1);
    const b = await load(bare, connections, 1);
    note(`ours at ${connections}`, a.rate);
    note(`bare at ${connections}`, b.rate);
    note(`ratio at ${connections}`, a.rate / b.rate);
  }
  const many = await load(ours, 4, 100);
  note('ours in batches of 100', many.rate);
  note('ratio of batches to bare at 32', many.rate / (found['bare at 32']?.at(-1) ?? 1));
}
for (const [name, values] of Object.entries(found))
  console.log(
    `${name.padEnd(32)} median ${median(values).toFixed(2).padStart(10)}   (${values.map((v) => v.toFixed(2)).join(', ')})`,
  );
for (const server of [ours, bare]) {
  server.child.removeAllListeners('exit');
  server.child.kill('SIGTERM');
}
await database.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
