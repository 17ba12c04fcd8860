// lab: what a line of a text day asks: verbs as people say them, with whoever would say it unless `by=` names somebody.

import type { Saying } from '../run/stage.ts';
import type { Ask, Context, Note } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { FieldSpec, FieldValue, NoteQuestion, PolicyDoc } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { DayLine } from './text-day-parse.ts';

export type Said = {
  line: DayLine;
  now: Instant;
  doc: PolicyDoc;
  /** The handoff that the line names, as it stands. */
  h: Handoff | undefined;
  /** A wall time of this day's date and zone as an instant; `date` is another date. */
  instant(time: string, date?: string): Instant;
};

const QUESTIONS: readonly NoteQuestion[] = ['why-engaged', 'why-now', 'what-we-said', 'what-next'];
const OWN = ['by', 'from', 'to', 'signal', 'meeting', 'urgency', 'subject', 'note', 'fields', 'transition'];

type Verb = { by(h: Handoff): string | undefined; ask(said: Said, h: Handoff): Ask };

const offeree = (h: Handoff): string | undefined => h.offer?.to ?? h.receiver;
const sender = (h: Handoff): string => h.sender;
const owner = (h: Handoff): string => h.owner;

const VERBS: Readonly<Record<string, Verb>> = {
  see: { by: offeree, ask: (_, h) => ({ ask: 'see', handoff: h.id }) },
  accept: { by: offeree, ask: (_, h) => ({ ask: 'accept', handoff: h.id }) },
  undo: { by: (h) => h.receiver, ask: (_, h) => ({ ask: 'undo-accept', handoff: h.id }) },
  reject: {
    by: offeree,
    ask: (said, h) => ({ ask: 'reject', handoff: h.id, reason: need(said, 'reason'), ...optional(said, 'text') }),
  },
  recall: {
    by: sender,
    ask: ({ line }, h) => ({ ask: 'recall', handoff: h.id, reason: line.values.reason ?? 'changed my mind' }),
  },
  ask: {
    by: offeree,
    ask: ({ line }, h) => ({
      ask: 'question',
      handoff: h.id,
      about: line.values.about ?? 'why-now',
      text: line.values.text ?? 'Why now?',
    }),
  },
  answer: {
    by: sender,
    ask: ({ line }, h) => ({
      ask: 'answer',
      handoff: h.id,
      question: h.questions.find((question) => question.answeredAt === undefined)?.id ?? 'none',
      text: line.values.text ?? 'Because of the date they named.',
    }),
  },
  complete: { by: sender, ask: (said, h) => ({ ask: 'complete-context', handoff: h.id, context: contextOf(said, h) }) },
  resend: { by: sender, ask: (said, h) => ({ ask: 'resend', handoff: h.id, context: contextOf(said, h) }) },
  'follow-up': {
    by: (h) => h.receiver,
    ask: (said, h) => ({
      ask: 'follow-up',
      handoff: h.id,
      occurredAt: when(said, 'at') ?? said.now,
      ...optional(said, 'channel'),
    }),
  },
  meeting: {
    by: owner,
    ask: (said, h) => {
      const state = oneOf(said, 'state', ['booked', 'rescheduled', 'held', 'no-show'] as const);
      const meetingAt = when(said, 'at');
      return {
        ask: 'meeting',
        handoff: h.id,
        state,
        occurredAt: said.now,
        source: 'calendar',
        ...(meetingAt === undefined ? {} : { meetingAt }),
      };
    },
  },
  opportunity: {
    by: owner,
    ask: ({ now }, h) => ({ ask: 'opportunity', handoff: h.id, occurredAt: now, source: 'crm' }),
  },
  'next-step': {
    by: owner,
    ask: (said, h) => ({
      ask: 'set-next-step',
      handoff: h.id,
      text: said.line.values.text ?? 'Call again',
      dueAt: when(said, 'due') ?? said.now + DAY,
    }),
  },
  done: {
    by: (h) => h.tasks.find((task) => task.state === 'open')?.owner,
    ask: ({ line }, h) => {
      const open = h.tasks.filter((task) => task.state === 'open');
      const named =
        line.values.task === undefined ? open[0] : open.find((task) => task.title.includes(line.values.task ?? ''));
      return { ask: 'task-done', handoff: h.id, task: named?.id ?? 'none' };
    },
  },
  close: {
    by: owner,
    ask: (said, h) => ({ ask: 'close', handoff: h.id, outcome: need(said, 'outcome'), ...optional(said, 'criterion') }),
  },
  recycle: {
    by: owner,
    ask: (said, h) => ({
      ask: 'recycle',
      handoff: h.id,
      until: when(said, 'until') ?? said.now + 30 * DAY,
      reason: said.line.values.reason ?? 'later',
    }),
  },
  reassign: {
    by: owner,
    ask: (said, h) => ({
      ask: 'reassign',
      handoff: h.id,
      role: said.line.values.role === 'sender' ? 'sender' : 'receiver',
      to: need(said, 'to'),
      reason: said.line.values.reason ?? 'agreed',
    }),
  },
};

const SYSTEM_VERBS: Readonly<Record<string, (said: Said, name: string) => Ask>> = {
  depart: (_, name) => ({ ask: 'depart', person: name }),
  away: (said, name) => ({
    ask: 'set-absence',
    person: name,
    absence: {
      id: `away-${name}`,
      from: when(said, 'since') ?? said.now,
      to: when(said, 'until') ?? said.now + DAY,
      source: 'hand',
    },
  }),
  back: (_, name) => ({ ask: 'end-absence', person: name, absence: `away-${name}` }),
};

const DAY_VERBS: readonly string[] = ['request', 'wait', ...Object.keys(VERBS), ...Object.keys(SYSTEM_VERBS)];

/** @throws Error with a sentence when the line cannot be said. */
export function sayingOf(said: Said): Saying {
  const { line, h } = said;
  const { verb = '', handoff: name } = line;
  if (verb === 'request') return request(said);
  const system = SYSTEM_VERBS[verb];
  if (system !== undefined) {
    if (name === undefined) throw new Error(`"${verb}" names nobody. Write: ${verb} ben`);
    return { ask: system(said, name) };
  }
  const spoken = VERBS[verb];
  if (spoken === undefined)
    throw new Error(`"${verb}" is nothing that a day knows. It knows: ${DAY_VERBS.join(', ')}.`);
  if (h === undefined)
    throw new Error(
      `"${name ?? ''}" is no handoff of this day. A request with this name comes first, and must have opened one.`,
    );
  const by = line.values.by ?? spoken.by(h);
  return { ask: spoken.ask(said, h), ...(by === undefined || by === 'system' ? {} : { by }) };
}

function request(said: Said): Saying {
  const { line, doc, now } = said;
  const { values } = line;
  const [only, another] = Object.keys(doc.signals);
  const signal = values.signal ?? (another === undefined ? only : undefined);
  if (signal === undefined)
    throw new Error(`says no signal. Add signal= and one of: ${Object.keys(doc.signals).join(', ')}.`);
  const meetingAt = when(said, 'meeting');
  return {
    ask: {
      ask: 'signal-seen',
      signal,
      subject: { type: 'lead', value: values.subject ?? line.handoff ?? '' },
      context: contextOf(said, undefined),
      occurredAt: now,
      ...(values.from === undefined ? {} : { booker: values.from }),
      ...(meetingAt === undefined ? {} : { meetingAt }),
      ...(values.urgency === 'high' || values.urgency === 'normal' ? { urgency: values.urgency } : {}),
      ...(values.transition === undefined ? {} : { transition: values.transition }),
    },
  };
}

/** Fields by their names; `note=full` answers all four questions, `fields=full` fills what the line does not say. */
function contextOf({ line, doc }: Said, h: Handoff | undefined): Context {
  const fields: Context['fields'] = {};
  const note: Note = {};
  const transitions = Object.values(doc.transitions);
  if (line.values.fields === 'full')
    for (const name of h?.context.missing ?? transitions.flatMap((transition) => transition.required))
      if (!name.startsWith('note.')) fields[name] = typed(doc.fields[name], undefined, name);
  if (line.values.note === 'full') for (const question of QUESTIONS) note[question] = `Said in the call: ${question}.`;
  for (const [name, value] of Object.entries(line.values)) {
    const question = QUESTIONS.find((one) => one === name);
    if (question !== undefined) note[question] = value;
    else if (doc.fields[name] !== undefined) fields[name] = typed(doc.fields[name], value, name);
    else if (!OWN.includes(name))
      throw new Error(
        `says ${name}=, which is no field of the policy. Its fields are: ${Object.keys(doc.fields).join(', ')}.`,
      );
  }
  return { fields, ...(Object.keys(note).length === 0 ? {} : { note }) };
}

function typed(spec: FieldSpec | undefined, value: string | undefined, name: string): FieldValue {
  const type = spec?.type ?? 'string';
  if (typeof type === 'object')
    return 'oneOf' in type
      ? (value ?? type.oneOf[0] ?? '')
      : (value ?? 'Jo (Buyer), Sam (Finance)').split(/, ?/).filter((one) => one !== '');
  if (type === 'int' || type === 'double') {
    const number = Number(value ?? 50);
    if (Number.isNaN(number)) throw new Error(`says ${name}=${value}, which is no number.`);
    return number;
  }
  if (type === 'bool') return (value ?? 'true') === 'true';
  return value ?? (type === 'date' ? '2030-01-01' : `some ${name}`);
}

const SPAN = /^\+(\d+)(m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY };

/** `+2h` from now, `14:00` of this date, or `2026-11-25T14:00`. */
function when({ line, now, instant }: Said, name: string): Instant | undefined {
  const written = line.values[name];
  if (written === undefined) return undefined;
  const span = SPAN.exec(written);
  if (span !== null) return now + Number(span[1]) * (UNITS[span[2] ?? 'm'] ?? MINUTE);
  const [date, time] = written.includes('T') ? written.split('T') : [undefined, written];
  if (time === undefined || !/^\d{2}:\d{2}$/.test(time))
    throw new Error(`says ${name}=${written}. Write +2h, 14:00 or 2026-11-25T14:00.`);
  return instant(time, date);
}

function need({ line }: Said, name: string): string {
  const value = line.values[name];
  if (value === undefined) throw new Error(`"${line.verb}" needs ${name}=.`);
  return value;
}

function optional<K extends string>({ line }: Said, name: K): { [P in K]?: string } {
  const value = line.values[name];
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: string };
}

function oneOf<T extends string>(said: Said, name: string, all: readonly T[]): T {
  const value = need(said, name);
  const found = all.find((one) => one === value);
  if (found === undefined) throw new Error(`says ${name}=${value}. Write one of ${all.join(', ')}.`);
  return found;
}
