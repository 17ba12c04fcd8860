// show: the departure drill: if this person left, would everything still work? Reads, and decides nothing.

import { z } from 'zod';
import { iso } from './instants.ts';
import { person, personOf } from './people-shape.ts';
import { look, type Window } from './queries.ts';

const drillSchema = z
  .object({
    person,
    at: z.string(),
    works: z.boolean().describe('Whether everything would go on without them.'),
    stalls: z.array(z.string()).describe('What would stand still.'),
    alone: z.array(z.string()).describe('What nobody else has.'),
    items: z.array(
      z.object({
        handoff: z.string(),
        part: z.enum(['offered-to-them', 'accepted', 'sender', 'task', 'question']),
        what: z.string(),
        dueAt: z.string().optional(),
        to: person.optional().describe('Who would have it.'),
        waits: z.string().optional().describe('Why nobody would have it at once.'),
      }),
    ),
    roles: z.array(z.object({ path: z.string(), what: z.string(), to: person.optional().describe('Who stands in.') })),
  })
  .meta({ id: 'Drill', description: 'What would happen if a person left, tried on the record of today.' });

export function drillRoute(window: Window): void {
  const { app, deps, door } = window;
  app.route({
    method: 'GET',
    url: '/api/v1/people/:id/drill',
    config: { scope: 'read' } as const,
    schema: {
      operationId: 'drillDeparture',
      tags: ['people'],
      summary: 'If this person left, would everything still work? Changes nothing',
      params: z.object({ id: z.string().max(200) }),
      querystring: z.strictObject({
        on: z.iso.datetime({ offset: true }).optional().describe('When they would leave; now, if left out.'),
      }),
      response: { 200: drillSchema, ...door.problemResponses },
    },
    onRequest: door.needs('read'),
    handler: async (request, reply) => {
      const { workspace, names } = await look(window, request, reply);
      const { on } = request.query;
      const drill = await deps.drill(workspace, request.params.id, on === undefined ? deps.now() : Date.parse(on));
      if (drill === undefined) throw door.notFound(`There is no person "${request.params.id}".`);
      const people = [...drill.items, ...drill.roles].flatMap(({ to }) => (to === undefined ? [] : [to]));
      const said = (text: string) => names.in(text, [drill.person, ...people]);
      return {
        person: personOf(drill.person, names),
        at: iso(drill.at),
        works: drill.stalls.length === 0,
        stalls: drill.stalls.map(said),
        alone: drill.alone.map(said),
        items: drill.items.map(({ dueAt, to, ...item }) => ({
          ...item,
          ...(dueAt === undefined ? {} : { dueAt: iso(dueAt) }),
          ...(to === undefined ? {} : { to: personOf(to, names) }),
        })),
        roles: drill.roles.map(({ to, ...role }) => ({
          ...role,
          ...(to === undefined ? {} : { to: personOf(to, names) }),
        })),
      };
    },
  });
}
