// lab: what people and systems do in a storm: sensible acts, wrong acts, repeated acts, old facts.

import type { Saying, Stage } from '../run/stage.ts';
import type { Ask } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import { isLive } from '../words/handoff.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { Dice } from './dice.ts';
import { STORM_PEOPLE } from './storm-policy.ts';

export type Known = { handoffs: string[]; messages: string[]; said: Saying[] };

const COMPANIES = ['acme', 'borealis', 'cobalt', 'dune', 'ember', 'fjord', 'gale', 'harbor'];

/** The next thing that is said; now and then something said before, word for word. */
export function nextSaying(dice: Dice, stage: Stage, known: Known): Saying {
  if (known.said.length > 0 && dice.chance(0.06)) return dice.pick(known.said);
  const saying = { ...freshSaying(dice, stage, known), command: `s${known.said.length}` };
  known.said.push(saying);
  return saying;
}

function freshSaying(dice: Dice, stage: Stage, known: Known): Saying {
  const kind = dice.weighted({ signal: 34, handoff: 52, roster: 9, message: 3, erase: 2 });
  if (kind === 'roster') return roster(dice, stage);
  if (kind === 'message' && known.messages.length > 0)
    return { ask: { ask: 'retry-message', message: dice.pick(known.messages) } };
  const handoff = pickHandoff(dice, stage, known);
  if (kind === 'erase' && handoff !== undefined) return { ask: { ask: 'erase-subject', subject: handoff.subject } };
  if (kind === 'handoff' && handoff !== undefined) return onHandoff(dice, stage, handoff);
  return signal(dice, stage);
}

function pickHandoff(dice: Dice, stage: Stage, known: Known): Handoff | undefined {
  if (known.handoffs.length === 0) return undefined;
  const rows = stage.journal.snapshot(stage.workspace).handoffs;
  const live = rows.filter((r) => isLive(r.doc));
  return dice.pick(live.length > 0 && dice.chance(0.9) ? live : rows)?.doc;
}

function signal(dice: Dice, stage: Stage): Saying {
  const company = dice.pick(COMPANIES);
  const complete = dice.chance(0.7);
  return {
    ask: {
      ask: 'signal-seen',
      signal: dice.weighted({ booked: 10, demo: 4, won: 3, unheard: 1 }),
      subject: { type: 'email', value: `${company}${dice.int(1, 4)}@example.com` },
      context: {
        fields: { ...(complete ? { company } : {}), seats: dice.pick([2, 10, 40, 400]) },
        ...(complete ? { note: { 'why-engaged': `They asked about ${company}.` } } : {}),
      },
      occurredAt: stage.now() - dice.int(0, 3) * HOUR,
      ...(dice.chance(0.5) ? { booker: dice.pick(STORM_PEOPLE).id } : {}),
      ...(dice.chance(0.3) ? { meetingAt: stage.now() + dice.int(1, 5) * DAY } : {}),
    },
  };
}

function onHandoff(dice: Dice, stage: Stage, h: Handoff): Saying {
  const id = h.id;
  const now = stage.now();
  const right = h.offer?.to ?? h.owner;
  const by = dice.chance(0.85) ? right : dice.pick(STORM_PEOPLE).id;
  const acts: Record<string, () => Saying> = {
    accept: () => ({ ask: { ask: 'accept', handoff: id }, by }),
    undo: () => ({ ask: { ask: 'undo-accept', handoff: id }, by: h.receiver ?? by }),
    reject: () => ({
      ask: {
        ask: 'reject',
        handoff: id,
        reason: dice.pick(['no-budget', 'not-mine', 'later', 'no-fit', 'not-a-reason']),
        text: 'as said on the phone',
      },
      by,
    }),
    recall: () => ({ ask: { ask: 'recall', handoff: id, reason: 'changed my mind' }, by: h.sender }),
    complete: () => ({
      ask: {
        ask: 'complete-context',
        handoff: id,
        context: { fields: { company: 'acme' }, note: { 'why-engaged': 'They asked.' } },
      },
      by: h.sender,
    }),
    resend: () => ({ ask: { ask: 'resend', handoff: id }, by: h.sender }),
    see: () => ({ ask: { ask: 'see', handoff: id }, by }),
    question: () => ({ ask: { ask: 'question', handoff: id, about: 'why-now', text: 'Why now?' }, by }),
    answer: () => ({
      ask: { ask: 'answer', handoff: id, question: h.questions.at(-1)?.id ?? 'qu_none', text: 'Because.' },
      by: h.sender,
    }),
    followUp: () => ({
      ask: { ask: 'follow-up', handoff: id, occurredAt: now - dice.int(0, 30) * MINUTE, channel: 'call' },
      by: h.receiver ?? by,
    }),
    meeting: () => ({ ask: meeting(dice, id, now) }),
    opportunity: () => ({ ask: { ask: 'opportunity', handoff: id, occurredAt: now, source: 'crm' } }),
    nextStep: () => ({
      ask: { ask: 'set-next-step', handoff: id, text: 'Send the offer', dueAt: now + dice.int(-1, 90) * HOUR },
      by: h.owner,
    }),
    task: () => ({
      ask: { ask: 'task-done', handoff: id, task: h.tasks.at(-1)?.id ?? 'ta_none' },
      by: h.tasks.at(-1)?.owner ?? by,
    }),
    pause: () => ({
      ask: {
        ask: 'pause',
        handoff: id,
        clock: clockOf(dice),
        cause: 'waiting on the prospect',
        resumeBy: now + dice.int(-1, 60) * HOUR,
      },
      by: h.owner,
    }),
    resume: () => ({ ask: { ask: 'resume', handoff: id, clock: clockOf(dice) }, by: h.owner }),
    retime: () => ({ ask: { ask: 'retime', handoff: id, clock: clockOf(dice), reason: 'agreed' }, by: h.owner }),
    close: () => ({
      ask: {
        ask: 'close',
        handoff: id,
        outcome: dice.pick(['opportunity', 'no-opportunity', 'onboarded', 'disqualified']),
        criterion: 'budget',
      },
      by: h.owner,
    }),
    recycle: () => ({
      ask: { ask: 'recycle', handoff: id, until: now + dice.int(0, 20) * DAY, reason: 'next quarter' },
      by: h.owner,
    }),
    reassign: () => ({
      ask: {
        ask: 'reassign',
        handoff: id,
        role: dice.pick(['sender', 'receiver'] as const),
        to: dice.pick(STORM_PEOPLE).id,
        reason: 'balance',
      },
    }),
  };
  const name = dice.weighted({
    accept: 22,
    undo: 2,
    reject: 9,
    recall: 3,
    complete: 7,
    resend: 5,
    see: 3,
    question: 3,
    answer: 3,
    followUp: 10,
    meeting: 7,
    opportunity: 2,
    nextStep: 4,
    task: 4,
    pause: 4,
    resume: 3,
    retime: 2,
    close: 6,
    recycle: 3,
    reassign: 3,
  });
  const act = acts[name];
  if (act === undefined) throw new Error(`The storm has no act "${name}".`);
  return act();
}

function meeting(dice: Dice, handoff: string, now: number): Ask {
  const occurredAt = now - dice.int(0, 48) * HOUR;
  const state = dice.pick(['booked', 'rescheduled', 'held', 'no-show'] as const);
  return {
    ask: 'meeting',
    handoff,
    state,
    occurredAt,
    source: 'calendar',
    ...(state === 'booked' || state === 'rescheduled' ? { meetingAt: now + dice.int(1, 100) * HOUR } : {}),
  };
}

function clockOf(dice: Dice): 'accept' | 'follow-up' | 'next-step' | 'return' | 'prepare' | 'hold' {
  return dice.pick(['accept', 'follow-up', 'next-step', 'return', 'prepare', 'hold']);
}

function roster(dice: Dice, stage: Stage): Saying {
  const person = dice.pick(STORM_PEOPLE);
  const now = stage.now();
  const kind = dice.weighted({ away: 5, feed: 4, back: 3, leave: 1, come: 2, change: 2, credit: 1 });
  const standing = stage.standing().roster.people.get(person.id);
  if (kind === 'away') {
    const from = now + dice.int(-4, 30) * HOUR;
    return {
      ask: {
        ask: 'set-absence',
        person: person.id,
        // Now and then a leave that outlasts every calendar.
        absence: {
          id: `a${now}-${person.id}`,
          from,
          to: from + (dice.chance(0.1) ? 800 * 24 : dice.int(1, 72)) * HOUR,
          source: 'hand',
        },
      },
    };
  }
  if (kind === 'feed') {
    const absences = Array.from({ length: dice.int(0, 3) }, (_, i) => {
      const from = now + dice.int(-10, 60) * HOUR;
      return { id: `ics-${from}-${i}`, from, to: from + dice.int(1, 48) * HOUR, source: 'ics' as const };
    });
    return { ask: { ask: 'set-absences', person: person.id, source: 'ics', absences } };
  }
  if (kind === 'back')
    return { ask: { ask: 'end-absence', person: person.id, absence: standing?.absences.at(-1)?.id ?? 'none' } };
  if (kind === 'leave') return { ask: { ask: 'depart', person: person.id } };
  if (kind === 'credit')
    return { ask: { ask: 'credit-turn', pool: 'aes', person: person.id, reason: 'covered a weekend' } };
  const capacity = kind === 'change' ? dice.pick([1, 3, undefined]) : undefined;
  return {
    ask: {
      ask: 'set-person',
      person: {
        id: person.id,
        roles: [person.role],
        team: person.team,
        hours: { zone: person.zone },
        weight: kind === 'change' ? dice.int(1, 4) : 1,
        active: true,
        ...(capacity === undefined ? {} : { capacity }),
      },
    },
  };
}
