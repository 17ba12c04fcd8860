// Calendar room: counting in business days.
// Answers: is this date worked, which date is n business days away, and which instant is that. Promises: a business day is
// a local date with any open moment in it; counting starts strictly after the date one stands on, also when that is closed.

import { type Calendar, nextOpening, openTimeBetween, previousOpenMoment } from './calendar.ts';
import { CalendarError } from './calendar-error.ts';
import { closedMaxMs } from './table.ts';
import { dayFromText, dayMs, dayOf, instantOfWall, offsetAt, startOfDay, textOfDay } from './zone.ts';

/** Does the local date YYYY-MM-DD have any open moment? */
export function isBusinessDay(calendar: Calendar, date: string): boolean {
  return isOpenDay(calendar, dayFromText(date, 'The question whether a date is worked'));
}

/**
 * The date that lies `days` business days after (or, negative, before) a local date YYYY-MM-DD; 0 gives the date itself.
 * @throws {CalendarError} when the count is not whole, or the calendar stays closed for more than 400 days on the way.
 */
export function addBusinessDates(calendar: Calendar, date: string, days: number): string {
  return textOfDay(walk(calendar, dayFromText(date, 'The start of a count of business days'), days));
}

/**
 * The instant `days` business days after (or before) an instant, in the calendar's zone: the same time of day on the date
 * counted to, moved into that date's hours. Early morning moves to its opening, evening to its last close, a break to the end
 * of the break. From a date that is not worked, it is the last close of the date counted to: that whole day is given.
 * Zero gives the first open moment at or after the instant.
 * @throws {CalendarError} as addBusinessDates.
 */
export function addBusinessDays(calendar: Calendar, at: number, days: number): number {
  if (days === 0) return nextOpening(calendar, at);
  const { rules } = calendar;
  const origin = dayOf(rules, at);
  const target = walk(calendar, origin, days);
  const endAt = startOfDay(rules, target + 1);
  const lastCloseAt = previousOpenMoment(calendar, endAt);
  if (!isOpenDay(calendar, origin)) return Math.min(lastCloseAt, endAt);
  const timeOfDayMs = at + offsetAt(rules, at) - origin * dayMs;
  const sameTimeAt = instantOfWall(rules, target * dayMs + timeOfDayMs);
  if (sameTimeAt >= lastCloseAt) return lastCloseAt;
  return nextOpening(calendar, sameTimeAt);
}

function isOpenDay(calendar: Calendar, day: number): boolean {
  return openTimeBetween(calendar, startOfDay(calendar.rules, day), startOfDay(calendar.rules, day + 1)) > 0;
}

function walk(calendar: Calendar, origin: number, days: number): number {
  if (!Number.isSafeInteger(days)) {
    throw new CalendarError(`The count of business days is ${days}; give a whole number.`);
  }
  const step = days < 0 ? -1 : 1;
  let day = origin;
  let lastOpen = origin;
  for (let left = Math.abs(days); left > 0; ) {
    day += step;
    if (isOpenDay(calendar, day)) {
      lastOpen = day;
      left -= 1;
    } else if (Math.abs(day - lastOpen) * dayMs > closedMaxMs) {
      throw new CalendarError(
        `The calendar in ${calendar.zone} has no business day within 400 days of ${textOfDay(lastOpen)}; give it hours there.`,
      );
    }
  }
  return day;
}
