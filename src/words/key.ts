// words: what an API key opens, and the port of the store that keeps keys. Only the SHA-256 of a key is ever stored;
// the key itself is shown once, when it is made (arrive/keys.ts). A key is found by its hash before its workspace is
// known, so the store stands outside the workspace fence and holds nothing else.

import type { Actor } from './event.ts';
import type { WorkspaceId } from './ids.ts';
import type { Instant } from './time.ts';

/** read: lists, pages, streams. act: what a person does with handoffs. admin: people, policy, endpoints, repair. */
export const SCOPES = ['read', 'act', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export type ApiKey = {
  /** Public name of the key, for lists and for revoking it. */
  id: string;
  workspace: WorkspaceId;
  /** On whose behalf the key acts. */
  principal: Actor;
  scopes: Scope[];
  label: string;
  createdAt: Instant;
  expiresAt: Instant;
  revokedAt?: Instant;
  lastUsedAt?: Instant;
};

export type KeyStore = {
  /** The key with this hash (SHA-256, hex), revoked and expired ones included. */
  find(hash: string): Promise<ApiKey | undefined>;
  add(hash: string, key: ApiKey): Promise<void>;
  /** False when the workspace has no such key that is not revoked yet. */
  revoke(workspace: WorkspaceId, id: string, at: Instant): Promise<boolean>;
  /** Newest first. */
  list(workspace: WorkspaceId): Promise<ApiKey[]>;
  /** Notes that a key was used; called at most once a minute for a key. */
  touch(id: string, at: Instant): Promise<void>;
};
