// lab: what comes in at the demo company: one signal after the other, day and night, booked by somebody who is at work.
// Some lack fields, some have muddy notes, some fall short of the criteria, a few are about somebody who is live already.

import type { Calendar } from '../calendar/calendar.ts';
import { isOpen } from '../calendar/calendar.ts';
import type { AskOf, Context } from '../words/arrival.ts';
import type { PersonId } from '../words/ids.ts';
import type { FieldValue } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import { MINUTE } from '../words/time.ts';
import { drawCompany, fieldsOf, noteOf, prospectOf } from './demo-story.ts';
import type { Dice } from './dice.ts';

type Seen = AskOf<'signal-seen'>;

export type Market = { roster: Roster; calendar(person: PersonId): Calendar; recent: Seen[] };

/** Who books a signal: somebody of this role who is at work; without one the signal comes by machine. */
const BOOKERS: Readonly<Record<string, string>> = {
  'meeting-booked': 'SDR',
  'deal-won': 'AE',
  'founder-stage-reached': 'Founder',
  'webinar-attended': 'Marketing',
  'pricing-visited': 'Marketing',
};
const BY_PEOPLE_ONLY = ['meeting-booked', 'deal-won', 'founder-stage-reached'];
const RECENT_MAX = 40;

/** What a signal may come without; nothing that its criteria look at. */
const OFTEN_MISSING: Readonly<Record<string, readonly string[]>> = {
  'meeting-booked': ['contact', 'note.what-we-said', 'note.what-next', 'note.why-now'],
  'webinar-attended': ['note.why-now', 'note.what-next'],
  'pricing-visited': ['note.what-we-said', 'note.what-next'],
  'demo-requested': ['use_case', 'note.what-we-said', 'note.why-now', 'note.what-next'],
  'founder-stage-reached': ['note.what-we-said', 'note.what-next'],
  'deal-won': ['contact', 'note.what-next', 'note.why-now'],
};

/** The next signal that would come in now. */
export function nextSignal(dice: Dice, market: Market, at: Instant): Seen {
  const again = market.recent.length > 0 && dice.chance(0.07) ? dice.pick(market.recent) : undefined;
  if (again !== undefined && again.signal !== 'deal-won')
    return { ...again, context: { fields: {} }, occurredAt: at, ...(dice.chance(0.3) ? { urgency: 'high' } : {}) };
  const seen = freshSignal(dice, market, at);
  market.recent.push(seen);
  if (market.recent.length > RECENT_MAX) market.recent.shift();
  return seen;
}

function freshSignal(dice: Dice, market: Market, at: Instant): Seen {
  const drawn = dice.weighted({
    'meeting-booked': 36,
    'demo-requested': 20,
    'webinar-attended': 13,
    'pricing-visited': 11,
    'deal-won': 14,
    'founder-stage-reached': 6,
  });
  const onDuty = atWork(market, BOOKERS[drawn], at);
  const signal = onDuty.length === 0 && BY_PEOPLE_ONLY.includes(drawn) ? 'demo-requested' : drawn;
  const booker = onDuty.length === 0 || signal !== drawn ? undefined : dice.pick(onDuty);
  const prospect = prospectOf(drawCompany(dice), at);
  // A sender who sleeps cannot complete anything before morning: what machines send is mostly complete.
  const lacks = dice.chance(booker === undefined ? 0.12 : 0.34) ? missingOf(dice, signal) : [];
  const short = lacks.length === 0 && dice.chance(0.1);
  return {
    ask: 'signal-seen',
    signal,
    subject: { type: 'email', value: prospect.email },
    context: short ? shortOf(whole(dice, prospect, signal), signal) : without(whole(dice, prospect, signal), lacks),
    occurredAt: at - dice.int(0, 90) * 1_000,
    ...(booker === undefined ? {} : { booker }),
    ...(signal === 'meeting-booked' ? { meetingAt: meetingTime(dice, at) } : {}),
  };
}

function whole(dice: Dice, prospect: ReturnType<typeof prospectOf>, signal: string): Context {
  const fields = fieldsOf(prospect, signal, dice);
  const wanted = FIELDS_OF[signal] ?? Object.keys(fields);
  return {
    fields: Object.fromEntries(
      wanted.flatMap((name): [string, FieldValue][] => (fields[name] === undefined ? [] : [[name, fields[name]]])),
    ),
    note: noteOf(prospect, signal, dice.chance(0.09), dice),
    links: [`https://crm.northlight.example/accounts/${prospect.email.split('@')[1]?.split('.')[0] ?? ''}`],
  };
}

const COMMON = ['company', 'contact', 'country', 'source', 'use_case', 'seats'];
const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  'meeting-booked': [...COMMON, 'current_stack', 'buying_signal'],
  'webinar-attended': [...COMMON, 'score', 'buying_signal'],
  'pricing-visited': [...COMMON, 'score', 'buying_signal'],
  'demo-requested': [...COMMON, 'current_stack'],
  'founder-stage-reached': [...COMMON, 'current_stack', 'timeline', 'committee', 'budget'],
  'deal-won': [...COMMON, 'promises', 'timeline'],
};

function missingOf(dice: Dice, signal: string): string[] {
  return (OFTEN_MISSING[signal] ?? []).filter(() => dice.chance(0.6));
}

function without({ fields, note, ...rest }: Context, lacks: readonly string[]): Context {
  return {
    ...rest,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !lacks.includes(name))),
    note: Object.fromEntries(Object.entries(note ?? {}).filter(([question]) => !lacks.includes(`note.${question}`))),
  };
}

/** A signal that does not meet what both sides agreed. */
function shortOf(context: Context, signal: string): Context {
  const { fields } = context;
  if (signal === 'meeting-booked') return { ...context, fields: { ...fields, seats: 6 } };
  if (signal === 'webinar-attended' || signal === 'pricing-visited')
    return { ...context, fields: { ...fields, score: 27 } };
  if (signal === 'founder-stage-reached') return { ...context, fields: { ...fields, budget: false } };
  const { contact: _contact, ...unnamed } = fields;
  const { promises: _promises, ...unpromised } = fields;
  return { ...context, fields: signal === 'deal-won' ? unpromised : unnamed };
}

/** Meetings start on a quarter of an hour; most within two hours, some tomorrow. */
function meetingTime(dice: Dice, at: Instant): Instant {
  const ahead = dice.chance(0.93) ? dice.int(30, 130) : dice.int(16 * 60, 28 * 60);
  return Math.ceil((at + ahead * MINUTE) / (15 * MINUTE)) * 15 * MINUTE;
}

function atWork(market: Market, role: string | undefined, at: Instant): PersonId[] {
  if (role === undefined) return [];
  return [...market.roster.people.values()]
    .filter((person) => person.active && person.roles.includes(role) && isOpen(market.calendar(person.id), at))
    .map((person) => person.id);
}
