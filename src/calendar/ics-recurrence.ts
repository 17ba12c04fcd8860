// Calendar room: recurrence rules (RFC 5545, 3.3.10) as local dates and times.
// Answers: on which wall times does a rule fall within a window. Promises: bounded work for every rule, also for those that
// never fall on a date. Ours, because ical.js 2.2.1 reads rules well but walks some of them for ever: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30
// did not return within four seconds, and FREQ=YEARLY of the same answered with the 2nd of March.

import { CalendarError } from './calendar-error.ts';
import { dayMs, weekdayOf } from './zone.ts';

type DayRule = { readonly ordinal: number; readonly weekday: number };

export type RecurrenceRule = {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  readonly count: number | undefined;
  /** As written: a date, a local time, or an instant (with Z). */
  readonly until: string | undefined;
  readonly months: readonly number[];
  readonly weeks: readonly number[];
  readonly yearDays: readonly number[];
  readonly monthDays: readonly number[];
  readonly days: readonly DayRule[];
  readonly timesMs: {
    readonly hours: readonly number[];
    readonly minutes: readonly number[];
    readonly seconds: readonly number[];
  };
  readonly positions: readonly number[];
  /** First day of the week, 1 = Monday. */
  readonly weekStart: number;
};

const weekdayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const intervalMax = 100_000;
const timesPerDayMax = 24;
const allMonths = range(1, 13);

/**
 * A rule from the parts that the parser read.
 * @throws {CalendarError} when it has no known frequency, repeats within a day, or ends before it begins.
 */
export function ruleFromParts(parts: { readonly [part: string]: unknown }): RecurrenceRule {
  const freq = parts.freq;
  if (freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY') {
    throw new CalendarError(
      `The rule repeats ${freq}; time away is read from daily, weekly, monthly and yearly rules.`,
    );
  }
  if (freq !== 'DAILY' && freq !== 'WEEKLY' && freq !== 'MONTHLY' && freq !== 'YEARLY') {
    throw new CalendarError('The rule has no FREQ; write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.');
  }
  const { count, until } = parts;
  if (count !== undefined && Number(count) < 1) {
    throw new CalendarError(`The rule has COUNT=${String(count)}; it must be at least 1.`);
  }
  return {
    freq,
    interval: Math.min(Math.max(1, Number(parts.interval ?? 1)), intervalMax),
    count: count === undefined ? undefined : Number(count),
    until: until === undefined ? undefined : String(until),
    months: numbers(parts.bymonth),
    weeks: numbers(parts.byweekno),
    yearDays: numbers(parts.byyearday),
    monthDays: numbers(parts.bymonthday),
    days: list(parts.byday).map(dayRule),
    timesMs: { hours: numbers(parts.byhour), minutes: numbers(parts.byminute), seconds: numbers(parts.bysecond) },
    positions: numbers(parts.bysetpos),
    // The parser counts 1 = Sunday.
    weekStart: parts.wkst === undefined ? 1 : ((Number(parts.wkst) + 5) % 7) + 1,
  };
}

function dayRule(value: unknown): DayRule {
  const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(String(value));
  if (!match) throw new CalendarError(`The rule has BYDAY=${String(value)}; write days such as MO or 1MO.`);
  return { ordinal: Number(match[1] ?? 0), weekday: weekdayCodes.indexOf(match[2] as string) + 1 };
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const numbers = (value: unknown) => list(value).map(Number);

export type RuleWindow = {
  /** Wall times, ms since 1970-01-01T00:00 local: from inclusive, until exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** True for wall times after the rule's end. */
  readonly isPastEnd: (wallMs: number) => boolean;
  readonly max: number;
  /** Days that may still be looked at, shared by the rules of a file. */
  readonly budget: { days: number };
};

/**
 * The wall times of a rule within a window, in order. The start is the first of them and of a COUNT, whether or not the rule
 * falls on it: calendars show it, and RFC 5545 counts it. `isCut` when there were more than the window's max.
 * @throws {CalendarError} when the budget is used up.
 */
export function expandRule(
  rule: RecurrenceRule,
  startMs: number,
  window: RuleWindow,
): { walls: number[]; isCut: boolean } {
  const startDay = Math.floor(startMs / dayMs);
  const full = withDefaults(rule, startDay);
  const times = timesOf(full, startMs - startDay * dayMs);
  const isInWindow = (wallMs: number) => wallMs >= window.fromMs && wallMs < window.untilMs;
  const walls = isInWindow(startMs) ? [startMs] : [];
  let seen = 1;
  // Without a COUNT nothing before the window matters, so the walk starts just before it.
  const firstTurn = full.count === undefined ? turnsUntil(full, startDay, Math.floor(window.fromMs / dayMs)) : 0;
  for (let turn = firstTurn; ; turn += 1) {
    const days = daysOfTurn(full, startDay, turn);
    if ((days[0] as number) * dayMs >= window.untilMs) return { walls, isCut: false };
    window.budget.days -= days.length;
    if (window.budget.days < 0) {
      throw new CalendarError('The rules of this file repeat too often to be read; remove rules that never end.');
    }
    const fitting = days.filter((day) => fits(full, day)).flatMap((day) => times.map((time) => day * dayMs + time));
    for (const wallMs of atPositions(full, fitting)) {
      if (wallMs <= startMs) continue;
      seen += 1;
      if (window.isPastEnd(wallMs) || (full.count !== undefined && seen > full.count)) return { walls, isCut: false };
      if (!isInWindow(wallMs)) continue;
      if (walls.length === window.max) return { walls, isCut: true };
      walls.push(wallMs);
    }
  }
}

/** What a rule leaves unsaid is taken from its first date. */
function withDefaults(rule: RecurrenceRule, startDay: number): RecurrenceRule {
  const { month, monthDay } = partsOf(startDay);
  const weekday = [{ ordinal: 0, weekday: weekdayOf(startDay) }];
  const saysDay = rule.days.length + rule.monthDays.length + rule.yearDays.length > 0;
  if (rule.freq === 'WEEKLY') return rule.days.length > 0 ? rule : { ...rule, days: weekday };
  if (rule.freq === 'DAILY' || saysDay) return rule;
  if (rule.freq === 'MONTHLY') return { ...rule, monthDays: [monthDay] };
  if (rule.weeks.length > 0) return { ...rule, days: weekday };
  return { ...rule, monthDays: [monthDay], months: rule.months.length > 0 ? rule.months : [month] };
}

function timesOf(rule: RecurrenceRule, timeMs: number): number[] {
  const { hours, minutes, seconds } = rule.timesMs;
  const own = [
    Math.floor(timeMs / 3_600_000),
    Math.floor(timeMs / 60_000) % 60,
    Math.floor(timeMs / 1000) % 60,
  ] as const;
  const times: number[] = [];
  const factors = [hours, minutes, seconds].map((given) => Math.max(1, given.length));
  if (factors.reduce((product, factor) => product * factor, 1) > timesPerDayMax) {
    throw new CalendarError(
      `The rule falls more than ${timesPerDayMax} times on one day; time away is read from coarser rules.`,
    );
  }
  for (const hour of hours.length > 0 ? hours : [own[0]]) {
    for (const minute of minutes.length > 0 ? minutes : [own[1]]) {
      for (const second of seconds.length > 0 ? seconds : [own[2]]) {
        times.push(((hour * 60 + minute) * 60 + second) * 1000);
      }
    }
  }
  return times.toSorted((a, b) => a - b);
}

/** How many turns can safely be left out because they end before a day. */
function turnsUntil(rule: RecurrenceRule, startDay: number, day: number): number {
  const longest = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[rule.freq];
  return Math.max(0, Math.floor((day - startDay) / longest / rule.interval) - 1);
}

/** The days of one day, week, month or year of the rule; never empty. */
function daysOfTurn(rule: RecurrenceRule, startDay: number, turn: number): number[] {
  const steps = turn * rule.interval;
  if (rule.freq === 'DAILY') return [startDay + steps];
  if (rule.freq === 'WEEKLY') {
    const monday = startDay - ((weekdayOf(startDay) - rule.weekStart + 7) % 7) + steps * 7;
    return range(monday, monday + 7);
  }
  const { year, month } = partsOf(startDay);
  if (rule.freq === 'YEARLY') {
    const months = rule.months.length > 0 ? rule.months.toSorted((a, b) => a - b) : allMonths;
    return months.flatMap((one) => range(firstOf(year + steps, one), firstOf(year + steps, one + 1)));
  }
  return range(firstOf(year, month + steps), firstOf(year, month + steps + 1));
}

function range(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, i) => from + i);
}

/** Day number of the first of a month; months above 12 run into later years. */
function firstOf(year: number, month: number): number {
  // Years counted from March, so that the leap day comes last; whole numbers instead of Date, which made a year cost 0.3 ms.
  const months = year * 12 + month - 3;
  const marchYear = Math.floor(months / 12);
  const marchMonth = months - marchYear * 12;
  const centuries = Math.floor(marchYear / 100);
  const leapDays = Math.floor(marchYear / 4) - centuries + Math.floor(centuries / 4);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) - 719_468;
}

function partsOf(day: number) {
  let year = 1970 + Math.floor(day / 365.2425);
  if (firstOf(year + 1, 1) <= day) year += 1;
  else if (firstOf(year, 1) > day) year -= 1;
  let month = Math.floor((day - firstOf(year, 1)) / 31) + 1;
  if (firstOf(year, month + 1) <= day) month += 1;
  return {
    year,
    month,
    monthDay: day - firstOf(year, month) + 1,
    monthLength: firstOf(year, month + 1) - firstOf(year, month),
    yearDay: day - firstOf(year, 1) + 1,
    yearLength: firstOf(year + 1, 1) - firstOf(year, 1),
  };
}

function fits(rule: RecurrenceRule, day: number): boolean {
  const { year, month, monthDay, monthLength, yearDay, yearLength } = partsOf(day);
  const has = (wanted: readonly number[], position: number, length: number) =>
    wanted.length === 0 || wanted.includes(position) || wanted.includes(position - length - 1);
  if (rule.months.length > 0 && !rule.months.includes(month)) return false;
  if (!has(rule.monthDays, monthDay, monthLength) || !has(rule.yearDays, yearDay, yearLength)) return false;
  if (rule.weeks.length > 0 && !hasWeek(rule, year, day)) return false;
  if (rule.days.length === 0) return true;
  const isInMonth = rule.freq === 'MONTHLY' || rule.months.length > 0;
  const [position, length] = isInMonth ? [monthDay, monthLength] : [yearDay, yearLength];
  const takesOrdinals = (rule.freq === 'MONTHLY' || rule.freq === 'YEARLY') && rule.weeks.length === 0;
  return rule.days.some(({ ordinal, weekday }) => {
    if (weekday !== weekdayOf(day)) return false;
    if (ordinal === 0 || !takesOrdinals) return true;
    return ordinal > 0 ? Math.ceil(position / 7) === ordinal : -Math.ceil((length - position + 1) / 7) === ordinal;
  });
}

/** Does the day lie in one of the rule's numbered weeks of its year? Week 1 is the first with four days in the year. */
function hasWeek(rule: RecurrenceRule, year: number, day: number): boolean {
  const beginning = (ofYear: number) => {
    const fourth = firstOf(ofYear, 1) + 3;
    return fourth - ((weekdayOf(fourth) - rule.weekStart + 7) % 7);
  };
  const week = Math.floor((day - beginning(year)) / 7) + 1;
  const weeks = (beginning(year + 1) - beginning(year)) / 7;
  return rule.weeks.includes(week) || (week <= weeks && rule.weeks.includes(week - weeks - 1));
}

function atPositions(rule: RecurrenceRule, walls: readonly number[]): readonly number[] {
  if (rule.positions.length === 0) return walls;
  return walls.filter((_, i) => rule.positions.includes(i + 1) || rule.positions.includes(i - walls.length));
}
