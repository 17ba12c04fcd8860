// deliver: what a message to a person says. One entry per kind of message; pure: facts in; subject, text and HTML out.
// Promises: who, what, the next step and by when, in the reader's zone and the other side's; one link; no jargon.
// A mail is read later than it is sent, so times are absolute; only lateness is told as a span, "when this was sent".

import type { About } from '../words/intent.ts';
import type { ClockName, NoteQuestion } from '../words/policy.ts';
import type { MessageFacts, Party } from './message-facts.ts';
import type { Layout } from './message-html.ts';
import { htmlOf } from './message-html.ts';
import { textOf } from './message-text.ts';
import { oneLine, shortTime, someLines, spanWords, timeFor } from './plain-words.ts';

export type Rendered = { subject: string; text: string; html: string };

const SUBJECT_MAX = 150;

/** What somebody must do while a clock runs, and the same deed as done. */
const DEEDS: Record<ClockName, { must: string; done: string }> = {
  prepare: { must: 'complete the handoff of', done: 'completed the handoff of' },
  hold: { must: 'find a receiver for', done: 'found a receiver for' },
  accept: { must: 'accept', done: 'accepted' },
  'follow-up': { must: 'follow up with', done: 'followed up with' },
  context: { must: 'complete the context of', done: 'completed the context of' },
  'meeting-prep': { must: 'prepare the meeting with', done: 'prepared the meeting with' },
  'next-step': { must: 'do the next step with', done: 'done the next step with' },
  return: { must: 'decide what happens with', done: 'decided what happens with' },
  recycle: { must: 'take up again', done: 'taken up again' },
};

const QUESTIONS: Record<NoteQuestion, string> = {
  'why-engaged': 'Why did they engage?',
  'why-now': 'Why now?',
  'what-we-said': 'What did we already say?',
  'what-next': 'What happens next?',
};

/** What one kind of message says beyond what all of them share. */
type Says = { subject: string; lead: string[]; note?: boolean; quotes?: [label: string, text: string | undefined][] };

const SAYS: Record<About, (facts: MessageFacts) => Says> = {
  offered: (f) => ({
    subject: f.clock
      ? `Accept by ${shortTime(f.clock.dueAt, f.to.zone, f.nowAt)}: ${company(f)}, from ${name(f.sender)}`
      : `${name(f.sender)} hands you ${company(f)}`,
    lead: [
      `${name(f.sender)} hands you ${prospect(f)}. What started it: ${oneLine(f.signal)}.`,
      `Until you accept, ${name(f.sender)} stays accountable. You can also ask, or reject with a reason.`,
    ],
    note: true,
  }),
  accepted: (f) => ({
    subject: `${actor(f)} accepted ${company(f)}`,
    lead: [`${actor(f)} accepted ${prospect(f)}.`, accountable(f, 'now')],
  }),
  rejected: (f) => ({
    subject: `${actor(f)} did not accept ${company(f)}${because(f)}`,
    lead: [`${actor(f)} did not accept ${prospect(f)}${because(f)}.`, accountable(f, 'now')],
    quotes: [[`${actor(f)} wrote`, f.reason?.text]],
  }),
  returned: (f) => ({
    subject: `${company(f)} is back with ${who(f, f.owner)}${because(f)}`,
    lead: [`${prospect(f)} is back with ${who(f, f.owner)}${because(f)}.`, accountable(f, 'again')],
    quotes: [['In their words', f.reason?.text]],
  }),
  reminder: (f) => ({
    subject: `${isLate(f) ? 'Late' : 'Reminder'}: ${must(f)} ${company(f)}${dueInSubject(f)}`,
    lead: [`It is ${whose(f)} turn to ${must(f)} ${prospect(f)}.`],
    note: f.clock?.name === 'accept',
  }),
  escalation: (f) => ({
    subject: isLate(f)
      ? `Late: ${clockOwner(f)} ${has(f)} not ${done(f)} ${company(f)}`
      : `Due soon: ${clockOwner(f)} ${has(f)} yet to ${must(f)} ${company(f)}`,
    lead: [
      `${sentenceStart(clockOwner(f))} ${has(f)} not ${done(f)} ${prospect(f)}.`,
      'You can speak to them, or give the handoff to somebody else.',
    ],
  }),
  asked: (f) => ({
    subject: `${actor(f)} asks about ${company(f)}`,
    lead: [`${actor(f)} has a question about ${prospect(f)}.`],
    quotes: [['The question', f.question?.text]],
  }),
  answered: (f) => ({
    subject: `${actor(f)} answered about ${company(f)}`,
    lead: [`${actor(f)} answered the question about ${prospect(f)}.`],
    quotes: [
      ['The question', f.question?.text],
      ['The answer', f.question?.answer],
    ],
  }),
  withdrawn: (f) => ({
    subject: `${company(f)} is no longer offered to you`,
    lead: [`The offer of ${prospect(f)} has ended${because(f)}.`, 'There is nothing left for you to do.'],
  }),
  reassigned: (f) => ({
    subject: f.change
      ? `${company(f)} goes from ${who(f, f.change.from)} to ${who(f, f.change.to)}`
      : `${company(f)} has changed hands`,
    lead: [
      f.change
        ? `${sentenceStart(who(f, f.change.to))} ${f.change.to.id === f.to.id ? 'are' : 'is'} the ${f.change.role} of ` +
          `${prospect(f)} now, in place of ${who(f, f.change.from)}${because(f)}.`
        : `${prospect(f)} has changed hands${because(f)}.`,
      accountable(f, 'now'),
    ],
    note: f.change?.to.id === f.to.id,
  }),
  closed: (f) => ({
    subject: `${company(f)} is closed${f.outcome ? `: ${oneLine(f.outcome)}` : ''}`,
    lead: [
      `${f.by ? `${actor(f)} closed` : 'Closed:'} ${prospect(f)}${f.outcome ? `, outcome ${oneLine(f.outcome)}` : ''}.`,
    ],
  }),
  'promise-failed': (f) => ({
    subject: `A message about ${company(f)} did not arrive`,
    lead: [
      `A message about ${prospect(f)} did not reach ${f.failed ? oneLine(f.failed.to) : 'its recipient'}, and Baton has stopped trying.`,
      'Please tell them yourself, or have the message sent again once the cause is mended.',
    ],
    quotes: [['Why', f.failed?.reason]],
  }),
  undone: (f) => ({
    subject: `${actor(f)} took back the acceptance of ${company(f)}`,
    lead: [`${actor(f)} took back the acceptance of ${prospect(f)}; it is on offer again.`, accountable(f, 'again')],
  }),
};

/**
 * Writes a message. Whatever people typed is shown as text and nothing else.
 * @throws {Error} when the link is not an http(s) URL: a message without its link is of no use.
 */
export function renderMessage(facts: MessageFacts): Rendered {
  if (!/^https?:\/\//.test(facts.link) || !URL.canParse(facts.link)) {
    throw new Error('The link of a message is not an http(s) address. Set the public address of this server.');
  }
  const says = SAYS[facts.about](facts);
  const quotes = (says.quotes ?? []).flatMap(([label, text]) => quote(label, text));
  const layout: Layout = {
    title: oneLine((facts.test ? 'Test: ' : '') + says.subject, SUBJECT_MAX),
    kicker: oneLine(facts.transition),
    marks: [facts.test ? 'This is a rehearsal' : '', facts.urgency === 'high' ? 'High urgency' : ''].filter(Boolean),
    lead: says.lead,
    ...(facts.clock && facts.about !== 'withdrawn' && facts.about !== 'closed' ? { due: due(facts, facts.clock) } : {}),
    rows: rows(facts, says.note ?? false),
    quotes: says.note ? [...quotes, ...note(facts)] : quotes,
    link: new URL(facts.link).href,
    footer: `Sent to ${oneLine(facts.to.name)} for the handoff ${oneLine(facts.handoff)}. A reply to this mail changes nothing: open the handoff instead.`,
  };
  return { subject: layout.title, text: textOf(layout), html: htmlOf(layout) };
}

function due(facts: MessageFacts, clock: NonNullable<MessageFacts['clock']>): NonNullable<Layout['due']> {
  const others = [clock.owner, facts.sender, facts.receiver].filter((party) => party !== undefined);
  const other = others.find(({ id, zone }) => id !== facts.to.id && zone !== facts.to.zone);
  const late = isLate(facts);
  const at = timeFor(clock.dueAt, facts.to, other, facts.nowAt);
  const lateBy = late ? `, late by ${spanWords(facts.nowAt - clock.dueAt)} when this was sent` : '';
  return {
    late,
    label: `${clock.owner.id === facts.to.id ? '' : `${name(clock.owner)} to `}${DEEDS[clock.name].must} ${company(facts)}`,
    when: at + lateBy,
  };
}

function rows(facts: MessageFacts, withFields: boolean): Layout['rows'] {
  const found: Layout['rows'] = [];
  const add = (label: string, value: string | undefined) => {
    const shown = value === undefined ? '' : oneLine(value, 400);
    if (shown !== '') found.push({ label: oneLine(label), value: shown });
  };
  add('From', facts.sender.name);
  add('To', facts.receiver?.name);
  add('Criterion not met', facts.reason?.criterion);
  if (facts.nextStep && facts.about !== 'withdrawn' && facts.about !== 'closed') {
    const { what, owner, dueAt } = facts.nextStep;
    add('Next step', what);
    add('Who and when', `${sentenceStart(who(facts, owner))}, by ${timeFor(dueAt, facts.to, owner, facts.nowAt)}`);
  }
  if (withFields) {
    for (const { label, value } of facts.fields) add(label, value);
    add('Still to come', facts.missing.join(', '));
  }
  return found;
}

function note(facts: MessageFacts): Layout['quotes'] {
  return (Object.keys(QUESTIONS) as NoteQuestion[]).flatMap((key) => quote(QUESTIONS[key], facts.note[key]));
}

function quote(label: string, text: string | undefined): Layout['quotes'] {
  const shown = text === undefined ? '' : someLines(text);
  return shown === '' ? [] : [{ label: oneLine(label), text: shown }];
}

function name(party: Party): string {
  return oneLine(party.name);
}

function who(facts: MessageFacts, party: Party): string {
  return party.id === facts.to.id ? 'you' : name(party);
}

function actor(facts: MessageFacts): string {
  return facts.by ? sentenceStart(who(facts, facts.by)) : 'Baton';
}

function company(facts: MessageFacts): string {
  return oneLine(facts.company) || 'a prospect';
}

function prospect(facts: MessageFacts): string {
  const contact = oneLine(facts.contact ?? '');
  return contact === '' ? company(facts) : `${company(facts)} (${contact})`;
}

function because(facts: MessageFacts): string {
  const says = oneLine(facts.reason?.says ?? '');
  return says === '' ? '' : `: ${says}`;
}

function accountable(facts: MessageFacts, since: 'now' | 'again'): string {
  return facts.owner.id === facts.to.id
    ? `You are accountable ${since}.`
    : `${name(facts.owner)} is accountable ${since}.`;
}

function isLate(facts: MessageFacts): boolean {
  return facts.clock !== undefined && facts.clock.dueAt < facts.nowAt;
}

function must(facts: MessageFacts): string {
  return facts.clock ? DEEDS[facts.clock.name].must : 'look at';
}

function done(facts: MessageFacts): string {
  return facts.clock ? DEEDS[facts.clock.name].done : 'looked at';
}

function clockOwner(facts: MessageFacts): string {
  return who(facts, facts.clock?.owner ?? facts.owner);
}

function has(facts: MessageFacts): string {
  return clockOwner(facts) === 'you' ? 'have' : 'has';
}

function whose(facts: MessageFacts): string {
  const owner = clockOwner(facts);
  return owner === 'you' ? 'your' : `${owner}'s`;
}

function dueInSubject(facts: MessageFacts): string {
  if (!facts.clock) return '';
  const at = shortTime(facts.clock.dueAt, facts.to.zone, facts.nowAt);
  return isLate(facts) ? ` (it was due ${at})` : ` by ${at}`;
}

function sentenceStart(text: string): string {
  return text === 'you' ? 'You' : text;
}
