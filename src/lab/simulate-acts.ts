// lab: what the people of a simulated organisation are going to do with a handoff, and when. One function for the demo's
// day, its history and whole simulations. Nothing is remembered: the same handoff in the same state gives the same plans
// (the dice are seeded with the state's name), so a restart changes nobody's mind and no act is done twice.

import type { Calendar } from '../calendar/calendar.ts';
import { addOpenTime, isOpen, nextClosing, nextOpening } from '../calendar/calendar.ts';
import type { Ask, Context } from '../words/arrival.ts';
import type { Clock, Handoff, Task } from '../words/handoff.ts';
import { isLive, runningClocks } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Transition } from '../words/policy.ts';
import type { Instant, Span } from '../words/time.ts';
import { DAY, MINUTE, SECOND } from '../words/time.ts';
import type { Dice } from './dice.ts';
import { throwDice } from './dice.ts';
import type { Habits, Range } from './simulate-habits.ts';

/** One thing that somebody is going to do; `key` names it for ever and makes its command. */
export type Act = {
  key: string;
  by: PersonId;
  at: Instant;
  /** What they say when they do it, at this instant. */
  ask(at: Instant): Ask;
};

/** What people write. `dice` is seeded by the act, so the same act says the same. */
export type Wording = {
  complete(h: Handoff, context: Context | undefined, missing: readonly string[], dice: Dice): Context;
  question(h: Handoff, context: Context | undefined, dice: Dice): { about: string; text: string };
  answer(h: Handoff, context: Context | undefined, about: string, dice: Dice): string;
  rejection(h: Handoff, context: Context | undefined, reason: string, dice: Dice): string;
  improve(h: Handoff, context: Context | undefined, dice: Dice): Context;
  nextStep(h: Handoff, context: Context | undefined, dice: Dice): string;
  channel(dice: Dice): string;
};

export type Scene = {
  seed: number;
  habits: Habits;
  wording: Wording;
  transition(h: Handoff): Transition | undefined;
  calendar(person: PersonId): Calendar;
};

type Mind = { h: Handoff; context: Context | undefined; transition: Transition; scene: Scene };

/** Everything that is planned for a live handoff as it stands; nothing for one that is closed. */
export function actsOf(h: Handoff, context: Context | undefined, scene: Scene): Act[] {
  const transition = scene.transition(h);
  if (!isLive(h) || transition === undefined) return [];
  const mind: Mind = { h, context, transition, scene };
  return [...senderActs(mind), ...offerActs(mind), ...receiverActs(mind), ...taskActs(mind)];
}

/** The instant from which somebody can act, at or after `at`: now, or their next opening. */
export function openAt(calendar: Calendar, at: Instant): Instant {
  return isOpen(calendar, at) ? at : nextOpening(calendar, at);
}

function senderActs(mind: Mind): Act[] {
  const { h, context, scene } = mind;
  const acts: Act[] = [];
  const { prepare, return: back, context: debt } = h.clocks;
  const owed = runs(prepare) ? prepare : runs(debt) ? debt : undefined;
  if (owed !== undefined && h.context.missing.length > 0)
    acts.push(
      act(mind, `complete/${owed.run}`, h.sender, owed.startedAt, scene.habits.completeMs, (dice) => ({
        ask: 'complete-context',
        handoff: h.id,
        context: scene.wording.complete(h, context, h.context.missing, dice),
        writingMs: dice.int(18, 110) * SECOND,
      })),
    );
  for (const question of h.questions)
    if (question.answeredAt === undefined)
      acts.push(
        act(mind, `answer/${question.id}`, h.sender, question.at, scene.habits.answerMs, (dice) => ({
          ask: 'answer',
          handoff: h.id,
          question: question.id,
          text: scene.wording.answer(h, context, question.about, dice),
        })),
      );
  if (h.stage === 'returned' && runs(back))
    acts.push(
      act(mind, `back/${back.run}`, h.sender, back.startedAt, scene.habits.returnMs, (dice) =>
        afterReturn(mind, back, dice),
      ),
    );
  return acts;
}

function afterReturn({ h, context, transition, scene }: Mind, back: Clock, dice: Dice): Ask {
  const choice =
    h.declined.length > 1 ? dice.pick(['recycle', 'close'] as const) : dice.weighted(scene.habits.returned);
  if (choice === 'resend') return { ask: 'resend', handoff: h.id, context: scene.wording.improve(h, context, dice) };
  if (choice === 'recycle') return recycle(h, back.startedAt, dice);
  return disqualify(h, transition, h.rejection?.criterion, dice);
}

function offerActs(mind: Mind): Act[] {
  const { h, context, transition, scene } = mind;
  const { offer } = h;
  const clock = h.clocks.accept;
  if (h.stage !== 'offered' || offer === undefined || !runs(clock)) return [];
  const dice = diceOf(scene, `${h.id} offer ${offer.id}`);
  const style = dice.weighted(scene.habits.offer);
  const acts: Act[] = [];
  if (h.facts.seenAt === undefined)
    acts.push(
      act(mind, `see/${offer.id}`, offer.to, offer.at, [20 * SECOND, Math.min(4 * MINUTE, clock.limitMs / 4)], () => ({
        ask: 'see',
        handoff: h.id,
      })),
    );
  const share: Range = style === 'late' ? scene.habits.lateShare : scene.habits.soonShare;
  const within = shareOf(clock.limitMs, share);
  const accept = (base: Instant, span: Range): Act =>
    act(
      mind,
      `accept/${offer.id}`,
      offer.to,
      base,
      span,
      () => ({ ask: 'accept', handoff: h.id, offer: offer.id }),
      style !== 'late',
    );
  if (style === 'soon' || style === 'late') acts.push(accept(offer.at, within));
  else if (style === 'reject') {
    const reason = dice.pick(transition.rejections).name;
    acts.push(
      act(mind, `reject/${offer.id}`, offer.to, offer.at, within, (own) => ({
        ask: 'reject',
        handoff: h.id,
        offer: offer.id,
        reason,
        text: scene.wording.rejection(h, context, reason, own),
      })),
    );
  } else if (style === 'ask') {
    const asked = h.questions.find((question) => question.by === offer.to);
    if (asked === undefined)
      acts.push(
        act(mind, `ask/${offer.id}`, offer.to, offer.at, shareOf(clock.limitMs, [0.05, 0.3]), (own) => ({
          ask: 'question',
          handoff: h.id,
          ...scene.wording.question(h, context, own),
        })),
      );
    else
      acts.push(
        accept(
          asked.answeredAt ?? asked.at,
          asked.answeredAt === undefined ? shareOf(clock.limitMs, [0.5, 0.8]) : [MINUTE, 5 * MINUTE],
        ),
      );
  }
  return acts;
}

function receiverActs(mind: Mind): Act[] {
  const { h, scene } = mind;
  const { receiver } = h;
  if (h.stage !== 'accepted' || receiver === undefined) return [];
  const clock = h.clocks['follow-up'];
  if (h.facts.followedUpAt !== undefined || !runs(clock)) return worked(mind, receiver);
  const style = diceOf(scene, `${h.id} follow ${clock.run}`).weighted(scene.habits.followUp);
  if (style === 'never' && clock.breachedAt === undefined) return [];
  const share: Range = style === 'soon' ? scene.habits.followShare : scene.habits.followLateShare;
  return [
    act(
      mind,
      `follow/${clock.run}`,
      receiver,
      clock.startedAt,
      shareOf(clock.limitMs, share),
      (dice, at) => ({
        ask: 'follow-up',
        handoff: h.id,
        occurredAt: at - dice.int(0, 3) * MINUTE,
        channel: scene.wording.channel(dice),
      }),
      style === 'soon',
    ),
  ];
}

/** After the first follow-up: a meeting, an opportunity, a next step in words, the end. */
function worked(mind: Mind, receiver: PersonId): Act[] {
  const { h, scene, transition } = mind;
  const { meetingState, meetingAt, meetingFactAt, opportunityAt } = h.facts;
  const base = lastAt(h);
  const between = scene.habits.betweenMs;
  const dice = diceOf(scene, `${h.id} way ${meetingFactAt ?? 0}`);
  const does = (key: string, from: Instant, span: Range, make: (dice: Dice, at: Instant) => Ask): Act[] => [
    act(mind, key, receiver, from, span, make),
  ];
  if (meetingState === 'booked' && meetingAt !== undefined)
    return does(`meet/${meetingFactAt}`, Math.max(meetingAt, base), [4 * MINUTE, 25 * MINUTE], (own, at) => {
      const state = own.weighted(scene.habits.meeting);
      const moved = state === 'rescheduled' ? { meetingAt: at + span(own, scene.habits.meetingInMs) } : {};
      return {
        ask: 'meeting',
        handoff: h.id,
        state,
        occurredAt: Math.max(at - 3 * MINUTE, meetingFactAt ?? 0),
        source: 'calendar',
        ...moved,
      };
    });
  if (meetingState === undefined || meetingState === 'no-show') {
    if (dice.chance(meetingState === undefined ? scene.habits.book : scene.habits.book * 0.8))
      return does(`book/${meetingFactAt ?? 0}`, base, between, (own, at) => ({
        ask: 'meeting',
        handoff: h.id,
        state: 'booked',
        occurredAt: at,
        meetingAt: at + span(own, scene.habits.meetingInMs),
        source: 'calendar',
      }));
    return does('lost', base, between, (own, at) => lose(h, transition, at, own));
  }
  const selling = transition.outcomes.includes('opportunity');
  if (!dice.chance(scene.habits.succeed)) return does('lost', base, between, (own, at) => lose(h, transition, at, own));
  if (selling && opportunityAt === undefined)
    return does('opportunity', base, between, (own, at) => ({
      ask: 'opportunity',
      handoff: h.id,
      occurredAt: at,
      source: 'crm',
      external: `006${own.int(100_000, 999_999)}`,
    }));
  if (h.nextStep?.ref === undefined)
    return does('step', base, between, (own, at) => ({
      ask: 'set-next-step',
      handoff: h.id,
      text: scene.wording.nextStep(h, mind.context, own),
      dueAt: at + span(own, scene.habits.meetingInMs),
    }));
  return does('won', base, between, () => ({
    ask: 'close',
    handoff: h.id,
    outcome: transition.outcomes[0] ?? 'disqualified',
  }));
}

function lose(h: Handoff, transition: Transition, at: Instant, dice: Dice): Ask {
  const how = dice.weighted({ close: 55, disqualify: 20, recycle: 25 });
  const outcomes = transition.outcomes.slice(1).filter((outcome) => outcome !== 'disqualified');
  if (how === 'recycle') return recycle(h, at, dice);
  if (how === 'disqualify' || outcomes.length === 0) return disqualify(h, transition, undefined, dice);
  return { ask: 'close', handoff: h.id, outcome: dice.pick(outcomes) };
}

function recycle(h: Handoff, from: Instant, dice: Dice): Ask {
  return { ask: 'recycle', handoff: h.id, until: from + dice.int(30, 120) * DAY, reason: 'not before the next budget' };
}

function disqualify(h: Handoff, transition: Transition, criterion: string | undefined, dice: Dice): Ask {
  const named = criterion ?? (transition.criteria.length === 0 ? undefined : dice.pick(transition.criteria).name);
  return { ask: 'close', handoff: h.id, outcome: 'disqualified', ...(named === undefined ? {} : { criterion: named }) };
}

function taskActs(mind: Mind): Act[] {
  const { h, scene } = mind;
  return h.tasks.flatMap((task): Act[] => {
    if (task.state !== 'open' || !diceOf(scene, `${h.id} task ${task.id}`).chance(scene.habits.taskDone)) return [];
    const from = taskFrom(h, task);
    return [
      act(
        mind,
        `task/${task.id}`,
        task.owner,
        from,
        shareOf(Math.max(task.dueAt - from, 10 * MINUTE), [0.3, 0.9]),
        () => ({
          ask: 'task-done',
          handoff: h.id,
          task: task.id,
        }),
      ),
    ];
  });
}

function taskFrom(h: Handoff, task: Task): Instant {
  return Math.min(task.dueAt, h.acceptedAt ?? h.offer?.at ?? h.openedAt);
}

/** An act of a person after a span of their own open time; `hurried`: not longer than the habits' longest wait. */
function act(
  { h, scene }: Mind,
  key: string,
  by: PersonId,
  from: Instant,
  range: Range,
  make: (dice: Dice, at: Instant) => Ask,
  hurried = true,
): Act {
  const dice = diceOf(scene, `${h.id} ${key}`);
  const wait = span(dice, range) * (scene.habits.pace[by] ?? 1);
  const calendar = scene.calendar(by);
  const spent = addOpenTime(calendar, from, Math.round(hurried ? Math.min(wait, scene.habits.longestMs) : wait));
  const at = openAt(calendar, scene.habits.wrapUp && hurried ? beforeClosing(calendar, from, spent, dice) : spent);
  return { key: `${h.id}/${key}`, by, at, ask: (doneAt) => make(diceOf(scene, `${h.id} ${key} says`), doneAt) };
}

/** What would reach into the next working day is done shortly before this one ends. */
function beforeClosing(calendar: Calendar, from: Instant, at: Instant, dice: Dice): Instant {
  const closesAt = isOpen(calendar, from) ? nextClosing(calendar, from) : null;
  if (closesAt === null || at < closesAt) return at;
  return Math.max(from, closesAt - dice.int(1, 12) * MINUTE);
}

/** When something last happened here: plans count from it. */
function lastAt(h: Handoff): Instant {
  const { followedUpAt, meetingFactAt, opportunityAt } = h.facts;
  const started = runningClocks(h).map((clock) => clock.startedAt);
  return Math.max(h.openedAt, followedUpAt ?? 0, meetingFactAt ?? 0, opportunityAt ?? 0, ...started);
}

function runs(clock: Clock | undefined): clock is Clock {
  return clock !== undefined && clock.stoppedAt === undefined && clock.paused === undefined;
}

function shareOf(limitMs: Span, [from, to]: Range): Range {
  return [limitMs * from, limitMs * to];
}

/** More often short than long. */
function span(dice: Dice, [from, to]: Range): Span {
  const roll = dice.roll();
  return Math.round(from + (Math.max(to, from) - from) * roll * Math.sqrt(roll));
}

/** Dice that depend on a name only (FNV-1a). */
export function diceOf({ seed }: { seed: number }, name: string): Dice {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return throwDice(hash);
}
