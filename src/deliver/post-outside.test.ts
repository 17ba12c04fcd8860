// The post office with its real outlets, against servers on loopback that keep their own journals: for every message in
// the outbox at least one effect outside, and however often it is sent, under one identity.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startMailServer } from '../../test/fakes/mail-server.ts';
import { fakeOutbox } from '../../test/fakes/outbox.ts';
import { startWebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import { parseNetwork } from './addresses.ts';
import { openDialer } from './dialer.ts';
import { openSmtpOutlet } from './email.ts';
import type { MessageFacts } from './message-facts.ts';
import { openPost } from './post.ts';
import { formatSecret, verifyWebhook } from './standard-webhooks.ts';
import { openWebhookOutlet } from './webhook.ts';

const SECRET = formatSecret(new Uint8Array(32).fill(3));
const NOW = 1_790_000_000_000;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world() {
  const mailServer = await startMailServer();
  const good = await startWebhookReceiver();
  const bad = await startWebhookReceiver();
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')], totalMs: 1_500 });
  const smtp = openSmtpOutlet({
    host: '127.0.0.1',
    port: mailServer.port,
    security: 'none',
    from: { name: 'Baton', address: 'baton@acme.example' },
  });
  const webhooks = openWebhookOutlet(dialer);
  closing.push(mailServer.close, good.close, bad.close, dialer.close, smtp.close);
  // Time stands still here, so that what is put off stays put off until the test moves it.
  let nowAt = NOW;
  const outbox = fakeOutbox(() => nowAt);
  const ben = { id: 'ben', name: 'Ben\r\nBcc: all@example.org', zone: 'Europe/Berlin', email: 'ben@acme.example' };
  const facts: MessageFacts = {
    about: 'offered',
    to: ben,
    nowAt: NOW,
    link: 'https://baton.example/h/1',
    handoff: 'ho_1',
    transition: 'SDR to AE',
    company: 'Nordwind\r\nX-Evil: 1',
    signal: 'asked for a demo',
    urgency: 'normal',
    test: false,
    sender: { id: 'ana', name: 'Ana', zone: 'UTC' },
    owner: ben,
    note: {},
    fields: [],
    missing: [],
  };
  const post = openPost({
    ...outbox,
    facts: async (_, intent) =>
      intent.kind === 'tell-person'
        ? facts
        : {
            endpoint: {
              id: intent.endpoint,
              url: (intent.endpoint === 'en_bad' ? bad : good).url(),
              kinds: [],
              active: true,
            },
            secrets: [SECRET],
            source: '/w1',
            event: { seq: intent.event, kind: intent.eventKind, at: NOW, data: {} },
            nowAt: NOW,
          },
    outlets: { email: smtp.send, webhook: webhooks.send },
    now: async () => nowAt,
    random: () => 0,
    wait: (spanMs, signal) => sleep(spanMs, undefined, signal ? { signal } : {}).catch(() => undefined),
    log: () => undefined,
  });
  const hook = (id: string, endpoint: string, event: number) =>
    outbox.put('w1', { kind: 'post-webhook', id, endpoint, event, eventKind: 'handoff-accepted', holdUntil: NOW });
  const mail = (id: string) =>
    outbox.put('w1', { kind: 'tell-person', id, to: 'ben', about: 'offered', handoff: 'ho_1', holdUntil: NOW });
  const later = (ms: number) => {
    nowAt += ms;
  };
  return { mailServer, good, bad, outbox, post, hook, mail, later };
}

test('mails and webhooks arrive once each, signed, with no header of their own making', async () => {
  const { mailServer, good, outbox, post, hook, mail } = await world();
  for (let i = 0; i < 30; i += 1) hook(`ms_h${i}`, 'en_good', i);
  for (let i = 0; i < 10; i += 1) mail(`ms_m${i}`);
  await post.drain();
  expect(outbox.count('delivered')).toBe(40);
  expect(good.journal.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(
    Array.from({ length: 30 }, (_, i) => `ms_h${i}`).toSorted(),
  );
  expect(good.journal.every(({ headers, body }) => verifyWebhook([SECRET], headers, body, NOW).ok)).toBe(true);
  expect(good.mostAtOnce()).toBeLessThanOrEqual(2);
  expect(mailServer.journal.map(({ messageId }) => messageId).toSorted()).toEqual(
    Array.from({ length: 10 }, (_, i) => `<ms_m${i}@acme.example>`).toSorted(),
  );
  for (const { raw, to } of mailServer.journal) {
    expect(to).toEqual(['ben@acme.example']);
    expect(raw).not.toMatch(/^(bcc|x-evil):/im);
  }
});

test('an endpoint that commits and says nothing gets the same message again under the same identity', async () => {
  const { bad, outbox, post, hook, later } = await world();
  bad.next({ do: 'commit-then-cut' }, { do: 'answer', status: 500 });
  hook('ms_1', 'en_bad', 1);
  await post.drain();
  expect(outbox.postponed[0]).toMatchObject({
    tried: true,
    dueAt: NOW + 5_000,
    reason: expect.stringContaining('may have arrived'),
  });
  later(5_000);
  await post.drain();
  expect(outbox.stateOf('ms_1')).toBe('waiting');
  later(300_000);
  await post.drain();
  expect(outbox.stateOf('ms_1')).toBe('delivered');
  expect(bad.journal.map(({ headers }) => headers['webhook-id'])).toEqual(['ms_1', 'ms_1', 'ms_1']);
});

test('while one endpoint does not answer, mails and other endpoints are delivered', async () => {
  const { mailServer, good, bad, outbox, post, hook, mail } = await world();
  bad.behave({ do: 'hold' });
  for (let i = 0; i < 6; i += 1) hook(`ms_b${i}`, 'en_bad', i);
  for (let i = 0; i < 20; i += 1) hook(`ms_g${i}`, 'en_good', i);
  for (let i = 0; i < 5; i += 1) mail(`ms_m${i}`);
  const drained = post.drain();
  await Promise.all([good.reached(20), bad.reached(2)]);
  await drained;
  expect(bad.mostAtOnce()).toBeLessThanOrEqual(2);
  expect(mailServer.journal).toHaveLength(5);
  expect(outbox.count('delivered')).toBe(25);
  expect(outbox.count('waiting')).toBe(6);
});

test('a redirect and 410 end as dead letters that say why', async () => {
  const { bad, outbox, post, hook } = await world();
  bad.next({ do: 'answer', status: 302, headers: { location: 'http://169.254.169.254/' } });
  hook('ms_redirect', 'en_bad', 1);
  await post.drain();
  bad.next({ do: 'answer', status: 410 });
  hook('ms_gone', 'en_bad', 2);
  await post.drain();
  expect(outbox.messages.get('ms_redirect')?.reason).toContain('redirects are not followed');
  expect(outbox.messages.get('ms_gone')?.reason).toContain('410');
  expect(outbox.reports.map(({ ask }) => ask.ask)).toEqual(['delivery-failed', 'set-endpoint', 'delivery-failed']);
});
