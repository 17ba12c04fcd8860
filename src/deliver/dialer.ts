// deliver: the one outbound door. Every connection that Baton opens to an address somebody typed goes through here.
// Promises: https only (unless the operator allows http); all addresses of a name must pass, and the connection goes
// to an address that was checked, never to a name that is looked up again; no redirect, proxy or cookie is followed;
// 10 s to connect, 15 s in all, 1 MiB of answer. Whether the request had left is part of every failure.

import net from 'node:net';
import tls from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { Agent } from 'undici';
import { Fault } from '../words/fault.ts';
import type { Network } from './addresses.ts';
import { mayCall } from './addresses.ts';
import type { Resolve } from './resolve.ts';
import { resolveAll } from './resolve.ts';

export type DialerOptions = {
  /** Operator switch: plain http is allowed. */
  allowHttp?: boolean;
  /** Operator's own networks, beside the public ones. */
  allowed?: readonly Network[];
  resolve?: Resolve;
  connectMs?: number;
  totalMs?: number;
  answerMaxBytes?: number;
  /** Certificate authorities beside the built-in ones, in PEM. */
  ca?: string;
};

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
};

export type Reply = {
  status: number;
  /** Names in lower case; a header that came twice is joined by commas. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** False when the body was cut: by the limit, by time, or by the other side. */
  complete: boolean;
};

export type Dialer = {
  /**
   * Makes one call.
   * @throws {Fault} deliver/refused-address, deliver/rejected (the call itself is malformed), deliver/unreachable (the
   * request had not left) or deliver/unknown-outcome (it had, and no answer came).
   */
  call(call: Call): Promise<Reply>;
  close(): Promise<void>;
};

const CONNECT_MS = 10_000;
const TOTAL_MS = 15_000;
const ANSWER_MAX_BYTES = 1_048_576;

/** Opens the door. Connections are kept for a few seconds and used again, each to the address it was checked for. */
export function openDialer(options: DialerOptions = {}): Dialer {
  const totalMs = options.totalMs ?? TOTAL_MS;
  const agent = new Agent({
    connect: checkedConnector(options),
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
    headersTimeout: totalMs,
    bodyTimeout: totalMs,
  });
  const answerMaxBytes = options.answerMaxBytes ?? ANSWER_MAX_BYTES;
  return {
    async call(call) {
      const url = checkedUrl(call.url, options.allowHttp ?? false);
      for (const [name, value] of Object.entries(call.headers ?? {})) {
        if (/\p{Cc}/u.test(name + value))
          throw new Fault('deliver/rejected', 'a header holds a line break or control character');
      }
      return send(agent, url, call, totalMs, answerMaxBytes);
    },
    close: () => agent.close(),
  };
}

function checkedUrl(text: string, allowHttp: boolean): URL {
  if (!URL.canParse(text)) throw new Fault('deliver/refused-address', 'it is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    throw new Fault('deliver/refused-address', `${url.protocol} is not allowed, use https:`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault('deliver/refused-address', 'it holds a name or password');
  }
  return url;
}

/** Resolves once, checks every address, connects to a checked one and looks at where it landed. */
function checkedConnector(options: DialerOptions): buildConnector.connector {
  const allowed = options.allowed ?? [];
  const resolve = options.resolve ?? resolveAll;
  const connectMs = options.connectMs ?? CONNECT_MS;
  return ({ hostname, port, protocol }, callback) => {
    const deadline = AbortSignal.timeout(connectMs);
    const host = bareHost(hostname);
    checkedAddresses(host, resolve, allowed, deadline)
      .then((addresses) => connectToAny(addresses, Number(port) || (protocol === 'https:' ? 443 : 80), deadline))
      .then((socket) => (protocol === 'https:' ? secure(socket, host, options.ca, deadline) : socket))
      .then((socket) => {
        if (!mayCall(socket.remoteAddress ?? '', allowed)) {
          socket.destroy();
          throw refusedAddress(host);
        }
        socket.setNoDelay(true);
        return socket;
      })
      .then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(asUnreachable(error, host), null),
      );
  };
}

async function checkedAddresses(
  host: string,
  resolve: Resolve,
  allowed: readonly Network[],
  deadline: AbortSignal,
): Promise<string[]> {
  const addresses = net.isIP(host) === 0 ? await beforeDeadline(resolve(host), deadline) : [host];
  if (addresses.length === 0) throw new Fault('deliver/unreachable', `${host} has no address`);
  if (!addresses.every((address) => mayCall(address, allowed))) throw refusedAddress(host);
  return addresses;
}

/** Tries the addresses in their order; the last failure is the one that is told. */
async function connectToAny(addresses: string[], port: number, deadline: AbortSignal): Promise<net.Socket> {
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await settled(net.connect({ host: address, port }), 'connect', deadline);
    } catch (error) {
      failure = error;
      if (deadline.aborted) break;
    }
  }
  throw failure;
}

function secure(socket: net.Socket, host: string, ca: string | undefined, deadline: AbortSignal): Promise<net.Socket> {
  const secured = tls.connect({
    socket,
    host,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: [...tls.getCACertificates('default'), ca] }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
  });
  return settled(secured, 'secureConnect', deadline);
}

/** The socket once the event came; destroyed when an error or the deadline comes first. */
function settled<S extends net.Socket>(socket: S, event: string, deadline: AbortSignal): Promise<S> {
  return new Promise((done, fail) => {
    const end = (error?: unknown) => {
      socket.off('error', end);
      deadline.removeEventListener('abort', late);
      if (error === undefined) return done(socket);
      // The other side may still fail the dying socket; that must not become an uncaught error.
      socket.on('error', () => undefined);
      socket.destroy();
      fail(error);
    };
    const late = () => end(new Error('no connection in time'));
    socket.once('error', end);
    socket.once(event, () => end());
    deadline.addEventListener('abort', late);
  });
}

function beforeDeadline<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    deadline.addEventListener('abort', () => fail(new Error('no address in time')), { once: true });
    work.then(done, fail);
  });
}

function send(agent: Agent, url: URL, call: Call, totalMs: number, answerMaxBytes: number): Promise<Reply> {
  return new Promise((done, fail) => {
    const deadline = AbortSignal.timeout(totalMs);
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Record<string, string> = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    let over = false;

    const finish = (complete: boolean, error?: unknown) => {
      if (over) return;
      over = true;
      deadline.removeEventListener('abort', late);
      if (status > 0) return done({ status, headers, body: Buffer.concat(chunks), complete });
      if (controller === undefined) return fail(asUnreachable(error, url.hostname));
      fail(new Fault('deliver/unknown-outcome', failureWord(error), undefined, error));
    };
    const late = () => {
      finish(false, new Error('no answer in time'));
      controller?.abort(new Error('no answer in time'));
    };
    deadline.addEventListener('abort', late);

    agent.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: call.method,
        headers: { ...call.headers, 'accept-encoding': 'identity' },
        body: call.body ?? null,
      },
      {
        // Called right before the first byte leaves; from here on the outcome can be unknown.
        onRequestStart(started) {
          if (over) return started.abort(new Error('the call was given up while it waited for a connection'));
          controller = started;
        },
        onResponseStart(_, code, fields) {
          // 1xx is not an answer.
          if (code < 200) return;
          status = code;
          headers = flattened(fields);
        },
        onResponseData(running, chunk) {
          if (over) return;
          bytes += chunk.length;
          if (bytes <= answerMaxBytes) return void chunks.push(chunk);
          finish(false);
          running.abort(new Error('the answer is too large'));
        },
        onResponseEnd: () => finish(true),
        onResponseError: (_, error) => finish(false, error),
      },
    );
  });
}

function flattened(fields: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function refusedAddress(host: string): Fault {
  return new Fault('deliver/refused-address', `${host} is, or resolves to, an address that is not public`);
}

function asUnreachable(error: unknown, host: string): Fault {
  if (error instanceof Fault) return error;
  return new Fault('deliver/unreachable', `${host}: ${failureWord(error)}`, undefined, error);
}

/** The code of a system error (ECONNREFUSED …), else a word: never text that the other side wrote. */
function failureWord(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error && error.message.startsWith('no ') ? error.message : 'the connection failed';
}
