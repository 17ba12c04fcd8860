// The event stream over real sockets: what a browser's EventSource meets.

import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BACKLOG_MAX } from '../../src/show/stream.ts';
import { type Api, booked, openApi } from './harness.ts';

let api: Api;
let key: string;
let address: string;
const ends: (() => void)[] = [];
beforeEach(async () => {
  api = await openApi();
  key = await api.key(undefined, 'ana');
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  address = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/api/v1/events/stream`;
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await api.close();
});

type Frame = { id?: number; event?: string; data?: { sequence: number; sentence?: string } };

/** Reads frames until there are `count` with an id. */
async function read(count: number, query = '', headers: Record<string, string> = {}): Promise<Frame[]> {
  const stop = new AbortController();
  ends.push(() => stop.abort());
  const response = await fetch(`${address}${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  const frames: Frame[] = [];
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame: Frame = {};
      for (const line of text.slice(0, end).split('\n')) {
        if (line.startsWith('id: ')) frame.id = Number(line.slice(4));
        if (line.startsWith('event: ')) frame.event = line.slice(7);
        if (line.startsWith('data: ')) frame.data = JSON.parse(line.slice(6));
      }
      if (frame.id !== undefined) frames.push(frame);
      text = text.slice(end + 2);
    }
    if (frames.length >= count) break;
  }
  stop.abort();
  return frames;
}

const head = async () => (await api.get('/api/v1/counts', key)).json().sequence as number;
let n = 0;
const open = (count: number) =>
  Promise.all(Array.from({ length: count }, () => api.post('/api/v1/events', key, booked(`s${n++}@acme.example`))));

describe('the event stream', () => {
  it('goes on after a place, then live, in order, without a gap or a repeat', async () => {
    await open(5);
    const last = await head();
    const reading = read(last + 20, '?after=0');
    for (let i = 0; i < 10; i++) await open(1);
    const frames = await reading;
    expect(frames.map((frame) => frame.id)).toEqual(Array.from({ length: last + 20 }, (_, i) => i + 1));
    expect(frames.at(-1)?.data?.sentence).toMatch(/Offered to/);
  });

  it('cut again and again and resumed by Last-Event-ID is the whole ledger once', async () => {
    const seen: number[] = [];
    for (let round = 0; round < 6; round++) {
      const reading = read(3, '', { 'last-event-id': String(seen.at(-1) ?? 0) });
      await open(2);
      seen.push(...(await reading).map((frame) => frame.id ?? 0));
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
  });

  it('tells a reader that is too far behind, or ahead, to start afresh', async () => {
    const last = await head();
    const [ahead] = await read(1, '', { 'last-event-id': String(last + 1_000) });
    expect(ahead).toMatchObject({ event: 'reset', id: last, data: { sequence: last } });
    expect(BACKLOG_MAX).toBe(10_000);
  });

  it('names nobody outside: no prospect stands in it', async () => {
    await open(3);
    expect(JSON.stringify(await read(await head(), '?after=0'))).not.toMatch(/Acme|acme\.example|demo on Monday/);
  });

  it('needs a key with the scope, and is no HEAD', async () => {
    expect((await fetch(address)).status).toBe(401);
    expect((await fetch(address, { method: 'HEAD', headers: { authorization: `Bearer ${key}` } })).status).toBe(404);
    expect((await api.get('/api/v1/events/stream?after=-1', key)).statusCode).toBe(422);
  });

  it('readers that never read do not hold up the others', async () => {
    const { port } = api.app.server.address() as AddressInfo;
    for (let i = 0; i < 50; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`GET /api/v1/events/stream?after=0 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`);
      socket.pause();
      ends.push(() => socket.destroy());
    }
    const last = await head();
    const reading = read(20, `?after=${last}`);
    await open(10);
    expect(await reading).toHaveLength(20);
  });
});
