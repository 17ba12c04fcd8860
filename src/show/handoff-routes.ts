// show: the handoffs: lists, one with its private parts, its timeline in plain words, and why each choice was made.

import { z } from 'zod';
import { STAGES } from '../words/handoff.ts';
import type { HandoffFilter } from '../words/reader.ts';
import type { DecisionRecord } from '../words/routing.ts';
import { deadlinesOf } from './deadline.ts';
import { handoffSchema, refsOf, rowSchema, showHandoff, showRow, taskSchema } from './handoff-shape.ts';
import { happeningOf, happeningSchema } from './happening.ts';
import { iso } from './instants.ts';
import { personOf } from './people-shape.ts';
import { cursor, flag, idParams, limit, look, page, type Window, word } from './queries.ts';
import { whyOf, whySchema } from './why.ts';

const stages = z.union([z.enum(STAGES), z.array(z.enum(STAGES))]).transform((value) => [value].flat());

const filters = z.strictObject({
  stage: stages.optional(),
  live: flag.optional(),
  owner: word.optional().describe('The accountable person.'),
  person: word.optional().describe('Sender, receiver, asked, or owner of a task.'),
  transition: word.optional(),
  late: flag.optional(),
  order: z.enum(['due', 'newest']).default('newest'),
  limit,
  cursor,
});

export function handoffRoutes(window: Window): void {
  const { app, deps, door } = window;
  const onRequest = door.needs('read');
  const unknown = (id: string) => door.notFound(`There is no handoff "${id}".`);

  app.route({
    method: 'GET',
    url: '/api/v1/handoffs',
    config: { scope: 'read' },
    schema: {
      operationId: 'listHandoffs',
      tags: ['handoffs'],
      summary: 'List handoffs',
      querystring: filters,
      response: { 200: z.object({ handoffs: z.array(rowSchema) }).meta({ id: 'Handoffs' }), ...door.problemResponses },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names } = await look(window, request, reply);
      const { order, limit: most, cursor: _, ...given } = request.query;
      const filter: HandoffFilter = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      );
      const rows = await page(window, request, reply, (after) =>
        deps.reader.handoffs(workspace, filter, order, after, most),
      );
      const items = await deps.reader.privateItems(
        workspace,
        rows.flatMap((row) => refsOf(row.doc)),
      );
      const now = deps.now();
      return { handoffs: rows.map((row) => showRow(row, items, names, now)) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/handoffs/:id',
    config: { scope: 'read' },
    schema: {
      operationId: 'getHandoff',
      tags: ['handoffs'],
      summary: 'One handoff, with its note and fields',
      description: 'The ETag is its version.',
      params: idParams,
      response: { 200: handoffSchema, ...door.problemResponses },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names, standing } = await look(window, request, reply);
      const found = await deps.reader.handoff(workspace, request.params.id);
      if (found === undefined) throw unknown(request.params.id);
      reply.header('etag', `"${found.handoff.version}"`);
      const step = found.handoff.nextStep?.ref;
      if (step !== undefined && !(step in found.private)) {
        Object.assign(found.private, Object.fromEntries(await deps.reader.privateItems(workspace, [step])));
      }
      return showHandoff(found.handoff, found.private, names, deps.now(), (clock, who) =>
        deps.explain(standing, clock, who),
      );
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/handoffs/:id/timeline',
    config: { scope: 'read' },
    schema: {
      operationId: 'getTimeline',
      tags: ['handoffs'],
      summary: 'Everything that happened to a handoff, in plain words',
      params: idParams,
      response: {
        200: z.object({ events: z.array(happeningSchema) }).meta({ id: 'Timeline' }),
        ...door.problemResponses,
      },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names, zone } = await look(window, request, reply);
      const events = await deps.reader.timeline(workspace, request.params.id);
      if (events.length === 0) throw unknown(request.params.id);
      return { events: events.map((recorded) => happeningOf(recorded, { names, zone })) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/handoffs/:id/why',
    config: { scope: 'read' },
    schema: {
      operationId: 'explainHandoff',
      tags: ['handoffs'],
      summary: 'Why this person, and why by then? The record of every choice, and the steps of every deadline',
      params: idParams,
      querystring: z.strictObject({
        person: word.optional().describe('Also say, for each choice, what would have given it to this person.'),
      }),
      response: { 200: whySchema, ...door.problemResponses },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names, zone, standing } = await look(window, request, reply);
      const events = await deps.reader.timeline(workspace, request.params.id);
      if (events.length === 0) throw unknown(request.params.id);
      const found = await deps.reader.handoff(workspace, request.params.id);
      const deadlines =
        found === undefined
          ? []
          : deadlinesOf(found.handoff, names, (clock, who) => deps.explain(standing, clock, who));
      const person = request.query.person;
      const whatIf =
        person === undefined
          ? undefined
          : { person, says: (decision: DecisionRecord) => deps.whatIf(decision, person) };
      return { ...whyOf(request.params.id, events, names, zone, whatIf), deadlines };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/tasks',
    config: { scope: 'read' },
    schema: {
      operationId: 'listTasks',
      tags: ['tasks'],
      summary: 'List tasks, the soonest first',
      querystring: z.strictObject({
        owner: word.optional(),
        state: z.enum(['open', 'done', 'missed', 'void']).optional(),
        limit,
      }),
      response: { 200: z.object({ tasks: z.array(taskSchema) }).meta({ id: 'Tasks' }), ...door.problemResponses },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names } = await look(window, request, reply);
      const { owner, state, limit: most } = request.query;
      const now = deps.now();
      const rows = await deps.reader.tasks(workspace, owner, state, most);
      return {
        tasks: rows.map((row) => ({
          ...row,
          owner: personOf(row.owner, names),
          dueAt: iso(row.dueAt),
          late: row.state === 'open' && row.dueAt < now,
        })),
      };
    },
  });
}
