// policy: what must be true for a condition to hold? Enough logic for lint and for explanations: the comparisons that a
// condition joins with `&&`. Sound, not complete: what it calls impossible, disjoint or implied is so; what it does not
// understand it leaves open.

import type { ASTNode } from '@marcbachmann/cel-js';
import type { Condition } from './conditions.ts';

type Literal = string | number | boolean;

/** What one thing (`lead.seats`, `segment`) must be. `values` undefined: anything; limits are for numbers only. */
type Limits = {
  values: ReadonlySet<Literal> | undefined;
  not: ReadonlySet<Literal>;
  low: number;
  lowOpen: boolean;
  high: number;
  highOpen: boolean;
};

/** What must be true; `whole` when nothing else must be. */
export type Needs = { limits: ReadonlyMap<string, Limits>; whole: boolean };

const ANYTHING: Limits = {
  values: undefined,
  not: new Set(),
  low: Number.NEGATIVE_INFINITY,
  lowOpen: false,
  high: Number.POSITIVE_INFINITY,
  highOpen: false,
};

/** The parts of a condition that are joined with `&&`. */
function conjuncts(node: ASTNode): ASTNode[] {
  return node.op === '&&' ? [...conjuncts(node.args[0]), ...conjuncts(node.args[1])] : [node];
}

function nameOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  return node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : undefined;
}

function literalOf(node: ASTNode): Literal | undefined {
  if (node.op === '-_') {
    const inner = literalOf(node.args);
    return typeof inner === 'number' ? -inner : undefined;
  }
  if (node.op !== 'value') return undefined;
  const value: unknown = node.args;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

const MIRROR: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' };

function limitsOf(op: string, literal: Literal): Limits | undefined {
  if (op === '==') return { ...ANYTHING, values: new Set([literal]) };
  if (op === '!=') return { ...ANYTHING, not: new Set([literal]) };
  if (typeof literal !== 'number') return undefined;
  if (op === '<' || op === '<=') return { ...ANYTHING, high: literal, highOpen: op === '<' };
  return { ...ANYTHING, low: literal, lowOpen: op === '>' };
}

/** One part as a name and its limits; undefined when it says something else. */
function partOf(node: ASTNode): [string, Limits] | undefined {
  const alone = nameOf(node);
  if (alone !== undefined) return [alone, { ...ANYTHING, values: new Set([true]) }];
  if (node.op === '!_') {
    const name = nameOf(node.args);
    return name === undefined ? undefined : [name, { ...ANYTHING, values: new Set([false]) }];
  }
  if (node.op === 'call' && node.args[0] === 'has') {
    const name = node.args[1][0] === undefined ? undefined : nameOf(node.args[1][0]);
    return name === undefined ? undefined : [name, ANYTHING];
  }
  if (node.op === 'in') {
    const name = nameOf(node.args[0]);
    const values = node.args[1].op === 'list' ? node.args[1].args.map(literalOf) : [undefined];
    if (name === undefined || values.includes(undefined)) return undefined;
    return [name, { ...ANYTHING, values: new Set(values as Literal[]) }];
  }
  if (!(node.op in MIRROR)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const [name, literal] = [nameOf(left), literalOf(right)];
  if (name !== undefined && literal !== undefined) return pair(name, limitsOf(node.op, literal));
  const [other, first] = [nameOf(right), literalOf(left)];
  if (other !== undefined && first !== undefined) return pair(other, limitsOf(MIRROR[node.op]!, first));
  return undefined;
}

function pair(name: string, limits: Limits | undefined): [string, Limits] | undefined {
  return limits === undefined ? undefined : [name, limits];
}

function both(a: Limits, b: Limits): Limits {
  const values =
    a.values === undefined
      ? b.values
      : b.values === undefined
        ? a.values
        : new Set([...a.values].filter((v) => b.values?.has(v)));
  const low = a.low > b.low || (a.low === b.low && a.lowOpen) ? a : b;
  const high = a.high < b.high || (a.high === b.high && a.highOpen) ? a : b;
  return {
    values,
    not: new Set([...a.not, ...b.not]),
    low: low.low,
    lowOpen: low.lowOpen,
    high: high.high,
    highOpen: high.highOpen,
  };
}

function allows(limits: Limits, value: Literal): boolean {
  if (limits.not.has(value) || (limits.values !== undefined && !limits.values.has(value))) return false;
  if (typeof value !== 'number') return true;
  return (
    (limits.lowOpen ? value > limits.low : value >= limits.low) &&
    (limits.highOpen ? value < limits.high : value <= limits.high)
  );
}

function isEmpty(limits: Limits): boolean {
  if (limits.values !== undefined) return ![...limits.values].some((value) => allows(limits, value));
  return (
    limits.low > limits.high ||
    (limits.low === limits.high && (limits.lowOpen || limits.highOpen || limits.not.has(limits.low)))
  );
}

/** What must be true for a condition to hold. */
export function needsOf(condition: Condition): Needs {
  const limits = new Map<string, Limits>();
  let whole = true;
  for (const node of conjuncts(condition.ast)) {
    const part = partOf(node);
    if (part === undefined) {
      whole &&= node.op === 'value' && (node.args as unknown) === true;
      continue;
    }
    const [name, more] = part;
    limits.set(name, both(limits.get(name) ?? ANYTHING, more));
  }
  return { limits, whole };
}

/** Both together. */
export function together(a: Needs, b: Needs): Needs {
  const limits = new Map(a.limits);
  for (const [name, more] of b.limits) limits.set(name, both(limits.get(name) ?? ANYTHING, more));
  return { limits, whole: a.whole && b.whole };
}

/** Whether nothing can meet these needs. */
export function isImpossible(needs: Needs): boolean {
  return [...needs.limits.values()].some(isEmpty);
}

/** Whether whatever meets `a` meets `b` too. */
export function implies(a: Needs, b: Needs): boolean {
  if (!b.whole) return false;
  return [...b.limits].every(([name, wanted]) => {
    const given = a.limits.get(name);
    return given !== undefined && isWithin(given, wanted);
  });
}

function isWithin(given: Limits, wanted: Limits): boolean {
  if (given.values !== undefined)
    return [...given.values].every((value) => !allows(given, value) || allows(wanted, value));
  if (wanted.values !== undefined || ![...wanted.not].every((value) => !allows(given, value))) return false;
  const low = given.low > wanted.low || (given.low === wanted.low && (given.lowOpen || !wanted.lowOpen));
  const high = given.high < wanted.high || (given.high === wanted.high && (given.highOpen || !wanted.highOpen));
  return low && high;
}
