import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, booked, ELSEWHERE, freshKey, openApi } from './harness.ts';

let api: Api;
let ana: string;
let ben: string;
let cleo: string;
let admin: string;
beforeEach(async () => {
  api = await openApi();
  [ana, ben, cleo] = [
    await api.key(['read', 'act'], 'ana'),
    await api.key(['read', 'act'], 'ben'),
    await api.key(['read', 'act'], 'cleo'),
  ];
  admin = await api.key(['read', 'act', 'admin'], 'maria');
});
afterEach(() => api.close());

async function offered(): Promise<{ id: string; to: string; key: string; other: string; offer: string }> {
  const { results } = (await api.post('/api/v1/events', ana, booked())).json();
  const id: string = results[0].handoff;
  const shown = (await api.get(`/api/v1/handoffs/${id}`, ana)).json();
  const to: string = shown.offeredTo.id;
  return { id, to, offer: shown.offer, key: to === 'ben' ? ben : cleo, other: to === 'ben' ? cleo : ben };
}

const at = (id: string, act: string) => `/api/v1/handoffs/${id}/${act}`;
const stageOf = async (id: string) => (await api.get(`/api/v1/handoffs/${id}`, ana)).json().stage;

describe('acts on a handoff', () => {
  it('carry it from the offer to the close', async () => {
    const { id, key, offer } = await offered();
    const accepted = await api.post(at(id, 'accept'), key, { offer });
    expect(accepted.statusCode).toBe(200);
    expect(accepted.headers.etag).toBe(`"${accepted.json().version}"`);
    expect((await api.post(at(id, 'follow-up'), key, { channel: 'call' })).statusCode).toBe(200);
    expect((await api.post(at(id, 'meeting'), key, { state: 'held' })).statusCode).toBe(200);
    expect((await api.post(at(id, 'opportunity'), key, { external: '006xx' })).statusCode).toBe(200);
    const step = { text: 'Send the offer', dueAt: '2026-11-27T09:00:00+01:00' };
    expect((await api.post(at(id, 'next-step'), key, step)).statusCode).toBe(200);
    const shown = (await api.get(`/api/v1/handoffs/${id}`, key)).json();
    expect(shown.nextStep).toMatchObject({ what: 'Send the offer', dueAt: '2026-11-27T08:00:00.000Z' });
    const listed = (await api.get('/api/v1/handoffs?live=true', key)).json().handoffs[0];
    expect(listed.nextStep).toEqual(shown.nextStep);
    const [task] = shown.tasks;
    expect((await api.post(at(id, `tasks/${task.id}/done`), ana)).statusCode).toBe(200);
    expect((await api.post(at(id, 'close'), key, { outcome: 'won' })).statusCode).toBe(200);
    expect(await stageOf(id)).toBe('closed');
  });

  it('of opening by hand take the caller as the one who booked', async () => {
    const body = {
      transition: 'sdr-to-ae',
      subject: { type: 'email', value: 'x@y.example' },
      fields: { company: 'Y', contact: 'X', seats: 30 },
    };
    const opened = await api.post('/api/v1/handoffs', ana, body);
    expect(opened.statusCode).toBe(200);
    expect((await api.get(`/api/v1/handoffs/${opened.json().handoff}`, ana)).json().sender.name).toBe('Ana Castillo');
  });

  it('ask and answer, with the words kept private to the handoff', async () => {
    const { id, key } = await offered();
    expect((await api.post(at(id, 'ask'), key, { about: 'why-now', text: 'Is the date fixed?' })).statusCode).toBe(200);
    const [question] = (await api.get(`/api/v1/handoffs/${id}`, ana)).json().questions;
    expect(question).toMatchObject({ text: 'Is the date fixed?', about: 'why-now' });
    expect((await api.post(at(id, 'answer'), ana, { question: question.id, text: 'Yes' })).statusCode).toBe(200);
    expect((await api.get(`/api/v1/handoffs/${id}`, ana)).json().questions[0].answer).toBe('Yes');
    const sentences = JSON.stringify((await api.get(at(id, 'timeline'), ana)).json());
    expect(sentences).not.toContain('date fixed');
  });

  it('reject with a reason of the policy, and send again', async () => {
    const { id, key } = await offered();
    const unknown = await api.post(at(id, 'reject'), key, { reason: 'mood' });
    expect([unknown.statusCode, unknown.json().code]).toEqual([422, 'reject/unknown-reason']);
    expect((await api.post(at(id, 'reject'), key, { reason: 'too-small', text: 'Only four seats' })).statusCode).toBe(
      200,
    );
    expect(await stageOf(id)).toBe('returned');
    expect((await api.post(at(id, 'resend'), ana, { fields: { seats: 40 } })).statusCode).toBe(200);
    expect(await stageOf(id)).toBe('offered');
  });

  it('pause, resume, retime, recall, reassign and recycle', async () => {
    const { id, key } = await offered();
    expect((await api.post(at(id, 'accept'), key)).statusCode).toBe(200);
    const pause = { clock: 'follow-up', cause: 'Trade fair', resumeBy: '2026-11-26T09:00:00Z' };
    expect((await api.post(at(id, 'pause'), key, pause)).statusCode).toBe(200);
    const paused = (await api.get(`/api/v1/handoffs/${id}`, key))
      .json()
      .clocks.find((clock: { name: string }) => clock.name === 'follow-up');
    expect(paused).toMatchObject({
      state: 'paused',
      pauseCause: 'Trade fair',
      pausedUntil: '2026-11-26T09:00:00.000Z',
    });
    expect((await api.post(at(id, 'resume'), key, { clock: 'follow-up' })).statusCode).toBe(200);
    expect((await api.post(at(id, 'retime'), key, { clock: 'follow-up', reason: 'New holiday' })).statusCode).toBe(200);
    expect(
      (await api.post(at(id, 'reassign'), admin, { role: 'receiver', to: 'maria', reason: 'Overloaded' })).statusCode,
    ).toBe(200);
    expect(
      (await api.post(at(id, 'recycle'), admin, { until: '2027-02-01T09:00:00Z', reason: 'Budget next year' }))
        .statusCode,
    ).toBe(200);
  });

  it('undo an acceptance for ten seconds', async () => {
    const { id, key } = await offered();
    await api.post(at(id, 'accept'), key);
    expect((await api.post(at(id, 'undo'), key)).statusCode).toBe(200);
    expect(await stageOf(id)).toBe('offered');
    await api.post(at(id, 'accept'), key);
    api.pass(10_001);
    const late = await api.post(at(id, 'undo'), key);
    expect([late.statusCode, late.json().code]).toEqual([409, 'undo/too-late']);
  });
});

describe('repeats and races', () => {
  it('a hundred accepts at once make one acceptance; the same person gets the same 200, another a 409 that says who', async () => {
    const { id, key, other, to } = await offered();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => api.post(at(id, 'accept'), i % 2 === 0 ? key : other)),
    );
    expect(answers.filter((_, i) => i % 2 === 0).every((answer) => answer.statusCode === 200)).toBe(true);
    const others = answers.filter((_, i) => i % 2 === 1);
    expect(others.every((answer) => answer.statusCode === 409)).toBe(true);
    expect(others.at(-1)?.json().detail).toContain(to);
    const { events } = (await api.get(at(id, 'timeline'), ana)).json();
    expect(events.filter((event: { kind: string }) => event.kind === 'handoff-accepted')).toHaveLength(1);
  });

  it('the same key gets the first answer again, a refusal too', async () => {
    const { id, key, other } = await offered();
    const headers = { 'idempotency-key': freshKey() };
    const first = await api.post(at(id, 'accept'), other, {}, headers);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await api.post(at(id, 'accept'), other, {}, headers);
    expect(again.statusCode).toBe(first.statusCode);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const { request_id: _, ...said } = again.json();
    expect(first.json()).toMatchObject(said);
    const body = await api.post(at(id, 'accept'), other, { offer: 'of_x' }, headers);
    expect([body.statusCode, body.json().code]).toEqual([422, 'command/other-body']);
    const mine = await api.post(at(id, 'accept'), key, {}, headers);
    expect([mine.statusCode, mine.headers['idempotency-replayed']]).toEqual([200, undefined]);
  });

  it('an act may name the version it was made from', async () => {
    const { id, key } = await offered();
    const { version } = (await api.get(`/api/v1/handoffs/${id}`, key)).json();
    const stale = await api.post(at(id, 'accept'), key, {}, { 'if-match': `"${version - 1}"` });
    expect([stale.statusCode, stale.json().code, stale.headers.etag]).toEqual([412, 'match/stale', `"${version}"`]);
    expect((await api.post(at(id, 'accept'), key, {}, { 'if-match': `"${version}"` })).statusCode).toBe(200);
  });

  it('a handoff of another workspace does not exist', async () => {
    const { id } = await offered();
    const foreign = await api.key(['read', 'act', 'admin'], 'ben', ELSEWHERE);
    for (const path of ['', '/timeline', '/why'])
      expect((await api.get(`/api/v1/handoffs/${id}${path}`, foreign)).statusCode).toBe(404);
    for (const act of ['accept', 'see', 'recall']) {
      const response = await api.post(at(id, act), foreign, act === 'recall' ? { reason: 'x' } : {});
      expect([response.statusCode, response.json().code]).toEqual([404, 'handoff/unknown']);
    }
  });

  it('an act of a person needs the key of a person', async () => {
    const { id } = await offered();
    const response = await api.post(at(id, 'accept'), await api.key());
    expect([response.statusCode, response.json().code]).toEqual([403, 'actor/needs-person']);
  });
});

describe('edits', () => {
  const person = {
    roles: ['ae'],
    weight: 2,
    name: 'Dora Lind',
    email: 'dora@example.com',
    hours: { zone: 'Asia/Kolkata', weekly: { mon: [['09:00', '17:00']] } },
  };
  const put = (url: string, body: unknown, headers: Record<string, string> = {}) =>
    api.send({
      method: 'PUT',
      url,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });

  it('of a person are made from the version that was read', async () => {
    const url = '/api/v1/people/dora';
    expect((await put(url, person)).statusCode).toBe(428);
    const made = await put(url, person, { 'if-none-match': '*' });
    expect(made.statusCode).toBe(200);
    expect((await put(url, person, { 'if-none-match': '*' })).statusCode).toBe(412);
    const read = await api.get(url, admin);
    expect(read.headers.etag).toBe(made.headers.etag);
    expect(read.json()).toMatchObject({ name: 'Dora Lind', weight: 2, hours: { zone: 'Asia/Kolkata' } });
    const edited = await put(url, { ...person, weight: 3 }, { 'if-match': String(read.headers.etag) });
    expect(edited.statusCode).toBe(200);
    const stale = await put(url, { ...person, weight: 4 }, { 'if-match': String(read.headers.etag) });
    expect([stale.statusCode, stale.headers.etag]).toEqual([412, edited.headers.etag]);
    expect((await put(url, person, { 'if-match': 'W/"x"' })).statusCode).toBe(400);
    expect((await api.get(url, admin)).json().weight).toBe(3);
  });

  it('of one thing at once: exactly one wins', async () => {
    await put('/api/v1/people/dora', person, { 'if-none-match': '*' });
    const { etag } = (await api.get('/api/v1/people/dora', admin)).headers;
    const answers = await Promise.all(
      [4, 5, 6, 7].map((weight) => put('/api/v1/people/dora', { ...person, weight }, { 'if-match': String(etag) })),
    );
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 412, 412, 412]);
  });

  it('of a time zone that does not exist, or of hours that are none, are refused with the field', async () => {
    for (const [hours, field] of [
      [{ zone: "Europe/Berlin'; drop table" }, 'hours.zone'],
      [{ weekly: { mon: [['9', '17:00']] } }, 'hours.weekly.mon.0.0'],
    ] as const) {
      const response = await put('/api/v1/people/dora', { ...person, hours }, { 'if-none-match': '*' });
      expect([response.statusCode, response.json().field]).toEqual([422, field]);
    }
  });

  it('of teams and absences, and a departure', async () => {
    expect(
      (await put('/api/v1/teams/aes', { name: 'Account executives', lead: 'maria' }, { 'if-none-match': '*' }))
        .statusCode,
    ).toBe(200);
    expect((await api.get('/api/v1/people', admin)).json().teams).toMatchObject([
      { id: 'aes', lead: { name: 'Maria Keller' } },
    ]);
    const absence = { from: '2026-12-01T00:00:00Z', to: '2026-12-05T00:00:00Z', label: 'Holiday' };
    const set = await api.post('/api/v1/people/ben/absences', admin, absence);
    expect(set.statusCode).toBe(200);
    expect((await api.get('/api/v1/people/ben', admin)).json().absences).toMatchObject([
      { id: set.json().absence, label: 'Holiday' },
    ]);
    const backwards = await api.post('/api/v1/people/ben/absences', admin, { from: absence.to, to: absence.from });
    expect([backwards.statusCode, backwards.json().code]).toEqual([422, 'absence/ends-first']);
    expect((await api.post(`/api/v1/people/ben/absences/${set.json().absence}/end`, admin)).statusCode).toBe(200);
    expect((await api.post('/api/v1/people/ben/depart', admin)).statusCode).toBe(200);
    expect((await api.get('/api/v1/people/ben', admin)).json().active).toBe(false);
  });

  it('of the policy: two publishers from one version, one wins; a repeat gets the first answer', async () => {
    const { policy, text } = (await api.get('/api/v1/policy', admin)).json();
    const changed = text.replace('name: Test company', 'name: Second');
    expect((await api.post('/api/v1/policy', admin, { text: changed })).statusCode).toBe(428);
    const headers = { 'if-match': `"${policy}"`, 'idempotency-key': freshKey() };
    const first = await api.post('/api/v1/policy', admin, { text: changed }, headers);
    expect(first.statusCode).toBe(200);
    const again = await api.post('/api/v1/policy', admin, { text: changed }, headers);
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
    const second = await api.post(
      '/api/v1/policy',
      admin,
      { text: `${changed}\n# mine` },
      { 'if-match': `"${policy}"` },
    );
    expect(second.statusCode).toBe(412);
    const broken = await api.post(
      '/api/v1/policy',
      admin,
      { text: 'baton: 1\nname: x' },
      { 'if-match': String(first.headers.etag) },
    );
    expect([broken.statusCode, broken.json().code]).toEqual([422, 'policy/invalid']);
  });

  it('of an endpoint show its secret once', async () => {
    const headers = { 'idempotency-key': freshKey() };
    const body = { url: 'https://hooks.example/baton', kinds: ['handoff-accepted'] };
    const made = await api.post('/api/v1/endpoints', admin, body, headers);
    expect(made.json().secret).toMatch(/^whsec_/);
    const again = await api.post('/api/v1/endpoints', admin, body, headers);
    expect([again.json().endpoint, again.json().secret]).toEqual([made.json().endpoint, undefined]);
    const listed = await api.get('/api/v1/endpoints', admin);
    expect(listed.body).not.toContain('whsec_');
    const [endpoint] = listed.json().endpoints;
    expect(
      (await put(`/api/v1/endpoints/${endpoint.id}`, { ...body, active: false }, { 'if-match': `"${endpoint.etag}"` }))
        .statusCode,
    ).toBe(200);
    expect((await api.get('/api/v1/endpoints', admin)).json().endpoints[0].active).toBe(false);
  });
});

describe('repair and erasure', () => {
  it('a message, an arrival or a subject that does not exist is said plainly', async () => {
    expect((await api.post('/api/v1/messages/ms_x/retry', admin)).json().code).toBe('message/unknown');
    expect((await api.post('/api/v1/arrivals/ar_x/replay', admin)).json().code).toBe('arrival/unknown');
    expect((await api.post('/api/v1/subjects/su_x/erase', admin, { confirm: 'su_x' })).json().code).toBe(
      'subject/unknown',
    );
  });

  it('erasing needs the id once more, and leaves the handoff without its private parts', async () => {
    const { id } = await offered();
    const { subject } = (await api.get(`/api/v1/handoffs/${id}`, admin)).json();
    expect((await api.post(`/api/v1/subjects/${subject}/erase`, admin, { confirm: 'yes' })).statusCode).toBe(422);
    expect((await api.post(`/api/v1/subjects/${subject}/erase`, admin, { confirm: subject })).statusCode).toBe(200);
    const shown = (await api.get(`/api/v1/handoffs/${id}`, admin)).json();
    expect(shown.context).toMatchObject({ erased: true, fields: {}, note: {} });
    expect(JSON.stringify(shown)).not.toContain('Acme');
  });
});
