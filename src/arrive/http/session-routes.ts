// arrive: how a browser comes in: an API key is exchanged for a session cookie, and back out again.

import { z } from 'zod';
import { hashOfBearer } from '../key-guard.ts';
import { Problem } from '../problems.ts';
import { sessionCookie, tokenOfCookie } from '../sessions.ts';
import type { App, Door } from './deps.ts';
import { callerOf } from './guard.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { problemResponses } from './problem.ts';

const stateSchema = z.object({ signedIn: z.boolean() }).meta({ id: 'SessionState' });

export function sessionRoutes(app: App, door: Door): void {
  const secure = door.publicUrl.startsWith('https:');
  app.route({
    method: 'POST',
    url: '/api/v1/session',
    config: { writes: true, scope: 'read', idempotency: 'required' },
    schema: {
      operationId: 'signIn',
      tags: ['session'],
      summary: 'Exchange an API key for a browser session',
      description:
        'Answers with an HttpOnly cookie. The session ends when the key does. A repeat opens another session.',
      body: z.strictObject({}),
      response: { 200: stateSchema, ...problemResponses },
    },
    onRequest: door.guard.needs('read'),
    handler: (request, reply) => {
      idempotencyKeyOf(request);
      const { workspace, actor, scopes } = callerOf(request);
      const keyHash = hashOfBearer(request.headers.authorization);
      if (keyHash === undefined) throw new Problem('key/missing');
      const token = door.sessions.open({ workspace, principal: actor, scopes, keyHash, mayActAs: false });
      reply
        .header('set-cookie', sessionCookie(token, secure))
        .header('cache-control', 'no-store')
        .send({ signedIn: true });
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/session',
    config: { writes: true, scope: 'read' },
    schema: {
      operationId: 'signOut',
      tags: ['session'],
      summary: 'End the browser session',
      response: { 200: stateSchema, ...problemResponses },
    },
    onRequest: door.guard.needs('read'),
    handler: (request, reply) => {
      const token = tokenOfCookie(request.headers.cookie);
      if (token !== undefined) door.sessions.end(token);
      reply
        .header('set-cookie', sessionCookie('', secure))
        .header('clear-site-data', '"cookies", "storage"')
        .header('cache-control', 'no-store')
        .send({ signedIn: false });
    },
  });
}
