import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignedHeaders } from './standard-webhooks.ts';
import { formatSecret, signWebhook, verifyWebhook } from './standard-webhooks.ts';

const SECRET = formatSecret(new Uint8Array(32).fill(7));
const OTHER = formatSecret(new Uint8Array(24).fill(9));
const SENT_AT = 1_790_000_000_000;
const BODY = Buffer.from('{"a":1}');
const signed = signWebhook([SECRET], 'ms_1', SENT_AT, BODY);

function verify(
  over: Partial<Record<keyof SignedHeaders, string | undefined>>,
  body: Uint8Array = BODY,
  nowAt = SENT_AT,
) {
  return verifyWebhook([SECRET], { ...signed, ...over }, body, nowAt);
}

const vectorsFile = resolve(
  process.env.BATON_EVAL_DATA ?? '../shared/data',
  'signatures/webhook-signature-vectors.json',
);

describe.skipIf(!existsSync(vectorsFile))('published vectors', () => {
  type Vector = {
    id: string;
    scheme: string;
    secret: string;
    msg_id: string;
    timestamp: string;
    body: string;
    expected: string;
  };
  const vectors = existsSync(vectorsFile) ? (JSON.parse(readFileSync(vectorsFile, 'utf8')).vectors as Vector[]) : [];
  const ours = vectors.filter(({ scheme }) => scheme === 'standard-webhooks v1');

  test('there is at least one', () => expect(ours.length).toBeGreaterThan(0));

  test.each(ours)('$id is signed and verified as published', (vector) => {
    const at = Number(vector.timestamp) * 1_000;
    const body = Buffer.from(vector.body);
    const headers = signWebhook([vector.secret], vector.msg_id, at, body);
    expect(headers['webhook-signature']).toBe(vector.expected);
    expect(verifyWebhook([vector.secret], headers, body, at)).toEqual({ ok: true, id: vector.msg_id, sentAt: at });
    expect(verifyWebhook([vector.secret.slice('whsec_'.length)], headers, body, at).ok).toBe(true);
  });
});

test('what was signed verifies, with its id and time', () => {
  expect(verify({})).toEqual({ ok: true, id: 'ms_1', sentAt: SENT_AT });
});

test('five minutes either way verify, a second more does not', () => {
  expect(verify({}, BODY, SENT_AT + 300_000).ok).toBe(true);
  expect(verify({}, BODY, SENT_AT + 301_000)).toEqual({ ok: false, why: 'too-old' });
  expect(verify({}, BODY, SENT_AT - 300_000).ok).toBe(true);
  expect(verify({}, BODY, SENT_AT - 301_000)).toEqual({ ok: false, why: 'too-new' });
});

test('during a rotation the old and the new secret both verify, a foreign one does not', () => {
  const rotating = signWebhook([SECRET, OTHER], 'ms_1', SENT_AT, BODY);
  expect(rotating['webhook-signature'].split(' ')).toHaveLength(2);
  expect(verifyWebhook([SECRET], rotating, BODY, SENT_AT).ok).toBe(true);
  expect(verifyWebhook([OTHER], rotating, BODY, SENT_AT).ok).toBe(true);
  expect(verifyWebhook([OTHER, SECRET], signed, BODY, SENT_AT).ok).toBe(true);
  expect(verifyWebhook([OTHER], signed, BODY, SENT_AT)).toEqual({ ok: false, why: 'no-match' });
});

test('signatures of unknown versions are passed over', () => {
  const own = signed['webhook-signature'];
  expect(verify({ 'webhook-signature': `v2,abc v1a,def ${own} nonsense` }).ok).toBe(true);
  expect(verify({ 'webhook-signature': own.replace('v1,', 'v2,') }).ok).toBe(false);
  expect(verify({ 'webhook-signature': own.replace('v1,', '') }).ok).toBe(false);
});

test('a missing, empty, doubled or malformed header does not verify', () => {
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
    expect(verify({ [name]: undefined })).toEqual({ ok: false, why: 'missing-header' });
    expect(verify({ [name]: '' })).toEqual({ ok: false, why: 'missing-header' });
  }
  for (const id of ['ms_1, ms_2', 'ms_1 ms_2', 'ms.1', 'ms_1\n', 'x'.repeat(257)]) {
    expect(verify({ 'webhook-id': id })).toEqual({ ok: false, why: 'bad-header' });
  }
  for (const timestamp of ['1e9', ' 1790000000', '+1790000000', '01790000000', '1790000000.5', 'now']) {
    expect(verify({ 'webhook-timestamp': timestamp })).toEqual({ ok: false, why: 'bad-header' });
  }
  expect(verify({ 'webhook-signature': ' ' }).ok).toBe(false);
  expect(verify({ 'webhook-signature': `${'v1,x '.repeat(40)}${signed['webhook-signature']}` }).ok).toBe(false);
});

test('a body that a proxy wrote anew does not verify', () => {
  expect(verify({}, Buffer.from('{ "a": 1 }')).ok).toBe(false);
});

test('the id cannot lend a full stop to move text between id, time and body', () => {
  expect(() => signWebhook([SECRET], 'ms_1.1790000000', SENT_AT, BODY)).toThrow('cannot be a webhook id');
});

test('a change of any byte of any header or of the body does not verify', () => {
  const changed = (text: string, at: number, to: number) => {
    const bytes = Buffer.from(text, 'latin1');
    const index = at % bytes.length;
    if (bytes[index] === to) return undefined;
    bytes[index] = to;
    return bytes.toString('latin1');
  };
  const where = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body');
  fc.assert(
    fc.property(where, fc.nat(500), fc.integer({ min: 0, max: 255 }), (part, at, to) => {
      const text = changed(part === 'body' ? BODY.toString('latin1') : signed[part as keyof SignedHeaders], at, to);
      if (text === undefined) return;
      const verdict = part === 'body' ? verify({}, Buffer.from(text, 'latin1')) : verify({ [part]: text });
      expect(verdict.ok).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('every single byte of the signature counts, padding bits included', () => {
  const own = signed['webhook-signature'];
  for (let at = 0; at < own.length; at += 1) {
    for (const letter of 'AQgwxyz019+/=,v ') {
      const text = own.slice(0, at) + letter + own.slice(at + 1);
      if (text !== own) expect(verify({ 'webhook-signature': text }).ok).toBe(false);
    }
  }
});

test('whatever the body and id, what is signed verifies', () => {
  const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), ids, (body, id) => {
      const headers = signWebhook([OTHER, SECRET], id, SENT_AT, body);
      expect(verifyWebhook([SECRET], headers, body, SENT_AT)).toEqual({ ok: true, id, sentAt: SENT_AT });
    }),
  );
});

test.each(['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'!'.repeat(40)}`, `whsec_${Buffer.alloc(65).toString('base64')}`])(
  'the secret "%s" is refused and not repeated',
  (secret) => {
    expect(() => signWebhook([secret], 'ms_1', SENT_AT, BODY)).toThrow('The webhook secret is not');
    expect(() => verifyWebhook([secret], signed, BODY, SENT_AT)).toThrow('The webhook secret is not');
  },
);

test('a secret has 24 to 64 bytes', () => {
  expect(() => formatSecret(new Uint8Array(23))).toThrow('24 to 64 bytes');
  expect(() => formatSecret(new Uint8Array(65))).toThrow('24 to 64 bytes');
  expect(formatSecret(new Uint8Array(64))).toMatch(/^whsec_/);
});
