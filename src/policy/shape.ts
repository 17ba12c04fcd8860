// policy: the small set of shapes that the policy language is made of. A shape reads a YAML node into a typed value and
// says, as JSON Schema, what it takes: the reader, the schema for editors and the reference page have one origin.
// Promises: everything wrong is reported at its own place, reading goes on, and undefined means "reported".

import type { Node } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { Duration } from './duration.ts';
import { DURATION_PATTERN, readDuration } from './duration.ts';
import { didYouMean } from './near.ts';
import type { Path } from './problem.ts';
import { sayPath } from './problem.ts';
import type { Source } from './source.ts';
import { nodeOf, sayNode } from './source.ts';

export type JsonSchema = { [key: string]: unknown };

export type Shape<T> = {
  read(node: Node | undefined, path: Path, source: Source): T | undefined;
  schema: JsonSchema;
  /** 'a duration such as 4h' */
  says: string;
};

export type Key<T, Optional extends boolean> = {
  shape: Shape<T>;
  says: string;
  example: unknown;
  optional: Optional;
  otherwise?: string;
};

type Keys = Record<string, Key<unknown, boolean>>;
type ValueOf<K> = K extends Key<infer T, boolean> ? T : never;
type Required<K extends Keys> = { [P in keyof K as K[P]['optional'] extends true ? never : P]: ValueOf<K[P]> };
type Optional<K extends Keys> = { [P in keyof K as K[P]['optional'] extends true ? P : never]?: ValueOf<K[P]> };
export type Written<K extends Keys> = Required<K> & Optional<K>;

/** A key that must be there. */
export function must<T>(shape: Shape<T>, says: string, example: unknown): Key<T, false> {
  return { shape, says, example, optional: false };
}

/** A key that may be left out; `otherwise` says what holds then. */
export function may<T>(shape: Shape<T>, says: string, example: unknown, otherwise: string): Key<T, true> {
  return { shape, says, example, optional: true, otherwise };
}

/** One of several keys of which exactly one is written. */
export function alternative<T>(shape: Shape<T>, says: string, example: unknown): Key<T, true> {
  return { shape, says, example, optional: true };
}

function wrong(node: Node | undefined, path: Path, source: Source, says: string): undefined {
  const offset = node?.range?.[0];
  const message = `${path.length === 0 ? 'The file' : sayPath(path)} takes ${says}; this is ${sayNode(node)}.`;
  if (offset === undefined) source.reportAt(path, 'key', 'policy/wrong-value', message, `Write ${says}.`);
  else source.report('policy/wrong-value', message, offset, `Write ${says}.`);
  return undefined;
}

/** A scalar that `take` accepts. */
export function scalar<T>(says: string, schema: JsonSchema, take: (value: unknown) => T | undefined): Shape<T> {
  return {
    says,
    schema: { title: says, ...schema },
    read(node, path, source) {
      const value = isScalar(node) ? take(node.value) : undefined;
      return value === undefined ? wrong(node, path, source, says) : value;
    },
  };
}

/** A text; numbers are refused, so that 0123 or 1e3 is never silently changed. */
export function text(says: string, pattern = '', max = 500): Shape<string> {
  const regex = new RegExp(pattern, 'u');
  const schema = { type: 'string', minLength: 1, maxLength: max, ...(pattern === '' ? {} : { pattern }) };
  return scalar(says, schema, (value) =>
    typeof value === 'string' && value !== '' && value.length <= max && regex.test(value) ? value : undefined,
  );
}

export const yesNo: Shape<boolean> = scalar('true or false', { type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : undefined,
);

export function whole(min: number, max: number): Shape<number> {
  const fits = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return scalar(`a whole number from ${min} to ${max}`, { type: 'integer', minimum: min, maximum: max }, (value) =>
    fits(value) ? value : undefined,
  );
}

export function choice<const T extends readonly (string | number)[]>(...options: T): Shape<T[number]> {
  return {
    says: options.length === 1 ? `${options[0]}` : `one of ${options.join(', ')}`,
    schema: { enum: [...options] },
    read(node, path, source) {
      const value = isScalar(node) ? node.value : undefined;
      if (options.includes(value as never)) return value as T[number];
      if (typeof value !== 'string') return wrong(node, path, source, this.says);
      source.report(
        'policy/wrong-value',
        `"${value}" cannot stand at ${sayPath(path)}.`,
        node!.range![0],
        didYouMean(value, options.map(String)),
      );
      return undefined;
    },
  };
}

export const duration: Shape<Duration> = scalar(
  'a duration such as 15m, 4h or 1h30m',
  { type: 'string', pattern: DURATION_PATTERN },
  (value) => (typeof value === 'string' ? readDuration(value) : undefined),
);

/** A text in a small notation of its own, turned into a value. */
export function notation<T>(says: string, pattern: string, take: (parts: RegExpExecArray) => T | undefined): Shape<T> {
  const regex = new RegExp(pattern, 'u');
  return scalar(says, { type: 'string', pattern }, (value) => {
    const parts = typeof value === 'string' ? regex.exec(value) : null;
    return parts === null ? undefined : take(parts);
  });
}

/** A list. Entries that cannot be read are reported and left out. */
export function list<T>(of: Shape<T>, min = 0, max = 200): Shape<T[]> {
  const says = `a list of ${of.says}`;
  return {
    says,
    schema: { type: 'array', items: of.schema, minItems: min, maxItems: max },
    read(node, path, source) {
      if (!isSeq(node)) return wrong(node, path, source, says);
      if (node.items.length < min || node.items.length > max) {
        source.report(
          'policy/wrong-length',
          `${sayPath(path)} has ${node.items.length} entries.`,
          node.range![0],
          `Give ${min} to ${max} entries.`,
        );
      }
      return node.items.flatMap((item, i) => of.read(nodeOf(item), [...path, i], source) ?? []);
    },
  };
}

/** One thing, or a list of them. */
export function oneOrMore<T>(of: Shape<T>, max = 50): Shape<T[]> {
  const many = list(of, 1, max);
  return {
    says: `${of.says}, or a list`,
    schema: { anyOf: [of.schema, many.schema] },
    read(node, path, source) {
      if (isSeq(node)) return many.read(node, path, source);
      const value = of.read(node, path, source);
      return value === undefined ? undefined : [value];
    },
  };
}

/** Named things: any keys of one kind, all values of one shape, in the order of the file. */
export function named<T>(name: Shape<string>, of: Shape<T>, min = 0, max = 200): Shape<Record<string, T>> {
  const says = `names with ${of.says}`;
  return {
    says,
    schema: {
      type: 'object',
      propertyNames: name.schema,
      additionalProperties: of.schema,
      minProperties: min,
      maxProperties: max,
    },
    read(node, path, source) {
      if (!isMap(node)) return wrong(node, path, source, says);
      if (node.items.length < min || node.items.length > max) {
        source.report(
          'policy/wrong-length',
          `${sayPath(path)} has ${node.items.length} entries.`,
          node.range![0],
          `Give ${min} to ${max} entries.`,
        );
      }
      const values: Record<string, T> = Object.create(null);
      for (const { key, value } of node.items) {
        const read = name.read(nodeOf(key), path, source);
        const inner = [...path, isScalar(key) ? String(key.value) : ''];
        const item = of.read(nodeOf(value), inner, source);
        if (read !== undefined && item !== undefined) values[read] = item;
      }
      return values;
    },
  };
}

/** A group of known keys. An unknown key is an error with the nearest known one. */
export function group<K extends Keys>(says: string, keys: K): Shape<Written<K>> {
  const entries = Object.entries(keys);
  const properties = Object.fromEntries(
    entries.map(([name, key]) => [
      name,
      {
        ...key.shape.schema,
        description: key.otherwise === undefined ? key.says : `${key.says} Left out: ${key.otherwise}`,
        examples: [key.example],
      },
    ]),
  );
  const required = entries.filter(([, key]) => !key.optional).map(([name]) => name);
  return {
    says,
    schema: { title: says, type: 'object', properties, required, additionalProperties: false },
    read(node, path, source) {
      if (!isMap(node)) return wrong(node, path, source, says);
      const here = path.length === 0 ? 'The policy' : sayPath(path);
      const found: Record<string, unknown> = {};
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const known = Object.hasOwn(keys, name) ? keys[name] : undefined;
        if (known === undefined) {
          source.report(
            'policy/unknown-key',
            `${here} has no key "${name}".`,
            isScalar(key) ? key.range![0] : node.range![0],
            didYouMean(name, Object.keys(keys)),
          );
          found[name] = undefined;
        } else found[name] = known.shape.read(nodeOf(value), [...path, name], source);
      }
      for (const name of required) {
        if (!Object.hasOwn(found, name)) {
          source.reportAt(
            path,
            'key',
            'policy/missing-key',
            `${here} has no "${name}".`,
            `Add ${name}: ${keys[name]!.says}`,
          );
        }
      }
      const complete = required.every((name) => found[name] !== undefined);
      return complete ? (found as Written<K>) : undefined;
    },
  };
}

/** The short form (a scalar), the list form or the long form (keys), told apart by what is written. */
export function either<A, B>(short: Shape<A>, long: Shape<B>): Shape<A | B> {
  const isLong = (node: Node | undefined) => (long.schema.type === 'array' ? isSeq(node) : isMap(node));
  return {
    says: `${short.says}, or ${long.says}`,
    schema: { anyOf: [short.schema, long.schema] },
    read(node, path, source) {
      if (isLong(node)) return long.read(node, path, source);
      if (isMap(node) && short.schema.type === 'string') return wrong(node, path, source, this.says);
      return short.read(node, path, source);
    },
  };
}

/** Turns what a shape read into something else. */
export function becomes<A, B>(
  shape: Shape<A>,
  turn: (value: A, path: Path, source: Source) => B | undefined,
): Shape<B> {
  return {
    says: shape.says,
    schema: shape.schema,
    read(node, path, source) {
      const value = shape.read(node, path, source);
      return value === undefined ? undefined : turn(value, path, source);
    },
  };
}
