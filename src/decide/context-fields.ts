// decide: the information that travels. Which declared fields and note answers are there, which are still owed,
// and whether a value fits its declared type.

import type { Context } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { SubjectId } from '../words/ids.ts';
import type { FieldSpec, FieldValue, PolicyDoc, Transition } from '../words/policy.ts';
import type { Refusal } from '../words/refusal.ts';
import { refuse } from '../words/refusal.ts';
import type { Plan } from './plan.ts';

/** Names of what the context holds: fields with a value, and answered note questions as `note.<question>`. */
function presentOf(context: Context): string[] {
  const fields = Object.entries(context.fields)
    .filter(([, value]) => !isEmpty(value))
    .map(([name]) => name);
  const answers = Object.entries(context.note ?? {})
    .filter(([, text]) => text !== undefined && text.trim() !== '')
    .map(([q]) => `note.${q}`);
  return [...fields, ...answers].sort();
}

/** What a transition requires and the context does not hold yet. */
function missingOf(transition: Transition, context: Context): string[] {
  const have = new Set(presentOf(context));
  return [...transition.required, ...transition.note.map((q) => `note.${q}`)].filter((name) => !have.has(name));
}

/** Puts a context into the private side table; the event carries only its name and what it has and lacks. */
export function keepContext(
  plan: Plan,
  subject: SubjectId,
  transition: Transition,
  context: Context,
): Handoff['context'] {
  const ref = plan.id('px');
  plan.keep({ ref, of: { subject }, kind: 'context', body: context });
  return { ref, have: presentOf(context), missing: missingOf(transition, context) };
}

/** What is still owed, as a person would say it: "Complete: why now, use case". */
export function sayOwed(missing: readonly string[]): string {
  return `Complete: ${missing.map((name) => name.replace('note.', '').replaceAll(/[-_]/g, ' ')).join(', ')}`;
}

/** The first field with a value of the wrong type, as a refusal. Undeclared fields are kept and never used. */
export function fieldsRefused(doc: PolicyDoc, context: Context): Refusal | undefined {
  for (const [name, value] of Object.entries(context.fields)) {
    const spec = doc.fields[name];
    if (spec !== undefined && !fits(spec, value)) {
      return refuse('context/wrong-type', { field: name, type: typeWords(spec), value: String(value).slice(0, 80) });
    }
  }
  return undefined;
}

/** Later words win field by field and answer by answer; undefined when nothing new was said. */
export function mergeContext(before: Context | undefined, more: Context): Context | undefined {
  if (
    Object.keys(more.fields).length === 0 &&
    Object.keys(more.note ?? {}).length === 0 &&
    (more.links ?? []).length === 0
  )
    return undefined;
  return {
    fields: { ...before?.fields, ...more.fields },
    note: { ...before?.note, ...more.note },
    links: [...new Set([...(before?.links ?? []), ...(more.links ?? [])])],
  };
}

function isEmpty(value: FieldValue): boolean {
  return (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
}

function fits(spec: FieldSpec, value: FieldValue): boolean {
  const { type } = spec;
  if (typeof type === 'object')
    return 'oneOf' in type
      ? typeof value === 'string' && (value === '' || type.oneOf.includes(value))
      : Array.isArray(value);
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'int') return typeof value === 'number' && Number.isSafeInteger(value);
  if (type === 'double') return typeof value === 'number' && Number.isFinite(value);
  return typeof value === 'string' && (value === '' || /^\d{4}-\d{2}-\d{2}$/.test(value));
}

function typeWords(spec: FieldSpec): string {
  const { type } = spec;
  if (typeof type === 'object') return 'oneOf' in type ? `one of ${type.oneOf.join(', ')}` : 'a list of texts';
  return {
    string: 'a text',
    bool: 'true or false',
    int: 'a whole number',
    double: 'a number',
    date: 'a date such as 2026-11-24',
  }[type];
}
