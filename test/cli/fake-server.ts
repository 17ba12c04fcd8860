// A server that answers like Baton's API, from a list of prepared answers, and keeps what it was asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { method: string; path: string; headers: Record<string, string>; body: unknown };
export type Prepared = { status?: number; headers?: Record<string, string>; body: unknown } | 'hang up';

export type FakeServer = { url: string; asked: Asked[]; answer(...answers: Prepared[]): void; close(): Promise<void> };

export async function openFakeServer(): Promise<FakeServer> {
  const asked: Asked[] = [];
  const prepared: Prepared[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      asked.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)])),
        body: text === '' ? undefined : JSON.parse(text),
      });
      const next = prepared.shift() ?? { status: 500, body: { detail: 'No answer was prepared.' } };
      if (next === 'hang up') {
        request.socket.destroy();
        return;
      }
      response.writeHead(next.status ?? 200, { 'content-type': 'application/json', ...next.headers });
      response.end(JSON.stringify(next.body));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (...answers) => {
      prepared.push(...answers);
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
