// arrive/import: one ask of an import and its idempotency identity: who or what it speaks of, and what it says. Neither
// depends on the file's name, order or line numbers, so the same rows in another file are the same commands.

import { hash } from 'node:crypto';
import type { AskOf } from '../../words/arrival.ts';
import type { WorkspaceId } from '../../words/ids.ts';
import type { Roster } from '../../words/roster.ts';
import type { Value } from './got.ts';
import type { ImportKind } from './mapping.ts';
import type { Oddities } from './oddities.ts';

/** One thing that a row speaks of: values by target. */
export type Said = {
  line: number;
  values: ReadonlyMap<string, Value>;
  times: ReadonlyMap<string, number>;
  marks: string[];
};

export type ImportAsk = AskOf<'set-person'> | AskOf<'set-team'> | AskOf<'set-subject'> | AskOf<'import-handoff'>;

export type Item = {
  /** Lines of the file that say this; more than one where rows were put together. */
  lines: number[];
  /** Names the thing for ever, for example the lead's id. */
  identity: string;
  /** Everything that the file says of it. */
  content: string;
  ask: ImportAsk;
};

export type ItemTools = {
  roster: Roster;
  oddities: Oddities;
  reject(line: number, reason: string): void;
  repeat(): void;
};

/**
 * The command of an item. History is said once: a handoff's command is its identity alone, and other content under it is
 * refused. What can change (people, teams, subjects) is a new command with each new content; `turn` tells apart the
 * times at which the same content was brought in again after something else.
 */
export function commandOf(workspace: WorkspaceId, kind: ImportKind, item: Item, turn = 0): string {
  const said = kind === 'handoffs' ? [] : [item.content, String(turn)];
  return hash('sha256', JSON.stringify([workspace, 'import', kind, item.identity, ...said]), 'hex');
}

export function contentHash(item: Item): string {
  return hash('sha256', item.content, 'hex');
}

/** JSON with sorted keys: equal content is equal text. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
