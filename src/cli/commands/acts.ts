// cli: what a person does with a handoff, one command per act. Each asks the server as whoever the key belongs to.

import type { Call, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { instantText } from '../times.ts';
import type { Done } from '../words.ts';
import { contextFlags, contextOf } from './context-flags.ts';

type Act = Omit<Spec, 'run' | 'writes'> & {
  path: string;
  /** What was done, for people; `{id}` is the handoff. */
  done: string;
  next: string;
  body(call: Call): unknown;
};

const ID: [string, string] = ['<handoff>', 'Id of the handoff, as list shows it'];
const text = (value: unknown): string => String(value ?? '');
const REASONS = 'baton policy show lists the rejection reasons and outcomes of each transition';
const given = (key: string, value: unknown): Record<string, unknown> => (value === undefined ? {} : { [key]: value });

const ACTS: Act[] = [
  {
    name: 'accept',
    says: 'Accept an offer: from now on you are accountable',
    examples: [['Take what was offered to you', 'baton accept ho_01k…']],
    args: [ID],
    options: [['--offer <id>', 'The offer that is meant; the running one when left out']],
    path: 'accept',
    done: 'Accepted {id}. You are accountable now.',
    next: 'baton show {id} for the next step; baton undo {id} within ten seconds takes it back.',
    body: ({ options }) => given('offer', options.offer),
  },
  {
    name: 'undo',
    says: 'Take an acceptance back, within ten seconds',
    examples: [['You pressed the wrong one', 'baton undo ho_01k…']],
    args: [ID],
    path: 'undo',
    done: 'Took the acceptance of {id} back.',
    next: 'baton show {id}',
    body: () => ({}),
  },
  {
    name: 'reject',
    says: 'Reject an offer, with a reason of the policy',
    examples: [
      ['It does not meet a criterion', 'baton reject ho_01k… --reason too-small --text "Six seats, we agreed on ten"'],
    ],
    args: [ID],
    options: [
      ['--reason <name>', 'A rejection reason of the policy (baton policy show lists them)'],
      ['--text <text>', 'What the sender should know'],
      ['--offer <id>', 'The offer that is meant; the running one when left out'],
    ],
    path: 'reject',
    done: 'Rejected {id}.',
    next: 'baton timeline {id} shows who has it now.',
    body: ({ options }) => ({
      reason: needed(options.reason, '--reason', REASONS),
      ...given('text', options.text),
      ...given('offer', options.offer),
    }),
  },
  {
    name: 'recall',
    says: 'Take a handoff back, as its sender',
    examples: [['The meeting was cancelled', 'baton recall ho_01k… --reason "They moved to next quarter"']],
    args: [ID],
    options: [['--reason <text>', 'Why']],
    path: 'recall',
    done: 'Recalled {id}; you are accountable again.',
    next: 'baton resend {id} when it is ready.',
    body: ({ options }) => ({ reason: needed(options.reason, '--reason') }),
  },
  {
    name: 'ask',
    says: 'Ask the sender a question about a handoff',
    examples: [
      ['Something in the note is unclear', 'baton ask ho_01k… --about why-now "Is the audit in January fixed?"'],
    ],
    args: [ID, ['<question>', 'The question; "-" reads it from stdin']],
    options: [['--about <what>', 'A question of the note, or a field']],
    path: 'ask',
    done: 'Asked about {id}. The sender is told.',
    next: 'baton show {id} shows the answer when it comes.',
    body: (call) => ({ about: text(call.options.about ?? 'note'), text: textOrStdin(call, 1) }),
  },
  {
    name: 'answer',
    says: 'Answer a question about a handoff',
    examples: [['Somebody asked you', 'baton answer ho_01k… qu_01k… "Yes, 14 January"']],
    args: [
      ID,
      ['<question>', 'Id of the question, as show lists it'],
      ['<text>', 'The answer; "-" reads it from stdin'],
    ],
    path: 'answer',
    done: 'Answered.',
    next: 'baton show {id}',
    body: (call) => ({ question: call.args[1], text: textOrStdin(call, 2) }),
  },
  {
    name: 'context',
    says: 'Complete the fields and the note of a handoff, as its sender',
    examples: [['Fill in what is missing', 'baton context ho_01k… --field seats=40 --why-now "Audit in January"']],
    args: [ID],
    options: contextFlags,
    path: 'context',
    done: 'Completed {id}.',
    next: 'baton show {id}',
    body: contextOf,
  },
  {
    name: 'resend',
    says: 'Send a returned handoff again',
    examples: [['With what was missing', 'baton resend ho_01k… --field seats=12']],
    args: [ID],
    options: contextFlags,
    path: 'resend',
    done: 'Sent {id} again.',
    next: 'baton why {id} says who it was offered to, and why.',
    body: contextOf,
  },
  {
    name: 'follow-up',
    says: 'Report the first contact after you accepted',
    examples: [['You called them', 'baton follow-up ho_01k… --channel phone']],
    args: [ID],
    options: [
      ['--channel <name>', 'phone, email, meeting …'],
      ['--at <time>', 'When it happened, if not now: ISO 8601 with an offset'],
    ],
    path: 'follow-up',
    done: 'Noted the follow-up of {id}.',
    next: 'baton next-step {id} "…" --due 3d sets what comes next.',
    body: ({ options }) => ({
      ...given('channel', options.channel),
      ...instantGiven('occurredAt', options.at, '--at'),
    }),
  },
  {
    name: 'next-step',
    says: 'Set the next step of a handoff and its date',
    examples: [['A call on Monday', 'baton next-step ho_01k… "Call with their CFO" --due 2026-11-30T10:00+01:00']],
    args: [ID, ['<text>', 'What happens next; "-" reads it from stdin']],
    options: [['--due <time>', 'ISO 8601 with an offset, or a span from now such as 3d']],
    path: 'next-step',
    done: 'Set the next step of {id}.',
    next: 'baton show {id}',
    body: (call) => ({
      text: textOrStdin(call, 1),
      dueAt: instantText(needed(call.options.due, '--due'), '--due', Date.now()),
    }),
  },
  {
    name: 'meeting',
    says: 'Report that a meeting was booked, moved, held or missed',
    examples: [
      ['It took place', 'baton meeting ho_01k… held'],
      ['It was moved', 'baton meeting ho_01k… rescheduled --meeting-at 2026-12-02T15:00+01:00'],
    ],
    args: [ID, ['<state>', 'booked, rescheduled, held or no-show']],
    options: [
      ['--meeting-at <time>', 'When the meeting is'],
      ['--at <time>', 'When this happened, if not now'],
    ],
    path: 'meeting',
    done: 'Noted the meeting of {id}.',
    next: 'baton show {id}',
    body: ({ args, options }) => ({
      state: args[1],
      source: 'cli',
      ...instantGiven('meetingAt', options.meetingAt, '--meeting-at'),
      ...instantGiven('occurredAt', options.at, '--at'),
    }),
  },
  {
    name: 'close',
    says: 'Close a handoff, with an outcome of the policy',
    examples: [
      ['It became an opportunity', 'baton close ho_01k… --outcome opportunity'],
      ['It should not have come', 'baton close ho_01k… --outcome disqualified --criterion right-size'],
    ],
    args: [ID],
    options: [
      ['--outcome <name>', 'An outcome of the policy (baton policy show lists them)'],
      ['--criterion <name>', 'The criterion that was not met, when it is disqualified'],
    ],
    path: 'close',
    done: 'Closed {id}.',
    next: 'baton list shows what is open.',
    body: ({ options }) => ({
      outcome: needed(options.outcome, '--outcome', REASONS),
      ...given('criterion', options.criterion),
    }),
  },
  {
    name: 'recycle',
    says: 'Put a prospect aside until a date',
    examples: [['After the freeze', 'baton recycle ho_01k… --until 6w --reason "Budget freeze until January"']],
    args: [ID],
    options: [
      ['--until <time>', 'ISO 8601 with an offset, or a span from now such as 6w'],
      ['--reason <text>', 'Why'],
    ],
    path: 'recycle',
    done: 'Recycled {id}; it wakes by itself.',
    next: 'baton list shows what is open.',
    body: ({ options }) => ({
      until: instantText(needed(options.until, '--until'), '--until', Date.now()),
      reason: needed(options.reason, '--reason'),
    }),
  },
  {
    name: 'reassign',
    says: 'Give one side of a handoff to another person',
    examples: [['Somebody is ill', 'baton reassign ho_01k… --role receiver --to cleo --reason "Ben is ill"']],
    args: [ID],
    options: [
      ['--role <side>', 'Which side', ['sender', 'receiver']],
      ['--to <person>', 'Id of the person (baton people list)'],
      ['--reason <text>', 'Why'],
    ],
    path: 'reassign',
    done: 'Reassigned {id}.',
    next: 'baton timeline {id}',
    body: ({ options }) => ({
      role: needed(options.role, '--role'),
      to: needed(options.to, '--to'),
      reason: needed(options.reason, '--reason'),
    }),
  },
];

export const actCommands: Spec[] = ACTS.map(({ path, done, next, body, ...spec }) => ({
  ...spec,
  writes: true,
  async run(call) {
    const id = call.args[0] ?? '';
    await act(call, `/api/v1/handoffs/${encodeURIComponent(id)}/${path}`, body(call), {
      done: done.replaceAll('{id}', id),
      next: next.replaceAll('{id}', id),
    });
  },
}));

/** Sends a change and tells what came of it; with --dry-run only tells what would be sent. */
export async function act(
  call: Call,
  path: string,
  body: unknown,
  words: { done: string | ((answer: Done) => string); next: string | ((answer: Done) => string) },
): Promise<Done | undefined> {
  const { say, api, options } = call;
  if (options.dryRun === true) {
    say.data({
      json: { dryRun: true, method: 'POST', path, body },
      human: () => `Would send POST ${path} ${JSON.stringify(body)}. Nothing was sent.`,
    });
    return undefined;
  }
  const { body: answer, repeated } = await api.ask<Done>({ method: 'POST', path, body });
  const said = (text: string | ((answer: Done) => string)): string => (typeof text === 'string' ? text : text(answer));
  const done = said(words.done);
  say.data({
    json: { ...answer, repeated },
    plain: () => ({ heads: [], rows: [[answer.handoff ?? '', String(answer.version ?? ''), String(answer.sequence)]] }),
    human: () => (repeated && done !== '' ? `${done} (It was done before; this is the first answer.)` : done),
  });
  say.next(said(words.next));
  return answer;
}

export function needed(value: unknown, flag: string, next = 'add --help to see an example'): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new CliError(`${flag} is missing.`, EXIT.usage, next);
}

function textOrStdin(call: Call, at: number): string {
  const value = call.args[at] ?? '';
  return value === '-' ? call.stdin().toString('utf8').trim() : value;
}

function instantGiven(key: string, value: unknown, flag: string): Record<string, string> {
  return typeof value === 'string' ? { [key]: instantText(value, flag, Date.now()) } : {};
}
