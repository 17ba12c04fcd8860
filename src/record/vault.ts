// Room: record. The keys of private data: root key (a file) → workspace key → one key per person → items.
// Promises: what is stored cannot be read without the root key, nor moved to another workspace or place; deleting a
// person's key makes their items unreadable. Keys are held in memory only in bounded number.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomFillSync } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { SubjectKey } from '../words/arrival.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Keeper } from '../words/private.ts';

const ivBytes = 12;
const tagBytes = 16;

/** Reads the root key, or makes it (32 random bytes, mode 0600). Lose it and every private item is lost. */
export function rootKeyFrom(path: string): Buffer {
  const read = () => {
    const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
    if (key.length !== 32)
      throw new Error(`${path} does not hold a root key (32 bytes, base64url). Put the right file back.`);
    return key;
  };
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.draft-${process.pid}`;
  const file = openSync(draft, 'w', 0o600);
  writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`);
  fsyncSync(file);
  closeSync(file);
  chmodSync(draft, 0o600);
  try {
    // A link is refused where the file exists: of two processes that start at once, one key wins for both.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read();
}

/** A keeper's name in the key store. */
export function keeperName(keeper: Keeper): string {
  return 'subject' in keeper ? `s:${keeper.subject}` : `p:${keeper.person}`;
}

const pool = Buffer.alloc(16_384);
let used = pool.length;

/** Random bytes, drawn from the system in larger pieces: a call for each took a tenth of the time of a batch. */
export function freshBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  // What was handed out must not stay behind: some of it is keys.
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}

/** Encrypts under a key, bound to a place: iv, tag, ciphertext. */
export function seal(key: Uint8Array, place: string, text: string | Uint8Array): Buffer {
  const iv = freshBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  const body = typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text);
  const last = cipher.final();
  return Buffer.concat([iv, cipher.getAuthTag(), body, last]);
}

/** Decrypts what `seal` made for the same place; throws when the key, the place or a byte differs. */
export function unseal(key: Uint8Array, place: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}

export type MadeKey = { keeper: string; key: Buffer; wrapped: Buffer };

/** The keys of one workspace. */
export type Vault = {
  /** The keyed hash of an outside name: equal names give equal hashes, in this workspace only. */
  nameHash(key: SubjectKey): string;
  /** A keeper's key that is in memory; it may have been erased elsewhere since. */
  known(keeper: string): Buffer | undefined;
  /** The key behind a stored, wrapped one; remembered. */
  open(keeper: string, wrapped: Uint8Array): Buffer;
  /** Makes a key; `wrapped` goes to the store. Call `keep` once it is stored. */
  make(keeper: string): MadeKey;
  keep(made: MadeKey): void;
  forget(keeper: string): void;
  /** Encrypts what belongs to nobody in particular, under the workspace's key. */
  seal(place: string, text: string | Uint8Array): Buffer;
  unseal(place: string, sealed: Uint8Array): Buffer;
};

/** A new workspace's key, wrapped. */
export function newWorkspaceKey(root: Uint8Array, workspace: WorkspaceId): Buffer {
  return seal(root, `workspace key ${workspace}`, randomBytes(32));
}

/** Opens a workspace's vault. Throws a sentence when the root key is not the one that it was made with. */
export function openVault(root: Uint8Array, workspace: WorkspaceId, wrapped: Uint8Array, keysMax = 20_000): Vault {
  let key: Buffer;
  try {
    key = unseal(root, `workspace key ${workspace}`, wrapped);
  } catch (cause) {
    throw new Error(
      `The root key does not open the workspace "${workspace}": it is not the key that this database was made with. Put the root-key file of this database into place.`,
      { cause },
    );
  }
  const nameKey = Buffer.from(hkdfSync('sha256', key, '', 'subject names', 32));
  const keys = new LRUCache<string, { key: Buffer; wrapped: Uint8Array }>({ max: keysMax });
  const place = (keeper: string) => `keeper key ${workspace} ${keeper}`;
  return {
    // 128 bits are enough to tell names apart, and half the index.
    nameHash: (name) =>
      createHmac('sha256', nameKey).update(`${name.type}\0${name.value}`).digest('base64url').slice(0, 22),
    known: (keeper) => keys.get(keeper)?.key,
    open(keeper, stored) {
      const held = keys.get(keeper);
      if (held !== undefined && Buffer.compare(held.wrapped, stored) === 0) return held.key;
      const opened = unseal(key, place(keeper), stored);
      keys.set(keeper, { key: opened, wrapped: stored });
      return opened;
    },
    make(keeper) {
      const made = freshBytes(32);
      return { keeper, key: made, wrapped: seal(key, place(keeper), made) };
    },
    keep: (made) => {
      keys.set(made.keeper, made);
    },
    forget: (keeper) => {
      keys.delete(keeper);
    },
    seal: (where, text) => seal(key, `${workspace} ${where}`, text),
    unseal: (where, sealed) => unseal(key, `${workspace} ${where}`, sealed),
  };
}
