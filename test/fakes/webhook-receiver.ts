// A web server on loopback that stands for a customer's webhook endpoint. It keeps its own journal of what reached it,
// and misbehaves on request: slow, busy, failing, cut, committing and then silent.

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/**
 * answer: a status, headers, body. hold: takes the request and answers only after `letGo`. cut: closes before it has
 * written anything down. commit-then-cut: writes it down, then closes without an answer. flood: an endless body.
 * cut-body: promises more body than it sends and closes. silent-body: promises more, and stays open without a word.
 */
export type Behaviour =
  | { do: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  | { do: 'hold' | 'cut' | 'commit-then-cut' | 'flood' | 'cut-body' | 'silent-body' };

export type Received = { path: string; headers: Record<string, string>; body: Buffer };

export type WebhookReceiver = {
  port: number;
  url(path?: string): string;
  /** What reached this server and was written down, oldest first. */
  journal: Received[];
  /** Connections opened to it, whether or not they said anything. */
  connections(): number;
  /** The most requests under way at one time. */
  mostAtOnce(): number;
  /** How it behaves from now on; by default it answers 204. */
  behave(behaviour: Behaviour): void;
  /** How it treats the next requests, in turn, before `behave` applies again. */
  next(...behaviours: Behaviour[]): void;
  /** Resolves once so many requests were written down. */
  reached(count: number): Promise<void>;
  /** Answers everything that is held, and holds nothing more. */
  letGo(): void;
  close(): Promise<void>;
};

const OK: Behaviour = { do: 'answer', status: 204 };

/** Listens on 127.0.0.1, or on the given host; with TLS when a certificate is given. */
export async function startWebhookReceiver(
  options: { host?: string; tls?: { key: string; cert: string } } = {},
): Promise<WebhookReceiver> {
  const journal: Received[] = [];
  const script: Behaviour[] = [];
  const heldAnswers: (() => void)[] = [];
  const watchers: (() => void)[] = [];
  let standing = OK;
  let connections = 0;
  let atOnce = 0;
  let most = 0;

  const write = (request: http.IncomingMessage, body: Buffer) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    journal.push({ path: request.url ?? '', headers, body });
    for (const watcher of watchers) watcher();
  };

  const treat = (behaviour: Behaviour, request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => {
    if (behaviour.do !== 'cut') write(request, body);
    switch (behaviour.do) {
      case 'answer':
        response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
        break;
      case 'hold':
        heldAnswers.push(() => response.writeHead(204).end());
        break;
      case 'cut':
      case 'commit-then-cut':
        request.socket.destroy();
        break;
      case 'cut-body':
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half', () => request.socket.destroy());
        break;
      case 'silent-body':
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half');
        break;
      case 'flood': {
        response.writeHead(200);
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', pour);
        pour();
        break;
      }
    }
  };

  const listener: http.RequestListener = (request, response) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    response.on('close', () => {
      atOnce -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => treat(script.shift() ?? standing, request, response, Buffer.concat(chunks)));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
  };
  const server = options.tls ? https.createServer(options.tls, listener) : http.createServer(listener);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  const host = options.host ?? '127.0.0.1';
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: (path = '/') => `${options.tls ? 'https' : 'http'}://${host}:${port}${path}`,
    journal,
    connections: () => connections,
    mostAtOnce: () => most,
    behave(behaviour) {
      standing = behaviour;
    },
    next: (...behaviours) => void script.push(...behaviours),
    reached: (count) =>
      new Promise((done) => {
        const look = () => {
          if (journal.length >= count) done();
        };
        watchers.push(look);
        look();
      }),
    letGo() {
      standing = OK;
      for (const answer of heldAnswers.splice(0)) answer();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
