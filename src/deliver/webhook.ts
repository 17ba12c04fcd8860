// deliver: the outlet for webhooks. Signs one event for one endpoint, calls it through the outbound door, and turns
// the answer into "delivered" or a fault. The answer's body is never shown or kept: status and headers are enough.

import type { WebhookFacts } from '../connectors/webhook/send.ts';
import { meaningOf, toCloudEvent } from '../connectors/webhook/send.ts';
import { Fault } from '../words/fault.ts';
import type { Dialer } from './dialer.ts';
import type { Outlet } from './outlet.ts';
import { signWebhook } from './standard-webhooks.ts';

export type WebhookMessage = { id: string; facts: WebhookFacts };

// A trace came from outside once: it is continued only where it is one.
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The endpoint answered 410: it asks never to be called again, so it is to be switched off. */
export class EndpointGone extends Fault {
  constructor() {
    super('deliver/rejected', 'it answers 410 and wants no more calls');
  }
}

/** Opens the webhook outlet over the given door. The door stays the caller's to close. */
export function openWebhookOutlet(dialer: Dialer): Outlet<WebhookMessage> {
  return {
    says: 'Webhooks are posted, signed, to the endpoints of each workspace.',
    send: (message) => post(dialer, message),
    close: async () => undefined,
  };
}

async function post(dialer: Dialer, { id, facts }: WebhookMessage): Promise<void> {
  const body = Buffer.from(JSON.stringify(toCloudEvent(id, facts)));
  const reply = await dialer.call({
    method: 'POST',
    url: facts.endpoint.url,
    headers: {
      ...signWebhook(facts.secrets, id, facts.nowAt, body),
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Baton',
      ...(TRACEPARENT.test(facts.trace ?? '') ? { traceparent: facts.trace } : {}),
    },
    body,
  });
  const meaning = meaningOf(reply.status, reply.headers, facts.nowAt);
  switch (meaning.means) {
    case 'delivered':
      return;
    case 'slow-down':
      throw new Fault('deliver/rate-limited', `HTTP ${reply.status}`, meaning.afterMs);
    case 'later':
      throw new Fault('deliver/server-error', `HTTP ${reply.status}`, meaning.afterMs);
    case 'rejected':
      throw new Fault('deliver/rejected', meaning.why);
    case 'gone':
      throw new EndpointGone();
  }
}
