// arrive: who is asking? Finds the key behind a presented secret, keeps it for 30 seconds, and forgets everything at
// once when a key is revoked (an epoch: what was looked up before the revocation is never believed after it).

import { LRUCache } from 'lru-cache';
import type { ApiKey, KeyStore } from '../words/key.ts';
import { type Instant, MINUTE, SECOND } from '../words/time.ts';
import { parseKey } from './keys.ts';

const KEEP_MS = 30 * SECOND;
const KEYS_MAX = 10_000;

type Held = { key: ApiKey; untilAt: Instant; epoch: number };

export type KeyGuard = {
  /** The live key behind a secret, from memory only; undefined when it must be looked up. */
  held(hash: string): ApiKey | undefined;
  /** The live key behind a secret; undefined for unknown, expired and revoked ones. */
  find(hash: string): Promise<ApiKey | undefined>;
  /** Forgets all keys: call when any key was revoked, here or in another process. */
  forget(): void;
};

export function createKeyGuard(store: KeyStore, now: () => Instant): KeyGuard {
  const cache = new LRUCache<string, Held>({ max: KEYS_MAX });
  let epoch = 0;

  function held(hash: string): ApiKey | undefined {
    const entry = cache.get(hash);
    if (entry === undefined) return undefined;
    const at = now();
    if (entry.epoch !== epoch || at >= entry.untilAt || !isLive(entry.key, at)) {
      cache.delete(hash);
      return undefined;
    }
    return entry.key;
  }

  async function find(hash: string): Promise<ApiKey | undefined> {
    const known = held(hash);
    if (known !== undefined) return known;
    const asked = epoch;
    const key = await store.find(hash);
    const at = now();
    if (key === undefined || asked !== epoch || !isLive(key, at)) return asked === epoch ? undefined : find(hash);
    cache.set(hash, { key, untilAt: at + KEEP_MS, epoch: asked });
    if (at - (key.lastUsedAt ?? 0) >= MINUTE) await store.touch(key.id, at);
    return key;
  }

  function forget(): void {
    epoch += 1;
  }

  return { held, find, forget };
}

/** The hash of the key in an Authorization header; undefined when the header holds none of ours. */
export function hashOfBearer(header: string | undefined): string | undefined {
  if (header === undefined || !/^bearer /i.test(header)) return undefined;
  return parseKey(header.slice(7).trim());
}

function isLive(key: ApiKey, at: Instant): boolean {
  return key.revokedAt === undefined && at < key.expiresAt;
}
