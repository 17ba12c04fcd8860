// policy: the functions that a condition may call, and no others: questions about texts and lists, RE2 patterns, and the
// five ways to walk a list.

import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { Job, Part, Scope } from './condition-parts.ts';
import { BOOL, ConditionError, fieldPart, INT, noteAtom, refuse, STRING } from './condition-parts.ts';
import type { Run, Type, Value } from './condition-runs.ts';
import { ASSUMED_LIST, both, burn, fail, LIMITS, loop, lowerAscii, one, sizeOf, upperAscii } from './condition-runs.ts';
import { didYouMean } from './near.ts';

const FUNCTIONS =
  'size, has, string, int, double, startsWith, endsWith, contains, matches, lowerAscii, upperAscii, trim, exists, all, exists_one, filter, map';

export function callPart(
  job: Job,
  node: ASTNode,
  name: string,
  args: readonly ASTNode[],
  scope: Scope | undefined,
  nesting: number,
): Part {
  if (name === 'has') return has(job, node, args[0]);
  if (!['size', 'string', 'int', 'double'].includes(name) || args.length !== 1) return unknownFunction(node, name);
  const arg = job.part(args[0]!, scope, nesting);
  const rest = { cost: arg.cost + 1, depth: arg.depth + 1 };
  if (name === 'size') return { type: INT, run: size(arg), ...rest };
  if (arg.type.is === 'list') return refuse(node, `A list cannot become ${name}.`, 'Use size(list).');
  if (name === 'string') return { type: STRING, run: one(arg.run, (a: Value) => String(a)), ...rest };
  if (arg.type.is === 'string')
    return refuse(node, `A text cannot become ${name} in a condition.`, `Declare the field as ${name}.`);
  if (name === 'double') return { type: { is: 'double' }, run: arg.run, ...rest };
  return {
    type: INT,
    run: one(arg.run, (a: number, s) =>
      Number.isSafeInteger(Math.trunc(a)) ? Math.trunc(a) + 0 : fail(s, 'a number beyond 2^53'),
    ),
    ...rest,
  };
}

function size(of: Part): Run {
  return one(of.run, (a: string | Value[], s) => {
    if (typeof a !== 'string') return a.length;
    burn(s, a.length >> 4);
    return sizeOf(a);
  });
}

function has(job: Job, node: ASTNode, arg: ASTNode | undefined): Part {
  if (arg?.op !== '.') return refuse(node, 'has() asks for one field.', 'Write has(lead.field).');
  fieldPart(job, arg, arg.args[0], arg.args[1]);
  const name = arg.args[1];
  job.reads.atoms.push({ on: `lead.${name}`, op: 'has' });
  return { type: BOOL, run: (s) => Object.hasOwn(s.facts.lead, name), cost: 1, depth: 2 };
}

function unknownFunction(node: ASTNode, name: string): never {
  return refuse(
    node,
    `Conditions cannot use "${name}()".`,
    didYouMean(name, FUNCTIONS.split(', '), `Use one of: ${FUNCTIONS}.`),
  );
}

export function methodPart(
  job: Job,
  node: ASTNode,
  name: string,
  of: ASTNode,
  args: readonly ASTNode[],
  scope: Scope | undefined,
  nesting: number,
): Part {
  if (['exists', 'all', 'exists_one', 'filter', 'map'].includes(name))
    return comprehensionPart(job, node, name, of, args, scope, nesting);
  if (of.op === 'id' && of.args === 'cel') return unknownFunction(node, `cel.${name}`);
  const receiver = job.part(of, scope, nesting);
  const parts = args.map((arg) => job.part(arg, scope, nesting));
  const rest = {
    cost: parts.reduce((sum, part) => sum + part.cost, receiver.cost + 4),
    depth: Math.max(receiver.depth, ...parts.map((part) => part.depth)) + 1,
  };
  if (name === 'size' && parts.length === 0) return { type: INT, run: size(receiver), ...rest };
  const change = { lowerAscii, upperAscii, trim: (text: string) => text.trim() }[name];
  if (change !== undefined && parts.length === 0) {
    const run = one(receiver.run, (a: string, s) => {
      burn(s, a.length >> 4);
      return change(a);
    });
    return { type: STRING, run, ...rest };
  }
  if (name === 'matches' && parts.length === 1) {
    job.reads.atoms.push({ on: receiver.on ?? '', op: name });
    return { type: BOOL, run: matches(job, args[0]!, receiver, parts[0]!), ...rest, cost: rest.cost + 100 };
  }
  const ask = {
    startsWith: (a: string, b: string) => a.startsWith(b),
    endsWith: (a: string, b: string) => a.endsWith(b),
    contains: (a: string, b: string) => a.includes(b),
  }[name];
  if (ask === undefined || parts.length !== 1) return unknownFunction(node, name);
  noteAtom(job, name, receiver, parts[0]!);
  const run = both(receiver.run, parts[0]!.run, (a: string, b: string, s) => {
    burn(s, (a.length + b.length) >> 4);
    return ask(a, b);
  });
  return { type: BOOL, run, ...rest };
}

function matches(_job: Job, node: ASTNode, receiver: Part, pattern: Part): Run {
  if (typeof pattern.literal !== 'string')
    return refuse(node, 'The pattern of matches() must be written out.', 'Put the pattern in quotes.');
  if (pattern.literal.length > LIMITS.pattern)
    return refuse(
      node,
      `A pattern has at most ${LIMITS.pattern} letters; this one has ${pattern.literal.length}.`,
      'Use startsWith, endsWith, contains or a shorter pattern.',
    );
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern.literal);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(
      node,
      `The pattern cannot be used: ${why}.`,
      'Patterns are RE2: no look-ahead, no back-references, repeats up to 1000.',
    );
  }
  const size = regex.programSize();
  if (size > LIMITS.program)
    return refuse(
      node,
      `The pattern expands to ${size} steps; at most ${LIMITS.program} are allowed.`,
      'Use smaller repeats.',
    );
  return one(receiver.run, (a: string, s) => {
    burn(s, (a.length * size) >> 4);
    return regex.matcher(a).find();
  });
}

function comprehensionPart(
  job: Job,
  node: ASTNode,
  name: string,
  of: ASTNode,
  args: readonly ASTNode[],
  scope: Scope | undefined,
  nesting: number,
): Part {
  if (nesting >= LIMITS.nesting) {
    throw new ConditionError(
      'condition/too-deep',
      `${name}() is nested more than ${LIMITS.nesting} deep.`,
      node.start,
      'Split it into several criteria.',
    );
  }
  const list = job.part(of, scope, nesting);
  const variable = args[0];
  if (list.type.is !== 'list' || variable?.op !== 'id' || args.length !== 2)
    return refuse(
      node,
      `${name}() takes a list, a name and a condition.`,
      `Write lead.list.${name}(item, item == "x").`,
    );
  const slot = job.slots++;
  const body = job.part(args[1]!, { name: variable.args, slot, type: list.type.of, outer: scope }, nesting + 1);
  const cost = list.cost + (list.constant?.length ?? ASSUMED_LIST) * body.cost + 1;
  const type: Type = name === 'filter' ? list.type : name === 'map' ? { is: 'list', of: body.type } : BOOL;
  return {
    type,
    run: loop(name, list.run, body.run, body.cost, slot),
    cost,
    depth: Math.max(list.depth, body.depth + 1) + 1,
  };
}
