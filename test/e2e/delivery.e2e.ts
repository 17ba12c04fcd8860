// test: promises to tell somebody, end to end: mail over SMTP, signed webhooks out, signed events in, all against real
// sockets on this machine; receipts come back and are recorded.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { signWebhook, verifyWebhook } from '../../src/deliver/standard-webhooks.ts';
import type { MailServer } from '../fakes/mail-server.ts';
import { startMailServer } from '../fakes/mail-server.ts';
import type { WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { startWebhookReceiver } from '../fakes/webhook-receiver.ts';
import type { Product } from './product.ts';
import { ask, forget, newFolder, startProduct } from './product.ts';

let mail: MailServer;
let receiver: WebhookReceiver;
let product: Product;

beforeAll(async () => {
  mail = await startMailServer();
  receiver = await startWebhookReceiver();
  product = await startProduct(newFolder(), [
    '--smtp',
    `127.0.0.1:${mail.port}`,
    '--smtp-security',
    'none',
    '--allow-network',
    '127.0.0.0/8',
    '--allow-http',
  ]);
});

afterAll(async () => {
  await product?.end('SIGTERM');
  if (product !== undefined) forget(product.folder);
  await receiver?.close();
  await mail?.close();
});

const event = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'delivery',
  type: 'demo-requested',
  data: {
    subject: { type: 'email', value: `${id}@lumen.example` },
    fields: { company: `Lumen ${id}`, contact: 'Jo Klein', country: 'DE' },
    note: {
      'why-engaged': 'Jo filled in the form.',
      'why-now': 'Their contract ends.',
      'what-we-said': 'Nothing yet.',
      'what-next': 'Call on Tuesday.',
    },
  },
});

type Messages = { messages: { state: string; kind?: string; intent?: { kind: string } }[] };

test('an endpoint outside gets the events it asked for, signed, once each, and the receipts are recorded', async () => {
  const made = await ask<{ endpoint: string; secret: string }>(product, 'POST', '/api/v1/endpoints', {
    url: receiver.url('/hook'),
    kinds: ['handoff-opened'],
  });
  expect(made.status).toBe(200);
  await ask(product, 'POST', '/api/v1/events', event('out-1'));
  await receiver.reached(1);
  await expect
    .poll(() => receiver.journal.some((r) => r.body.toString().includes('handoff.opened')), { timeout: 20_000 })
    .toBe(true);
  for (const got of receiver.journal) {
    const { headers, body } = got;
    const signed = {
      'webhook-id': headers['webhook-id'] ?? '',
      'webhook-timestamp': headers['webhook-timestamp'] ?? '',
      'webhook-signature': headers['webhook-signature'] ?? '',
    };
    const sentAt = Number(signed['webhook-timestamp']) * 1000;
    expect(verifyWebhook([made.body.secret], signed, body, sentAt)).toMatchObject({ ok: true });
    expect(JSON.parse(body.toString())).toMatchObject({
      specversion: '1.0',
      id: signed['webhook-id'],
      type: 'io.baton.handoff.opened.v1',
    });
  }
  const ids = receiver.journal.map((r) => r.headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
  await expect
    .poll(
      async () =>
        (await ask<Messages>(product, 'GET', '/api/v1/messages?state=waiting&limit=200')).body.messages.length,
      { timeout: 30_000 },
    )
    .toBeLessThan(20);
});

test('an offer reaches its receiver by mail with the company, the note and one link', async () => {
  await ask(product, 'POST', '/api/v1/events', event('mail-1'));
  await expect.poll(() => mail.journal.some((m) => m.raw.includes('mail-1')), { timeout: 30_000 }).toBe(true);
  const found = mail.journal.find((m) => m.raw.includes('mail-1'));
  expect(found?.to[0]).toMatch(/@northlight\.example$/);
  expect(found?.raw).toContain('Open this handoff');
  expect(found?.raw).not.toContain('<form');
});

test('a signed event is stored before it is acknowledged, then decided; a forged one is refused; a repeat is one event', async () => {
  const made = await ask<{ endpoint: string; secret: string }>(product, 'POST', '/api/v1/endpoints', {
    url: receiver.url('/source'),
    kinds: ['policy-published'],
  });
  const body = Buffer.from(JSON.stringify(event('signed-1')));
  const signed = signWebhook([made.body.secret], 'msg-1', Math.floor(Date.now() / 1000) * 1000, body);
  const send = (headers: Record<string, string>, bytes: Buffer = body) =>
    fetch(`${product.url}/api/v1/events?source=ws_demo:${made.body.endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...headers },
      body: bytes,
    });
  const first = await send({ ...signed });
  expect(first.status).toBe(202);
  const again = await send({ ...signed });
  expect(((await again.json()) as { duplicate: boolean }).duplicate).toBe(true);
  const forged = await send({ ...signed }, Buffer.from(body.toString().replace('Lumen', 'Lemon')));
  expect(forged.status).toBe(401);
  type List = { handoffs: { company?: string; fields?: { company?: string } }[] };
  await expect
    .poll(
      async () =>
        JSON.stringify((await ask<List>(product, 'GET', '/api/v1/handoffs?order=newest&limit=50')).body).split(
          'Lumen signed-1',
        ).length - 1,
      { timeout: 20_000 },
    )
    .toBe(1);
});
