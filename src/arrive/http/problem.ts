// arrive: every "no" as an answer (RFC 9457 problem+json). Turns refusals, faults, problems of the door and plain bugs
// into one shape, with the sentence from the table and without anything of the inside.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../words/fault.ts';
import type { Refusal } from '../../words/refusal.ts';
import { type AnyCode, HTTP_STATUS } from '../http-status.ts';
import { isRetryable } from '../problem-page.ts';
import { Problem } from '../problems.ts';

const PROBLEM_TYPE = 'application/problem+json';

const problemSchema = z
  .object({
    type: z.string().describe('Address of the page that explains the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened, where it stands and what to do, in one or two sentences.'),
    code: z.string().describe('Stable name, for programs.'),
    field: z.string().optional().describe('Path of the field at fault.'),
    facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    request_id: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem', description: 'Why the request was not carried out (RFC 9457).' });

const content = { [PROBLEM_TYPE]: { schema: problemSchema } };

/** The responses that every route shares. */
export const problemResponses = {
  '4xx': { description: 'The request was not carried out; `code` and `detail` say why.', content },
  '5xx': { description: 'Baton could not do it now; `retryable` says whether to try again.', content },
};

type Extra = { field?: string | undefined; facts?: Record<string, string | number>; retryAfterMs?: number | undefined };

/** Answers with a problem; `publicUrl` has no trailing slash. */
export function sendProblem(
  reply: FastifyReply,
  publicUrl: string,
  code: AnyCode,
  detail: string,
  extra: Extra = {},
): FastifyReply {
  const status = HTTP_STATUS[code];
  const body: z.input<typeof problemSchema> = {
    type: `${publicUrl}/problems/${code}`,
    title: titleOf(code),
    status,
    detail,
    code,
    ...(extra.field === undefined ? {} : { field: extra.field }),
    ...(extra.facts === undefined || Object.keys(extra.facts).length === 0 ? {} : { facts: extra.facts }),
    request_id: reply.request.id,
    retryable: isRetryable(code),
  };
  if ((status === 503 || status === 507 || status === 429) && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', String(Math.max(1, Math.ceil((extra.retryAfterMs ?? 1_000) / 1_000))));
  }
  return reply
    .code(status)
    .header('content-type', PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(body);
}

export function sendRefusal(reply: FastifyReply, publicUrl: string, refusal: Refusal): FastifyReply {
  return sendProblem(reply, publicUrl, refusal.code, refusal.sentence, { facts: refusal.facts });
}

/** The last handler: whatever was thrown becomes an answer; what nobody foresaw is logged under the request's id. */
export function createErrorHandler(publicUrl: string, log: (line: string, error: unknown) => void) {
  return function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    if (error instanceof Problem) {
      reply.headers(error.headers);
      sendProblem(reply, publicUrl, error.code, error.message, { field: error.field });
      return;
    }
    if (error instanceof Fault) {
      sendProblem(reply, publicUrl, error.code, error.message, { retryAfterMs: error.retryAfterMs });
      return;
    }
    const known = problemOfFramework(error);
    if (known !== undefined) {
      sendProblem(reply, publicUrl, known.code, known.detail);
      return;
    }
    log(`${request.method} ${request.routeOptions.url ?? 'unknown route'} failed (request ${request.id})`, error);
    sendProblem(reply, publicUrl, 'bug', `Baton failed in a way that nobody foresaw. Report it with ${request.id}.`);
  };
}

/** The framework's own refusals, which come before any of our code runs. */
function problemOfFramework(error: FastifyError): { code: AnyCode; detail: string } | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'request/too-large', detail: 'The body is larger than 1 MiB. Split it into several requests.' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return { code: 'request/media-type', detail: 'This route takes application/json.' };
    case 'FST_ERR_CTP_EMPTY_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return { code: 'request/malformed', detail: 'The request could not be read: its address or length is wrong.' };
    default:
      return error.statusCode === 400
        ? { code: 'request/malformed', detail: `The request could not be read: ${error.message}.` }
        : undefined;
  }
}

/** `accept/not-yours` → `Accept: not yours`. */
function titleOf(code: AnyCode): string {
  const [family = code, rest] = code.split('/');
  const words = (text: string) => text.replaceAll('-', ' ');
  const head = words(family).replace(/^./, (letter) => letter.toUpperCase());
  return rest === undefined ? head : `${head}: ${words(rest)}`;
}
