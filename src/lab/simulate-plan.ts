// lab: how a plan is made: by whom, from when, after how much of their own open time, and what they will say. Dice are seeded
// with the name of the act, so the same plan is made again whenever somebody asks.

import type { Calendar } from '../calendar/calendar.ts';
import { addOpenTime, isOpen, nextClosing, nextOpening } from '../calendar/calendar.ts';
import type { Ask, Context } from '../words/arrival.ts';
import type { Clock, Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Transition } from '../words/policy.ts';
import type { Instant, Span } from '../words/time.ts';
import { MINUTE } from '../words/time.ts';
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

/** A handoff as somebody thinks about it. */
export type Mind = { h: Handoff; context: Context | undefined; transition: Transition; scene: Scene };

/** The instant from which somebody can act, at or after `at`: now, or their next opening. */
export function openAt(calendar: Calendar, at: Instant): Instant {
  return isOpen(calendar, at) ? at : nextOpening(calendar, at);
}

/** An act of a person after a span of their own open time; `hurried`: not longer than the habits' longest wait. */
export function act(
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

export function runs(clock: Clock | undefined): clock is Clock {
  return clock !== undefined && clock.stoppedAt === undefined && clock.paused === undefined;
}

export function shareOf(limitMs: Span, [from, to]: Range): Range {
  return [limitMs * from, limitMs * to];
}

/** More often short than long. */
export function span(dice: Dice, [from, to]: Range): Span {
  const roll = dice.roll();
  return Math.round(from + (Math.max(to, from) - from) * roll * Math.sqrt(roll));
}

/** Dice that depend on a name only (FNV-1a). */
export function diceOf({ seed }: { seed: number }, name: string): Dice {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return throwDice(hash);
}
