// bench: does size matter? The same load on a ledger of ten thousand and of a million handoffs (bulk copies of one real
// handoff, closed), in one run: median latency at one connection, the server's memory, and how long a start takes.
// Usage: node bench/scale.ts [--small 10000] [--large 1000000] [--seconds 5]

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import pg from 'pg';
import { startEmbedded } from '../src/record/embedded.ts';

const { values: flags } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '5' },
  },
});
const folder = mkdtempSync(join(process.env.BATON_BENCH_FOLDER ?? tmpdir(), 'baton-scale-'));
const database = await startEmbedded({ dataFolder: folder, log: () => undefined });
const run = randomBytes(4).toString('hex');

type Server = { child: ChildProcess; url: string; key: string; startMs: number };

function start(): Promise<Server> {
  const began = performance.now();
  const script = join(import.meta.dirname, 'ingest', 'server.ts');
  const child = spawn(process.execPath, [script, '--kind', 'ours', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve({ child, startMs: performance.now() - began, ...(JSON.parse(line) as { url: string; key: string }) }),
    );
  });
}

async function load(server: Server, connections: number): Promise<{ rate: number; p50: number }> {
  const body = JSON.stringify({
    specversion: '1.0',
    id: `${run}-[<id>]`,
    source: 'bench',
    type: 'meeting-booked',
    data: {
      subject: { type: 'email', value: `${run}-[<id>]@example.com` },
      booker: 'ana',
      fields: { company: 'Acme GmbH', contact: 'Jo Klein', seats: 20 },
      note: { 'why-engaged': 'Jo asked how 20 seats are billed.' },
    },
  });
  const result = await autocannon({
    url: `${server.url}/api/v1/events`,
    method: 'POST',
    connections,
    duration: Number(flags.seconds),
    idReplacement: true,
    headers: { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${server.key}` },
    body,
  });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers were not 2xx.`);
  return { rate: result.requests.average, p50: result.latency.p50 };
}

const memoryMb = (server: Server): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Copies one handoff's rows `count` times, closed: every table grows as it would have. */
async function grow(from: number, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl.replace(/\/postgres$/, '/baton') });
  await client.connect();
  const one = (
    await client.query<{ id: string }>("select id from baton.handoff where workspace_id = 'ws_bench' limit 1")
  ).rows[0];
  const ulid = one?.id.slice(3, 29) ?? '';
  const head = Number(
    (await client.query("select seq from baton.workspace_head where workspace_id = 'ws_bench'")).rows[0].seq,
  );
  const events = Number(
    (
      await client.query("select count(*) from baton.ledger t where workspace_id = 'ws_bench' and t::text like $1", [
        `%${ulid}%`,
      ])
    ).rows[0].count,
  );
  const named = `replace(%s, '${ulid}', 'copy' || lpad(n::text, 22, '0'))`;
  const copy = async (table: string, changes: Record<string, string>): Promise<void> => {
    const columns = (
      await client.query<{ column_name: string; data_type: string }>(
        "select column_name, data_type from information_schema.columns where table_schema = 'baton' and table_name = $1 order by ordinal_position",
        [table],
      )
    ).rows;
    const picks = columns.map(
      ({ column_name: c, data_type }) =>
        changes[c] ?? (data_type === 'text' && c !== 'workspace_id' ? named.replace('%s', `t.${c}`) : `t.${c}`),
    );
    await client.query(
      `insert into baton.${table} (${columns.map((c) => c.column_name).join(', ')}) select ${picks.join(', ')} from (select *, row_number() over () as place from baton.${table} t where workspace_id = 'ws_bench' and ${table === 'outbox' ? 't.id' : 't::text'} like '%${ulid}%') t cross join generate_series(${from + 1}, ${from + count}) n`,
    );
  };
  await copy('handoff', { stage: "'closed'", closed_at: 't.opened_at' });
  await copy('ledger', { seq: `${head} + (n - ${from} - 1) * ${events} + t.place` });
  await copy('inbox', { command: "'copy' || n" });
  await copy('task', { state: "'void'" });
  await copy('subject', {});
  await copy('subject_name', { key_hmac: "'copy' || n" });
  await copy('private_item', {});
  await copy('private_key', {});
  await copy('outbox', { state: "'delivered'" });
  await client.query("update baton.workspace_head set seq = seq + $1 where workspace_id = 'ws_bench'", [
    count * events,
  ]);
  await client.query(
    "update baton.standing set seq = (select seq from baton.workspace_head where workspace_id = 'ws_bench') where workspace_id = 'ws_bench'",
  );
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
}

const report: Record<string, number>[] = [];
let server = await start();
await load(server, 1);
let have = 0;
for (const size of [Number(flags.small), Number(flags.large)]) {
  server.child.kill('SIGTERM');
  await new Promise((done) => server.child.once('exit', done));
  await grow(have, size - have);
  have = size;
  server = await start();
  await load(server, 1);
  const [one, again, many] = [await load(server, 1), await load(server, 1), await load(server, 32)];
  report.push({
    handoffs: size,
    startMs: Math.round(server.startMs),
    p50Ms: Math.min(one.p50, again.p50),
    perSecondAt1: Math.round((one.rate + again.rate) / 2),
    perSecondAt32: Math.round(many.rate),
    memoryMb: Math.round(memoryMb(server)),
  });
}
console.table(report);
const [small, large] = report;
if (small !== undefined && large !== undefined) {
  console.log(
    `at one connection ${((small.perSecondAt1 ?? 0) / (large.perSecondAt1 ?? 1)).toFixed(2)} × the time per event (aim: at most 1.3)`,
  );
}
server.child.kill('SIGKILL');
await database.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
