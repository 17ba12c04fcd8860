import { expect, test } from 'vitest';
import type { Behaviour } from '../../test/fakes/webhook-receiver.ts';
import { startWebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import type { WebhookFacts } from '../connectors/webhook/send.ts';
import type { FaultCode } from '../words/fault.ts';
import { parseNetwork } from './addresses.ts';
import { openDialer } from './dialer.ts';
import type { OutletWorld } from './outlet.contract.ts';
import { outletContract } from './outlet.contract.ts';
import { formatSecret, verifyWebhook } from './standard-webhooks.ts';
import type { WebhookMessage } from './webhook.ts';
import { EndpointGone, openWebhookOutlet } from './webhook.ts';

const NOW = 1_790_000_000_000;
const SECRETS = [formatSecret(new Uint8Array(32).fill(1)), formatSecret(new Uint8Array(32).fill(2))];

function facts(url: string): WebhookFacts {
  return {
    endpoint: { id: 'en_1', url, kinds: ['handoff-accepted'], active: true },
    secrets: SECRETS,
    source: 'https://baton.example/workspaces/w1',
    event: { seq: 42, kind: 'handoff-accepted', at: NOW - 5_000, handoff: 'ho_1', data: { by: 'ben' } },
    trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    nowAt: NOW,
  };
}

const TROUBLES: [name: string, behaviour: Behaviour, fault: FaultCode, arrives: boolean, retryAfterMs?: number][] = [
  ['busy', { do: 'answer', status: 429 }, 'deliver/rate-limited', true, 10_000],
  [
    'busy, seconds',
    { do: 'answer', status: 429, headers: { 'retry-after': '90' } },
    'deliver/rate-limited',
    true,
    90_000,
  ],
  [
    'busy, date',
    {
      do: 'answer',
      status: 429,
      headers: { date: 'Tue, 24 Nov 2026 09:00:00 GMT', 'retry-after': 'Tue, 24 Nov 2026 09:02:00 GMT' },
    },
    'deliver/rate-limited',
    true,
    120_000,
  ],
  ['failing', { do: 'answer', status: 500 }, 'deliver/server-error', true],
  [
    'down for a while',
    { do: 'answer', status: 503, headers: { 'retry-after': '5' } },
    'deliver/server-error',
    true,
    5_000,
  ],
  ['refusing', { do: 'answer', status: 400, body: 'SECRET-IN-BODY' }, 'deliver/rejected', true],
  [
    'redirecting',
    { do: 'answer', status: 302, headers: { location: 'http://169.254.169.254/' } },
    'deliver/rejected',
    true,
  ],
  ['gone', { do: 'answer', status: 410 }, 'deliver/rejected', true],
  ['slow', { do: 'hold' }, 'deliver/unknown-outcome', true],
  ['cut', { do: 'cut' }, 'deliver/unknown-outcome', false],
  ['committing, then silent', { do: 'commit-then-cut' }, 'deliver/unknown-outcome', true],
];

async function open(): Promise<OutletWorld<WebhookMessage>> {
  const server = await startWebhookReceiver();
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')], totalMs: 1_500 });
  let url = server.url('/hooks');
  return {
    outlet: openWebhookOutlet(dialer),
    message: (id) => ({ id, facts: facts(url) }),
    seen: async () => server.journal.map(({ headers }) => String(headers['webhook-id'])),
    identity: (id) => id,
    troubles: [
      ...TROUBLES.map(([name, behaviour, fault, arrives, retryAfterMs]) => ({
        name,
        begin: () => server.behave(behaviour),
        fault,
        arrives,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      })),
      {
        name: 'not there',
        begin: async () => {
          const other = await startWebhookReceiver();
          url = other.url();
          await other.close();
        },
        fault: 'deliver/unreachable',
        arrives: false,
      },
      {
        name: 'inside',
        begin: () => {
          url = 'http://10.0.0.1/';
        },
        fault: 'deliver/refused-address',
        arrives: false,
      },
    ],
    secrets: [...SECRETS, 'SECRET-IN-BODY'],
    close: async () => {
      await dialer.close();
      await server.close();
    },
  };
}

outletContract('webhooks', [...TROUBLES.map(([name]) => name), 'not there', 'inside'], open);

test('a subscriber gets a CloudEvent that verifies with either secret', async () => {
  const server = await startWebhookReceiver();
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')] });
  await openWebhookOutlet(dialer).send({ id: 'ms_1', facts: facts(server.url('/hooks')) });
  const got = server.journal[0];
  expect(JSON.parse(String(got?.body))).toEqual({
    specversion: '1.0',
    id: 'ms_1',
    source: 'https://baton.example/workspaces/w1',
    type: 'io.baton.handoff.accepted.v1',
    subject: 'ho_1',
    time: '2026-09-21T14:13:15.000Z',
    datacontenttype: 'application/json',
    sequence: '0000000000000042',
    data: { by: 'ben' },
  });
  expect(got?.headers).toMatchObject({
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': 'ms_1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  for (const secret of SECRETS) {
    expect(verifyWebhook([secret], got?.headers ?? {}, got?.body ?? Buffer.alloc(0), NOW).ok).toBe(true);
  }
  await dialer.close();
  await server.close();
});

test('an acceptance counts although its body is cut or never ends', async () => {
  const server = await startWebhookReceiver();
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')], totalMs: 1_000 });
  const outlet = openWebhookOutlet(dialer);
  for (const behaviour of ['flood', 'cut-body', 'silent-body'] as const) {
    server.next({ do: behaviour });
    await outlet.send({ id: 'ms_1', facts: facts(server.url()) });
  }
  expect(server.journal).toHaveLength(3);
  await dialer.close();
  await server.close();
});

test('a trace that is not one is left out', async () => {
  const server = await startWebhookReceiver();
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')] });
  await openWebhookOutlet(dialer).send({ id: 'ms_1', facts: { ...facts(server.url()), trace: '00\r\nx-own: 1' } });
  expect(server.journal[0]?.headers.traceparent).toBeUndefined();
  expect(server.journal[0]?.headers['x-own']).toBeUndefined();
  await dialer.close();
  await server.close();
});

test('410 is told apart: the endpoint is to be switched off', async () => {
  const server = await startWebhookReceiver();
  server.behave({ do: 'answer', status: 410 });
  const dialer = openDialer({ allowHttp: true, allowed: [parseNetwork('127.0.0.1/32')] });
  await expect(openWebhookOutlet(dialer).send({ id: 'ms_1', facts: facts(server.url()) })).rejects.toBeInstanceOf(
    EndpointGone,
  );
  await dialer.close();
  await server.close();
});
