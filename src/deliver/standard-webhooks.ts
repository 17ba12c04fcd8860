// deliver: Standard Webhooks 1.0.0, both ways: signing what Baton sends and verifying what it receives.
// Promises: the raw bytes are what is signed; all secrets of a rotation are tried and none answers faster than another;
// a message older or newer than five minutes, or with a changed byte anywhere, does not verify.

import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const SCHEME = 'v1';
const TOLERANCE_MS = 300_000;
const SECRET_MIN_BYTES = 24;
const SECRET_MAX_BYTES = 64;
const SIGNATURES_MAX = 32;

export type SignedHeaders = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

export type Verified =
  | { ok: true; id: string; sentAt: number }
  | { ok: false; why: 'missing-header' | 'bad-header' | 'too-old' | 'too-new' | 'no-match' };

/**
 * A secret as text, from 24 to 64 random bytes.
 * @throws {Error} when there are fewer or more.
 */
export function formatSecret(bytes: Uint8Array): string {
  if (bytes.length < SECRET_MIN_BYTES || bytes.length > SECRET_MAX_BYTES) {
    throw new Error(
      `A webhook secret has ${SECRET_MIN_BYTES} to ${SECRET_MAX_BYTES} bytes; this one has ${bytes.length}.`,
    );
  }
  return PREFIX + Buffer.from(bytes).toString('base64');
}

/**
 * The three headers of a message sent at an instant (epoch ms), with one signature per secret: while a secret is being
 * replaced, the old and the new one both verify.
 * @throws {Error} when a secret or the id is not well-formed.
 */
export function signWebhook(secrets: readonly string[], id: string, sentAt: number, body: Uint8Array): SignedHeaders {
  if (secrets.length === 0) throw new Error('A webhook is signed with at least one secret; none was given.');
  if (!isPlainId(id))
    throw new Error(`"${id}" cannot be a webhook id: it is empty or holds a space, comma or full stop.`);
  const timestamp = String(Math.floor(sentAt / 1_000));
  const signatures = secrets.map((secret) => `${SCHEME},${signature(secretBytes(secret), id, timestamp, body)}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * Whether raw bytes came from a holder of one of the secrets, within five minutes of `nowAt` (epoch ms).
 * Header names are in lower case. Signatures of unknown versions are passed over.
 * @throws {Error} when one of our own secrets is not well-formed.
 */
export function verifyWebhook(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  nowAt: number,
): Verified {
  const keys = secrets.map(secretBytes);
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (!id || !timestamp || !given) return { ok: false, why: 'missing-header' };
  const candidates = given.split(' ');
  if (!isPlainId(id) || !/^[1-9]\d{0,11}$/.test(timestamp) || candidates.length > SIGNATURES_MAX) {
    return { ok: false, why: 'bad-header' };
  }
  const sentAt = Number(timestamp) * 1_000;
  if (nowAt - sentAt > TOLERANCE_MS) return { ok: false, why: 'too-old' };
  if (sentAt - nowAt > TOLERANCE_MS) return { ok: false, why: 'too-new' };
  let matches = 0;
  for (const key of keys) {
    // Compared as text: two base64 spellings of the same bytes are not the same signature.
    const expected = Buffer.from(`${SCHEME},${signature(key, id, timestamp, body)}`);
    for (const candidate of candidates) {
      const text = Buffer.from(candidate);
      if (text.length === expected.length && timingSafeEqual(text, expected)) matches += 1;
    }
  }
  return matches > 0 ? { ok: true, id, sentAt } : { ok: false, why: 'no-match' };
}

function signature(key: Uint8Array, id: string, timestamp: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}

/** A full stop would let part of the id pass for the timestamp or the body; a comma or space means two headers joined. */
function isPlainId(id: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(id) && !/[.,]/.test(id);
}

function secretBytes(secret: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const bytes = Buffer.from(text, 'base64');
  const wellFormed = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (!wellFormed || bytes.length < SECRET_MIN_BYTES || bytes.length > SECRET_MAX_BYTES) {
    throw new Error(
      `The webhook secret is not "${PREFIX}" and the base64 of ${SECRET_MIN_BYTES} to ${SECRET_MAX_BYTES} bytes. Make a new one.`,
    );
  }
  return bytes;
}
