// Room: record. The store of API keys, which stands outside the workspace fence (migration 0004 says why).
// Promises: a key is found by its hash alone; a revoked key stays in the list, with the time.
import type { ApiKey, KeyStore, Scope } from '../words/key.ts';
import type { Database, HotCall } from './database.ts';

type KeyColumns = {
  id: string;
  workspace_id: string;
  principal_kind: 'person' | 'system';
  principal_id: string;
  scopes: string;
  label: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
};

const findKey: HotCall = { name: 'key_find', text: 'select * from baton.api_key where hash = $1' };
const addKey: HotCall = {
  name: 'key_add',
  text: 'insert into baton.api_key (hash, id, workspace_id, principal_kind, principal_id, scopes, label, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
};
const revokeKey: HotCall = {
  name: 'key_revoke',
  text: 'update baton.api_key set revoked_at = $3 where workspace_id = $1 and id = $2 and revoked_at is null returning id',
};
const listKeys: HotCall = {
  name: 'key_list',
  text: 'select * from baton.api_key where workspace_id = $1 order by created_at desc, id desc',
};
const touchKey: HotCall = { name: 'key_touch', text: 'update baton.api_key set last_used_at = $2 where id = $1' };

/** The key store of a database. */
export function openKeyStore(database: Pick<Database, 'call'>): KeyStore {
  return {
    async find(hash) {
      const [row] = await database.call<KeyColumns>(findKey, [hash]);
      return row === undefined ? undefined : keyOf(row);
    },
    async add(hash, key) {
      const { kind, id } = key.principal;
      await database.call(addKey, [
        hash,
        key.id,
        key.workspace,
        kind,
        id,
        key.scopes.join(' '),
        key.label,
        key.createdAt,
        key.expiresAt,
      ]);
    },
    async revoke(workspace, id, at) {
      return (await database.call(revokeKey, [workspace, id, at])).length > 0;
    },
    async list(workspace) {
      return (await database.call<KeyColumns>(listKeys, [workspace])).map(keyOf);
    },
    async touch(id, at) {
      await database.call(touchKey, [id, at]);
    },
  };
}

function keyOf(row: KeyColumns): ApiKey {
  return {
    id: row.id,
    workspace: row.workspace_id,
    principal: { kind: row.principal_kind, id: row.principal_id },
    scopes: row.scopes.split(' ').filter((scope) => scope !== '') as Scope[],
    label: row.label,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}
