// arrive: what an inbound event looks like: a CloudEvents 1.0.2 envelope around the few facts that start a handoff.

import { z } from 'zod';
import type { AskOf, SubjectKey } from '../../words/arrival.ts';
import type { Instant } from '../../words/time.ts';
import { fields, instant, links, name, note, subjectKey, text } from './text.ts';

export const EVENTS_MAX = 500;

export const eventData = z
  .strictObject({
    subject: subjectKey,
    fields: fields.optional(),
    note: note.optional(),
    links: links.optional(),
    booker: name.optional().describe('Id of the person who brought this about.'),
    meetingAt: instant.optional(),
    urgency: z.enum(['normal', 'high']).optional(),
    transition: name.optional().describe('Only this transition is looked at.'),
    test: z.boolean().optional().describe('A rehearsal: marked, and left out of every measure.'),
  })
  .meta({ id: 'EventData' });

export const event = z
  .object({
    specversion: z.literal('1.0').optional().describe('Required in the CloudEvents media types.'),
    id: text(255).optional().describe('Required in the CloudEvents media types; unique per source.'),
    source: text(2_000).optional().describe('Required in the CloudEvents media types.'),
    type: text(255).describe('The policy says which types carry which signal.'),
    subject: text(500).optional(),
    time: instant.optional(),
    datacontenttype: z.literal('application/json').optional(),
    dataschema: text(2_000).optional(),
    data: eventData,
  })
  .catchall(z.union([text(2_000, 0), z.number(), z.boolean()]))
  .meta({
    id: 'InboundEvent',
    description: 'A CloudEvents 1.0.2 event in structured JSON. Extension attributes are taken and not read.',
  });

export type InboundEvent = z.output<typeof event>;

const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;

/** Names of attributes that CloudEvents does not allow; such a name is nearly always a misspelt one. */
export function strangeAttribute(value: InboundEvent): string | undefined {
  for (const key in value) if (!(key in event.shape) && !EXTENSION_NAME.test(key)) return key;
  return undefined;
}

/** The ask that an event carries; an unmapped type goes on as its own name, so that the answer can list the known ones. */
export function askOfEvent(value: InboundEvent, signal: string | undefined, now: Instant): AskOf<'signal-seen'> {
  return signalSeen(value.data, signal ?? value.type, value.time ?? now);
}

export function signalSeen(
  data: z.output<typeof eventData>,
  signal: string,
  occurredAt: Instant,
): AskOf<'signal-seen'> {
  const ask: AskOf<'signal-seen'> = {
    ask: 'signal-seen',
    signal,
    subject: data.subject as SubjectKey,
    context: { fields: data.fields ?? {} },
    occurredAt,
  };
  if (data.note !== undefined) ask.context.note = data.note;
  if (data.links !== undefined) ask.context.links = data.links;
  if (data.booker !== undefined) ask.booker = data.booker;
  if (data.meetingAt !== undefined) ask.meetingAt = data.meetingAt;
  if (data.urgency !== undefined) ask.urgency = data.urgency;
  if (data.transition !== undefined) ask.transition = data.transition;
  if (data.test !== undefined) ask.test = data.test;
  return ask;
}
