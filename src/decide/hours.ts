// decide: counting in somebody's hours without ever being stopped by them. A calendar that stays closed for more than 400
// days (a very long leave) is counted as if the leave were not there, and where even that never opens, every hour counts:
// a deadline that nobody can compute would be a handoff that nobody hears of.

import type { Calendar } from '../calendar/calendar.ts';
import { addOpenTime, compileCalendar, nextOpening, openTimeBetween } from '../calendar/calendar.ts';
import { CalendarError } from '../calendar/calendar-error.ts';
import { openPeriodsAfter } from '../calendar/periods.ts';
import type { PersonId } from '../words/ids.ts';
import type { Instant, Span, Stretch } from '../words/time.ts';
import type { World } from './world.ts';

/** The hours a clock counts in: those of whoever must act; undefined when every hour counts. */
export function clockHours(world: World, owner: PersonId, hours: 'business' | 'wall'): Calendar | undefined {
  return hours === 'wall' ? undefined : world.calendar(owner);
}

/** The hours in which `ms` after `at` can be counted: the given ones, else those without the leave, else every hour. */
export function usableHours(hours: Calendar | undefined, at: Instant, ms: Span): Calendar | undefined {
  if (hours === undefined) return undefined;
  return [hours, withoutLeave(hours)].find((calendar) => attempt(() => addOpenTime(calendar, at, ms)) !== undefined);
}

/** `ms` of the clock's own time after `at` (before it, when negative). */
export function walk(hours: Calendar | undefined, at: Instant, ms: Span): Instant {
  if (hours === undefined) return at + ms;
  return (
    attempt(() => addOpenTime(hours, at, ms)) ?? attempt(() => addOpenTime(withoutLeave(hours), at, ms)) ?? at + ms
  );
}

/** The clock's own time between two instants, 0 when `to` is not after `from`. */
export function lasted(hours: Calendar | undefined, from: Instant, to: Instant): Span {
  const wallMs = Math.max(0, to - from);
  return hours === undefined ? wallMs : (attempt(() => openTimeBetween(hours, from, to)) ?? wallMs);
}

/** The first moment at or after `at` at which a person is there; undefined when there is none within 400 days. */
export function opensAt(calendar: Calendar, at: Instant): Instant | undefined {
  return attempt(() => nextOpening(calendar, at));
}

/** As `lasted`; where the hours are all leave, without the leave: the deadline was counted so too. */
export function lastedAnyway(hours: Calendar | undefined, from: Instant, to: Instant): Span {
  const ms = lasted(hours, from, to);
  return ms > 0 || hours === undefined ? ms : lasted(withoutLeave(hours), from, to);
}

const STRETCHES_MAX = 20;

/** The open stretches between two instants, at most twenty: what a manager needs to follow the deadline by hand. */
export function stretchesUntil(hours: Calendar | undefined, from: Instant, to: Instant): Stretch[] {
  if (hours === undefined) return [{ from, to }];
  const used: Stretch[] = [];
  for (let count = 2; ; count = STRETCHES_MAX) {
    used.length = 0;
    for (const period of openPeriodsAfter(hours, from, count)) {
      if (period.from >= to) return used;
      used.push({ from: period.from, to: Math.min(period.to, to) });
      if (period.to >= to) return used;
    }
    if (count === STRETCHES_MAX || used.length < count) return used;
  }
}

/** A memo of a pure computation: most calendars never need it. */
const bare = new WeakMap<Calendar, Calendar>();

function withoutLeave(hours: Calendar): Calendar {
  if ((hours.spec.absences ?? []).length === 0) return hours;
  let calendar = bare.get(hours);
  if (calendar === undefined) {
    calendar = compileCalendar({ ...hours.spec, absences: [] });
    bare.set(hours, calendar);
  }
  return calendar;
}

function attempt(count: () => number): number | undefined {
  try {
    return count();
  } catch (error) {
    if (error instanceof CalendarError) return undefined;
    throw error;
  }
}
