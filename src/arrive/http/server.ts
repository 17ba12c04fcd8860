// arrive: the HTTP door. Puts the routes together with what all of them share: how bodies are read and bounded, which
// headers every answer carries, how a "no" looks, and the promise that nothing changes on a GET.

import { randomBytes } from 'node:crypto';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { createKeyGuard, type KeyGuard } from '../key-guard.ts';
import { Problem } from '../problems.ts';
import { actRoutes } from './acts.ts';
import type { App, Door, DoorDeps } from './deps.ts';
import { eventRoutes } from './events.ts';
import { callerOf, createGuard } from './guard.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { describe } from './openapi.ts';
import { operatorRoutes } from './operator.ts';
import { createErrorHandler, problemResponses, sendProblem } from './problem.ts';
import { problemRoutes } from './problem-routes.ts';
import { parseJson, problemOf } from './read-body.ts';
import { rosterRoutes } from './roster.ts';
import { sessionRoutes } from './session-routes.ts';
import { createWriteRoutes } from './write-route.ts';

const BODY_BYTES_MAX = 1_048_576;
const ADDRESS_LENGTH_MAX = 4_000;

const HEADERS: Record<string, string> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export type OpenDoor = { app: App; keys: KeyGuard };

/** Builds the door; it does not listen yet. */
export async function openDoor(deps: DoorDeps): Promise<OpenDoor> {
  const keys = createKeyGuard(deps.keys, deps.now);
  const guard = createGuard({ ...deps, keys, limits: { ...DEFAULT_LIMITS, ...deps.limits } });
  const door: Door = { ...deps, guard };
  const app = createApp(deps);
  describe(app, deps.publicUrl, deps.webhooks);
  const route = createWriteRoutes(app, door);
  app.register(async (scope) => {
    eventRoutes(scope, door);
  });
  app.after(() => {
    actRoutes(route);
    rosterRoutes(route);
    operatorRoutes(route, door);
    sessionRoutes(app, door);
    problemRoutes(app, door);
    deps.window?.(app, {
      needs: guard.needs,
      open: guard.open,
      callerOf,
      notFound: (detail) => new Problem('thing/unknown', { detail }),
      badCursor: () => new Problem('cursor/bad'),
      problemResponses,
    });
  });
  await app.ready();
  return { app, keys };
}

function createApp({ publicUrl, log }: DoorDeps): App {
  const run = randomBytes(5).toString('hex');
  let count = 0;
  const app = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: 500 },
    requestTimeout: 30_000,
    genReqId: () => `${run}-${(count++).toString(36)}`,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) =>
      createErrorHandler(publicUrl, log)(error, request, reply as FastifyReply),
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>();
  const headers = publicUrl.startsWith('https:')
    ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : HEADERS;

  app.decorateRequest('caller', undefined);
  app.decorateRequest('rawBody', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, readJson);
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value: unknown) => {
    const result = schema.safeParse(httpPart === 'body' ? (value ?? {}) : value);
    return result.success ? { value: result.data } : { error: problemOf(result.error) };
  });
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(publicUrl, log));
  app.setNotFoundHandler((request, reply) => {
    sendProblem(reply, publicUrl, 'route/unknown', `There is nothing at ${request.method} ${shortened(request.url)}.`);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    if (request.headers['content-encoding'] !== undefined && request.headers['content-encoding'] !== 'identity') {
      done(new Problem('request/media-type', { detail: 'Bodies are taken as they are, without a content encoding.' }));
      return;
    }
    if (request.url.length > ADDRESS_LENGTH_MAX) {
      done(
        new Problem('request/too-large', { detail: `The address is longer than ${ADDRESS_LENGTH_MAX} characters.` }),
      );
      return;
    }
    done();
  });
  app.addHook('onRoute', (route) => {
    const reads = [route.method].flat().every((method) => method === 'GET' || method === 'HEAD');
    if (reads === (route.config?.writes === true)) {
      throw new Error(
        `The route ${String(route.method)} ${route.url} must ${reads ? 'not change anything' : 'say that it changes something'}.`,
      );
    }
  });
  return app;
}

function readJson(
  request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  const bytes = body as Buffer;
  request.rawBody = bytes;
  try {
    done(null, bytes.length === 0 ? undefined : parseJson(bytes));
  } catch (error) {
    done(error as Error);
  }
}

/** Bytes that are not HTTP at all: answered on the socket and closed. */
function answerUnreadable(
  error: Error & { code?: string },
  socket: { destroyed: boolean; writable: boolean; end(text: string): void; destroy(): void },
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function shortened(address: string): string {
  const path = address.split('?', 1)[0] ?? '';
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}
