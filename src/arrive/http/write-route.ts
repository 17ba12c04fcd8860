// arrive: how every changing route is made: guarded by scope, keyed for repeats, checked against the version it was
// made from, and turned into a draft. A route says only what its body is and what it asks.

import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Ask } from '../../words/arrival.ts';
import type { Scope } from '../../words/key.ts';
import { refuse } from '../../words/refusal.ts';
import { type Answered, bodyHashOf, commandId, type Draft } from '../draft.ts';
import { doneSchema, sendAnswer } from './answers.ts';
import type { App, Door } from './deps.ts';
import { type Caller, callerOf } from './guard.ts';
import { idempotencyKeyOf, optionalIdempotencyKeyOf } from './idempotency.ts';
import {
  checkPrecondition,
  createQueue,
  preconditionOf,
  requirePrecondition,
  type ThingKind,
} from './preconditions.ts';
import { problemResponses } from './problem.ts';
import { traceOf } from './trace.ts';

/** What a route knows when it makes its ask. */
export type Env = { caller: Caller; params: Record<string, string>; command: string; now: number };

/** What a request comes to: an ask for the corridor, or something else that is decided there. */
type Asked = ({ ask: Ask } | { run(draft: Omit<Draft, 'ask'>): Promise<Answered> }) & {
  /** Goes beside a done answer. */
  more?: Record<string, unknown>;
  /** Goes beside the first done answer and never beside a repeat. */
  once?: Record<string, unknown>;
};

export type WriteSpec<B extends z.ZodType> = {
  method: 'POST' | 'PUT' | 'DELETE';
  url: string;
  scope: Scope;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  params: z.ZodType<Record<string, string>>;
  body: B;
  /** The thing that the edit is of, when it must or may name its version. */
  thing?: { kind: ThingKind; idOf(params: Record<string, string>): string; required: boolean };
  /** What a done answer holds beside the usual. */
  more?: z.ZodRawShape;
  ask(body: z.output<B>, env: Env): Asked;
};

/** A function that registers changing routes; edits of one thing wait for each other. */
export function createWriteRoutes(app: App, door: Door) {
  const inTurn = createQueue();

  async function decide<B extends z.ZodType>(spec: WriteSpec<B>, request: FastifyRequest, reply: FastifyReply) {
    const caller = callerOf(request);
    const { workspace, actor } = caller;
    const params = request.params as Record<string, string>;
    const given = spec.method === 'POST' ? idempotencyKeyOf(request) : optionalIdempotencyKeyOf(request);
    const route = `${spec.method} ${request.url.split('?', 1)[0]}`;
    const command = commandId(workspace, actor, route, given ?? randomUUID());
    const bodyHash = bodyHashOf(request.rawBody);
    const env: Env = { caller, params, command, now: door.now() };
    const asked = spec.ask(request.body as z.output<B>, env);
    const draft: Omit<Draft, 'ask'> = { command, bodyHash, actor, via: 'api' };
    const trace = traceOf(request);
    if (trace !== undefined) draft.trace = trace;
    const submit = () =>
      'run' in asked ? asked.run(draft) : door.corridor.submit(workspace, { ...draft, ask: asked.ask });

    const { thing } = spec;
    const precondition =
      thing === undefined ? undefined : thing.required ? requirePrecondition(request) : preconditionOf(request);
    let answered: Answered;
    if (thing === undefined || precondition === undefined) {
      answered = await submit();
    } else {
      const id = thing.idOf(params);
      answered = await inTurn(`${workspace} ${thing.kind} ${id}`, async () => {
        const before = given === undefined ? undefined : await door.firstAnswer(workspace, command);
        if (before !== undefined) {
          return before.bodyHash === bodyHash
            ? { ...before.answer, repeated: true }
            : { result: 'refused', refusal: refuse('command/other-body') };
        }
        const current = await door.versionOf(workspace, thing.kind, id);
        // An act on a handoff that does not exist is refused as such, whatever version it names.
        if (thing.required || current !== undefined)
          checkPrecondition(precondition, current, `The ${thing.kind} "${id}"`);
        return submit();
      });
      if (answered.result === 'done' && thing.kind !== 'handoff') {
        const now = await door.versionOf(workspace, thing.kind, id);
        if (now !== undefined) reply.header('etag', `"${now}"`);
      }
    }
    return sendAnswer(reply, door.publicUrl, answered, { ...asked.more, ...(answered.repeated ? {} : asked.once) });
  }

  return function writeRoute<B extends z.ZodType>(spec: WriteSpec<B>): void {
    const done = spec.more === undefined ? doneSchema : z.object({ ...doneSchema.shape, ...spec.more });
    app.route({
      method: spec.method,
      url: spec.url,
      config: {
        writes: true,
        scope: spec.scope,
        idempotency: spec.method === 'POST' ? 'required' : 'optional',
        ...(spec.thing === undefined ? {} : { match: spec.thing.required ? 'required' : 'optional' }),
      },
      schema: {
        operationId: spec.operationId,
        tags: [spec.tag],
        summary: spec.summary,
        ...(spec.description === undefined ? {} : { description: spec.description }),
        params: spec.params,
        ...(spec.method === 'DELETE' ? {} : { body: spec.body }),
        response: { 200: done, ...problemResponses },
      },
      onRequest: door.guard.needs(spec.scope),
      handler: (request, reply) => decide(spec, request, reply),
    });
  };
}

export type WriteRoute = ReturnType<typeof createWriteRoutes>;
