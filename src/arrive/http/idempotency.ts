// arrive: the Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): a quoted string, required on every POST.

import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems.ts';

const KEY_LENGTH_MAX = 255;
/** A String of RFC 9651: printable ASCII in double quotes; a quote or a backslash inside is escaped. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;

export const IDEMPOTENCY_SCHEMA = {
  type: 'string',
  pattern: QUOTED.source,
  maxLength: KEY_LENGTH_MAX + 2,
  description: 'A new random string for each new request, in double quotes; the same one to repeat a request.',
} as const;

/** The key of a request; throws the problem when there is none or it is not a quoted string. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = optionalIdempotencyKeyOf(request);
  if (key === undefined) throw new Problem('idempotency/missing');
  return key;
}

/** The key of a request that may do without; throws the problem when it is malformed. */
export function optionalIdempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? QUOTED.exec(header)?.[1] : undefined;
  if (key === undefined || key.length > KEY_LENGTH_MAX) {
    throw new Problem('idempotency/malformed', {
      detail: `The Idempotency-Key is not a quoted string of 1 to ${KEY_LENGTH_MAX} characters. Put it in double quotes.`,
    });
  }
  return key;
}
