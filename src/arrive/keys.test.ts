import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_PATTERN, makeKey, parseKey } from './keys.ts';

describe('API keys', () => {
  it('fit the published pattern and are found by the SHA-256 of the whole key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const { key, hash } = makeKey(() => bytes);
        expect(key).toMatch(KEY_PATTERN);
        expect(parseKey(key)).toBe(hash);
        expect(createHash('sha256').update(key).digest('hex')).toBe(hash);
      }),
    );
  });

  it('carry 256 random bits: no two are alike', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => makeKey().key)).size).toBe(1_000);
    const all = (byte: number) => makeKey(() => new Uint8Array(32).fill(byte)).key;
    expect(all(0)).not.toBe(all(255));
  });

  it('with one letter wrong are told apart without a look-up', () => {
    const { key } = makeKey(() => new Uint8Array(32).fill(7));
    for (let i = 'baton_live_'.length; i < key.length; i++) {
      const wrong = `${key.slice(0, i)}${key[i] === 'a' ? 'b' : 'a'}${key.slice(i + 1)}`;
      expect(parseKey(wrong)).toBeUndefined();
    }
  });

  it('of any other shape are none', () => {
    const { key } = makeKey();
    for (const none of ['', 'baton_live_', key.slice(1), `${key}x`, ` ${key}`, key.replace('live', 'test')]) {
      expect(parseKey(none)).toBeUndefined();
    }
  });
});
