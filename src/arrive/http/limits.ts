// arrive: how many requests one key or one address may send. Counts in fixed windows, in memory, with a bound on how
// many callers are remembered; says what is left in the headers of draft-ietf-httpapi-ratelimit-headers-11.

import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { type Instant, MINUTE, SECOND, type Span } from '../../words/time.ts';

export type Limit = { requestsMax: number; windowMs: Span };

export type Limits = { perKey: Limit; perAddress: Limit; failuresPerAddress: Limit };

export const DEFAULT_LIMITS: Limits = {
  perKey: { requestsMax: 60_000, windowMs: MINUTE },
  perAddress: { requestsMax: 120_000, windowMs: MINUTE },
  failuresPerAddress: { requestsMax: 30, windowMs: MINUTE },
};

const CALLERS_MAX = 20_000;

export type Standing = { allowed: boolean; remaining: number; resetSeconds: number };

export type Limiter = {
  readonly policy: string;
  /** Counts one request of a caller. */
  take(caller: string): Standing;
  /** Looks without counting. */
  look(caller: string): Standing;
};

/** A limiter called `label` in its headers; undefined where nothing is limited. */
export function createLimiter(label: string, limit: Limit, now: () => Instant): Limiter | undefined {
  const { requestsMax, windowMs } = limit;
  if (requestsMax === Number.POSITIVE_INFINITY) return undefined;
  const windows = new LRUCache<string, { endsAt: Instant; used: number }>({ max: CALLERS_MAX });

  function standing(caller: string, take: 0 | 1): Standing {
    const at = now();
    let window = windows.get(caller);
    if (window === undefined || at >= window.endsAt) {
      window = { endsAt: at + windowMs, used: 0 };
      windows.set(caller, window);
    }
    window.used += take;
    const left = requestsMax - window.used;
    return {
      allowed: take === 1 ? left >= 0 : left > 0,
      remaining: Math.max(0, left),
      resetSeconds: Math.max(1, Math.ceil((window.endsAt - at) / SECOND)),
    };
  }

  return {
    policy: `"${label}";q=${requestsMax};w=${Math.ceil(windowMs / SECOND)}`,
    take: (caller) => standing(caller, 1),
    look: (caller) => standing(caller, 0),
  };
}

/** Whose address this is: IPv4 as it is, IPv6 by its /64, since one household or host has many. */
export function neighbourhood(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':');
}
