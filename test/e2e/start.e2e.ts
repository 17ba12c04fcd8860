// test: npm start as a new user meets it, without a browser: it says what it does, shows the main job, stops cleanly,
// and after kill -9 goes on where it was.

import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Product } from './product.ts';
import { ask, forget, newFolder, runsSomething, startProduct } from './product.ts';

type Handoffs = { handoffs: { id: string; stage: string; version: number }[] };
type Counts = Record<string, number>;

type Outcome = { duplicate: boolean; result: string; sequence?: number; handoff?: string };

/** A CloudEvent, named by its source and id: sent twice, it is the same event. */
async function sendEvent(product: Product, event: object): Promise<Outcome> {
  const answer = await fetch(`${product.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.key()}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  const { results } = (await answer.json()) as { results: Outcome[] };
  if (answer.status !== 200 || results[0] === undefined)
    throw new Error(`The event was answered with ${answer.status}.`);
  return results[0];
}

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

test('kill -9 and start again: every acknowledged event is there once and gets its first answer again', async () => {
  const folder = newFolder();
  const first = await startProduct(folder);
  const events = Array.from({ length: 20 }, (_, i) => ({
    specversion: '1.0',
    id: `kill-${i}`,
    source: 'e2e',
    type: 'meeting-booked',
    data: { subject: { type: 'email', value: `kill-${i}@example.com` }, fields: { company: `Kill ${i}` } },
  }));
  const sent = await Promise.all(events.map((event) => sendEvent(first, event)));
  expect(sent.map((answer) => answer.duplicate)).toEqual(events.map(() => false));
  await first.end('SIGKILL');
  const second = await startProduct(folder);
  running.push(second);
  expect(second.lines.join('\n')).toMatch(/took it over|stopping the database that an earlier run left/);
  const again = await Promise.all(events.map((event) => sendEvent(second, event)));
  expect(again).toEqual(sent.map((answer) => ({ ...answer, duplicate: true })));
  const { body } = await ask<Counts>(second, 'GET', '/api/v1/counts');
  expect(body.setAside).toBe(0);
});

test('a second Baton on the same folder is refused and names the first', async () => {
  const product = await startProduct(newFolder());
  running.push(product);
  await expect(startProduct(product.folder)).rejects.toThrow(new RegExp(`in use by process ${product.pid}`));
  const list = await ask<Handoffs>(product, 'GET', '/api/v1/handoffs');
  expect(list.status).toBe(200);
});

test('a port that is taken is said in a sentence with the next one to try, and nothing is left running', async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
  const { port } = taken.address() as AddressInfo;
  const folder = newFolder();
  await expect(startProduct(folder, ['--port', String(port)])).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use by another program. Stop it, or choose another: baton up --port ${port + 1}`,
  );
  expect(runsSomething(folder, processes())).toBe(false);
  forget(folder);
  taken.close();
});
