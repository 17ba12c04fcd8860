// Room: record. The vaults of all workspaces: each opened once, from the key store, with the root key.
// Promises: a workspace that does not exist is told by name; a vault is opened once however many ask.
import { LRUCache } from 'lru-cache';
import type { WorkspaceId } from '../words/ids.ts';
import type { Database, Session } from './database.ts';
import { sql } from './sql.ts';
import { newWorkspaceKey, openVault, type Vault } from './vault.ts';

export type Vaults = {
  /** Throws a sentence when there is no such workspace. */
  of(workspace: WorkspaceId): Promise<Vault>;
  /** Stores a new workspace's key, inside the transaction that creates the workspace. */
  create(session: Session, workspace: WorkspaceId): Promise<void>;
};

/** Vaults of a database under its root key. */
export function openVaults(database: Database, rootKey: Uint8Array): Vaults {
  const open = new LRUCache<WorkspaceId, Promise<Vault>>({ max: 500 });
  const load = async (workspace: WorkspaceId): Promise<Vault> => {
    const [row] = await database.inWorkspace(
      workspace,
      (session) =>
        session.query<{ wrapped: Buffer }>(
          sql`select wrapped from baton.workspace_key where workspace_id = ${workspace}`,
        ),
      { readOnly: true },
    );
    if (row === undefined) throw new Error(`There is no workspace "${workspace}" in this database.`);
    return openVault(rootKey, workspace, row.wrapped);
  };
  return {
    of(workspace) {
      let vault = open.get(workspace);
      if (vault === undefined) {
        vault = load(workspace);
        open.set(workspace, vault);
        vault.catch(() => open.delete(workspace));
      }
      return vault;
    },
    async create(session, workspace) {
      await session.query(
        sql`insert into baton.workspace_key (workspace_id, wrapped) values (${workspace}, ${newWorkspaceKey(rootKey, workspace)})`,
      );
    },
  };
}
