// policy: what a name looks like in the policy language: names of things, fields, ids of people, sentences, conditions.
// Promises that no name is one that JavaScript objects or the condition language have by themselves.

import { DURATION_PATTERN, readDuration } from './duration.ts';
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
/** A duration where it stands as the key of an entry, as in `24h: 3`. */
export const span = scalar('a duration such as 24h', { type: 'string', pattern: DURATION_PATTERN }, (value) =>
  typeof value === 'string' && (readDuration(value)?.ms ?? 0) > 0 ? value : undefined,
);
export const date = scalar(
  'a date such as 2026-12-31',
  { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  (value) => (typeof value === 'string' && isDate(value) ? value : undefined),
);

function isDate(value: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return length !== undefined && day >= 1 && day <= length;
}

export const id = text('an id', '^[^\\s]+$', 64);
export const sentence = text('a short text', '\\S', 300);
export const condition = text('a condition', '\\S', 5000);
