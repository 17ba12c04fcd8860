// arrive: a decision as an answer over HTTP. Done is 200 with the new version; a refusal is a problem with its own
// status; what was set aside is said plainly. A repeat gets the first answer, marked as such.

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { FAULTS } from '../../words/fault.ts';
import type { Answered } from '../draft.ts';
import { sendProblem, sendRefusal } from './problem.ts';

export const doneSchema = z
  .object({
    result: z.literal('done'),
    sequence: z.int().describe('Position in the ledger after this decision.'),
    handoff: z.string().optional(),
    version: z.int().optional().describe('Version of the handoff, its entity tag.'),
    facts: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Done' });

export type Done = z.output<typeof doneSchema>;

/** Sends what was decided; `more` goes beside a done answer. */
export function sendAnswer(
  reply: FastifyReply,
  publicUrl: string,
  answered: Answered,
  more: Record<string, unknown> = {},
): FastifyReply {
  if (answered.repeated) reply.header('idempotency-replayed', 'true');
  reply.header('cache-control', 'no-store');
  switch (answered.result) {
    case 'done': {
      if (answered.version !== undefined) reply.header('etag', `"${answered.version}"`);
      return reply.send({ ...doneOf(answered), ...more });
    }
    case 'refused':
      return sendRefusal(reply, publicUrl, answered.refusal);
    case 'set-aside':
      return sendProblem(reply, publicUrl, 'door/set-aside', FAULTS['door/set-aside'].says, {
        facts: { arrival: answered.arrival },
      });
  }
}

function doneOf(answered: Extract<Answered, { result: 'done' }>): Done {
  const done: Done = { result: 'done', sequence: answered.seq, facts: answered.facts };
  if (answered.handoff !== undefined) done.handoff = answered.handoff;
  if (answered.version !== undefined) done.version = answered.version;
  return done;
}
