// show: handoffs as the API shows them: explicit shapes, names beside ids, private parts only where they still exist.

import { z } from 'zod';
import type { Context } from '../words/arrival.ts';
import { type Clock, type Handoff, runningClocks, STAGES } from '../words/handoff.ts';
import type { HandoffRow } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import { deadlineOf, deadlineSchema, type Explain } from './deadline.ts';
import { iso } from './instants.ts';
import type { Names } from './names.ts';
import { person, personOf } from './people-shape.ts';

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const at = z.string().describe('ISO 8601, UTC.');

const contextSchema = z.object({
  have: z.array(z.string()),
  missing: z.array(z.string()),
  erased: z.boolean().describe('The personal data was erased or never came.'),
  fields: z.record(z.string(), fieldValue),
  note: z.record(z.string(), z.string()),
  links: z.array(z.string()),
});

const clockSchema = z
  .object({
    name: z.string(),
    owner: person,
    state: z.enum(['running', 'paused', 'stopped']),
    late: z.boolean(),
    startedAt: at,
    dueAt: at,
    limitMs: z.int(),
    hours: z.enum(['business', 'wall']),
    zone: z.string(),
    used: z.array(z.object({ from: at, to: at })).describe('The open stretches that the limit was counted in.'),
    pausedUntil: at.optional(),
    pauseCause: z.string().optional(),
    breachedAt: at.optional(),
    stoppedAt: at.optional(),
    lateBusinessMs: z.int().optional(),
    lateWallMs: z.int().optional(),
    pauses: z.array(z.object({ from: at, to: at, cause: z.string().optional() })).describe('The pauses that are over.'),
    levels: z.array(z.object({ level: z.int(), at, do: z.string(), tell: person, reachedAt: at.optional() })),
    deadline: deadlineSchema,
  })
  .meta({ id: 'Clock' });

const nextStep = z.object({ what: z.string(), owner: person, dueAt: at, late: z.boolean() });
export const taskSchema = z
  .object({
    id: z.string(),
    handoff: z.string(),
    title: z.string(),
    owner: person,
    dueAt: at,
    state: z.enum(['open', 'done', 'missed', 'void']),
    late: z.boolean(),
  })
  .meta({ id: 'Task' });

export const rowSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    stage: z.enum(STAGES),
    transition: z.string(),
    subject: z.string(),
    company: z.string().optional(),
    contact: z.string().optional(),
    whyEngaged: z.string().optional(),
    sender: person,
    receiver: person.optional(),
    owner: person.describe('The one accountable person.'),
    offeredTo: person.optional(),
    offer: z.string().optional(),
    segment: z.string(),
    urgency: z.string(),
    signal: z.string(),
    clock: z
      .object({ name: z.string(), dueAt: at, state: z.enum(['running', 'paused', 'stopped']), late: z.boolean() })
      .optional(),
    nextStep: nextStep.optional(),
    tasks: z.array(taskSchema).describe('The open ones.'),
    openedAt: at,
    acceptedAt: at.optional(),
    closedAt: at.optional(),
    outcome: z.string().optional(),
    marks: z.array(z.string()),
  })
  .meta({ id: 'HandoffRow' });

export const handoffSchema = z
  .object({
    ...rowSchema.shape,
    policy: z.string(),
    signals: z.int(),
    declined: z.array(person),
    context: contextSchema,
    clocks: z.array(clockSchema),
    tasks: z.array(taskSchema),
    questions: z.array(
      z.object({
        id: z.string(),
        about: z.string(),
        by: person,
        at,
        text: z.string().optional(),
        answer: z.string().optional(),
        answeredAt: at.optional(),
      }),
    ),
    facts: z.record(z.string(), z.string()),
    rejection: z.object({ reason: z.string(), criterion: z.string(), by: person, at }).optional(),
    recycleAt: at.optional(),
    recycledFrom: z.string().optional(),
  })
  .meta({ id: 'Handoff' });

type Row = z.output<typeof rowSchema>;

/** The private items that a row shows something of. */
export function refsOf(handoff: Handoff): string[] {
  const step = handoff.nextStep?.ref;
  return step === undefined ? [handoff.context.ref] : [handoff.context.ref, step];
}

export function showRow(row: HandoffRow, items: ReadonlyMap<string, unknown>, names: Names, now: Instant): Row {
  const context = contextIn(items.get(row.doc.context.ref));
  const ownWords = textIn(items.get(row.doc.nextStep?.ref ?? ''));
  return {
    ...common(row.doc, context, names, now, ownWords),
    tasks: tasksOf(row.doc, names, now).filter((task) => task.state === 'open'),
  };
}

export function showHandoff(
  handoff: Handoff,
  items: Record<string, unknown>,
  names: Names,
  now: Instant,
  explain: Explain,
): z.output<typeof handoffSchema> {
  const context = contextIn(items[handoff.context.ref]);
  const { facts } = handoff;
  return {
    ...common(handoff, context, names, now, textIn(items[handoff.nextStep?.ref ?? ''])),
    policy: handoff.policy,
    signals: handoff.signals,
    declined: handoff.declined.map((id) => personOf(id, names)),
    context: {
      have: handoff.context.have,
      missing: handoff.context.missing,
      erased: context === undefined,
      fields: context?.fields ?? {},
      note: context?.note ?? {},
      links: context?.links ?? [],
    },
    clocks: Object.values(handoff.clocks).map((clock) => showClock(clock, names, now, explain)),
    tasks: tasksOf(handoff, names, now),
    questions: handoff.questions.map((question) => ({
      id: question.id,
      about: question.about,
      by: personOf(question.by, names),
      at: iso(question.at),
      text: textIn(items[question.ref]),
      answer: question.answerRef === undefined ? undefined : textIn(items[question.answerRef]),
      answeredAt: iso(question.answeredAt),
    })),
    facts: Object.fromEntries(
      Object.entries(facts).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, typeof value === 'number' ? iso(value) : value] as const],
      ),
    ),
    rejection:
      handoff.rejection === undefined
        ? undefined
        : { ...handoff.rejection, by: personOf(handoff.rejection.by, names), at: iso(handoff.rejection.at) },
    recycleAt: iso(handoff.recycleAt),
    recycledFrom: handoff.recycledFrom,
  };
}

function common(
  handoff: Handoff,
  context: Context | undefined,
  names: Names,
  now: Instant,
  ownWords?: string,
): Omit<Row, 'tasks'> {
  const of = (id: string | undefined) => (id === undefined ? undefined : personOf(id, names));
  const [clock] = runningClocks(handoff).sort((a, b) => a.dueAt - b.dueAt);
  const step = handoff.nextStep;
  return {
    id: handoff.id,
    version: handoff.version,
    stage: handoff.stage,
    transition: handoff.transition,
    subject: handoff.subject,
    company: plain(context?.fields.company),
    contact: plain(context?.fields.contact),
    whyEngaged: context?.note?.['why-engaged'],
    sender: personOf(handoff.sender, names),
    receiver: of(handoff.receiver),
    owner: personOf(handoff.owner, names),
    offeredTo: of(handoff.offer?.to),
    offer: handoff.offer?.id,
    segment: handoff.segment,
    urgency: handoff.urgency,
    signal: handoff.signal,
    clock:
      clock === undefined
        ? undefined
        : { name: clock.name, dueAt: iso(clock.dueAt), state: stateOf(clock), late: isLate(clock, now) },
    nextStep:
      step === undefined
        ? undefined
        : {
            what: ownWords ?? step.what,
            owner: personOf(step.owner, names),
            dueAt: iso(step.dueAt),
            late: step.dueAt < now && handoff.stage !== 'closed',
          },
    openedAt: iso(handoff.openedAt),
    acceptedAt: iso(handoff.acceptedAt),
    closedAt: iso(handoff.closedAt),
    outcome: handoff.outcome,
    marks: handoff.marks,
  };
}

function tasksOf(handoff: Handoff, names: Names, now: Instant): z.output<typeof taskSchema>[] {
  return handoff.tasks.map((task) => ({
    id: task.id,
    handoff: handoff.id,
    title: task.title,
    owner: personOf(task.owner, names),
    dueAt: iso(task.dueAt),
    state: task.state,
    late: task.state === 'open' && task.dueAt < now,
  }));
}

function showClock(clock: Clock, names: Names, now: Instant, explain: Explain): z.output<typeof clockSchema> {
  return {
    name: clock.name,
    owner: personOf(clock.owner, names),
    state: stateOf(clock),
    late: isLate(clock, now),
    startedAt: iso(clock.startedAt),
    dueAt: iso(clock.dueAt),
    limitMs: clock.limitMs,
    hours: clock.hours,
    zone: clock.zone,
    used: clock.used.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
    pausedUntil: iso(clock.paused?.resumeBy),
    pauseCause: clock.paused?.cause,
    breachedAt: iso(clock.breachedAt),
    stoppedAt: iso(clock.stoppedAt),
    lateBusinessMs: clock.late?.businessMs,
    lateWallMs: clock.late?.wallMs,
    pauses: clock.pauses.map(({ from, to, cause }) => ({ from: iso(from), to: iso(to), cause })),
    levels: clock.levels.map((level) => ({
      level: level.level,
      at: iso(level.at),
      do: level.do,
      tell: personOf(level.tell, names),
      reachedAt: iso(level.reachedAt),
    })),
    deadline: deadlineOf(clock, names, explain),
  };
}

function stateOf(clock: Clock): 'running' | 'paused' | 'stopped' {
  if (clock.stoppedAt !== undefined) return 'stopped';
  return clock.paused === undefined ? 'running' : 'paused';
}

function isLate(clock: Clock, now: Instant): boolean {
  if (clock.stoppedAt !== undefined) return (clock.late?.wallMs ?? 0) > 0;
  return clock.breachedAt !== undefined || (clock.paused === undefined && clock.dueAt < now);
}

/** A context as it was stored; undefined for anything else, such as an erased one. */
function contextIn(item: unknown): Context | undefined {
  return typeof item === 'object' && item !== null && 'fields' in item ? (item as Context) : undefined;
}

function textIn(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  return typeof item === 'object' && item !== null && 'text' in item ? String(item.text) : undefined;
}

function plain(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
