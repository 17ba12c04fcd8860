// arrive: one route per act on a handoff, POST /api/v1/handoffs/{id}/…, and opening one by hand.
// A row of the table says what the body is and what it asks; everything else is the same for all of them.

import { z } from 'zod';
import type { Ask, Context } from '../../words/arrival.ts';
import type { HandoffId } from '../../words/ids.ts';
import { CLOCK_NAMES } from '../../words/policy.ts';
import type { Instant } from '../../words/time.ts';
import { eventData, signalSeen } from './event-schema.ts';
import { fields, instant, links, NOTE_BYTES_MAX, name, note, text } from './text.ts';
import type { Env, WriteRoute, WriteSpec } from './write-route.ts';

const handoffParams = z.object({ id: name.describe('Id of the handoff.') });
const context = { fields: fields.optional(), note: note.optional(), links: links.optional() };
const offer = name.optional().describe('The offer that is meant; left out: the one that runs now.');
const reason = text(2_000);
const longText = text(NOTE_BYTES_MAX);
const clock = z.enum(CLOCK_NAMES);

type Act<B extends z.ZodRawShape> = {
  act: string;
  says: string;
  body: z.ZodObject<B>;
  ask(handoff: HandoffId, body: z.output<z.ZodObject<B>>, now: Instant): Ask;
};

/** Keeps the type of each row's body. */
function act<B extends z.ZodRawShape>(
  path: string,
  says: string,
  body: B,
  ask: (handoff: HandoffId, body: z.output<z.ZodObject<B, z.core.$strict>>, now: Instant) => Ask,
): Act<z.ZodRawShape> {
  return { act: path, says, body: z.strictObject(body), ask } as unknown as Act<z.ZodRawShape>;
}

const ACTS: Act<z.ZodRawShape>[] = [
  act('accept', 'Accept the offer: from now on the receiver is accountable', { offer }, (handoff, body) => ({
    ask: 'accept',
    handoff,
    ...body,
  })),
  act('undo', 'Take an acceptance back, within ten seconds', {}, (handoff) => ({ ask: 'undo-accept', handoff })),
  act(
    'reject',
    'Reject the offer with a reason of the policy',
    { offer, reason: name, text: longText.optional() },
    (handoff, body) => ({ ask: 'reject', handoff, ...body }),
  ),
  act('recall', 'Take the handoff back, as its sender', { reason }, (handoff, body) => ({
    ask: 'recall',
    handoff,
    ...body,
  })),
  act('ask', 'Ask a question about the handoff', { about: text(100), text: longText }, (handoff, body) => ({
    ask: 'question',
    handoff,
    ...body,
  })),
  act('answer', 'Answer a question', { question: name, text: longText }, (handoff, body) => ({
    ask: 'answer',
    handoff,
    ...body,
  })),
  act(
    'context',
    'Complete the fields and the note, as its sender',
    { ...context, writingMs: z.int().min(0).max(86_400_000).optional() },
    (handoff, { writingMs, ...rest }) => ({
      ask: 'complete-context',
      handoff,
      context: contextOf(rest),
      ...(writingMs === undefined ? {} : { writingMs }),
    }),
  ),
  act('resend', 'Send a returned handoff again', context, (handoff, body) => ({
    ask: 'resend',
    handoff,
    ...(Object.keys(body).length === 0 ? {} : { context: contextOf(body) }),
  })),
  act('see', 'Say that the handoff was opened and read', {}, (handoff) => ({ ask: 'see', handoff })),
  act(
    'follow-up',
    'Report the first contact after the acceptance',
    { occurredAt: instant.optional(), channel: text(50).optional() },
    (handoff, { occurredAt, ...rest }, now) => ({
      ask: 'follow-up',
      handoff,
      occurredAt: occurredAt ?? now,
      ...rest,
    }),
  ),
  act(
    'meeting',
    'Report a fact about the meeting',
    {
      state: z.enum(['booked', 'rescheduled', 'held', 'no-show']),
      occurredAt: instant.optional(),
      meetingAt: instant.optional(),
      source: text(200).optional(),
    },
    (handoff, { occurredAt, source, ...rest }, now) => ({
      ask: 'meeting',
      handoff,
      occurredAt: occurredAt ?? now,
      source: source ?? 'api',
      ...rest,
    }),
  ),
  act(
    'opportunity',
    'Report that an opportunity was created',
    { occurredAt: instant.optional(), source: text(200).optional(), external: text(200).optional() },
    (handoff, { occurredAt, source, ...rest }, now) => ({
      ask: 'opportunity',
      handoff,
      occurredAt: occurredAt ?? now,
      source: source ?? 'api',
      ...rest,
    }),
  ),
  act('next-step', 'Set the next step and its date', { text: text(2_000), dueAt: instant }, (handoff, body) => ({
    ask: 'set-next-step',
    handoff,
    ...body,
  })),
  act(
    'pause',
    'Pause a clock, with a cause and an end',
    { clock, cause: reason, resumeBy: instant },
    (handoff, body) => ({ ask: 'pause', handoff, ...body }),
  ),
  act('resume', 'Let a paused clock run again', { clock }, (handoff, body) => ({ ask: 'resume', handoff, ...body })),
  act('retime', 'Compute a clock again under the policy as it is now', { clock, reason }, (handoff, body) => ({
    ask: 'retime',
    handoff,
    ...body,
  })),
  act(
    'close',
    'Close the handoff with an outcome of the policy',
    { outcome: name, criterion: name.optional() },
    (handoff, body) => ({ ask: 'close', handoff, ...body }),
  ),
  act('recycle', 'Put the prospect aside until a date', { until: instant, reason }, (handoff, body) => ({
    ask: 'recycle',
    handoff,
    ...body,
  })),
  act(
    'reassign',
    'Give one side of the handoff to another person',
    { role: z.enum(['sender', 'receiver']), to: name, reason },
    (handoff, body) => ({ ask: 'reassign', handoff, ...body }),
  ),
];

/** The signal of a handoff that was opened by hand, unless another is named. */
const BY_HAND = 'by-hand';

export function actRoutes(route: WriteRoute): void {
  route({
    method: 'POST',
    url: '/api/v1/handoffs',
    scope: 'act',
    operationId: 'openHandoff',
    tag: 'handoffs',
    summary: 'Open a handoff by hand',
    params: z.object({}),
    body: eventData.omit({ booker: true }).extend({ transition: name, signal: name.optional() }).strict(),
    ask: ({ signal, ...data }, env) => ({ ask: openedByHand(signalSeen(data, signal ?? BY_HAND, env.now), env) }),
  });
  for (const { act: path, says, body, ask } of ACTS) {
    route({
      method: 'POST',
      url: `/api/v1/handoffs/:id/${path}`,
      scope: 'act',
      operationId: `${path.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Handoff`,
      tag: 'handoffs',
      summary: says,
      params: handoffParams,
      body,
      thing: { kind: 'handoff', idOf: (params) => params.id ?? '', required: false },
      ask: (given, env) => ({ ask: ask(env.params.id ?? '', given, env.now) }),
    } satisfies WriteSpec<z.ZodObject<z.ZodRawShape>>);
  }
  route({
    method: 'POST',
    url: '/api/v1/handoffs/:id/tasks/:taskId/done',
    scope: 'act',
    operationId: 'finishTask',
    tag: 'tasks',
    summary: 'Mark a task as done',
    params: handoffParams.extend({ taskId: name }),
    body: z.strictObject({}),
    ask: (_, { params }) => ({ ask: { ask: 'task-done', handoff: params.id ?? '', task: params.taskId ?? '' } }),
  });
}

function openedByHand(ask: Extract<Ask, { ask: 'signal-seen' }>, { caller }: Env): Ask {
  return caller.actor.kind === 'person' ? { ...ask, booker: caller.actor.id } : ask;
}

function contextOf({
  fields: given,
  ...rest
}: {
  fields?: Context['fields'] | undefined;
  note?: Context['note'];
  links?: string[] | undefined;
}): Context {
  const made: Context = { fields: given ?? {} };
  if (rest.note !== undefined) made.note = rest.note;
  if (rest.links !== undefined) made.links = rest.links;
  return made;
}
