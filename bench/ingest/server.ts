// bench: one server to be measured, as a process of its own. `ours` is the product (door, corridor, record; its workers
// too); `bare` is a handler on the same server framework that checks the same body and writes the same rows with one
// prepared statement and one commit per request. Prints its address as JSON and serves until it is killed.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fastify from 'fastify';
import pg from 'pg';
import { z } from 'zod';
import { event } from '../../src/arrive/http/event-schema.ts';
import { makeKey } from '../../src/arrive/keys.ts';
import { joinEmbedded } from '../../src/record/embedded.ts';
import { openHouse } from '../../src/run/house.ts';
import { serve } from '../../src/run/serve.ts';
import { formatUlid } from '../../src/words/ids.ts';
import { DAY } from '../../src/words/time.ts';

const { values: flags } = parseArgs({
  options: { kind: { type: 'string' }, folder: { type: 'string' }, workers: { type: 'boolean', default: false } },
});
const folder = flags.folder ?? '';
const WORKSPACE = 'ws_bench';
const TABLES = [
  'inbox',
  'ledger',
  'handoff',
  'task',
  'outbox',
  'due',
  'notice',
  'private_key',
  'private_item',
  'subject',
  'subject_name',
];

if (flags.kind === 'bare') await serveBare();
else await serveOurs();

async function serveOurs(): Promise<void> {
  const house = await openHouse({ folder, join: true, log: () => undefined });
  const fresh = (await house.journal.createWorkspace(WORKSPACE, 'Bench')) === 'created';
  const say = (ask: Parameters<typeof house.live.submit>[1]['ask']) =>
    house.live.submit(WORKSPACE, {
      command: JSON.stringify(ask),
      bodyHash: '',
      actor: { kind: 'system', id: 'bench' },
      via: 'cli',
      ask,
    });
  if (fresh) {
    await say({ ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia' } });
    for (const id of ['ana', 'ben', 'cleo', 'dev', 'eve', 'mia'])
      await say({ ask: 'set-person', person: { id, roles: ['ae'], team: 'sales', weight: 1, active: true } });
    const published = await say({
      ask: 'publish-policy',
      text: readFileSync(join(import.meta.dirname, 'policy.yaml'), 'utf8'),
    });
    if (published.result !== 'done') throw new Error(JSON.stringify(published));
  }
  const { key, hash } = makeKey();
  const at = house.clock.now();
  await house.keys.add(hash, {
    id: `ke_${formatUlid(at, randomBytes(10))}`,
    workspace: WORKSPACE,
    principal: { kind: 'system', id: 'bench' },
    scopes: ['read', 'act'],
    label: 'bench',
    createdAt: at,
    expiresAt: at + DAY,
  });
  const unlimited = { requestsMax: 1e9, windowMs: 60_000 };
  const serving = await serve(house, {
    host: '127.0.0.1',
    port: 0,
    services: flags.workers ? ['web', 'worker'] : ['web'],
    limits: { perKey: unlimited, perAddress: unlimited, failuresPerAddress: unlimited },
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify({ url: serving.url, key, memory: process.memoryUsage.rss() })}\n`);
  process.on('SIGUSR2', () => process.stdout.write(`${JSON.stringify({ memory: process.memoryUsage.rss() })}\n`));
  process.on('SIGTERM', () => process.exit(0));
}

/** The bare handler: no deciding, no chain, no encryption, no fence; the same rows, one statement, one commit per request. */
async function serveBare(): Promise<void> {
  const running = await joinEmbedded(folder);
  if (running === undefined) throw new Error('The bench starts the database before its servers.');
  const url = running.adminUrl.replace(/\/postgres$/, '/baton');
  const sample = await sampleRows(url);
  const pool = new pg.Pool({ connectionString: url, max: 32 });
  const app = fastify({ logger: false });
  app.addContentTypeParser(
    'application/cloudevents+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'ignore'),
  );
  const outcome = z.object({ results: z.array(z.object({ result: z.string(), handoff: z.string() })) });
  app.post('/api/v1/events', async (request) => {
    const body = event.parse(request.body);
    const id = formatUlid(Date.now(), randomBytes(10));
    const key = createHash('sha256').update(`${body.source}\n${body.id}`).digest('hex');
    await pool.query({ name: 'bare', text: sample.text, values: [id, key, ...sample.fixed] });
    return outcome.parse({ results: [{ result: 'done', handoff: `ho_${id}` }] });
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`${JSON.stringify({ url: address, key: 'none' })}\n`);
}

/** Takes the rows that one event of the product left behind and makes the statement that writes such rows again. */
async function sampleRows(url: string): Promise<{ text: string; fixed: unknown[] }> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query('drop schema if exists bare cascade; create schema bare; create sequence bare.seq');
  for (const table of TABLES) await admin.query(`create table bare.${table} (like baton.${table} including all)`);
  const one = (
    await admin.query<{ id: string; subject: string }>(
      'select id, subject from baton.handoff where workspace_id = $1 order by id desc limit 1',
      [WORKSPACE],
    )
  ).rows[0];
  if (one === undefined)
    throw new Error('Run the product once before the bare handler, so that there are rows to copy.');
  const ulid = one.id.slice(3, 29);
  const parts: string[] = [];
  const fixed: unknown[] = [];
  for (const table of TABLES) {
    const rows = (
      await admin.query<Record<string, unknown>>(
        `select * from baton.${table} t where workspace_id = $1 and t::text like $2`,
        [WORKSPACE, `%${ulid}%`],
      )
    ).rows;
    for (const row of rows) parts.push(insertOf(table, row, ulid, fixed));
  }
  await admin.end();
  process.stderr.write(`bare: ${parts.length} rows per request\n`);
  const last = parts.length - 1;
  return {
    text: `with ${parts
      .slice(0, last)
      .map((p, i) => `i${i} as (${p})`)
      .join(', ')} ${parts[last]}`,
    fixed,
  };
}

/** One insert: what holds the event's id gets the new id ($1), unique hashes become $2, ledger places come from a sequence. */
function insertOf(table: string, row: Record<string, unknown>, ulid: string, fixed: unknown[]): string {
  const columns = Object.keys(row).filter((column) => row[column] !== null);
  const values = columns.map((column) => {
    const value = row[column];
    if (table === 'ledger' && column === 'seq') return "nextval('bare.seq')";
    if (column === 'command' || column === 'key_hmac') return '$2::text';
    fixed.push(value);
    const parameter = `$${fixed.length + 2}`;
    if (typeof value === 'string' && value.includes(ulid)) return `replace(${parameter}::text, '${ulid}', $1::text)`;
    if (Buffer.isBuffer(value)) return `${parameter}::bytea`;
    if (typeof value === 'boolean') return `${parameter}::boolean`;
    return typeof value === 'number' || /^\d+$/.test(String(value)) ? `${parameter}::bigint` : `${parameter}::text`;
  });
  return `insert into bare.${table} (${columns.join(', ')}) values (${values.join(', ')})`;
}
