// Every route of the OpenAPI document against everything that can be wrong with a key, an Idempotency-Key, an If-Match
// or a cursor. A route that is not in the document is not in the product: the last test says so.

import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../src/words/time.ts';
import { type Api, booked, ELSEWHERE, freshKey, HERE, openApi } from './harness.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Operation = {
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: unknown;
};
type Route = { method: Method; url: string; name: string; operation: Operation; scope: string | undefined };

let api: Api;
let routes: Route[];
let admin: string;

beforeAll(async () => {
  api = await openApi({ limits: { failuresPerAddress: { requestsMax: Number.POSITIVE_INFINITY, windowMs: 1 } } });
  admin = await api.key(['read', 'act', 'admin'], 'maria');
  const { paths } = api.app.swagger() as { paths: Record<string, Record<string, Operation>> };
  routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase() as Method,
      url: path.replace(/\{\w+\}/g, 'x'),
      name: `${method.toUpperCase()} ${path}`,
      operation,
      scope: operation.security?.find((each) => each.key !== undefined)?.key?.[0],
    })),
  );
});
afterAll(() => api.close());

const send = ({ method, url }: Route, headers: Record<string, string>) =>
  api.send({
    method,
    url,
    headers: { ...(method === 'GET' ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(method === 'POST' || method === 'PUT' ? { payload: '{}' } : {}),
  });
const bearer = (key: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${key}`,
  'idempotency-key': freshKey(),
  ...more,
});
const takes = (route: Route, header: string) => route.operation.parameters?.find((each) => each.name === header);
const codeOf = (response: LightMyRequestResponse) => [response.statusCode, response.json().code];

describe('keys', () => {
  it('every route but the health check needs one', async () => {
    expect(routes.filter((route) => route.scope === undefined).map((route) => route.name)).toEqual(['GET /health']);
    for (const route of routes.filter((each) => each.scope !== undefined)) {
      expect([route.name, ...codeOf(await send(route, {}))]).toEqual([route.name, 401, 'key/missing']);
    }
  });

  it('a malformed, unknown, mistyped, expired or revoked one opens nothing', async () => {
    const expired = await api.key();
    for (const key of api.keys.keys.values()) if (key.principal.id === 'integration') key.expiresAt = api.now() - DAY;
    const revoked = await api.key(undefined, 'ben');
    for (const key of api.keys.keys.values()) if (key.principal.id === 'ben') key.revokedAt = api.now();
    const mistyped = `${admin.slice(0, -1)}${admin.endsWith('0') ? '1' : '0'}`;
    for (const route of routes.filter((each) => each.scope !== undefined)) {
      for (const key of ['', 'x', 'baton_live_', `baton_live_${'a'.repeat(49)}`, mistyped, expired, revoked]) {
        const response = await send(route, bearer(key));
        expect([route.name, ...codeOf(response), response.headers['www-authenticate']]).toEqual([
          route.name,
          401,
          'key/unknown',
          'Bearer realm="baton"',
        ]);
      }
    }
  });

  it('one without the scope opens nothing', async () => {
    const scopes = ['read', 'act', 'admin'] as const;
    for (const route of routes.filter((each) => each.scope !== undefined)) {
      const key = await api.key(
        scopes.filter((scope) => scope !== route.scope),
        'maria',
      );
      expect([route.name, ...codeOf(await send(route, bearer(key)))]).toEqual([route.name, 403, 'key/scope']);
    }
  });

  it('one of another workspace sees nothing of this one', async () => {
    const mine = await api.key(undefined, 'ana');
    const canary = 'Canary Works 7431';
    const { results } = (
      await api.post(
        '/api/v1/events',
        mine,
        booked('canary@acme.example', { fields: { company: canary, contact: 'C', seats: 99 } }),
      )
    ).json();
    const foreign = await api.key(['read', 'act', 'admin'], 'maria', ELSEWHERE);
    const before = api.journal.snapshot(HERE).seq;
    for (const route of routes.filter((each) => !each.url.endsWith('/stream'))) {
      const url = route.url.replace('/handoffs/x', `/handoffs/${results[0].handoff}`);
      const response = await send({ ...route, url }, bearer(foreign, { 'if-match': '*' }));
      expect([route.name, response.body.includes(canary), response.body.includes('canary@')]).toEqual([
        route.name,
        false,
        false,
      ]);
      if (url !== route.url && response.statusCode !== 422)
        expect([route.name, response.statusCode]).toEqual([route.name, 404]);
    }
    expect(api.journal.snapshot(HERE).seq).toBe(before);
  });
});

describe('Idempotency-Key', () => {
  it('every POST takes one, and one that is missing or malformed is refused before anything happens', async () => {
    for (const route of routes.filter((each) => each.method === 'POST')) {
      expect([route.name, takes(route, 'Idempotency-Key') !== undefined]).toEqual([route.name, true]);
      const valid = async (headers: Record<string, string>) => {
        const response = await send(route, { authorization: `Bearer ${admin}`, ...headers });
        return codeOf(response);
      };
      // Bodies are checked first; these routes take an empty one.
      if ((await valid({ 'idempotency-key': freshKey(), 'if-match': '"x"' }))[0] === 422) continue;
      expect([route.name, ...(await valid({}))]).toEqual([route.name, 400, 'idempotency/missing']);
      for (const bad of ['', 'abc', '"', '""', '"a', 'a"', '"a"b"', '"ü"', `"${'x'.repeat(256)}"`, '"a", "b"', "'a'"]) {
        expect([route.name, bad, ...(await valid({ 'idempotency-key': bad }))]).toEqual([
          route.name,
          bad,
          400,
          'idempotency/malformed',
        ]);
      }
    }
  });

  it('is a quoted string of 1 to 255 characters, escapes included', async () => {
    for (const good of [
      '"a"',
      `"${'x'.repeat(255)}"`,
      '"a b"',
      '"a\\"b"',
      '"a\\\\b"',
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    ]) {
      expect((await api.post('/api/v1/events', admin, booked(), { 'idempotency-key': good })).statusCode).not.toBe(400);
    }
  });

  it('is one per caller and route: two callers may use the same', async () => {
    const [ana, ben] = [await api.key(undefined, 'ana'), await api.key(undefined, 'ben2')];
    const headers = { 'idempotency-key': '"shared"' };
    await api.post('/api/v1/handoffs/ho_x/see', ana, {}, headers);
    for (const [url, key] of [
      ['/api/v1/handoffs/ho_x/see', ben],
      ['/api/v1/handoffs/ho_y/see', ana],
      ['/api/v1/handoffs/ho_x/undo', ana],
    ] as const) {
      expect((await api.post(url, key, {}, headers)).headers['idempotency-replayed']).toBeUndefined();
    }
  });
});

describe('If-Match', () => {
  const bodies: Record<string, unknown> = {
    'PUT /api/v1/people/{id}': { roles: [] },
    'PUT /api/v1/teams/{id}': { name: 'x', lead: 'maria' },
    'PUT /api/v1/endpoints/{id}': { url: 'https://a.example', active: true },
    'POST /api/v1/policy': { text: 'x' },
  };

  it('every edit needs one; missing is 428, malformed 400, stale or of something else 412', async () => {
    const edits = routes.filter((route) => takes(route, 'If-None-Match') !== undefined);
    expect(edits.map((route) => route.name).sort()).toEqual(Object.keys(bodies).sort());
    for (const route of edits) {
      const edit = (headers: Record<string, string>) =>
        api.send({
          method: route.method,
          url: route.url,
          headers: { ...bearer(admin, headers), 'content-type': 'application/json' },
          payload: JSON.stringify(bodies[route.name]),
        });
      expect([route.name, ...codeOf(await edit({}))]).toEqual([route.name, 428, 'match/required']);
      for (const bad of ['', 'x', 'W/"x"', '"x" "y"', '"x', '""']) {
        expect([route.name, bad, ...codeOf(await edit({ 'if-match': bad }))]).toEqual([
          route.name,
          bad,
          400,
          'match/malformed',
        ]);
      }
      expect([route.name, ...codeOf(await edit({ 'if-none-match': '"x"' }))]).toEqual([
        route.name,
        400,
        'match/malformed',
      ]);
      expect([route.name, ...codeOf(await edit({ 'if-match': '"stale"' }))]).toEqual([route.name, 412, 'match/stale']);
    }
  });

  it('every act on a handoff may have one', () => {
    const acts = routes.filter((route) => /^POST .*\/handoffs\/\{id\}\/[a-z-]+$/.test(route.name));
    expect(acts).toHaveLength(19);
    for (const route of acts)
      expect([route.name, takes(route, 'If-Match')?.required ?? false]).toEqual([route.name, false]);
  });
});

describe('cursors', () => {
  it('are good for their own list and filters only', async () => {
    const key = await api.key(undefined, 'ana');
    for (let i = 0; i < 5; i++) await api.post('/api/v1/events', key, booked(`page${i}@acme.example`));
    const lists = routes.filter((route) => route.operation.parameters?.some((each) => each.name === 'cursor'));
    expect(lists.map((route) => route.name).sort()).toEqual(['GET /api/v1/handoffs', 'GET /api/v1/messages']);
    const first = await api.get('/api/v1/handoffs?limit=2', key);
    const cursor =
      new URL(/<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? '', 'http://x').searchParams.get(
        'cursor',
      ) ?? '';
    expect((await api.get(`/api/v1/handoffs?limit=3&cursor=${cursor}`, key)).statusCode).toBe(200);
    const foreign = await api.key(undefined, 'ana', ELSEWHERE);
    const changed = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    for (const [url, who] of [
      ...lists.map((list) => [`${list.url}?cursor=xyz`, key] as const),
      ...lists.map((list) => [`${list.url}?cursor=${changed}`, key] as const),
      [`/api/v1/handoffs?cursor=${cursor}`, foreign],
      [`/api/v1/handoffs?live=true&cursor=${cursor}`, key],
      [`/api/v1/messages?cursor=${cursor}`, key],
    ] as const) {
      expect([url, ...codeOf(await api.get(url, who))]).toEqual([url, 400, 'cursor/bad']);
    }
  });
});

describe('the routes', () => {
  it('that change something are never a GET, and what is not in the document is not there', async () => {
    const before = api.journal.snapshot(HERE).seq;
    for (const route of routes.filter((each) => each.method !== 'GET')) {
      for (const method of ['GET', 'HEAD'] as const) {
        const response = await api.app.inject({ method, url: route.url, headers: bearer(admin) });
        const alsoRead =
          routes.some((each) => each.method === 'GET' && new RegExp(`^${each.url}$`).test(route.url)) ||
          /\/(people|handoffs)\/x$/.test(route.url);
        if (!alsoRead) expect([route.name, response.statusCode]).toEqual([route.name, 404]);
      }
    }
    expect(api.journal.snapshot(HERE).seq).toBe(before);
    for (const hidden of ['/api/v1', '/api', '/metrics', '/documentation', '/.env', '/api/v2/handoffs']) {
      expect((await api.get(hidden, admin)).statusCode).toBe(404);
    }
  });

  it('take no field and no query that they do not know', async () => {
    for (const route of routes.filter(
      (each) => each.operation.requestBody !== undefined && each.url !== '/api/v1/events',
    )) {
      const response = await api.send({
        method: route.method,
        url: route.url,
        headers: { ...bearer(admin), 'content-type': 'application/json' },
        payload: '{"surprise":1}',
      });
      expect([route.name, response.statusCode]).toEqual([route.name, 422]);
    }
    for (const list of ['handoffs', 'messages', 'tasks', 'arrivals/set-aside']) {
      expect((await api.get(`/api/v1/${list}?surprise=1`, admin)).json().code).toBe('request/unknown-field');
    }
  });
});
