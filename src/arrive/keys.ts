// arrive: API keys. What a key looks like, how a new one is made, and how a presented one is recognised.
// A key is `baton_live_`, 256 random bits and a checksum: secret scanners find it by its prefix, and a mistyped key is
// told apart from a revoked one without asking the database. Only its SHA-256 is kept.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'baton_live_';
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LETTERS = 43;
const CHECK_LETTERS = 6;

/** What secret scanners search for. */
export const KEY_PATTERN = /^baton_live_[0-9A-Za-z]{49}$/;

/** A new key, and the hash under which it is stored. The key itself is shown once and kept nowhere. */
export function makeKey(random: (bytes: number) => Uint8Array = randomBytes): { key: string; hash: string } {
  const secret = base62(random(32), SECRET_LETTERS);
  const key = `${PREFIX}${secret}${checksum(secret)}`;
  return { key, hash: hashKey(key) };
}

/** The stored hash of a presented key; undefined for anything that was never made by `makeKey`. */
export function parseKey(key: string): string | undefined {
  if (!KEY_PATTERN.test(key)) return undefined;
  const secret = key.slice(PREFIX.length, PREFIX.length + SECRET_LETTERS);
  const given = Buffer.from(key.slice(-CHECK_LETTERS), 'latin1');
  const right = Buffer.from(checksum(secret), 'latin1');
  return timingSafeEqual(given, right) ? hashKey(key) : undefined;
}

function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  for (let i = 0; i < CHECK_LETTERS; i++) {
    text = LETTERS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function base62(bytes: Uint8Array, letters: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let i = 0; i < letters; i++) {
    text = LETTERS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
