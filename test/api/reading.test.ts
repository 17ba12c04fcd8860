import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, booked, openApi } from './harness.ts';

let api: Api;
let key: string;
const ids: string[] = [];
beforeAll(async () => {
  api = await openApi();
  key = await api.key(undefined, 'ana');
  for (let i = 0; i < 7; i++) {
    api.pass(60_000);
    const { results } = (await api.post('/api/v1/events', key, booked(`p${i}@acme.example`))).json();
    ids.push(results[0].handoff);
  }
});
afterAll(() => api.close());

const nextOf = (link: unknown) => /<([^>]+)>; rel="next"/.exec(String(link ?? ''))?.[1];
const idsOf = (response: { json(): { handoffs: { id: string }[] } }) => response.json().handoffs.map((row) => row.id);

describe('lists', () => {
  it('are paged by following the link, without a gap or a repeat, also when something new comes in between', async () => {
    const seen: string[] = [];
    for (let path: string | undefined = '/api/v1/handoffs?limit=2&order=newest'; path !== undefined; ) {
      const response = await api.get(path, key);
      seen.push(...idsOf(response));
      if (seen.length === 2) await api.post('/api/v1/events', key, booked('between@acme.example'));
      path = nextOf(response.headers.link);
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it('have at most 200 rows a page', async () => {
    for (const [limit, status] of [
      ['0', 422],
      ['1', 200],
      ['199', 200],
      ['200', 200],
      ['201', 422],
      ['x', 422],
      ['', 422],
    ] as const) {
      expect((await api.get(`/api/v1/handoffs?limit=${limit}`, key)).statusCode).toBe(status);
    }
  });

  it('take filters, and refuse values that are none', async () => {
    const offered = await api.get('/api/v1/handoffs?stage=offered&stage=accepted', key);
    expect(new Set(offered.json().handoffs.map((row: { stage: string }) => row.stage))).toEqual(new Set(['offered']));
    expect(idsOf(await api.get('/api/v1/handoffs?live=false', key))).toEqual([]);
    expect(idsOf(await api.get('/api/v1/handoffs?person=ben', key)).length).toBeGreaterThan(0);
    for (const bad of ['stage=open', 'live=maybe', 'order=random', 'owner=a%00b', 'late=1']) {
      expect([bad, (await api.get(`/api/v1/handoffs?${bad}`, key)).statusCode]).toEqual([bad, 422]);
    }
  });

  it('of tasks and messages name people and times', async () => {
    expect((await api.get('/api/v1/tasks?state=open', key)).statusCode).toBe(200);
    const { messages } = (await api.get('/api/v1/messages?state=waiting', key)).json();
    expect(messages[0]).toMatchObject({ kind: 'tell-person', about: 'offered', state: 'waiting' });
    expect(messages[0].to.name).toMatch(/Ben|Cleo/);
  });
});

describe('one handoff', () => {
  it('has its version as entity tag and its private parts', async () => {
    const response = await api.get(`/api/v1/handoffs/${ids[0]}`, key);
    expect(response.headers.etag).toBe(`"${response.json().version}"`);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.json()).toMatchObject({
      company: 'Acme',
      context: { fields: { seats: 25 } },
      sender: { name: 'Ana Castillo' },
    });
  });

  it('says why this person, with names in place of ids', async () => {
    const { decisions } = (await api.get(`/api/v1/handoffs/${ids[0]}/why`, key)).json();
    expect(decisions).toHaveLength(1);
    expect(decisions[0].sentence).toMatch(/Ben Schuster|Cleo Amadi/);
    expect(decisions[0].rungs[0].candidates.map((each: { says: string }) => each.says).join(' ')).toMatch(
      /next in turn/,
    );
  });

  it('tells its history in plain words', async () => {
    const { events } = (await api.get(`/api/v1/handoffs/${ids[0]}/timeline`, key)).json();
    expect(events.map((event: { kind: string }) => event.kind)).toEqual(['handoff-opened', 'handoff-offered']);
    expect(events[1].sentence).toMatch(/^Offered to (Ben Schuster|Cleo Amadi)\.$/);
  });

  it('that does not exist is 404 everywhere', async () => {
    for (const path of ['', '/timeline', '/why']) {
      const response = await api.get(`/api/v1/handoffs/ho_none${path}`, key);
      expect([response.statusCode, response.json().code]).toEqual([404, 'thing/unknown']);
    }
  });
});

describe('counts', () => {
  it('add up, and say where a stream can go on', async () => {
    const counts = (await api.get('/api/v1/counts', key)).json();
    const listed = (await api.get('/api/v1/handoffs?limit=200', key)).json().handoffs.length;
    expect(counts.preparing + counts.offered + counts.accepted + counts.returned + counts.closed).toBe(listed);
    expect(counts.sequence).toBeGreaterThan(listed);
  });
});

describe('what would be otherwise', () => {
  it('the departure drill names who stands in, and knows only people of the roster', async () => {
    const response = await api.get('/api/v1/people/ana/drill?on=2026-12-01T09:00:00Z', key);
    expect([response.statusCode, response.json()]).toMatchObject([
      200,
      { at: '2026-12-01T09:00:00.000Z', works: false, roles: [{ path: 'lastRung', to: { id: 'ben' } }] },
    ]);
    expect((await api.get('/api/v1/people/nobody/drill', key)).statusCode).toBe(404);
    expect((await api.get('/api/v1/people/ana/drill?on=tomorrow', key)).statusCode).toBe(422);
  });

  it('why, with a person, adds what would have given it to them', async () => {
    const { decisions } = (await api.get(`/api/v1/handoffs/${ids[0]}/why?person=cleo`, key)).json();
    for (const decision of decisions) expect(decision.whatIf).toContain('of');
    const plain = (await api.get(`/api/v1/handoffs/${ids[0]}/why`, key)).json();
    for (const decision of plain.decisions) expect(decision.whatIf).toBeUndefined();
  });
});
