// words: the reading port: what lists, pages and checks may ask of the record. Reading changes nothing.

import type { Recorded } from './event.ts';
import type { Handoff, Stage } from './handoff.ts';
import type { ArrivalId, HandoffId, PersonId, SubjectId, WorkspaceId } from './ids.ts';
import type { HandoffRow, MessageRow, MessageState, Notice, SubjectRow, TaskRow } from './journal.ts';
import type { Instant } from './time.ts';

export type Profile = { person: PersonId; name?: string; email?: string };

export type HandoffFilter = {
  stage?: Stage[];
  live?: boolean;
  owner?: PersonId;
  person?: PersonId;
  transition?: string;
  late?: boolean;
};

/** A place in a list: sorted by opening, newest first, or by due time, soonest first. Opaque outside (show/cursor.ts). */
export type Page<T> = { rows: T[]; next?: string };

export type Reader = {
  handoff(
    workspace: WorkspaceId,
    id: HandoffId,
  ): Promise<{ handoff: Handoff; private: Record<string, unknown> } | undefined>;
  handoffs(
    workspace: WorkspaceId,
    filter: HandoffFilter,
    order: 'due' | 'newest',
    after: string | undefined,
    limit: number,
  ): Promise<Page<HandoffRow>>;
  timeline(workspace: WorkspaceId, id: HandoffId): Promise<Recorded[]>;
  tasks(
    workspace: WorkspaceId,
    owner: PersonId | undefined,
    state: TaskRow['state'] | undefined,
    limit: number,
  ): Promise<TaskRow[]>;
  profiles(workspace: WorkspaceId): Promise<Map<PersonId, Profile>>;
  /** Decrypted private items by ref; missing ones were erased. */
  privateItems(workspace: WorkspaceId, refs: string[]): Promise<Map<string, unknown>>;
  subjects(
    workspace: WorkspaceId,
    type: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<Page<SubjectRow>>;
  subject(workspace: WorkspaceId, id: SubjectId): Promise<SubjectRow | undefined>;
  messages(
    workspace: WorkspaceId,
    state: MessageState | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<Page<MessageRow>>;
  setAside(
    workspace: WorkspaceId,
    limit: number,
  ): Promise<{ arrival: ArrivalId; at: Instant; reason: string; input: unknown }[]>;
  notices(workspace: WorkspaceId, person: PersonId, limit: number): Promise<Notice[]>;
  counts(
    workspace: WorkspaceId,
  ): Promise<Record<Stage, number> & { late: number; deadMessages: number; waitingMessages: number; setAside: number }>;
  head(workspace: WorkspaceId): Promise<{ seq: number; hash: string }>;
};
