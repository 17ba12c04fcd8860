// arrive: browser sessions. A page cannot keep an API key, so it gets a random reference in an HttpOnly cookie; what
// the reference stands for is kept here, in memory, as the hash of it, and ends with the process.

import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Scope } from '../words/key.ts';
import { HOUR, type Instant } from '../words/time.ts';

const SESSION_COOKIE = 'baton_session';
const SESSION_MS = 12 * HOUR;
const SESSIONS_MAX = 5_000;

export type Session = {
  workspace: WorkspaceId;
  principal: Actor;
  scopes: readonly Scope[];
  /** Hash of the API key that opened it: the session is worth nothing once that key is gone. */
  keyHash?: string;
  /** The demo company only: whoever looks may act as any of its people. Such a session lasts as long as the process. */
  mayActAs: boolean;
};

export type Sessions = {
  /** Opens a session; the token goes into the cookie and is kept nowhere. */
  open(session: Session): string;
  find(token: string): Session | undefined;
  end(token: string): void;
};

export function createSessions(now: () => Instant): Sessions {
  const open = new LRUCache<string, { session: Session; untilAt: Instant }>({ max: SESSIONS_MAX });
  const nameOf = (token: string) => hash('sha256', token, 'hex');
  return {
    open(session) {
      const token = randomBytes(32).toString('base64url');
      const untilAt = session.mayActAs ? Number.POSITIVE_INFINITY : now() + SESSION_MS;
      open.set(nameOf(token), { session, untilAt });
      return token;
    },
    find(token) {
      const held = open.get(nameOf(token));
      return held !== undefined && now() < held.untilAt ? held.session : undefined;
    },
    end(token) {
      open.delete(nameOf(token));
    },
  };
}

/** The session's token in a Cookie header. */
export function tokenOfCookie(header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=');
    if (name === SESSION_COOKIE && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The Set-Cookie header of a session; `secure` when the product is reached over https. */
export function sessionCookie(token: string, secure: boolean): string {
  const age = token === '' ? 0 : SESSION_MS / 1_000;
  return `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`;
}
