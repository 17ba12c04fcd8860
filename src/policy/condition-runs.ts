// policy: what a translated condition does when it runs. Every step counts fuel, so that a condition ends after the same
// number of steps on every machine; wall time is never looked at.
// A field that is not known makes what depends on it unknown, exactly where CEL would raise "no such key": `&&` and
// `||` still answer when the other side decides, `!` of unknown stays unknown, and an unknown condition does not hold.

import type { Facts } from '../words/policy.ts';

/** What a condition may be at most; the sandbox of conditions in the security notes. */
export const LIMITS = {
  length: 4096,
  depth: 12,
  list: 200,
  nesting: 2,
  pattern: 200,
  program: 1000,
  text: 10_000,
} as const;

/** Steps that one evaluation may take; also the bound on the estimate made when a policy is checked. */
export const FUEL = 100_000;

/** Elements that the estimate assumes in a list field. */
export const ASSUMED_LIST = 100;

const ABSENT = Symbol('absent');
const WRONG = Symbol('wrong');

export type Value = boolean | number | string | readonly Value[] | symbol;

export type State = {
  readonly facts: Facts;
  readonly slots: Value[];
  fuel: number;
  missing: string | undefined;
  error: string | undefined;
};

export type Run = (s: State) => Value;

export type Type =
  | { is: 'bool' | 'int' | 'double' | 'string'; oneOf?: readonly string[]; noun?: string }
  | { is: 'list'; of: Type };

class OutOfFuel extends Error {}

export function burn(s: State, steps: number): void {
  s.fuel -= steps;
  if (s.fuel < 0) throw new OutOfFuel();
}

export function fail(s: State, error: string): symbol {
  s.error ??= error;
  return WRONG;
}

export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, i) => equal(item, b[i]!));
}

export function sizeOf(text: string): number {
  let n = 0;
  for (const _ of text) n += 1;
  return n;
}

export const lowerAscii = (text: string) => text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase());
export const upperAscii = (text: string) => text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase());

export function sayType(type: Type): string {
  return type.is === 'list'
    ? `list of ${sayType(type.of)}`
    : type.is === 'bool'
      ? 'yes/no'
      : type.is === 'string'
        ? 'text'
        : type.is;
}

function fits(value: unknown, type: Type): boolean {
  if (type.is === 'list') return Array.isArray(value) && value.every((item) => fits(item, type.of));
  if (type.is === 'int') return Number.isSafeInteger(value);
  if (type.is === 'double') return typeof value === 'number';
  return typeof value === (type.is === 'bool' ? 'boolean' : 'string');
}

export function readField(name: string, type: Type): Run {
  const text = type.is === 'string';
  const wrong = `lead.${name} is not ${sayType(type)}`;
  return (s) => {
    const { lead } = s.facts;
    if (!Object.hasOwn(lead, name)) {
      s.missing ??= name;
      return ABSENT;
    }
    const value = lead[name] as Value;
    if (text ? typeof value === 'string' : fits(value, type)) return value;
    return fail(s, wrong);
  };
}

export function both(l: Run, r: Run, op: (a: never, b: never, s: State) => Value): Run {
  const then = op as (a: Value, b: Value, s: State) => Value;
  return (s) => {
    const a = l(s);
    if (typeof a === 'symbol') return a;
    const b = r(s);
    return typeof b === 'symbol' ? b : then(a, b, s);
  };
}

export function one(r: Run, op: (a: never, s: State) => Value): Run {
  const then = op as (a: Value, s: State) => Value;
  return (s) => {
    const a = r(s);
    return typeof a === 'symbol' ? a : then(a, s);
  };
}

/** `&&` with `decides` false, `||` with `decides` true: a side that decides wins over an unknown or failed one. */
export function logic(l: Run, r: Run, decides: boolean): Run {
  return (s) => {
    const a = l(s);
    if (a === decides) return decides;
    const { missing, error } = s;
    const b = r(s);
    if (b === decides) {
      s.missing = typeof a === 'symbol' ? undefined : missing;
      s.error = typeof a === 'symbol' ? undefined : error;
      return decides;
    }
    if (typeof a === 'symbol') return a === WRONG || b !== WRONG ? a : b;
    return b;
  };
}

export const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

export function arithmetic(op: string, type: Type, left: Run, right: Run): Run {
  const count = ARITHMETIC[op]!;
  if (type.is === 'double') return both(left, right, (a: number, b: number) => count(a, b));
  if (type.is === 'string') {
    return both(left, right, (a: string, b: string, s) => {
      burn(s, (a.length + b.length) >> 4);
      return a.length + b.length > LIMITS.text ? fail(s, `a text longer than ${LIMITS.text} letters`) : a + b;
    });
  }
  return both(left, right, (a: number, b: number, s) => {
    if (b === 0 && (op === '/' || op === '%')) return fail(s, 'a division by zero');
    const result = Math.trunc(count(a, b)) + 0;
    return Number.isSafeInteger(result) ? result : fail(s, 'a number beyond 2^53');
  });
}

export const ORDER: Record<string, (a: never, b: never) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

export function loop(name: string, list: Run, step: Run, price: number, slot: number): Run {
  const each = (s: State, item: Value): Value => {
    burn(s, price);
    s.slots[slot] = item;
    return step(s);
  };
  if (name === 'exists' || name === 'all') {
    const decides = name === 'exists';
    return one(list, (items: Value[], s) => {
      let open: Value = !decides;
      for (const item of items) {
        const answer = each(s, item);
        if (answer === decides) return decides;
        if (typeof answer === 'symbol' && open !== WRONG) open = answer;
      }
      return open;
    });
  }
  return one(list, (items: Value[], s) => {
    const kept: Value[] = [];
    for (const item of items) {
      const answer = each(s, item);
      if (typeof answer === 'symbol') return answer;
      if (name === 'map') kept.push(answer);
      else if (answer === true) kept.push(item);
    }
    return name === 'exists_one' ? kept.length === 1 : kept;
  });
}

/** Runs a translated condition: true, false, or why it gave no answer. Never throws. */
export function runCondition(
  run: Run,
  cost: number,
  facts: Facts,
): true | false | { missing?: string; error?: string } {
  const state: State = { facts, slots: [], fuel: FUEL - cost, missing: undefined, error: undefined };
  try {
    const answer = run(state);
    if (answer === true || answer === false) return answer;
    if (answer === ABSENT) return { missing: state.missing ?? '' };
    return { error: state.error ?? 'no yes-or-no answer' };
  } catch (error) {
    if (error instanceof OutOfFuel) return { error: `more than ${FUEL} steps` };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
