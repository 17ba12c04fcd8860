// Room: record. One private item as it is stored: a random commitment key and the content, encrypted together.
// Promises: the ledger's commitment can be checked while the item is there, and is meaningless once it is gone.
import type { WorkspaceId } from '../words/ids.ts';
import { canonicalJson } from './canonical.ts';
import { commitTo } from './chain.ts';
import { freshBytes, seal, unseal } from './vault.ts';

const saltBytes = 32;

/** Encrypts an item; `commitment` goes into the ledger. */
export function boxItem(
  key: Uint8Array,
  workspace: WorkspaceId,
  ref: string,
  body: unknown,
): { sealed: Buffer; commitment: string } {
  const salt = freshBytes(saltBytes);
  const text = canonicalJson(body);
  return {
    sealed: seal(key, `item ${workspace} ${ref}`, Buffer.concat([salt, Buffer.from(text)])),
    commitment: commitTo(salt, text),
  };
}

/** Decrypts an item, with the commitment that the ledger must hold for it. */
export function unboxItem(
  key: Uint8Array,
  workspace: WorkspaceId,
  ref: string,
  sealed: Uint8Array,
): { body: unknown; commitment: () => string } {
  const opened = unseal(key, `item ${workspace} ${ref}`, sealed);
  const text = opened.toString('utf8', saltBytes);
  return { body: JSON.parse(text), commitment: () => commitTo(opened.subarray(0, saltBytes), text) };
}
