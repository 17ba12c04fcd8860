import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, booked, freshKey, HERE, openApi, SOURCE } from './harness.ts';

const EVENTS = '/api/v1/events';
const CLOUD_EVENT = 'application/cloudevents+json';
const CLOUD_EVENTS = 'application/cloudevents-batch+json';

let api: Api;
let key: string;
beforeEach(async () => {
  api = await openApi();
  key = await api.key();
});
afterEach(() => api.close());

const handoffs = () => api.journal.snapshot(HERE).handoffs;
const sendAs = (media: string, body: unknown) =>
  api.send({
    method: 'POST',
    url: EVENTS,
    headers: { authorization: `Bearer ${key}`, 'content-type': media },
    payload: JSON.stringify(body),
  });

describe('events sent with an API key', () => {
  it('are decided before the answer, which has one outcome per event', async () => {
    const response = await api.post(EVENTS, key, booked());
    expect(response.statusCode).toBe(200);
    expect(response.json().results).toMatchObject([{ result: 'done', duplicate: false, id: 'e-jo@acme.example' }]);
    expect(handoffs()).toHaveLength(1);
  });

  it('come in batches, answered in their order', async () => {
    const batch = Array.from({ length: 20 }, (_, i) => booked(`p${i}@acme.example`));
    for (const send of [
      () => api.post(EVENTS, key, batch),
      () =>
        sendAs(
          CLOUD_EVENTS,
          batch.map((each) => ({ ...each, id: `x${each.id}` })),
        ),
    ]) {
      const { results } = (await send()).json();
      expect(results.map((each: { id: string }) => each.id.replace(/^x/, ''))).toEqual(batch.map((each) => each.id));
      expect(results.every((each: { result: string }) => each.result === 'done')).toBe(true);
    }
    expect(handoffs()).toHaveLength(20);
  });

  it('are one event however often the same source sends the same id', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => sendAs(CLOUD_EVENT, booked())));
    const results = answers.map((answer) => answer.json().results[0]);
    expect(results.filter((each) => !each.duplicate)).toHaveLength(1);
    expect(new Set(results.map((each) => each.handoff)).size).toBe(1);
    expect(handoffs()).toHaveLength(1);
    expect(handoffs()[0]?.doc.signals).toBe(1);
  });

  it('are refused when source and id were used for another content', async () => {
    await sendAs(CLOUD_EVENT, booked());
    const response = await sendAs(CLOUD_EVENT, booked('jo@acme.example', { urgency: 'high' }));
    expect([response.statusCode, response.json().code]).toEqual([422, 'command/other-body']);
  });

  it('give the first answer again to the same Idempotency-Key, and refuse it with another body', async () => {
    const headers = { 'idempotency-key': freshKey() };
    const first = await api.post(EVENTS, key, booked(), headers);
    const again = await api.post(EVENTS, key, booked(), headers);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json().results[0]).toEqual({ ...first.json().results[0], duplicate: true });
    const other = await api.post(EVENTS, key, booked('someone@else.example'), headers);
    expect([other.statusCode, other.json().code]).toEqual([422, 'command/other-body']);
  });

  it('need specversion, id and source in the CloudEvents media types, and a type everywhere', async () => {
    for (const attribute of ['specversion', 'id', 'source', 'type']) {
      const { [attribute]: _, ...rest } = booked();
      const response = await sendAs(CLOUD_EVENT, rest);
      expect([response.statusCode, response.json().field]).toEqual([422, attribute]);
      const inBatch = await sendAs(CLOUD_EVENTS, [booked('first@acme.example'), rest]);
      expect([inBatch.statusCode, inBatch.json().field]).toEqual([422, `1.${attribute}`]);
    }
    expect(handoffs()).toHaveLength(0);
  });

  it('are a list in the batch media type and one object in the other', async () => {
    expect((await sendAs(CLOUD_EVENT, [booked()])).statusCode).toBe(422);
    expect((await sendAs(CLOUD_EVENTS, booked())).statusCode).toBe(422);
    expect((await sendAs(CLOUD_EVENTS, [])).statusCode).toBe(422);
  });

  it('may carry extension attributes, and nothing that only looks like one', async () => {
    expect((await api.post(EVENTS, key, { ...booked(), partitionkey: 'a', sampledrate: 1 })).statusCode).toBe(200);
    const strange = await api.post(EVENTS, key, { ...booked(), sourceUrl: 'a' });
    expect([strange.statusCode, strange.json().code, strange.json().field]).toEqual([
      422,
      'request/unknown-field',
      'sourceUrl',
    ]);
    const inside = await api.post(EVENTS, key, booked('jo@acme.example', { urgent: true }));
    expect([inside.statusCode, inside.json().code, inside.json().field]).toEqual([
      422,
      'request/unknown-field',
      'data.urgent',
    ]);
  });

  it('of an unmapped type are refused in their outcome, with the known signals', async () => {
    const { results } = (await api.post(EVENTS, key, { ...booked(), type: 'com.example.unknown' })).json();
    expect(results).toMatchObject([{ result: 'refused', code: 'signal/unknown' }]);
    expect(results[0].detail).toContain('meeting-booked');
  });

  it('do not spoil each other in a batch', async () => {
    const { results } = (
      await api.post(EVENTS, key, [
        booked('a@acme.example'),
        { ...booked('b@acme.example'), type: 'other' },
        booked('c@acme.example'),
      ])
    ).json();
    expect(results.map((each: { result: string }) => each.result)).toEqual(['done', 'refused', 'done']);
  });
});

describe('bounds of an event', () => {
  const noteOf = (bytes: number) => booked('jo@acme.example', { note: { 'why-now': 'x'.repeat(bytes) } });

  it('a note has at most 20 kB', async () => {
    for (const [bytes, status] of [
      [19_999, 200],
      [20_000, 200],
      [20_001, 422],
    ] as const) {
      expect((await api.post(EVENTS, key, noteOf(bytes))).statusCode).toBe(status);
    }
    const wide = await api.post(EVENTS, key, booked('jo@acme.example', { note: { 'why-now': 'ü'.repeat(10_001) } }));
    expect([wide.statusCode, wide.json().field]).toEqual([422, 'data.note.why-now']);
    const spread = { note: { 'why-now': 'x'.repeat(10_001), 'what-next': 'x'.repeat(10_000) } };
    expect((await api.post(EVENTS, key, booked('jo@acme.example', spread))).json().field).toBe('data.note');
  });

  it('a body has at most 1 MiB', async () => {
    const base = JSON.stringify(booked());
    for (const [bytes, status] of [
      [1_048_575, 200],
      [1_048_576, 200],
      [1_048_577, 413],
    ] as const) {
      const response = await api.post(EVENTS, key, base + ' '.repeat(bytes - base.length));
      expect(response.statusCode).toBe(status);
    }
  });

  it('a batch has at most 500 events', async () => {
    const batch = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ type: 'x', data: { subject: { type: 'id', value: String(i) } } }));
    for (const [n, status] of [
      [499, 200],
      [500, 200],
      [501, 422],
    ] as const) {
      expect((await api.post(EVENTS, key, batch(n))).statusCode).toBe(status);
    }
  });

  it('NUL and halves of surrogate pairs are refused with the name of the field, wherever they stand', async () => {
    for (const bad of ['a\\u0000b', '\\ud800', 'x\\udc00']) {
      const body = (part: string) => JSON.stringify(booked()).replace('"Acme"', part);
      const response = await api.post(EVENTS, key, body(`"${bad}"`));
      expect([response.statusCode, response.json().field]).toEqual([422, 'data.fields.company']);
      const inName = await api.post(EVENTS, key, JSON.stringify(booked()).replace('"company"', `"${bad}"`));
      expect([inName.statusCode, inName.json().field.startsWith('data.fields')]).toEqual([422, true]);
      const inNote = await api.post(EVENTS, key, JSON.stringify(booked()).replace('Their contract', bad));
      expect([inNote.statusCode, inNote.json().field]).toEqual([422, 'data.note.why-now']);
    }
  });

  it('what people write in any language is kept as they wrote it', async () => {
    const company = 'Zoë & שלום ́́́ 👩‍👩‍👧 \u202eevil\u202c ﷽';
    const { results } = (
      await api.post(EVENTS, key, booked('a@b.example', { fields: { company, contact: 'Jo', seats: 12 } }))
    ).json();
    const shown = (await api.get(`/api/v1/handoffs/${results[0].handoff}`, key)).json();
    expect(shown.company).toBe(company);
  });

  it('__proto__ and constructor are refused, escaped or not, and nothing is polluted', async () => {
    for (const name of ['__proto__', '\\u005f_proto__', 'constructor']) {
      const response = await api.post(EVENTS, key, JSON.stringify(booked()).replace('"company"', `"${name}"`));
      expect([response.statusCode, response.json().code]).toEqual([422, 'request/unknown-field']);
    }
    expect(({} as Record<string, unknown>).Acme).toBeUndefined();
  });

  it('numbers that are not exact are refused', async () => {
    const response = await api.post(EVENTS, key, JSON.stringify(booked()).replace('25', '9007199254740993'));
    expect([response.statusCode, response.json().field]).toEqual([422, 'data.fields.seats']);
  });

  it('what is not JSON in UTF-8 is malformed, however deep or broken it is', async () => {
    for (const body of [
      '',
      '{',
      'null,',
      '\ufeff{}',
      '['.repeat(200_000),
      `{"a\\u0062":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      Buffer.from([0x7b, 0xff, 0x7d]),
    ]) {
      const response = await api.post(EVENTS, key, body);
      expect([400, 422]).toContain(response.statusCode);
      expect(response.json().request_id).toBeTruthy();
    }
  });

  it('a content encoding or another media type is refused', async () => {
    expect((await api.post(EVENTS, key, booked(), { 'content-encoding': 'gzip' })).statusCode).toBe(415);
    expect((await api.post(EVENTS, key, booked(), { 'content-type': 'text/xml' })).statusCode).toBe(415);
  });

  it('any JSON value gets an answer and never a fault of the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await api.post(EVENTS, key, JSON.stringify(value))).statusCode).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  });
});

describe('events signed by their source', () => {
  const signed = (body: string, { id = 'msg_1', at = api.now(), secret = SOURCE.secret } = {}) => {
    const timestamp = String(Math.floor(at / 1_000));
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  };
  const deliver = (payload: string, headers: Record<string, string>, source = SOURCE.id) =>
    api.send({
      method: 'POST',
      url: `${EVENTS}?source=${source}`,
      headers: { 'content-type': CLOUD_EVENT, ...headers },
      payload,
    });
  const stored = () => api.journal.state.workspaces.get(HERE)?.raw.size;

  it('are stored as they came and acknowledged', async () => {
    const body = JSON.stringify(booked());
    const response = await deliver(body, signed(body));
    expect(response.statusCode).toBe(202);
    const raw = await api.journal.readRaw(HERE, response.json().arrival);
    expect(Buffer.from(raw?.body ?? []).toString()).toBe(body);
    expect(handoffs()).toHaveLength(0);
  });

  it('are stored once however often they come', async () => {
    const body = JSON.stringify(booked());
    const answers = await Promise.all(Array.from({ length: 100 }, () => deliver(body, signed(body))));
    expect(answers.every((answer) => answer.statusCode === 202)).toBe(true);
    expect(answers.filter((answer) => !answer.json().duplicate)).toHaveLength(1);
    expect(stored()).toBe(1);
  });

  it('are stored even when they cannot be read, because the signature is right', async () => {
    expect((await deliver('{not json', signed('{not json'))).statusCode).toBe(202);
  });

  it('are refused when anything about the signature is wrong, and nothing is stored', async () => {
    const body = JSON.stringify(booked());
    const right = signed(body);
    const wrong: [string, Record<string, string>, string?][] = [
      [`${body} `, right],
      [body, { ...right, 'webhook-id': 'msg_2' }],
      [body, { ...right, 'webhook-timestamp': String(Number(right['webhook-timestamp']) + 1) }],
      [body, { ...right, 'webhook-timestamp': '' }],
      [body, { ...right, 'webhook-signature': right['webhook-signature'].slice(3) }],
      [body, { ...right, 'webhook-signature': '' }],
      [body, signed(body, { secret: Buffer.from('another') })],
      [body, signed(body, { at: api.now() - 301_000 })],
      [body, signed(body, { at: api.now() + 301_000 })],
      [body, right, 'salesforce'],
      [body, right, ''],
    ];
    for (const [payload, headers, source] of wrong) {
      const response = await deliver(payload, headers, source ?? SOURCE.id);
      expect([response.statusCode, response.json().code]).toEqual([401, 'signature/bad']);
    }
    expect(stored()).toBe(0);
  });
});
