// arrive: from the bytes of a body to a checked value. One reader for everything that comes as JSON: strict UTF-8,
// no `__proto__`, and a problem that names the field when a value does not fit.

import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { Problem } from '../problems.ts';

/** The JSON in a body. Throws the problem for bytes that are not UTF-8, not JSON, or reach for a prototype. */
export function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new Problem('request/malformed', { detail: 'The body is not UTF-8.' });
  const source = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return SUSPECT.test(source) ? JSON.parse(source, refusePrototype) : JSON.parse(source);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('request/malformed', { detail: `The body is not JSON: ${(error as Error).message}` });
  }
}

/** Holds one of the two names, or an escape that could hide one. */
const SUSPECT = /__proto__|constructor|\\u00[0-9a-f]{2}/i;

function refusePrototype(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor') {
    throw new Problem('request/unknown-field', { detail: `No field can be called "${key}".`, field: key });
  }
  return value;
}

/** The value as the schema gives it; throws the problem of the first thing that does not fit. */
export function check<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw problemOf(result.error, at);
}

/** The problem of the first thing that a schema found; `at` is where the checked value stands. */
export function problemOf(error: z.core.$ZodError, at = ''): Problem {
  const issue = error.issues[0];
  if (issue === undefined) return new Problem('request/bad-value');
  if (issue.code === 'unrecognized_keys') {
    const field = pathOf(at, [...issue.path, issue.keys[0] ?? '']);
    return new Problem('request/unknown-field', { detail: `"${field}" is not a field of this request.`, field });
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  const field = pathOf(at, issue.path);
  const says = (inner ?? issue).message;
  return new Problem('request/bad-value', { detail: `${field === '' ? 'The body' : `"${field}"`}: ${says}.`, field });
}

function pathOf(at: string, path: PropertyKey[]): string {
  return [...(at === '' ? [] : [at]), ...path.map((part) => String(part).toWellFormed().slice(0, 100))].join('.');
}
