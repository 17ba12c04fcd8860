// lab: the story of a prospect of the demo company. Everything follows from the company's name: industry, people, what hurts,
// what they plan with. So a restart tells the same story on, and a question is answered with the facts of the first note.

import type { Context, Note } from '../words/arrival.ts';
import type { Fields, FieldValue } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { DAY } from '../words/time.ts';
import { INDUSTRIES } from './demo-industries.ts';
import { COUNTRIES, FIRST_NAMES, gerundOf, LAST_NAMES, STACKS, STEMS, TITLES } from './demo-names.ts';
import {
  MUDDY,
  PROMISES,
  WHAT_NEXT,
  WHAT_WE_SAID,
  WHAT_WE_SAID_WON,
  WHY_ENGAGED,
  WHY_NOW,
  WHY_NOW_WON,
} from './demo-phrases.ts';
import type { Dice } from './dice.ts';
import { diceOf } from './simulate-plan.ts';

export type Prospect = {
  company: string;
  contact: string;
  email: string;
  country: string;
  seats: number;
  use: string;
  stack: string;
  committee: string[];
  /** What sentences may mention. */
  slots: Record<string, string>;
};

const AS_NAMED = { seed: 0 };
const QUESTIONS = ['why-engaged', 'why-now', 'what-we-said', 'what-next'] as const;

/** Draws the name of a company: some thousands are possible. */
export function drawCompany(dice: Dice): string {
  return `${dice.pick(STEMS)} ${dice.pick(dice.pick(INDUSTRIES).kinds)}`;
}

/** Whoever stands behind a company's name. The same name is the same story; `at` only dates it. */
export function prospectOf(company: string, at: Instant): Prospect {
  const dice = diceOf(AS_NAMED, company);
  const industry =
    INDUSTRIES.find(({ kinds }) => kinds.some((kind) => company.endsWith(` ${kind}`))) ?? dice.pick(INDUSTRIES);
  const [first, second, third] = [nameOf(dice), nameOf(dice), nameOf(dice)];
  const [title, secondTitle] = [dice.pick(TITLES), dice.pick(TITLES)];
  const seats = dice.weighted({ small: 40, middle: 42, large: 18 });
  const count =
    seats === 'small' ? dice.int(12, 48) : seats === 'middle' ? dice.int(6, 44) * 10 : dice.int(21, 90) * 25;
  const stack = dice.pick(STACKS);
  const use = dice.pick(industry.uses);
  const pain = dice.pick(industry.pains);
  const local = company.toLowerCase().replace(/[^a-z]/g, '');
  const price = Math.round((count * dice.int(62, 110)) / 500) * 500;
  return {
    company,
    contact: `${first}, ${title}`,
    email: `${first.toLowerCase().replace(' ', '.')}@${local}.example`,
    country: dice.pick(COUNTRIES),
    seats: count,
    use,
    stack: stack.says,
    committee: [`${first} (${title})`, `${second} (${secondTitle})`, `${third} (Finance)`],
    slots: {
      company,
      contact_name: first,
      first: wordOf(first),
      title,
      second: second,
      workers: industry.workers,
      seats: grouped(count),
      seats_more: grouped(Math.ceil((count * 1.4) / 10) * 10),
      using: gerundOf(use),
      to_use: `${use.charAt(0).toLowerCase()}${use.slice(1)}`,
      pain,
      pain_cap: `${pain.charAt(0).toUpperCase()}${pain.slice(1)}`,
      quote: dice.pick(industry.quotes),
      stack: stack.says,
      tool: stack.tool,
      ...(stack.contract === undefined ? {} : { contract: stack.contract }),
      price: `€${grouped(Math.max(price, 4_000))}`,
      weeks: String(dice.int(3, 9)),
      n: String(dice.int(3, 14)),
      n2: String(dice.int(4, 9)),
      time: `${dice.int(8, 16)}:${dice.pick(['00', '15', '30', '45'])}`,
      day: dateOf(at + dice.int(1, 6) * DAY),
      soon: dateOf(at + dice.int(1, 9) * DAY),
      later: dateOf(at + dice.int(25, 140) * DAY),
      month: monthOf(at - dice.int(20, 150) * DAY),
    },
  };
}

/** The note that a sender writes; a muddy one says little in all four answers. */
export function noteOf(prospect: Prospect, signal: string, muddy: boolean, dice: Dice): Required<Note> {
  const answers: Record<(typeof QUESTIONS)[number], readonly string[]> = muddy
    ? { 'why-engaged': MUDDY, 'why-now': MUDDY, 'what-we-said': MUDDY, 'what-next': MUDDY }
    : {
        'why-engaged': WHY_ENGAGED[signal] ?? WHY_ENGAGED['meeting-booked'] ?? MUDDY,
        'why-now': signal === 'deal-won' ? WHY_NOW_WON : WHY_NOW,
        'what-we-said': signal === 'deal-won' ? WHAT_WE_SAID_WON : WHAT_WE_SAID,
        'what-next': WHAT_NEXT[signal] ?? WHAT_NEXT['meeting-booked'] ?? MUDDY,
      };
  const said = QUESTIONS.map((question) => [question, tell(answers[question], prospect, dice)] as const);
  return Object.fromEntries(said) as Required<Note>;
}

/** One of the sentences, with the prospect's facts in it; sentences about what the prospect does not have are passed over. */
export function tell(sentences: readonly string[], { slots }: Prospect, dice: Dice): string {
  const fitting = sentences.filter((sentence) => slotsIn(sentence).every((slot) => slots[slot] !== undefined));
  return dice.pick(fitting).replace(/\{(\w+)\}/g, (whole, slot: string) => slots[slot] ?? whole);
}

/** Every field that the demo's policy declares, as this prospect would fill it. */
export function fieldsOf(prospect: Prospect, signal: string, dice: Dice): Fields {
  const source = { 'meeting-booked': 'outbound', 'webinar-attended': 'webinar', 'founder-stage-reached': 'event' }[
    signal
  ];
  return {
    company: prospect.company,
    contact: prospect.contact,
    country: prospect.country,
    source: source ?? dice.pick(['inbound', 'referral']),
    use_case: prospect.use,
    seats: prospect.seats,
    current_stack: prospect.stack,
    timeline: `Decision by ${prospect.slots.later ?? 'spring'}`,
    committee: prospect.committee,
    budget: true,
    score: dice.int(44, 97),
    buying_signal: signalWords(prospect, signal, dice),
    promises: [0, 1].map(() => tell(PROMISES, prospect, dice)),
  };
}

/** What is missing, filled in from the story: fields by name, note answers as `note.<question>`. */
export function completionOf(prospect: Prospect, signal: string, missing: readonly string[], dice: Dice): Context {
  const fields = fieldsOf(prospect, signal, dice);
  const note = noteOf(prospect, signal, dice.chance(0.1), dice);
  const filled = missing.flatMap((name): [string, FieldValue][] =>
    fields[name] === undefined ? [] : [[name, fields[name]]],
  );
  const answered = QUESTIONS.filter((question) => missing.includes(`note.${question}`));
  return {
    fields: Object.fromEntries(filled),
    note: Object.fromEntries(answered.map((question) => [question, note[question]])),
  };
}

function signalWords(prospect: Prospect, signal: string, dice: Dice): string {
  if (signal === 'webinar-attended')
    return dice.pick(['Stayed to the end of the webinar and asked a question', 'Watched the absence webinar twice']);
  if (signal === 'pricing-visited')
    return `Compared plans for ${prospect.slots.seats} ${prospect.slots.workers} on the pricing page`;
  if (signal === 'demo-requested') return 'Asked for a demo with own data';
  return dice.pick([
    'Answered the second mail within the hour',
    'Called back',
    'Put a colleague on the invite',
    'Asked for a reference',
  ]);
}

function slotsIn(sentence: string): string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

function nameOf(dice: Dice): string {
  return `${dice.pick(FIRST_NAMES)} ${dice.pick(LAST_NAMES)}`;
}

function wordOf(name: string): string {
  return name.split(' ', 1)[0] ?? name;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

const DATE = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });

/** A date in words; a weekend becomes the Monday after it. */
function dateOf(at: Instant): string {
  const day = new Date(at).getUTCDay();
  return DATE.format(at + (day === 6 ? 2 : day === 0 ? 1 : 0) * DAY).replace(',', '');
}

function monthOf(at: Instant): string {
  return MONTH.format(at);
}
