// connectors/webhook: how an event of the ledger reads outside (CloudEvents 1.0.2, structured JSON), and what an
// endpoint's answer means. Pure: the signature and the connection belong to deliver/webhook.ts.

import type { HandoffId } from '../../words/ids.ts';
import type { Endpoint } from '../../words/intent.ts';
import type { Instant, Span } from '../../words/time.ts';
import { DAY, SECOND } from '../../words/time.ts';

/** Everything that one webhook needs. `id` is the outbox message's id: the same for every try of it. */
export type WebhookFacts = {
  endpoint: Endpoint;
  /** Newest first; more than one while a secret is being replaced. */
  secrets: string[];
  /** URI reference of the workspace; together with the id it names the event. */
  source: string;
  event: { seq: number; kind: string; at: Instant; handoff?: HandoffId; data: Record<string, unknown> };
  /** W3C traceparent of the arrival that caused the event. */
  trace?: string;
  /** Database time of this try: signed as the timestamp. */
  nowAt: Instant;
};

export type CloudEvent = {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  datacontenttype: 'application/json';
  sequence: string;
  data: Record<string, unknown>;
};

// CloudEvents wants a string that sorts as the numbers do: 16 digits hold every safe integer.
const SEQUENCE_DIGITS = 16;

/** The public type of an event: `handoff-accepted` is `io.baton.handoff.accepted.v1`. */
export function cloudEventType(kind: string): string {
  return `io.baton.${kind.replace('-', '.')}.v1`;
}

/** The event as its subscribers read it. */
export function toCloudEvent(id: string, facts: WebhookFacts): CloudEvent {
  const { seq, kind, at, handoff, data } = facts.event;
  return {
    specversion: '1.0',
    id,
    source: facts.source,
    type: cloudEventType(kind),
    ...(handoff === undefined ? {} : { subject: handoff }),
    time: Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 }),
    datacontenttype: 'application/json',
    sequence: String(seq).padStart(SEQUENCE_DIGITS, '0'),
    data,
  };
}

/**
 * What an answer means. `later` may be tried again, not before `afterMs` where the endpoint said so; `gone` asks never
 * to be called again.
 */
export type Meaning =
  | { means: 'delivered' }
  | { means: 'slow-down'; afterMs: Span }
  | { means: 'later'; afterMs?: Span }
  | { means: 'rejected'; why: string }
  | { means: 'gone' };

/** The pause for an endpoint that asks for one without saying how long. */
const SLOW_DOWN_MS = 10 * SECOND;

/** Reads a status and its headers (names in lower case). Only 2xx is a delivery; a redirect is not followed. */
export function meaningOf(status: number, headers: Readonly<Record<string, string>>, nowAt: Instant): Meaning {
  if (status >= 200 && status < 300) return { means: 'delivered' };
  const afterMs = retryAfterMs(headers, nowAt);
  const after = afterMs === undefined ? {} : { afterMs };
  if (status === 429) return { means: 'slow-down', afterMs: afterMs ?? SLOW_DOWN_MS };
  // The two client errors that ask for the same request again.
  if (status >= 500 || status === 408 || status === 425) return { means: 'later', ...after };
  if (status === 410) return { means: 'gone' };
  if (status >= 300 && status < 400) return { means: 'rejected', why: 'it redirects, and redirects are not followed' };
  return { means: 'rejected', why: `it answers ${status}` };
}

const RETRY_AFTER_MAX_MS = DAY;

/**
 * Retry-After in ms: seconds, or a date. A date is measured against the other side's own `Date` where it sent one, so
 * that a wrong clock there or here does not matter. At most a day; absent or malformed: undefined.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowAt: Instant): Span | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * SECOND, RETRY_AFTER_MAX_MS);
  const at = httpDate(text);
  if (at === undefined) return undefined;
  const theirNow = httpDate(headers.date?.trim() ?? '') ?? nowAt;
  return Math.min(Math.max(at - theirNow, 0), RETRY_AFTER_MAX_MS);
}

function httpDate(text: string): Instant | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
