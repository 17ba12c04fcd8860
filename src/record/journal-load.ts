// Room: record. Asks for what a batch needs, in one statement, and makes the answer readable.
// Promises: everything in one answer is true at the position that it names.
import type { Context, SubjectKey } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Answer, Loaded, MessageRow, Needs, SubjectRow } from '../words/journal.ts';
import type { HotCall } from './database.ts';
import { cleanText } from './pack.ts';
import { unboxItem } from './private-box.ts';
import type { Vault } from './vault.ts';

export const loadBatch: HotCall = {
  name: 'load_batch',
  text: 'select * from baton.load_batch($1, $2, $3, $4, $5, $6, $7, $8)',
};

/** A row of the answer; which members are filled depends on its kind. */
export type LoadRow = {
  kind: string;
  key: string;
  a: string | null;
  doc: string | null;
  body: Buffer | null;
  wrapped: Buffer | null;
};

/** What was loaded, with what committing needs: the head's hash and the keepers' keys that came along. */
export type Reading = { loaded: Loaded; hash: string; keys: Map<string, Buffer> };

/** How the port names a subject's outside name. */
export function nameOf(key: SubjectKey): string {
  return `${key.type}:${key.value}`;
}

/** The values of the statement. */
export function loadValues(workspace: WorkspaceId, vault: Vault, needs: Needs, knownSeq: number): unknown[] {
  const names = needs.subjects.map((key) => vault.nameHash(key));
  return [
    workspace,
    knownSeq,
    needs.commands.map(cleanText),
    needs.handoffs.map(cleanText),
    names,
    needs.subjectIds.map(cleanText),
    needs.people.map(cleanText),
    needs.messages.map(cleanText),
  ];
}

/** Reads the rows of an answer. Throws when the workspace is gone. */
export function readLoad(workspace: WorkspaceId, vault: Vault, needs: Needs, rows: readonly LoadRow[]): Reading {
  const head = rows[0];
  if (head === undefined || head.kind !== 'head' || head.body === null)
    throw new Error(`There is no workspace "${workspace}" in this database.`);
  const loaded: Loaded = {
    seq: Number(head.key),
    answers: new Map(),
    handoffs: new Map(),
    contexts: new Map(),
    subjects: new Map(),
    subjectsById: new Map(),
    messages: new Map(),
    standing: new Map(),
  };
  const keys = new Map<string, Buffer>();
  const subjectOf = new Map<string, string>();
  for (const row of rows) {
    const { key } = row;
    const doc = row.doc ?? 'null';
    if (row.kind === 'answer') loaded.answers.set(key, { bodyHash: row.a ?? '', answer: JSON.parse(doc) as Answer });
    else if (row.kind === 'name') subjectOf.set(key, row.a ?? '');
    else if (row.kind === 'standing') loaded.standing.set(key, JSON.parse(doc));
    else if (row.kind === 'message') loaded.messages.set(key, messageOf(key, doc));
    else if (row.kind === 'subject') {
      loaded.subjectsById.set(key, JSON.parse(doc) as SubjectRow);
      if (row.wrapped !== null) keys.set(`s:${key}`, row.wrapped);
    } else if (row.kind === 'handoff') {
      const handoff = JSON.parse(doc) as Handoff;
      loaded.handoffs.set(key, handoff);
      if (row.a !== null && row.body !== null && row.wrapped !== null) {
        keys.set(row.a, row.wrapped);
        const { ref } = handoff.context;
        loaded.contexts.set(ref, unboxItem(vault.open(row.a, row.wrapped), workspace, ref, row.body).body as Context);
      }
    }
  }
  for (const key of needs.subjects) {
    const subject = loaded.subjectsById.get(subjectOf.get(vault.nameHash(key)) ?? '');
    if (subject !== undefined) loaded.subjects.set(nameOf(key), subject);
  }
  return { loaded, hash: head.body.toString('hex'), keys };
}

function messageOf(id: string, doc: string): MessageRow {
  const { reason, deliveredAt, ...rest } = JSON.parse(doc) as Omit<MessageRow, 'id'>;
  // The server writes absent members as null.
  return { id, ...rest, ...(reason == null ? {} : { reason }), ...(deliveredAt == null ? {} : { deliveredAt }) };
}
