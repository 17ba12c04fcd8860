// show: people, policy, endpoints; messages, what was set aside, counts; health and the description of the API.

import { z } from 'zod';
import { REFUSALS } from '../words/refusal.ts';
import { iso } from './instants.ts';
import {
  endpointSchema,
  person,
  personOf,
  personSchema,
  showEndpoint,
  showPerson,
  showTeam,
  teamSchema,
} from './people-shape.ts';
import { cursor, limit, look, page, type Window } from './queries.ts';

const messageSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['tell-person', 'post-webhook']),
    state: z.enum(['waiting', 'delivered', 'dead', 'cancelled', 'superseded']),
    attempts: z.int(),
    reason: z.string().optional(),
    to: person.optional(),
    endpoint: z.string().optional(),
    about: z.string(),
    handoff: z.string().optional(),
    createdAt: z.string(),
    holdUntil: z.string(),
    deliveredAt: z.string().optional(),
  })
  .meta({ id: 'Message', description: 'Something that is owed to somebody outside.' });

const countsSchema = z
  .object({
    preparing: z.int(),
    offered: z.int(),
    accepted: z.int(),
    returned: z.int(),
    closed: z.int(),
    late: z.int(),
    waitingMessages: z.int(),
    deadMessages: z.int(),
    setAside: z.int(),
    sequence: z.int().describe('Ledger position that a stream can be resumed from (`?after=`).'),
  })
  .meta({ id: 'Counts' });

const policySchema = z
  .object({
    policy: z.string().describe('Hash; the entity tag of an edit.'),
    name: z.string(),
    text: z.string(),
    transitions: z.array(
      z.object({
        name: z.string(),
        says: z.string().optional(),
        from: z.string(),
        to: z.string(),
        required: z.array(z.string()),
        rejections: z.array(z.object({ name: z.string(), says: z.string(), criterion: z.string() })),
        outcomes: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Policy' });

const noticeSchema = z
  .object({ id: z.string(), about: z.string(), handoff: z.string(), at: z.string() })
  .meta({ id: 'Notice' });

export function operatorRoutes(window: Window): void {
  const { app, deps, door } = window;
  const onRequest = door.needs('read');
  const config = { scope: 'read' } as const;
  const problems = door.problemResponses;

  app.route({
    method: 'GET',
    url: '/api/v1/people',
    config,
    schema: {
      operationId: 'listPeople',
      tags: ['people'],
      summary: 'List people and teams',
      response: {
        200: z.object({ people: z.array(personSchema), teams: z.array(teamSchema) }).meta({ id: 'People' }),
        ...problems,
      },
    },
    onRequest,
    handler: async (request, reply) => {
      const { standing, names } = await look(window, request, reply);
      return {
        people: [...standing.roster.people.values()].map((each) => showPerson(each, names)),
        teams: [...standing.roster.teams.values()].map((each) => showTeam(each, names)),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/people/:id',
    config,
    schema: {
      operationId: 'getPerson',
      tags: ['people'],
      summary: 'One person',
      params: z.object({ id: z.string().max(200) }),
      response: { 200: personSchema, ...problems },
    },
    onRequest,
    handler: async (request, reply) => {
      const { standing, names } = await look(window, request, reply);
      const found = standing.roster.people.get(request.params.id);
      if (found === undefined) throw door.notFound(`There is no person "${request.params.id}".`);
      const shown = showPerson(found, names);
      reply.header('etag', `"${shown.etag}"`);
      return shown;
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/policy',
    config,
    schema: {
      operationId: 'getPolicy',
      tags: ['policy'],
      summary: 'The policy that new handoffs are decided under',
      response: { 200: policySchema, ...problems },
    },
    onRequest,
    handler: async (request, reply) => {
      const { standing } = await look(window, request, reply);
      if (standing.policy === undefined) throw door.notFound(REFUSALS['signal/no-policy']);
      const { hash, doc, text } = standing.policy;
      reply.header('etag', `"${hash}"`);
      const transitions = Object.values(doc.transitions).map(
        ({ name, says, from, to, required, rejections, outcomes }) => ({
          name,
          says,
          from,
          to,
          required,
          outcomes,
          rejections: rejections.map((rejection) => ({
            name: rejection.name,
            says: rejection.says,
            criterion: rejection.criterion,
          })),
        }),
      );
      return { policy: hash, name: doc.name, text, transitions };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/endpoints',
    config: { scope: 'admin' },
    schema: {
      operationId: 'listEndpoints',
      tags: ['endpoints'],
      summary: 'List endpoints that events are posted to',
      response: { 200: z.object({ endpoints: z.array(endpointSchema) }).meta({ id: 'Endpoints' }), ...problems },
    },
    onRequest: door.needs('admin'),
    handler: async (request, reply) => {
      const { standing } = await look(window, request, reply);
      return { endpoints: standing.endpoints.map(showEndpoint) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/people/:id/notices',
    config,
    schema: {
      operationId: 'listNotices',
      tags: ['people'],
      summary: 'What a person was told, newest first, whatever became of the mail',
      params: z.object({ id: z.string() }),
      querystring: z.strictObject({ limit }),
      response: { 200: z.object({ notices: z.array(noticeSchema) }).meta({ id: 'Notices' }), ...problems },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace } = await look(window, request, reply);
      const notices = await deps.reader.notices(workspace, request.params.id, request.query.limit);
      return { notices: notices.map(({ id, about, handoff, at }) => ({ id, about, handoff, at: iso(at) })) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/messages',
    config,
    schema: {
      operationId: 'listMessages',
      tags: ['repair'],
      summary: 'List messages to people and endpoints',
      querystring: z.strictObject({ state: messageSchema.shape.state.optional(), limit, cursor }),
      response: { 200: z.object({ messages: z.array(messageSchema) }).meta({ id: 'Messages' }), ...problems },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace, names } = await look(window, request, reply);
      const { state, limit: most } = request.query;
      const rows = await page(window, request, reply, (after) => deps.reader.messages(workspace, state, after, most));
      return {
        messages: rows.map(({ intent, ...row }) => ({
          id: row.id,
          kind: intent.kind,
          state: row.state,
          attempts: row.attempts,
          reason: row.reason,
          to: intent.kind === 'tell-person' ? personOf(intent.to, names) : undefined,
          endpoint: intent.kind === 'post-webhook' ? intent.endpoint : undefined,
          about: intent.kind === 'tell-person' ? intent.about : intent.eventKind,
          handoff: intent.handoff,
          createdAt: iso(row.createdAt),
          holdUntil: iso(intent.holdUntil),
          deliveredAt: iso(row.deliveredAt),
        })),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/arrivals/set-aside',
    config: { scope: 'admin' },
    schema: {
      operationId: 'listSetAside',
      tags: ['repair'],
      summary: 'List what arrived and could not be decided',
      querystring: z.strictObject({ limit }),
      response: {
        200: z
          .object({
            arrivals: z.array(
              z.object({ arrival: z.string(), at: z.string(), reason: z.string(), input: z.unknown() }),
            ),
          })
          .meta({ id: 'SetAside' }),
        ...problems,
      },
    },
    onRequest: door.needs('admin'),
    handler: async (request, reply) => {
      const { workspace } = await look(window, request, reply);
      const rows = await deps.reader.setAside(workspace, request.query.limit);
      return { arrivals: rows.map((row) => ({ ...row, at: iso(row.at) })) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/counts',
    config,
    schema: {
      operationId: 'getCounts',
      tags: ['handoffs'],
      summary: 'How many handoffs stand where, and what is late or stuck',
      response: { 200: countsSchema, ...problems },
    },
    onRequest,
    handler: async (request, reply) => {
      const { workspace } = await look(window, request, reply);
      const { seq } = await deps.reader.head(workspace);
      return { ...(await deps.reader.counts(workspace)), sequence: seq };
    },
  });

  app.route({
    method: 'GET',
    url: '/health',
    schema: {
      operationId: 'getHealth',
      tags: ['service'],
      summary: 'Whether the server can do its work',
      response: {
        200: z.object({ ok: z.literal(true), checks: z.record(z.string(), z.string()) }).meta({ id: 'Healthy' }),
        503: z.object({ ok: z.literal(false), checks: z.record(z.string(), z.string()) }).meta({ id: 'Unhealthy' }),
      },
    },
    onRequest: door.open,
    handler: async (_, reply) => {
      const { ok, checks } = await deps.health();
      reply.header('cache-control', 'no-store');
      if (ok) return { ok: true as const, checks };
      return reply.code(503).header('retry-after', '5').send({ ok: false, checks });
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    schema: { hide: true },
    onRequest: door.open,
    handler: (_, reply) => reply.header('content-type', 'application/json').send(app.swagger()),
  });
}
