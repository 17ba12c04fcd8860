// What every answer has in common: headers, limits, sessions, problem pages, and the written description.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HTTP_STATUS } from '../../src/arrive/http-status.ts';
import { ALL_CODES, isRetryable, problemPage, sentenceOf } from '../../src/arrive/problem-page.ts';
import { type Api, type ApiOptions, booked, freshKey, HERE, openApi, PUBLIC_URL } from './harness.ts';

const root = join(import.meta.dirname, '..', '..');
const WRITE = process.env.BATON_WRITE_DOCS === '1';
let api: Api;
const start = async (options?: ApiOptions) => {
  api = await openApi(options);
  return api;
};
afterEach(() => api?.close());

describe('every answer', () => {
  it('carries the security headers, and nothing that names the software', async () => {
    await start();
    const key = await api.key();
    const answers = [
      await api.get('/api/v1/counts', key),
      await api.get('/nothing', key),
      await api.get('/api/v1/counts', 'x'),
      await api.post('/api/v1/events', key, '{'),
      await api.send({ method: 'GET', url: '/health' }),
      await api.send({ method: 'GET', url: '/problems/bug' }),
    ];
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      for (const absent of ['access-control-allow-origin', 'x-powered-by', 'server'])
        expect(headers[absent]).toBeUndefined();
    }
  });

  it('with personal data is kept by no cache', async () => {
    await start();
    const key = await api.key();
    await api.post('/api/v1/events', key, booked());
    for (const path of [
      'handoffs',
      'tasks',
      'people',
      'messages',
      'counts',
      'policy',
      'arrivals/set-aside',
      'endpoints',
    ]) {
      expect((await api.get(`/api/v1/${path}`, key)).headers['cache-control']).toBe('no-store');
    }
  });

  it('that says no has a code, a sentence, a page, a request id and whether to try again', async () => {
    await start();
    const response = await api.post('/api/v1/handoffs/ho_x/accept', await api.key(undefined, 'ana'));
    expect(response.headers['content-type']).toBe('application/problem+json');
    const problem = response.json();
    expect(problem).toMatchObject({
      type: `${PUBLIC_URL}/problems/handoff/unknown`,
      title: 'Handoff: unknown',
      status: 404,
      code: 'handoff/unknown',
      detail: 'There is no handoff ho_x.',
      facts: { handoff: 'ho_x' },
      retryable: false,
    });
    expect((await api.send({ method: 'GET', url: new URL(problem.type).pathname })).body).toContain(
      '# handoff/unknown',
    );
  });

  it('to bytes that are not HTTP, to smuggling and to oversized headers is 4xx and closes', async () => {
    await start();
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.app.server.address() as AddressInfo;
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (bytes) => {
          answer += bytes.toString();
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', () => resolve(answer));
      });
    const both =
      'POST /api/v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n';
    expect(await raw(both)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(`GET /health HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(1_000_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    expect(await raw(`GET /${'a'.repeat(5_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413/,
    );
    expect(await raw('GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  });

  it('believes no forwarded address', async () => {
    await start({ limits: { perAddress: { requestsMax: 2, windowMs: 60_000 } } });
    const key = await api.key();
    const codes = [];
    for (let i = 0; i < 3; i++)
      codes.push((await api.get('/api/v1/counts', key, { 'x-forwarded-for': `10.0.0.${i}` })).statusCode);
    expect(codes).toEqual([200, 200, 429]);
  });
});

describe('limits', () => {
  it('of a key are told in the headers, and end in 429 with Retry-After', async () => {
    await start({ limits: { perKey: { requestsMax: 3, windowMs: 60_000 } } });
    const [key, other] = [await api.key(), await api.key()];
    for (const left of [2, 1, 0]) {
      const { headers, statusCode } = await api.get('/api/v1/counts', key);
      expect([statusCode, headers['ratelimit-policy'], headers.ratelimit]).toEqual([
        200,
        '"key";q=3;w=60',
        `"key";r=${left};t=60`,
      ]);
    }
    const refused = await api.get('/api/v1/counts', key);
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after'], refused.json().retryable]).toEqual(
      [429, 'limit/exceeded', '60', true],
    );
    expect((await api.get('/api/v1/counts', other)).statusCode).toBe(200);
    api.pass(60_000);
    expect((await api.get('/api/v1/counts', key)).statusCode).toBe(200);
  });

  it('of failed keys end guessing from one address, without locking out a good key', async () => {
    await start({ limits: { failuresPerAddress: { requestsMax: 5, windowMs: 60_000 } } });
    const key = await api.key();
    await api.get('/api/v1/counts', key);
    const codes = [];
    for (let i = 0; i < 7; i++) codes.push((await api.get('/api/v1/counts', 'guess')).statusCode);
    expect(codes).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await api.get('/api/v1/counts', key)).statusCode).toBe(200);
  });
});

describe('keys', () => {
  it('are looked up once in 30 seconds, and a revocation works at once', async () => {
    await start();
    const key = await api.key();
    for (let i = 0; i < 5; i++) await api.get('/api/v1/counts', key);
    expect(api.keys.lookups).toBe(1);
    api.pass(30_000);
    await api.get('/api/v1/counts', key);
    expect(api.keys.lookups).toBe(2);
    const [held] = await api.keys.list(HERE);
    await api.keys.revoke(HERE, held?.id ?? '', api.now());
    api.forgetKeys();
    expect((await api.get('/api/v1/counts', key)).statusCode).toBe(401);
  });
});

describe('browser sessions', () => {
  const enter = async () => {
    const key = await api.key(['read', 'act'], 'ana');
    const response = await api.send({
      method: 'POST',
      url: '/api/v1/session',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': freshKey() },
    });
    return String(response.headers['set-cookie']);
  };
  const see = (cookie: string, more: Record<string, string> = {}) =>
    api.send({
      method: 'POST',
      url: '/api/v1/handoffs/ho_x/see',
      headers: {
        cookie,
        host: 'localhost:4400',
        'idempotency-key': freshKey(),
        'sec-fetch-site': 'same-origin',
        ...more,
      },
    });

  it('are opened with a key, bound to our own pages, and ended', async () => {
    await start();
    const header = await enter();
    expect(header).toMatch(/^baton_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const cookie = header.split(';', 1)[0] ?? '';
    expect((await see(cookie)).json().code).toBe('handoff/unknown');
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-origin', host: 'rebound.example' },
    ];
    for (const headers of foreign) {
      const response = await see(cookie, headers);
      expect([headers, response.statusCode, response.json().code]).toEqual([headers, 403, 'request/foreign-origin']);
    }
    const { 'sec-fetch-site': _, ...old } = { 'sec-fetch-site': '', origin: 'http://localhost:4400' };
    const noSite = await api.send({
      method: 'POST',
      url: '/api/v1/handoffs/ho_x/see',
      headers: { cookie, host: 'localhost:4400', 'idempotency-key': freshKey(), ...old },
    });
    expect(noSite.statusCode).toBe(404);
    const without = await api.send({
      method: 'POST',
      url: '/api/v1/handoffs/ho_x/see',
      headers: { cookie, host: 'localhost:4400', 'idempotency-key': freshKey() },
    });
    expect(without.statusCode).toBe(403);
    const out = await api.send({
      method: 'DELETE',
      url: '/api/v1/session',
      headers: { cookie, host: 'localhost:4400', 'sec-fetch-site': 'same-origin' },
    });
    expect(out.json()).toEqual({ signedIn: false });
    expect((await see(cookie)).statusCode).toBe(401);
  });

  it('end with the key that opened them, and after twelve hours', async () => {
    await start();
    const cookie = (await enter()).split(';', 1)[0] ?? '';
    api.pass(12 * 3_600_000 - 1);
    expect((await see(cookie)).statusCode).toBe(404);
    const [key] = await api.keys.list(HERE);
    await api.keys.revoke(HERE, key?.id ?? '', api.now());
    api.forgetKeys();
    expect((await see(cookie)).statusCode).toBe(401);
    const second = (await enter()).split(';', 1)[0] ?? '';
    api.pass(12 * 3_600_000);
    expect((await see(second)).statusCode).toBe(401);
  });

  it('may act as others only in the demo', async () => {
    await start();
    const cookie = (await enter()).split(';', 1)[0] ?? '';
    const { results } = (await api.post('/api/v1/events', await api.key(undefined, 'ana'), booked())).json();
    const accept = (to: string) =>
      api.send({
        method: 'POST',
        url: `/api/v1/handoffs/${results[0].handoff}/accept`,
        headers: {
          cookie,
          host: 'localhost:4400',
          'sec-fetch-site': 'same-origin',
          'idempotency-key': freshKey(),
          'baton-act-as': to,
        },
      });
    for (const to of ['ben', 'cleo']) expect((await accept(to)).json().code).toBe('accept/not-yours');
  });
});

describe('the page', () => {
  it('of the demo lets whoever looks answer for the person who is asked', async () => {
    await start({ demo: true });
    api.pass(30 * 24 * 3_600_000);
    const page = await api.app.inject({ method: 'GET', url: '/' });
    const cookie = String(page.headers['set-cookie']).split(';', 1)[0] ?? '';
    expect(page.body).toContain('Northlight &#60;b&#62;');
    const { results } = (await api.post('/api/v1/events', await api.key(undefined, 'ana'), booked())).json();
    const shared = { cookie, host: 'localhost:4400', 'sec-fetch-site': 'same-origin' };
    const shown = await api.send({ method: 'GET', url: `/api/v1/handoffs/${results[0].handoff}`, headers: shared });
    const accepted = await api.send({
      method: 'POST',
      url: `/api/v1/handoffs/${results[0].handoff}/accept`,
      headers: { ...shared, 'idempotency-key': freshKey(), 'baton-act-as': shown.json().offeredTo.id },
    });
    expect(accepted.statusCode).toBe(200);
    expect((await api.send({ method: 'GET', url: '/api/v1/endpoints', headers: shared })).statusCode).toBe(403);
  });

  it('outside the demo sets no cookie and runs only its own script', async () => {
    await start();
    const [one, two] = [
      await api.app.inject({ method: 'GET', url: '/' }),
      await api.app.inject({ method: 'GET', url: '/' }),
    ];
    expect(one.headers['set-cookie']).toBeUndefined();
    const nonce = /script-src 'nonce-([^']+)'/.exec(String(one.headers['content-security-policy']))?.[1];
    expect(one.body.match(/<script[^>]*>/g)).toEqual([`<script nonce="${nonce}">`]);
    expect(two.headers['content-security-policy']).not.toBe(one.headers['content-security-policy']);
    expect(one.body).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\son\w+=/);
    expect(one.body.length).toBeLessThan(60_000);
  });
});

describe('problems', () => {
  it('have a page each: sentence, status, whether to try again, and what to do', async () => {
    await start();
    for (const code of ALL_CODES) {
      const page = await api.app.inject({ method: 'GET', url: `/problems/${code}` });
      expect([code, page.statusCode]).toEqual([code, 200]);
      expect(page.body).toContain(sentenceOf(code));
      expect(page.body).toContain(`**HTTP status:** ${HTTP_STATUS[code]}`);
      expect(page.body).toContain(isRetryable(code) ? 'Yes.' : 'No.');
    }
    for (const none of ['toString', '__proto__', 'accept', '../package.json', 'accept/none']) {
      expect((await api.app.inject({ method: 'GET', url: `/problems/${none}` })).statusCode).toBe(404);
    }
  });

  it('stand in docs/problems as they are served (BATON_WRITE_DOCS=1 writes them)', () => {
    for (const code of ALL_CODES) written(`docs/problems/${code}.md`, problemPage(code) ?? '');
  });
});

describe('the description', () => {
  it('is served, is OpenAPI 3.1, and is what stands in docs/openapi.json (BATON_WRITE_DOCS=1 writes it)', async () => {
    await start();
    const served = await api.app.inject({ method: 'GET', url: '/api/v1/openapi.json' });
    const document = served.json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.webhooks)).toEqual(['event']);
    written('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  });

  it('names each operation once, says what each does, and every route of docs/api.md is in it', async () => {
    await start();
    const { paths } = (await api.app.inject({ method: 'GET', url: '/api/v1/openapi.json' })).json();
    const operations = Object.entries<Record<string, { operationId: string; summary: string; tags: string[] }>>(
      paths,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        route: `${method.toUpperCase()} ${path}`,
        ...operation,
      })),
    );
    expect(new Set(operations.map((each) => each.operationId)).size).toBe(operations.length);
    for (const each of operations)
      expect([each.route, each.summary.length > 5, each.tags.length]).toEqual([each.route, true, 1]);
    const guide = readFileSync(join(root, 'docs/api.md'), 'utf8');
    const listed = [...guide.matchAll(/^\| `((?:GET|POST|PUT|DELETE) [^`]+)` \|/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(operations.map((each) => each.route).sort());
  });
});

/** Compares a generated file with the repository's, or writes it. JSON is compared by value: its layout is the formatter's. */
function written(path: string, text: string): void {
  const file = join(root, path);
  if (WRITE) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect([path, existsSync(file)]).toEqual([path, true]);
  const found = readFileSync(file, 'utf8');
  if (path.endsWith('.json')) expect(JSON.parse(found)).toEqual(JSON.parse(text));
  else expect(found).toBe(text);
}
