// cli: asks the server. Each change carries an idempotency key that is made once and kept over retries, so that a lost
// answer never means a second act. A "no" of the API becomes a sentence and an exit code.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { CliError, EXIT, exitOfStatus } from './exit.ts';

export type Request = {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  query?: Record<string, string | string[] | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
};

export type Reply<T> = { body: T; etag?: string; next?: string; repeated: boolean };

export type Api = { ask<T>(request: Request): Promise<Reply<T>> };

type Options = {
  server: string;
  key(): string;
  idempotencyKey?: string;
  tell(line: string): void;
};

const TRIES = 4;
const TIMEOUT_MS = 30_000;

export function openApi(options: Options): Api {
  return {
    async ask<T>(request: Request): Promise<Reply<T>> {
      const url = new URL(`${options.server}${request.path}`);
      for (const [name, value] of Object.entries(request.query ?? {}))
        for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, one);
      const once = options.idempotencyKey ?? randomUUID();
      const headers: Record<string, string> = {
        authorization: `Bearer ${options.key()}`,
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.method === 'GET' ? {} : { 'idempotency-key': `"${once}"` }),
        ...request.headers,
      };
      const body = request.body === undefined ? null : JSON.stringify(request.body);
      for (let tries = 1; ; tries++) {
        let answer: Response;
        try {
          answer = await fetch(url, {
            method: request.method,
            headers,
            body,
            redirect: 'error',
            signal: AbortSignal.timeout(TIMEOUT_MS),
          });
        } catch (error) {
          if (tries < TRIES && !isRefused(error)) {
            await wait(200 * 2 ** tries);
            continue;
          }
          throw unreachable(options, request, once, error);
        }
        if ((answer.status === 503 || answer.status === 429) && tries < TRIES) {
          const seconds = Math.min(5, Number(answer.headers.get('retry-after') ?? '1') || 1);
          options.tell(`The server asks for ${seconds} s; trying again.`);
          await answer.body?.cancel();
          await wait(seconds * 1_000);
          continue;
        }
        return readAnswer<T>(answer, options.server);
      }
    },
  };
}

async function readAnswer<T>(answer: Response, server: string): Promise<Reply<T>> {
  const text = await answer.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new CliError(
      `${server} answered ${answer.status} with something that is not JSON. Is it a Baton server?`,
      EXIT.failed,
      'baton doctor',
    );
  }
  if (!answer.ok) throw problemOf(answer.status, body);
  const etag = answer.headers.get('etag');
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  return {
    body: body as T,
    repeated: answer.headers.get('idempotency-replayed') === 'true',
    ...(etag === null ? {} : { etag }),
    ...(next === undefined ? {} : { next }),
  };
}

/** Where a refusal has an obvious way on. */
const NEXT: Record<string, string> = {
  'actor/needs-person': 'baton key create --person ID --out FILE, then the same with --key-file FILE',
  'handoff/unknown': 'baton list --closed',
  'signal/no-transition': 'baton policy show lists the transitions and what starts them',
  'signal/unknown': 'baton policy show lists the transitions and what starts them',
  'key/unknown': 'baton key create --help',
};

type Problem = { detail?: string; code?: string; field?: string; retryable?: boolean; request_id?: string };

function problemOf(status: number, body: unknown): CliError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Problem;
  const what = problem.detail ?? `The server answered ${status}.`;
  const field = problem.field === undefined ? '' : ` (${problem.field})`;
  return new CliError(
    `${what}${field}${problem.code === undefined ? '' : ` [${problem.code}]`}`,
    exitOfStatus(status, problem.retryable === true),
    NEXT[problem.code ?? ''],
  );
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
}

function unreachable(options: Options, request: Request, once: string, error: unknown): CliError {
  if (isRefused(error))
    return new CliError(`No Baton server answers at ${options.server}.`, EXIT.retry, 'baton up, or say --server URL');
  const again =
    request.method === 'GET'
      ? ''
      : ` Whether it was carried out is not known; say --idempotency-key ${once} to send it once more without doing it twice.`;
  const why = error instanceof Error ? error.message : String(error);
  return new CliError(`${options.server} did not answer: ${why}.${again}`, EXIT.retry);
}
