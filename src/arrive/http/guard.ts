// arrive: who may pass. Finds the caller behind an API key or a browser session, counts the request, checks the scope,
// and refuses a browser's request that does not come from our own pages. The usual case, a key seen in the last
// 30 seconds, costs one hash and no promise.

import { hash as hashName } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../words/event.ts';
import type { WorkspaceId } from '../../words/ids.ts';
import type { Scope } from '../../words/key.ts';
import type { Instant } from '../../words/time.ts';
import { hashOfBearer, type KeyGuard } from '../key-guard.ts';
import { Problem } from '../problems.ts';
import { type Sessions, tokenOfCookie } from '../sessions.ts';
import { createLimiter, type Limiter, type Limits, neighbourhood, type Standing } from './limits.ts';

export type Caller = { workspace: WorkspaceId; actor: Actor; scopes: readonly Scope[]; keyId: string };

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
    rawBody: Buffer | undefined;
  }
}

export type GuardDeps = { keys: KeyGuard; sessions: Sessions; limits: Limits; publicUrl: string; now(): Instant };

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

export type Guard = {
  /** The hook of a route that needs this scope. */
  needs(scope: Scope): Hook;
  /** The hook of a route that anybody may ask: only the address is counted. */
  open: Hook;
};

export function createGuard(deps: GuardDeps): Guard {
  const { keys, sessions, limits, now } = deps;
  const perKey = createLimiter('key', limits.perKey, now);
  const perAddress = createLimiter('address', limits.perAddress, now);
  const failures = createLimiter('failures', limits.failuresPerAddress, now);
  const publicHost = new URL(deps.publicUrl).host;

  function settle(request: FastifyRequest, reply: FastifyReply, scope: Scope, caller: Caller): void {
    count(reply, perKey, caller.keyId);
    if (!caller.scopes.includes(scope)) {
      throw new Problem('key/scope', { detail: `This route needs a key with the scope "${scope}".` });
    }
    request.caller = caller;
  }

  function refuse(request: FastifyRequest): never {
    failures?.take(neighbourhood(request.ip));
    const sent = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
    throw new Problem(sent ? 'key/unknown' : 'key/missing', {
      headers: { 'www-authenticate': 'Bearer realm="baton"' },
    });
  }

  async function look(request: FastifyRequest, reply: FastifyReply, scope: Scope, hash: string | undefined) {
    if (failures !== undefined) stopWhenExceeded(reply, failures.look(neighbourhood(request.ip)));
    if (hash !== undefined) {
      const key = await keys.find(hash);
      if (key === undefined) refuse(request);
      settle(request, reply, scope, {
        workspace: key.workspace,
        actor: key.principal,
        scopes: key.scopes,
        keyId: key.id,
      });
      return;
    }
    const token = request.headers.authorization === undefined ? tokenOfCookie(request.headers.cookie) : undefined;
    const session = token === undefined ? undefined : sessions.find(token);
    if (session === undefined) refuse(request);
    if (session.keyHash !== undefined && (await keys.find(session.keyHash)) === undefined) refuse(request);
    checkOrigin(request, publicHost);
    const as = session.mayActAs ? request.headers['baton-act-as'] : undefined;
    const actor: Actor = typeof as === 'string' && as !== '' ? { kind: 'person', id: as } : session.principal;
    settle(request, reply, scope, {
      workspace: session.workspace,
      actor,
      scopes: session.scopes,
      keyId: `session:${hashName('sha256', String(token), 'hex').slice(0, 16)}`,
    });
  }

  function needs(scope: Scope): Hook {
    return function guardRoute(request, reply, done) {
      try {
        if (perAddress !== undefined) stopWhenExceeded(reply, perAddress.take(neighbourhood(request.ip)));
        const hash = hashOfBearer(request.headers.authorization);
        const key = hash === undefined ? undefined : keys.held(hash);
        if (key === undefined) {
          look(request, reply, scope, hash).then(() => done(), done);
          return;
        }
        settle(request, reply, scope, {
          workspace: key.workspace,
          actor: key.principal,
          scopes: key.scopes,
          keyId: key.id,
        });
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    };
  }

  function open(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    try {
      if (perAddress !== undefined) stopWhenExceeded(reply, perAddress.take(neighbourhood(request.ip)));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }

  return { needs, open };
}

/** The caller that the guard of this route let pass. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error(`The route ${request.routeOptions.url} has no guard.`);
  return request.caller;
}

function count(reply: FastifyReply, limiter: Limiter | undefined, who: string): void {
  if (limiter === undefined) return;
  const standing = limiter.take(who);
  reply.header('ratelimit-policy', limiter.policy);
  reply.header('ratelimit', `"key";r=${standing.remaining};t=${standing.resetSeconds}`);
  stopWhenExceeded(reply, standing);
}

function stopWhenExceeded(reply: FastifyReply, standing: Standing): void {
  if (standing.allowed) return;
  reply.header('retry-after', String(standing.resetSeconds));
  throw new Problem('limit/exceeded', {
    detail: `Too many requests in a short time. Try again in ${standing.resetSeconds} seconds.`,
  });
}

/**
 * A session's cookie travels by itself, so what it may do is bound to our own pages: the name that was called must be
 * ours (or an address, which cannot be re-bound by DNS), and a write must come from the same origin.
 */
function checkOrigin(request: FastifyRequest, publicHost: string): void {
  const host = request.headers.host ?? '';
  const hostName = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const ours = host === publicHost || hostName === 'localhost' || isIP(hostName) !== 0;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const sameOrigin = origin === undefined ? undefined : URL.canParse(origin) && new URL(origin).host === host;
  const here = site === undefined ? (sameOrigin ?? reads) : site === 'same-origin' || (reads && site === 'none');
  if (!ours || !here || sameOrigin === false) {
    throw new Problem('request/foreign-origin', {
      detail: `A browser session can only be used from Baton's own pages; this request came from ${origin ?? site ?? host}.`,
    });
  }
}
