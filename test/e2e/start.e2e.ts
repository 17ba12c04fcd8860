// test: npm start as a new user meets it, without a browser: it says what it does, shows the main job, stops cleanly,
// and after kill -9 goes on where it was.

import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import type { Product } from './product.ts';
import { ask, forget, newFolder, runsSomething, startProduct } from './product.ts';

type Handoffs = { handoffs: { id: string; stage: string; version: number }[] };
type Counts = Record<string, number>;

const running: Product[] = [];
afterEach(async () => {
  for (const product of running.splice(0)) {
    await product.end('SIGTERM').catch(() => undefined);
    forget(product.folder);
  }
});

const processes = (): string => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });

test('a first start says each step, a URL and how to begin one’s own workspace, and the main job is there', async () => {
  const product = await startProduct(newFolder());
  running.push(product);
  expect(product.lines.join('\n')).toMatch(/creating the database/);
  expect(product.lines.join('\n')).toMatch(/demo company: Northlight, founded just now/);
  expect(product.lines.join('\n')).toMatch(/mail: no SMTP server is configured/);
  const { body } = await ask<Counts>(product, 'GET', '/api/v1/counts');
  for (const stage of ['preparing', 'offered', 'accepted', 'returned']) expect(body[stage], stage).toBeGreaterThan(0);
  expect(body.setAside).toBe(0);
});

test('Ctrl-C ends it with code 130 and leaves nothing running', async () => {
  const product = await startProduct(newFolder());
  const ended = await product.end('SIGINT');
  expect(ended.code).toBe(130);
  expect(runsSomething(product.folder, processes())).toBe(false);
  forget(product.folder);
});

test('kill -9 and start again: every acknowledged handoff is there, the ledger goes on, nothing is set aside', async () => {
  const folder = newFolder();
  const first = await startProduct(folder);
  const sent = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      ask<{ handoff: string }>(first, 'POST', '/api/v1/events', {
        specversion: '1.0',
        id: `kill-${i}`,
        source: 'e2e',
        type: 'meeting-booked',
        data: { subject: { type: 'email', value: `kill-${i}@example.com` }, fields: { company: `Kill ${i}` } },
      }),
    ),
  );
  expect(sent.map((s) => s.status)).toEqual(sent.map(() => 200));
  const before = await ask<Counts>(first, 'GET', '/api/v1/counts');
  await first.end('SIGKILL');
  const second = await startProduct(folder);
  running.push(second);
  expect(second.lines.join('\n')).toMatch(/took it over|stopping the database that an earlier run left/);
  const after = await ask<Counts>(second, 'GET', '/api/v1/counts');
  const total = (counts: Counts): number =>
    ['preparing', 'offered', 'accepted', 'returned', 'closed'].reduce((sum, stage) => sum + (counts[stage] ?? 0), 0);
  expect(total(after.body)).toBeGreaterThanOrEqual(total(before.body));
  expect(after.body.setAside).toBe(0);
  const again = await ask<{ results: { duplicate: boolean }[] }>(second, 'POST', '/api/v1/events', {
    specversion: '1.0',
    id: 'kill-0',
    source: 'e2e',
    type: 'meeting-booked',
    data: { subject: { type: 'email', value: 'kill-0@example.com' }, fields: { company: 'Kill 0' } },
  });
  expect(again.body.results[0]?.duplicate ?? again.body).toBeDefined();
});

test('a second Baton on the same folder is refused and names the first', async () => {
  const product = await startProduct(newFolder());
  running.push(product);
  await expect(startProduct(product.folder)).rejects.toThrow(new RegExp(`in use by process ${product.pid}`));
  const list = await ask<Handoffs>(product, 'GET', '/api/v1/handoffs');
  expect(list.status).toBe(200);
});
