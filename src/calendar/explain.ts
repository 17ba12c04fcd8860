// Calendar room: why is a deadline where it is?
// Answers: the steps from the start of a clock to its deadline, for a manager to follow with a finger on the calendar.
// Promises: the deadline is the one addOpenTime gives; the times used in the steps add up to the duration; nothing that
// moved the deadline (holiday, absence, break, other hours, pause, clock change) is left out.

import { addOpenTime, type Calendar, isOpen, nextOpening, openTimeBetween } from './calendar.ts';
import type { Pause } from './pauses.ts';
import { sayClock, sayDay, sayDuration, sayMoment, saySpans, sayWeekday, sayZone } from './say.ts';
import { type Absence, type DaySpan, holidayOn, spansOn } from './spec.ts';
import { dayMs, dayOf, instantOfWall, offsetAt, startOfDay, type ZoneRules, zoneRules } from './zone.ts';

/** A pause with what it waited for. */
export type NamedPause = Pause & { readonly cause?: string };

export type DeadlineQuestion = {
  readonly calendar: Calendar;
  readonly startAt: number;
  readonly durationMs: number;
  readonly pauses?: readonly NamedPause[];
  /** The zone in which moments are said; by default the calendar's. */
  readonly zone?: string;
  /** Whose hours count, such as Ana. */
  readonly who: string;
  /** What the clock is for, such as accept. */
  readonly what: string;
};

export type DeadlineExplanation = {
  readonly dueAt: number;
  readonly steps: readonly string[];
  /** All steps in one line. */
  readonly sentence: string;
};

/** More days of use than this are said as one sum. */
const daysSaidMax = 6;

/**
 * The deadline of a clock and the steps that lead to it.
 * @throws {CalendarError} when the calendar stays closed for more than 400 days on the way.
 */
export function explainDeadline(question: DeadlineQuestion): DeadlineExplanation {
  const { calendar, startAt, durationMs, pauses = [], who, what } = question;
  const rules = zoneRules(question.zone ?? calendar.zone);
  const dueAt = addOpenTime(calendar, startAt, durationMs, pauses);
  const steps = [
    `${sayDuration(durationMs)} ${what}, ${sayHours(calendar, who, startAt)}`,
    `started ${sayMoment(rules, startAt, startAt)}${sayWait(calendar, rules, startAt)}`,
    ...dayByDay(question, rules, dueAt),
    `due ${sayMoment(rules, dueAt, startAt)}`,
  ];
  if (rules.zone !== calendar.zone) steps.push(`times are those of ${sayZone(rules.zone)}`);
  return { dueAt, steps, sentence: steps.join('; ') };
}

/** Ana's hours 09:00–17:30 New York: those of the week where all worked days are alike, else those of the first worked date. */
export function sayHours(calendar: Calendar, who: string, startAt: number): string {
  if (isRoundTheClock(calendar)) return 'around the clock';
  const worked = new Set(calendar.plan.weekly.filter((spans) => spans.length > 0).map(saySpans));
  const city = sayZone(calendar.zone);
  if (worked.size === 1) return `${who}'s hours ${[...worked][0]} ${city}`;
  const day = dayOf(calendar.rules, nextOpening(calendar, startAt));
  const spans = spansOn(calendar.plan, day);
  return spans.length === 0
    ? `${who}'s hours in ${city}`
    : `${who}'s hours ${saySpans(spans)} on ${sayWeekday(day)} ${city}`;
}

function isRoundTheClock(calendar: Calendar): boolean {
  return calendar.plan.weekly.every((spans) => spans.some(({ fromMs, toMs }) => fromMs === 0 && toMs >= dayMs));
}

function sayWait(calendar: Calendar, rules: ZoneRules, startAt: number): string {
  if (isOpen(calendar, startAt)) return '';
  return `, outside working hours until ${sayMoment(rules, nextOpening(calendar, startAt), startAt)}`;
}

/** What happened on each local date of the calendar between the start and the deadline. */
function dayByDay(question: DeadlineQuestion, rules: ZoneRules, dueAt: number): string[] {
  const { calendar, startAt, pauses = [] } = question;
  const firstDay = dayOf(calendar.rules, startAt);
  // A deadline on the stroke of midnight belongs to the date that it ends.
  const lastDay = dayOf(calendar.rules, Math.max(startAt, dueAt - 1));
  const tale: Tale = { steps: [], away: new Map() };
  const used: Use[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const from = Math.max(startAt, startOfDay(calendar.rules, day));
    const to = Math.min(dueAt, startOfDay(calendar.rules, day + 1));
    if (from >= to && day > firstDay) continue;
    tellExceptions(tale, calendar, { day, firstDay, from, to });
    for (const pause of pauses) {
      const beginsAt = Math.max(pause.from, startAt);
      if (beginsAt >= from && beginsAt < to && pause.to > startAt) tale.steps.push(sayPause(rules, pause, startAt));
    }
    const ms = openTimeBetween(calendar, from, to, pauses);
    if (ms > 0 && day < lastDay) used.push({ day, ms, place: tale.steps.push('') - 1 });
  }
  tellUse(tale, used, firstDay, isRoundTheClock(calendar));
  return tale.steps.filter((step) => step !== '');
}

/** The steps so far; an absence of whole days is one step, found again by its place. */
export type Tale = { readonly steps: string[]; readonly away: Map<Absence, { place: number; fromDay: number }> };
export type Use = { readonly day: number; readonly ms: number; readonly place: number };
type DayPart = { readonly day: number; readonly firstDay: number; readonly from: number; readonly to: number };

/** Time used on each day; the last day's goes without saying, and round the clock all of it. */
export function tellUse(tale: Tale, used: readonly Use[], firstDay: number, isRound: boolean): void {
  const [first, last] = [used[0], used.at(-1)];
  if (!first || !last || isRound) return;
  if (used.length > daysSaidMax) {
    const sumMs = used.reduce((sum, { ms }) => sum + ms, 0);
    const days = `${sayDay(first.day, firstDay)} to ${sayDay(last.day, firstDay)}`;
    tale.steps[last.place] = `${sayDuration(sumMs)} used on ${used.length} days, ${days}`;
    return;
  }
  for (const { day, ms, place } of used) {
    const name = day - firstDay < 7 ? sayWeekday(day) : sayDay(day, firstDay);
    tale.steps[place] = `${sayDuration(ms)} used ${name}`;
  }
}

/** Why a date gave less (or other) time than its weekly hours, as far as it matters between two instants. */
export function tellExceptions(tale: Tale, calendar: Calendar, part: DayPart): void {
  const { plan, rules } = calendar;
  const { day, firstDay, from, to } = part;
  const name = sayDay(day, firstDay);
  const spans = spansOn(plan, day);
  const shiftMs = offsetAt(rules, to) - offsetAt(rules, from);
  if (shiftMs !== 0 && openTimeBetween(calendar, from, to) > 0) {
    tale.steps.push(`clocks go ${shiftMs > 0 ? 'forward' : 'back'} ${sayDuration(Math.abs(shiftMs))} on ${name}`);
  }
  const holiday = holidayOn(plan, day);
  if (holiday && spans.length > 0) {
    const since = holiday.fromMs > 0 ? ` from ${sayClock(holiday.fromMs)}` : '';
    tale.steps.push(`${name} is a holiday${since} (${holiday.name})`);
  }
  if (holiday?.fromMs === 0) return;
  if (plan.overrides.has(day)) tale.steps.push(`${name} has hours of its own, ${saySpans(spans)}`);
  for (const pause of plan.breaks) {
    const wall = (ms: number) => instantOfWall(rules, day * dayMs + ms);
    if (pause.day === day && wall(pause.fromMs) < to && wall(pause.toMs) > from) {
      tale.steps.push(`${name} has a break ${saySpans([pause])}`);
    }
  }
  for (const absence of plan.absences) tellAbsence(tale, calendar, absence, part, spans);
}

function tellAbsence(
  tale: Tale,
  { rules }: Calendar,
  absence: Absence,
  part: DayPart,
  spans: readonly DaySpan[],
): void {
  const { day, firstDay } = part;
  const touched = spans
    .map(({ fromMs, toMs }) => ({
      from: Math.max(part.from, instantOfWall(rules, day * dayMs + fromMs)),
      to: Math.min(part.to, instantOfWall(rules, day * dayMs + toMs)),
    }))
    .filter(({ from, to }) => from < to && from < absence.to && to > absence.from);
  const [first, last] = [touched[0], touched.at(-1)];
  if (!first || !last) return;
  const label = absence.label === undefined || absence.label === '' ? '' : ` (${absence.label})`;
  const name = sayDay(day, firstDay);
  if (absence.from > first.from || absence.to < last.to) {
    const clock = (at: number) => sayClock(at + offsetAt(rules, at) - day * dayMs);
    const hours = `${clock(Math.max(absence.from, first.from))}–${clock(Math.min(absence.to, last.to))}`;
    tale.steps.push(`${name} away ${hours}${label}`);
    return;
  }
  const before = tale.away.get(absence);
  if (before) tale.steps[before.place] = `${sayDay(before.fromDay, firstDay)} to ${name} away${label}`;
  else tale.away.set(absence, { place: tale.steps.push(`${name} away${label}`) - 1, fromDay: day });
}

export function sayPause(rules: ZoneRules, pause: NamedPause, startAt: number): string {
  const cause = pause.cause === undefined ? '' : ` (${pause.cause})`;
  return `paused ${sayMoment(rules, pause.from, startAt)} to ${sayMoment(rules, pause.to, startAt)}${cause}`;
}
