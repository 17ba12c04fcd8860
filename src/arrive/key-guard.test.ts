import { describe, expect, it } from 'vitest';
import type { ApiKey, KeyStore } from '../words/key.ts';
import { createKeyGuard, hashOfBearer } from './key-guard.ts';
import { makeKey } from './keys.ts';

const key: ApiKey = {
  id: 'ke_1',
  workspace: 'w',
  principal: { kind: 'system', id: 's' },
  scopes: ['read'],
  label: '',
  createdAt: 0,
  expiresAt: 1_000_000,
};

function storeOf(found: () => Promise<ApiKey | undefined>) {
  const touched: number[] = [];
  const store: KeyStore = {
    find: found,
    add: async () => undefined,
    revoke: async () => true,
    list: async () => [],
    touch: async (_, at) => void touched.push(at),
  };
  return { store, touched };
}

describe('the key guard', () => {
  it('keeps a live key for 30 seconds and never longer than it lives', async () => {
    let now = 0;
    let asked = 0;
    const guard = createKeyGuard(
      storeOf(async () => {
        asked += 1;
        return key;
      }).store,
      () => now,
    );
    await guard.find('h');
    now = 29_999;
    expect(guard.held('h')).toBe(key);
    now = 30_000;
    expect(guard.held('h')).toBeUndefined();
    now = 999_999;
    await guard.find('h');
    now = 1_000_000;
    expect(await guard.find('h')).toBeUndefined();
    expect(asked).toBe(3);
  });

  it('believes nothing that was looked up before a revocation', async () => {
    let release: (found: ApiKey | undefined) => void = () => undefined;
    const answers: Promise<ApiKey | undefined>[] = [
      new Promise((resolve) => {
        release = resolve;
      }),
      Promise.resolve({ ...key, revokedAt: 5 }),
    ];
    const guard = createKeyGuard(storeOf(() => answers.shift() ?? Promise.resolve(undefined)).store, () => 10);
    const finding = guard.find('h');
    guard.forget();
    release(key);
    expect(await finding).toBeUndefined();
    expect(guard.held('h')).toBeUndefined();
  });

  it('notes the use of a key at most once a minute', async () => {
    let now = 100_000;
    const used: ApiKey = { ...key };
    const { store, touched } = storeOf(async () => used);
    const guard = createKeyGuard(
      {
        ...store,
        touch: async (id, at) => {
          used.lastUsedAt = at;
          await store.touch(id, at);
        },
      },
      () => now,
    );
    for (const at of [100_000, 131_000, 161_000, 192_000]) {
      now = at;
      await guard.find('h');
    }
    expect(touched).toEqual([100_000, 161_000]);
  });

  it('reads bearer tokens of ours only', () => {
    const { key: secret, hash } = makeKey();
    expect(hashOfBearer(`Bearer ${secret}`)).toBe(hash);
    expect(hashOfBearer(`bearer  ${secret} `)).toBe(hash);
    for (const none of [undefined, '', secret, `Basic ${secret}`, 'Bearer', 'Bearer x'])
      expect(hashOfBearer(none)).toBeUndefined();
  });
});
