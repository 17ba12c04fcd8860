// policy: how a parsed condition becomes a JavaScript function. Only the kinds of nodes listed here are translated, to
// closures: no source text is ever evaluated. Promises a ConditionError with its offset for everything it refuses.

import type { ASTNode } from '@marcbachmann/cel-js';
import { callPart, methodPart } from './condition-calls.ts';
import type { Job, Part, Reads, Scope, Vocabulary } from './condition-parts.ts';
import { BOOL, ConditionError, checkWord, fieldPart, INT, noteAtom, refuse, STRING } from './condition-parts.ts';
import type { Run, Type, Value } from './condition-runs.ts';
import {
  ARITHMETIC,
  ASSUMED_LIST,
  arithmetic,
  both,
  burn,
  equal,
  FUEL,
  fail,
  LIMITS,
  logic,
  ORDER,
  one,
  sayType,
} from './condition-runs.ts';

/** The function of a whole condition, its estimated cost and what it looks at. Throws ConditionError. */
export function translateCondition(words: Vocabulary, ast: ASTNode): { run: Run; cost: number; reads: Reads } {
  const job: Job = {
    words,
    reads: { fields: new Set(), names: new Set(), atoms: [] },
    slots: 0,
    part: (node, scope, nesting) => translatePart(job, node, scope, nesting),
  };
  const part = job.part(ast, undefined, 0);
  if (part.type.is !== 'bool') {
    throw new ConditionError(
      'condition/not-boolean',
      `A condition answers yes or no; this one gives ${sayType(part.type)}.`,
      ast.start,
      'Compare it with something, for example lead.seats >= 10.',
    );
  }
  if (part.cost > FUEL) {
    throw new ConditionError(
      'condition/too-costly',
      `This condition could take ${part.cost} steps; at most ${FUEL} are allowed.`,
      ast.start,
      'Use fewer or shorter lists inside exists, all, filter and map.',
    );
  }
  return { run: part.run, cost: part.cost, reads: job.reads };
}

function translatePart(job: Job, node: ASTNode, scope: Scope | undefined, nesting: number): Part {
  const part = translateNode(job, node, scope, nesting);
  if (part.depth > LIMITS.depth) {
    throw new ConditionError(
      'condition/too-deep',
      `This condition is nested ${part.depth} deep; at most ${LIMITS.depth} are allowed.`,
      node.start,
      'Split it into several criteria.',
    );
  }
  return part;
}

function translateNode(job: Job, node: ASTNode, scope: Scope | undefined, nesting: number): Part {
  switch (node.op) {
    case 'value':
      return literalPart(node, node.args);
    case 'id':
      return namePart(job, node, node.args, scope);
    case '.':
      return fieldPart(job, node, node.args[0], node.args[1]);
    case '&&':
    case '||': {
      const [left, right] = [job.part(node.args[0], scope, nesting), job.part(node.args[1], scope, nesting)];
      const depth = Math.max(chained(node.args[0], node.op, left), chained(node.args[1], node.op, right)) + 1;
      return {
        type: BOOL,
        run: logic(left.run, right.run, node.op === '||'),
        cost: left.cost + right.cost + 1,
        depth,
      };
    }
    case '!_': {
      const inner = job.part(node.args, scope, nesting);
      return { type: BOOL, run: one(inner.run, (a: boolean) => !a), cost: inner.cost + 1, depth: inner.depth + 1 };
    }
    case '-_': {
      const inner = job.part(node.args, scope, nesting);
      return {
        type: inner.type,
        run: one(inner.run, (a: number) => (inner.type.is === 'int' ? 0 - a : -a)),
        cost: inner.cost + 1,
        depth: inner.depth + 1,
      };
    }
    case '?:': {
      const [when, yes, no] = node.args.map((arg) => job.part(arg, scope, nesting)) as [Part, Part, Part];
      const run: Run = (s) => {
        const answer = when.run(s);
        return typeof answer === 'symbol' ? answer : answer ? yes.run(s) : no.run(s);
      };
      return {
        type: yes.type,
        run,
        cost: when.cost + yes.cost + no.cost + 1,
        depth: Math.max(when.depth, yes.depth, no.depth) + 1,
      };
    }
    case 'list':
      return listPart(job, node, node.args, scope, nesting);
    case 'call':
      return callPart(job, node, node.args[0], node.args[1], scope, nesting);
    case 'rcall':
      return methodPart(job, node, node.args[0], node.args[1], node.args[2], scope, nesting);
    case '[]':
      return indexPart(job, node, node.args[0], node.args[1], scope, nesting);
    case '==':
    case '!=':
    case 'in':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return binaryPart(job, node, node.op, node.args[0], node.args[1], scope, nesting);
    default:
      return refuse(
        node,
        `Conditions cannot use "${node.op}".`,
        'Use comparisons, &&, ||, !, lists and the listed functions.',
      );
  }
}

/** A chain a && b && c is one level deep, however long. */
function chained(child: ASTNode, op: string, part: Part): number {
  return child.op === op ? part.depth - 1 : part.depth;
}

function literalPart(node: ASTNode, value: unknown): Part {
  const part = (type: Type, literal: string | number | boolean): Part => ({
    type,
    run: () => literal,
    cost: 1,
    depth: 1,
    literal,
  });
  if (typeof value === 'string') return part(STRING, value);
  if (typeof value === 'boolean') return part(BOOL, value);
  if (typeof value === 'number') return part({ is: 'double' }, value);
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return part(INT, number);
    return refuse(
      node,
      `The number ${value} is too large.`,
      'Ids longer than 15 digits are texts: put them in quotes.',
    );
  }
  if (value === null)
    return refuse(node, 'Conditions have no null.', 'Ask has(lead.field) to know whether a field is filled.');
  return refuse(node, 'Conditions have no bytes and no unsigned numbers.', 'Use a plain text or number.');
}

function namePart(job: Job, node: ASTNode, name: string, scope: Scope | undefined): Part {
  for (let s = scope; s !== undefined; s = s.outer) {
    if (s.name === name) {
      const { slot, type } = s;
      return { type, run: (state) => state.slots[slot]!, cost: 1, depth: 1 };
    }
  }
  const known: Record<string, readonly string[] | undefined> = {
    signal: job.words.signals,
    segment: job.words.segments,
    urgency: ['normal', 'high'],
  };
  const oneOf = Object.hasOwn(known, name) ? known[name] : undefined;
  if (oneOf === undefined)
    return refuse(node, `"${name}" cannot stand alone in a condition.`, 'Name one field, for example lead.company.');
  job.reads.names.add(name);
  const key = name as 'signal' | 'segment' | 'urgency';
  return { type: { is: 'string', oneOf, noun: name }, run: (s) => s.facts[key], cost: 1, depth: 1, on: name };
}

function listPart(job: Job, node: ASTNode, items: readonly ASTNode[], scope: Scope | undefined, nesting: number): Part {
  if (items.length > LIMITS.list) {
    throw new ConditionError(
      'condition/long-list',
      `This list has ${items.length} entries; at most ${LIMITS.list} are allowed.`,
      node.start,
      'Put the list into a field of the lead, or use a segment.',
    );
  }
  const parts = items.map((item) => job.part(item, scope, nesting));
  const constant = parts.every((part) => part.literal !== undefined) ? parts.map((part) => part.literal!) : undefined;
  const type: Type = { is: 'list', of: parts[0]?.type ?? STRING };
  const cost = parts.reduce((sum, part) => sum + part.cost, 1);
  const depth = parts.reduce((max, part) => Math.max(max, part.depth), 0) + 1;
  const runs = parts.map((part) => part.run);
  const run: Run = (s) => {
    const values: Value[] = [];
    for (const item of runs) {
      const value = item(s);
      if (typeof value === 'symbol') return value;
      values.push(value);
    }
    return values;
  };
  return constant === undefined ? { type, run, cost, depth } : { type, run: () => constant, cost, depth, constant };
}

function binaryPart(
  job: Job,
  node: ASTNode,
  op: string,
  leftNode: ASTNode,
  rightNode: ASTNode,
  scope: Scope | undefined,
  nesting: number,
): Part {
  const [left, right] = [job.part(leftNode, scope, nesting), job.part(rightNode, scope, nesting)];
  const [cost, depth] = [left.cost + right.cost + 1, Math.max(chained(leftNode, op, left), right.depth) + 1];
  if (op in ARITHMETIC) {
    if (left.type.is === 'list') refuse(node, 'Lists cannot be joined in a condition.', 'Ask each list on its own.');
    return { type: left.type, run: arithmetic(op, left.type, left.run, right.run), cost, depth };
  }
  noteAtom(job, op, left, right);
  if (op === 'in')
    return {
      type: BOOL,
      run: membership(rightNode, left, right),
      cost: cost + (right.constant === undefined ? ASSUMED_LIST : 0),
      depth,
    };
  if (op === '==' || op === '!=') {
    checkWord(rightNode, left.type, right.literal);
    checkWord(leftNode, right.type, left.literal);
    const wanted = op === '==';
    if (left.type.is !== 'list')
      return {
        type: BOOL,
        run: both(left.run, right.run, (a: Value, b: Value) => (a === b) === wanted),
        cost,
        depth,
      };
    const run = both(left.run, right.run, (a: Value[], b: Value[], s) => {
      burn(s, a.length);
      return equal(a, b) === wanted;
    });
    return { type: BOOL, run, cost: cost + ASSUMED_LIST, depth };
  }
  return { type: BOOL, run: both(left.run, right.run, ORDER[op]!), cost, depth };
}

function membership(listNode: ASTNode, item: Part, list: Part): Run {
  if (list.constant !== undefined && item.type.is !== 'list') {
    const items = listNode.op === 'list' ? listNode.args : [];
    for (const [i, word] of list.constant.entries()) checkWord(items[i] ?? listNode, item.type, word);
    const set = new Set(list.constant);
    return one(item.run, (a: Value) => set.has(a));
  }
  return both(item.run, list.run, (a: Value, values: Value[], s) => {
    burn(s, values.length);
    return values.some((value) => equal(value, a));
  });
}

function indexPart(
  job: Job,
  node: ASTNode,
  ofNode: ASTNode,
  atNode: ASTNode,
  scope: Scope | undefined,
  nesting: number,
): Part {
  if (ofNode.op === 'id' && ofNode.args === 'lead') refuse(node, 'Fields are named with a dot.', 'Write lead.field.');
  const [of, at] = [job.part(ofNode, scope, nesting), job.part(atNode, scope, nesting)];
  if (of.type.is !== 'list')
    return refuse(
      node,
      `Only lists have numbered entries; this is ${sayType(of.type)}.`,
      'Use contains or startsWith on a text.',
    );
  const run = both(
    of.run,
    at.run,
    (values: Value[], i: number, s) => values[i] ?? fail(s, `no entry ${i} in a list of ${values.length}`),
  );
  return { type: of.type.of, run, cost: of.cost + at.cost + 1, depth: Math.max(of.depth, at.depth) + 1 };
}
