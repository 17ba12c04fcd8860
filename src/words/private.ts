// words: what may not stand in the ledger: names, addresses, fields of a prospect, notes, questions.
// Kept in a side table, encrypted under the subject's own key; erasing the key erases the person.

import type { SubjectKey } from './arrival.ts';
import type { PersonId, SubjectId } from './ids.ts';

/** Whose key protects an item: a prospect's, or a colleague's. */
export type Keeper = { subject: SubjectId } | { person: PersonId };

export type PrivateItem = {
  ref: string;
  of: Keeper;
  kind: 'context' | 'note' | 'question' | 'answer' | 'profile' | 'next-step' | 'reason' | 'policy' | 'secret';
  body: unknown;
};

/** The names under which a subject is known outside; stored only as keyed hashes. */
export type SubjectNames = { subject: SubjectId; keys: SubjectKey[] };
