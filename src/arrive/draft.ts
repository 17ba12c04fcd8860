// arrive: what the door hands to the corridor, and what it may ask of it. A draft is an arrival that lacks only
// its id and its instant, which the corridor stamps with database time when it stores it.

import { hash } from 'node:crypto';
import type { Ask, Via } from '../words/arrival.ts';
import type { Actor, Recorded } from '../words/event.ts';
import type { ArrivalId, WorkspaceId } from '../words/ids.ts';
import type { Answer, RawArrival } from '../words/journal.ts';

export type Draft = { command: string; bodyHash: string; actor: Actor; via: Via; trace?: string; ask: Ask };

/** A body as it came, before the corridor gives it an id and an instant. */
export type RawDraft = Omit<RawArrival, 'id' | 'at'>;

/** The answer to a draft; `repeated` when it is the first answer to the same command. */
export type Answered = Answer & { repeated?: boolean };

export type Corridor = {
  submit(workspace: WorkspaceId, draft: Draft): Promise<Answered>;
  /** Answers in the order of the drafts. */
  submitMany(workspace: WorkspaceId, drafts: Draft[]): Promise<Answered[]>;
  /** Durable before it answers; decided afterwards. */
  storeRaw(workspace: WorkspaceId, raw: RawDraft[]): Promise<{ id: ArrivalId; repeated: boolean }[]>;
  /** Calls the listener with newly committed events, oldest first; returns how to stop. */
  subscribe(workspace: WorkspaceId, listener: (events: Recorded[]) => void): () => void;
};

/**
 * The identity of a command: the same (workspace, principal, route, key) is the same command, so that a key that two
 * clients happen to share never gives one the other's answer (draft-ietf-httpapi-idempotency-key-header-07, section 5).
 */
export function commandId(workspace: WorkspaceId, principal: Actor, route: string, key: string): string {
  return hash('sha256', `${workspace}\n${principal.kind}\n${principal.id}\n${route}\n${key}`, 'hex');
}

/** The hash of a body's bytes: the same key with other bytes is refused. */
export function bodyHashOf(body: Uint8Array | string | undefined): string {
  return hash('sha256', body ?? '', 'hex');
}
