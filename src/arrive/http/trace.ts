// arrive: the caller's trace (W3C Trace Context), continued and stored with the arrival, never trusted for anything.

import type { FastifyRequest } from 'fastify';

const TRACE = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceOf(request: FastifyRequest): string | undefined {
  const header = request.headers.traceparent;
  return typeof header === 'string' && TRACE.test(header) ? header : undefined;
}
