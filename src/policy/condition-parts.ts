// policy: what the pieces of a condition are while it is being translated, and how one is refused: with a code, the
// offset in its text, a sentence and a cure.

import type { ASTNode } from '@marcbachmann/cel-js';
import type { FieldSpec } from '../words/policy.ts';
import type { Run, Type, Value } from './condition-runs.ts';
import { readField } from './condition-runs.ts';
import { didYouMean } from './near.ts';

/** What may stand in a condition besides literals. `segments` is left out where the segment is not known yet. */
export type Vocabulary = {
  fields: Readonly<Record<string, FieldSpec>>;
  signals: readonly string[];
  segments?: readonly string[];
};

/** A comparison of one thing with a literal, kept for lint and diff. */
export type Atom = { on: string; op: string; literal?: string | number | boolean };

export type Part = {
  type: Type;
  run: Run;
  cost: number;
  depth: number;
  literal?: string | number | boolean;
  constant?: Value[];
  on?: string;
};

export type Scope = {
  readonly name: string;
  readonly slot: number;
  readonly type: Type;
  readonly outer: Scope | undefined;
};

/** What a condition looks at. */
export type Reads = { fields: Set<string>; names: Set<string>; atoms: Atom[] };

/** Raised while compiling: what is wrong, where in the source, what to do. */
export class ConditionError extends Error {
  readonly code: string;
  readonly offset: number;
  readonly cure: string;
  constructor(code: string, message: string, offset: number, cure: string) {
    super(message);
    this.name = 'ConditionError';
    this.code = code;
    this.offset = offset;
    this.cure = cure;
  }
}

/** One translation: the words it may use, what it has looked at, and how an inner piece is translated. */
export type Job = {
  readonly words: Vocabulary;
  readonly reads: Reads;
  slots: number;
  part(node: ASTNode, scope: Scope | undefined, nesting: number): Part;
};

export const BOOL: Type = { is: 'bool' };
export const INT: Type = { is: 'int' };
export const STRING: Type = { is: 'string' };

function typeOfField(name: string, spec: FieldSpec): Type {
  if (typeof spec.type === 'object') {
    return 'list' in spec.type
      ? { is: 'list', of: STRING }
      : { is: 'string', oneOf: spec.type.oneOf, noun: `value of lead.${name}` };
  }
  return spec.type === 'date' ? STRING : { is: spec.type };
}

export function refuse(node: ASTNode, what: string, cure: string): never {
  throw new ConditionError('condition/not-allowed', what, node.start, cure);
}

export function checkWord(node: ASTNode, type: Type, word: unknown): void {
  if (type.is === 'list' || type.oneOf === undefined || typeof word !== 'string' || type.oneOf.includes(word)) return;
  throw new ConditionError(
    'condition/unknown-name',
    `"${word}" is not a ${type.noun}.`,
    node.start,
    didYouMean(word, type.oneOf),
  );
}

export function noteAtom(job: Job, op: string, left: Part, right: Part): void {
  const mirrored: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
  if (left.on !== undefined)
    job.reads.atoms.push({ on: left.on, op, ...(right.literal === undefined ? {} : { literal: right.literal }) });
  else if (right.on !== undefined)
    job.reads.atoms.push({
      on: right.on,
      op: mirrored[op] ?? op,
      ...(left.literal === undefined ? {} : { literal: left.literal }),
    });
}

export function fieldPart(job: Job, node: ASTNode, of: ASTNode, name: string): Part {
  if (of.op !== 'id' || of.args !== 'lead' || !Object.hasOwn(job.words.fields, name)) {
    return refuse(
      node,
      `Conditions can only look into lead; ".${name}" is not one of its fields.`,
      'Write lead.field.',
    );
  }
  job.reads.fields.add(name);
  const type = typeOfField(name, job.words.fields[name]!);
  return { type, run: readField(name, type), cost: 1, depth: 1, on: `lead.${name}` };
}
