// arrive: POST /api/v1/events, the hot path. With an API key the caller waits for the decisions and gets one outcome
// per event; with a Standard Webhooks signature the raw bytes are stored first and acknowledged, then decided.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuse } from '../../words/refusal.ts';
import { type Answered, bodyHashOf, commandId, type Draft } from '../draft.ts';
import { Problem } from '../problems.ts';
import type { App, Door } from './deps.ts';
import { askOfEvent, EVENTS_MAX, event, type InboundEvent, strangeAttribute } from './event-schema.ts';
import { callerOf } from './guard.ts';
import { optionalIdempotencyKeyOf } from './idempotency.ts';
import { problemResponses, sendRefusal } from './problem.ts';
import { check, parseJson } from './read-body.ts';
import { traceOf } from './trace.ts';

const EVENTS_ROUTE = 'POST /api/v1/events';
const CLOUD_EVENT = 'application/cloudevents+json';
const CLOUD_EVENTS = 'application/cloudevents-batch+json';

const outcomeSchema = z
  .object({
    id: z.string().optional(),
    source: z.string().optional(),
    result: z.enum(['done', 'refused', 'set-aside']),
    duplicate: z.boolean().describe('The same event came before; this is the answer it got then.'),
    sequence: z.int().optional(),
    handoff: z.string().optional(),
    version: z.int().optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
    code: z.string().optional().describe('Of a refusal; see /problems.'),
    detail: z.string().optional(),
    arrival: z.string().optional().describe('Of an event that was set aside.'),
  })
  .meta({ id: 'EventOutcome' });

const storedSchema = z
  .object({ arrival: z.string(), duplicate: z.boolean() })
  .meta({ id: 'EventStored', description: 'The bytes are stored and will be decided.' });

type Outcome = z.output<typeof outcomeSchema>;

/** Registers the route in its own scope: only here bodies stay bytes until they are checked. */
export function eventRoutes(app: App, door: Door): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', CLOUD_EVENT, CLOUD_EVENTS],
      { parseAs: 'buffer' },
      (request, body, done) => {
        request.rawBody = body as Buffer;
        done(null, null);
      },
    );
    const needsKey = door.guard.needs('act');
    scope.route({
      method: 'POST',
      url: '/api/v1/events',
      config: { writes: true, scope: 'act', idempotency: 'optional', signed: true },
      schema: {
        operationId: 'sendEvents',
        tags: ['events'],
        summary: 'Send one event or a batch',
        description:
          'CloudEvents 1.0.2 in structured JSON. With an API key, waits for the decision and answers 200 with one outcome per event. ' +
          'With a Standard Webhooks signature (headers webhook-id, webhook-timestamp, webhook-signature and the query parameter source), ' +
          'stores the raw bytes and answers 202. The Idempotency-Key may be left out in the CloudEvents media types: then source and id of each event are its key.',
        querystring: z.strictObject({ source: z.string().max(100).optional() }),
        body: z.union([event, z.array(event).min(1).max(EVENTS_MAX)]),
        response: {
          200: z
            .object({ results: z.array(outcomeSchema) })
            .meta({ id: 'EventOutcomes', description: 'One outcome per event, in their order.' }),
          202: storedSchema,
          ...problemResponses,
        },
      },
      attachValidation: true,
      validatorCompiler: () => (value: unknown) => ({ value }),
      serializerCompiler: () => JSON.stringify,
      onRequest: (request, reply, done) =>
        isSigned(request) ? door.guard.open(request, reply, done) : needsKey(request, reply, done),
      handler: (request, reply) =>
        isSigned(request) ? storeSigned(request, reply, door) : decideEvents(request, reply, door),
    });
  });
}

function isSigned(request: FastifyRequest): boolean {
  return request.headers['webhook-signature'] !== undefined && request.headers.authorization === undefined;
}

async function decideEvents(request: FastifyRequest, reply: FastifyReply, door: Door): Promise<unknown> {
  const { workspace, actor } = callerOf(request);
  const body = bodyOf(request);
  const key = optionalIdempotencyKeyOf(request);
  const media = mediaOf(request);
  if (key === undefined && media === 'application/json') throw new Problem('idempotency/missing');
  const events = readEvents(body, media);
  // Without a key each event is its own command, whether it comes alone or in whatever batch.
  const wholeHash = key === undefined ? undefined : bodyHashOf(body);
  const trace = traceOf(request);
  const now = door.now();
  const drafts: Draft[] = [];
  const signals = new Map<string, string | undefined>();
  for (const { type } of events) {
    if (!signals.has(type)) signals.set(type, await door.signalOfType(workspace, type));
  }
  for (const [index, each] of events.entries()) {
    const signal = signals.get(each.type);
    const name = key === undefined ? `${each.source}\n${each.id}` : events.length === 1 ? key : `${key}\n${index}`;
    const bodyHash = wholeHash ?? bodyHashOf(JSON.stringify(each));
    const draft: Draft = {
      command: commandId(workspace, actor, EVENTS_ROUTE, name),
      bodyHash,
      actor,
      via: 'api',
      ask: askOfEvent(each, signal, now),
    };
    if (trace !== undefined) draft.trace = trace;
    drafts.push(draft);
  }
  const [first] = drafts;
  const answers =
    drafts.length === 1 && first !== undefined
      ? [await door.corridor.submit(workspace, first)]
      : await door.corridor.submitMany(workspace, drafts);
  if (answers.every(isOtherBody)) return sendRefusal(reply, door.publicUrl, refuse('command/other-body'));
  if (answers.every((answer) => answer.repeated)) reply.header('idempotency-replayed', 'true');
  reply.header('cache-control', 'no-store');
  return { results: answers.map((answer, index) => outcomeOf(answer, events[index])) };
}

async function storeSigned(request: FastifyRequest, reply: FastifyReply, door: Door): Promise<unknown> {
  const { source } = request.query as { source?: string };
  const id = headerOf(request, 'webhook-id');
  const timestamp = headerOf(request, 'webhook-timestamp');
  const signature = headerOf(request, 'webhook-signature');
  const body = bodyOf(request);
  if (source === undefined || id === '' || timestamp === '' || signature === '') throw new Problem('signature/bad');
  const verified = await door.verifySigned({ source, id, timestamp, signature, body });
  if (verified === undefined) throw new Problem('signature/bad');
  const kept: Record<string, string> = {
    'content-type': mediaOf(request),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
  };
  const trace = traceOf(request);
  if (trace !== undefined) kept.traceparent = trace;
  const [stored] = await door.corridor.storeRaw(verified.workspace, [
    {
      source: verified.source,
      command: commandId(verified.workspace, { kind: 'system', id: verified.source }, EVENTS_ROUTE, id),
      bodyHash: bodyHashOf(body),
      headers: kept,
      body,
    },
  ]);
  if (stored === undefined) throw new Error('The corridor answered nothing for a stored webhook.');
  return reply.code(202).send({ arrival: stored.id, duplicate: stored.repeated });
}

/** The events in a body, checked; throws the problem of the first one that does not fit. */
export function readEvents(body: Uint8Array, media: string): InboundEvent[] {
  const value = parseJson(body);
  const isBatch = Array.isArray(value);
  if ((media === CLOUD_EVENT && isBatch) || (media === CLOUD_EVENTS && !isBatch)) {
    throw new Problem('request/bad-value', {
      detail: `The body is ${isBatch ? 'a list' : 'not a list'}, which ${media} does not allow.`,
    });
  }
  const list: unknown[] = isBatch ? value : [value];
  if (list.length === 0 || list.length > EVENTS_MAX) {
    throw new Problem('request/bad-value', {
      detail: `A batch holds 1 to ${EVENTS_MAX} events; this one holds ${list.length}.`,
    });
  }
  return list.map((each, index) => {
    const at = isBatch ? String(index) : '';
    const checked = check(event, each, at);
    const strange = strangeAttribute(checked);
    const where = (field: string) => (at === '' ? field : `${at}.${field}`);
    if (strange !== undefined) {
      throw new Problem('request/unknown-field', {
        detail: `"${where(strange)}" is no attribute of CloudEvents, and extension names are lower-case letters and digits.`,
        field: where(strange),
      });
    }
    if (media !== 'application/json') {
      for (const needed of ['specversion', 'id', 'source'] as const) {
        if (checked[needed] === undefined) {
          throw new Problem('request/bad-value', {
            detail: `"${where(needed)}" is missing; ${media} needs it.`,
            field: where(needed),
          });
        }
      }
    }
    return checked;
  });
}

function outcomeOf(answer: Answered, sent: InboundEvent | undefined): Outcome {
  const outcome: Outcome = { result: answer.result, duplicate: answer.repeated === true };
  if (sent?.id !== undefined) outcome.id = sent.id;
  if (sent?.source !== undefined) outcome.source = sent.source;
  switch (answer.result) {
    case 'done':
      outcome.sequence = answer.seq;
      outcome.facts = answer.facts;
      if (answer.version !== undefined) outcome.version = answer.version;
      break;
    case 'refused':
      outcome.code = answer.refusal.code;
      outcome.detail = answer.refusal.sentence;
      break;
    case 'set-aside':
      outcome.arrival = answer.arrival;
      outcome.detail = answer.reason;
      return outcome;
  }
  if (answer.handoff !== undefined) outcome.handoff = answer.handoff;
  return outcome;
}

function isOtherBody(answer: Answered): boolean {
  return answer.result === 'refused' && answer.refusal.code === 'command/other-body';
}

function bodyOf(request: FastifyRequest): Buffer {
  if (request.rawBody === undefined) throw new Problem('request/malformed', { detail: 'The request has no body.' });
  return request.rawBody;
}

function mediaOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
