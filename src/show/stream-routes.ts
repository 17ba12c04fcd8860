// show: GET /api/v1/events/stream: server-sent events (HTML Living Standard, section 9.2). The id of each is its
// ledger sequence; `Last-Event-ID`, or `?after=` on the first connection, says where to go on.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Recorded } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { happeningOf } from './happening.ts';
import type { Window } from './queries.ts';
import { createStreams, type Sink } from './stream.ts';

const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export function streamRoutes({ app, deps, door, namesOf }: Window): void {
  const streams = createStreams({
    ...deps,
    head: async (workspace) => (await deps.reader.head(workspace)).seq,
    async describe(workspace: WorkspaceId, events: Recorded[]) {
      const standing = await deps.standing(workspace);
      const teller = { names: await namesOf(workspace, standing), zone: standing.policy?.doc.hours.zone ?? 'UTC' };
      return events.map((event) => happeningOf(event, teller));
    },
  });
  app.addHook('preClose', () => streams.close());

  app.route({
    method: 'GET',
    url: '/api/v1/events/stream',
    exposeHeadRoute: false,
    config: { scope: 'read' },
    schema: {
      operationId: 'streamEvents',
      tags: ['events'],
      summary: 'Everything that happens, live',
      description:
        'Server-sent events; the data of each is a Happening, its id the ledger sequence. Send Last-Event-ID to go on without a gap. ' +
        'An event called `reset` says: too much was missed, read the lists again and go on from its id.',
      querystring: z.strictObject({ after: place.optional().describe('Go on after this sequence.') }),
      response: {
        200: { description: 'A stream without an end.', content: { 'text/event-stream': { schema: z.string() } } },
        ...door.problemResponses,
      },
    },
    onRequest: door.needs('read'),
    handler: async (request, reply) => {
      const { workspace } = door.callerOf(request);
      const resumed = place.safeParse(request.headers['last-event-id']);
      const after =
        request.headers['last-event-id'] !== undefined && resumed.success ? resumed.data : request.query.after;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      const closed = once(reply.raw, 'close');
      try {
        const reading = await streams.join(workspace, after, sinkOf(reply.raw));
        closed.then(() => reading.leave());
      } catch (error) {
        deps.log('A reader could not join the event stream; it comes back by itself', error);
        reply.raw.destroy();
      }
    },
  });
}

function sinkOf(response: ServerResponse): Sink {
  return {
    write: (text) => response.write(text),
    drained: () =>
      new Promise((resolve) => {
        if (response.destroyed || !response.writableNeedDrain) {
          resolve();
          return;
        }
        const go = () => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.on('drain', go).on('close', go);
      }),
    drop: () => void response.destroy(),
  };
}
