// Calendar room: why is this clock due when it is?
// Answers: the steps from the start of a recorded clock to its deadline, its pauses with their causes, and its lateness.
// Promises: it tells what was recorded (the stretches that the limit was counted in), never what a calendar would say
// today; holidays and absences are named only for days on which the calendar still agrees with the record.

import type { Clock, ClockPause } from '../words/handoff.ts';
import type { Instant } from '../words/time.ts';
import { type Calendar, openTimeBetween } from './calendar.ts';
import { sayHours, sayPause, type Tale, tellExceptions, tellUse, type Use } from './explain.ts';
import { sayDuration, sayMoment, sayZone } from './say.ts';
import { dayOf, startOfDay, type ZoneRules, zoneRules } from './zone.ts';

export type ClockQuestion = {
  readonly clock: Clock;
  /** Whose hours count, such as Ana. */
  readonly who: string;
  /** Their calendar as it is now, for the names of holidays and absences; without it they stay unnamed. */
  readonly calendar?: Calendar;
  /** Lateness of a clock that still runs is told up to here. */
  readonly nowAt: Instant;
};

export type ClockExplanation = {
  readonly steps: readonly string[];
  /** All steps in one line. */
  readonly sentence: string;
};

/** The steps that lead from the start of a clock to where it stands. */
export function explainClock(question: ClockQuestion): ClockExplanation {
  const { clock } = question;
  const rules = zoneRules(clock.zone);
  const moment = (at: Instant) => sayMoment(rules, at, clock.startedAt);
  const steps = [
    sayRule(question),
    `started ${moment(clock.startedAt)}${sayWait(clock, moment)}`,
    ...sayDays(question, rules),
    clock.paused === undefined ? `due ${moment(clock.dueAt)}` : sayPaused(clock, moment),
    ...sayEnd(question, moment),
  ];
  return { steps, sentence: steps.join('; ') };
}

function sayRule({ clock, who, calendar }: ClockQuestion): string {
  const name = clock.name.replaceAll('-', ' ');
  const agrees = calendar !== undefined && calendar.zone === clock.zone;
  const hours =
    clock.hours === 'wall'
      ? 'around the clock'
      : agrees
        ? sayHours(calendar, who, clock.startedAt)
        : `${who}'s hours in ${sayZone(clock.zone)}`;
  return isDated(clock)
    ? `${name} by a date that was set, ${hours}`
    : `${sayDuration(clock.limitMs)} ${name}, ${hours}`;
}

/** A dated clock has no limit of its own: its limit is the real time to its date. */
function isDated(clock: Clock): boolean {
  if (clock.name === 'recycle' || clock.name === 'hold') return clock.name === 'recycle';
  const usedMs = clock.used.reduce((sum, { from, to }) => sum + to - from, 0);
  return (
    clock.hours === 'business' &&
    clock.pauses.length === 0 &&
    usedMs < clock.limitMs &&
    clock.limitMs === clock.dueAt - clock.startedAt
  );
}

function sayWait(clock: Clock, moment: (at: Instant) => string): string {
  const first = clock.used[0];
  return clock.hours === 'wall' || first === undefined || first.from <= clock.startedAt
    ? ''
    : `, outside working hours until ${moment(first.from)}`;
}

/** What was used on each local date, and what stood in the way. */
function sayDays({ clock, calendar }: ClockQuestion, rules: ZoneRules): string[] {
  const pauses = clock.pauses;
  if (clock.hours === 'wall') return pauses.map((pause) => sayPause(rules, pause, clock.startedAt));
  const firstDay = dayOf(rules, clock.startedAt);
  const endAt = clock.paused?.at ?? clock.dueAt;
  const lastDay = dayOf(rules, Math.max(clock.startedAt, endAt - 1));
  const tale: Tale = { steps: [], away: new Map() };
  const used: Use[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const from = Math.max(clock.startedAt, startOfDay(rules, day));
    const to = Math.min(endAt, startOfDay(rules, day + 1));
    const ms = usedBetween(clock, from, to);
    // A later edit of hours or leave does not rewrite what was counted: then nothing of it is told here.
    if (calendar !== undefined && calendar.zone === clock.zone && openTimeBetween(calendar, from, to, pauses) === ms)
      tellExceptions(tale, calendar, { day, firstDay, from, to });
    for (const pause of begunBetween(pauses, from, to)) tale.steps.push(sayPause(rules, pause, clock.startedAt));
    if (ms > 0 && day < lastDay) used.push({ day, ms, place: tale.steps.push('') - 1 });
  }
  tellUse(tale, used, firstDay, false);
  return tale.steps.filter((step) => step !== '');
}

function usedBetween(clock: Clock, from: Instant, to: Instant): number {
  return clock.used.reduce((sum, s) => sum + Math.max(0, Math.min(to, s.to) - Math.max(from, s.from)), 0);
}

function begunBetween(pauses: readonly ClockPause[], from: Instant, to: Instant): ClockPause[] {
  return pauses.filter((pause) => pause.from >= from && pause.from < to);
}

function sayPaused(clock: Clock, moment: (at: Instant) => string): string {
  const { at, cause, resumeBy, remainingMs } = clock.paused as NonNullable<Clock['paused']>;
  return `paused since ${moment(at)} (${cause}), ${sayDuration(remainingMs)} left; runs on at ${moment(resumeBy)} at the latest`;
}

/** How it ended, or how late it is by now, in the clock's own time and by the wall. */
function sayEnd({ clock, calendar, nowAt }: ClockQuestion, moment: (at: Instant) => string): string[] {
  if (clock.stoppedAt !== undefined) {
    const { late } = clock;
    return late === undefined || late.wallMs === 0
      ? [`stopped ${moment(clock.stoppedAt)}, in time`]
      : [`stopped ${moment(clock.stoppedAt)}, late by ${sayLate(clock, late.businessMs, late.wallMs)}`];
  }
  if (clock.paused !== undefined || nowAt <= clock.dueAt) return [];
  const wallMs = nowAt - clock.dueAt;
  if (clock.hours === 'wall' || calendar === undefined) return [`late by ${sayDuration(wallMs)} so far`];
  return [`late by ${sayLate(clock, openTimeBetween(calendar, clock.dueAt, nowAt), wallMs)} so far`];
}

function sayLate(clock: Clock, businessMs: number, wallMs: number): string {
  return clock.hours === 'wall' || businessMs === wallMs
    ? sayDuration(wallMs)
    : `${sayDuration(businessMs)} of working time, ${sayDuration(wallMs)} by the wall`;
}
