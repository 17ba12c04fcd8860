// policy: what a name looks like in the policy language: names of things, fields, ids of people, sentences, conditions.
// Promises that no name is one that JavaScript objects or the condition language have by themselves.

import type { Shape } from './shape.ts';
import { scalar, text } from './shape.ts';

/** Names that JavaScript objects have by themselves; refused, so that a lookup by name can never find one of them. */
const TAKEN = new Set([
  'constructor',
  'prototype',
  'hasownproperty',
  'isprototypeof',
  'propertyisenumerable',
  'tolocalestring',
  'tostring',
  'valueof',
]);

/** Words that the condition language keeps for itself. */
const KEPT = new Set(
  'as break const continue else false for function if import in let loop null package namespace return true var void while has size'.split(
    ' ',
  ),
);

function nameLike(says: string, pattern: string, kept: ReadonlySet<string>): Shape<string> {
  const regex = new RegExp(pattern);
  const free = (value: string) => regex.test(value) && !TAKEN.has(value) && !kept.has(value);
  return scalar(says, { type: 'string', pattern }, (value) =>
    typeof value === 'string' && free(value) ? value : undefined,
  );
}

export const name = nameLike('a name in lower case letters, digits and hyphens', '^[a-z][a-z0-9-]{0,47}$', new Set());
export const field = nameLike(
  'a field name in lower case letters, digits and underscores',
  '^[a-z][a-z0-9_]{0,47}$',
  KEPT,
);
export const id = text('an id', '^[^\\s]+$', 64);
export const sentence = text('a short text', '\\S', 300);
export const condition = text('a condition', '\\S', 5000);
