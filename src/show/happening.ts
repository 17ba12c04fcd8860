// show: one event of the ledger as a reader outside sees it.

import { z } from 'zod';
import type { Recorded } from '../words/event.ts';
import { iso } from './instants.ts';
import { sentenceOf, type Teller } from './sentences.ts';

export const happeningSchema = z
  .object({
    sequence: z.int(),
    at: z.string(),
    kind: z.string(),
    handoff: z.string().optional(),
    actor: z.object({ kind: z.enum(['person', 'system']), id: z.string(), name: z.string() }),
    via: z.string(),
    sentence: z.string(),
  })
  .meta({ id: 'Happening', description: 'One event of the ledger, in plain words.' });

export function happeningOf(
  { seq, at, actor, via, event }: Recorded,
  teller: Teller,
): z.output<typeof happeningSchema> {
  return {
    sequence: seq,
    at: iso(at),
    kind: event.kind,
    handoff: 'handoff' in event ? event.handoff : undefined,
    actor: { ...actor, name: actor.kind === 'person' ? teller.names.of(actor.id) : actor.id },
    via,
    sentence: sentenceOf(event, teller),
  };
}
