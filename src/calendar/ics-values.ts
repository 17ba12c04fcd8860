// Calendar room: dates, times and lengths as a calendar file writes them.
// Answers: which instant does a value mean, in whose zone, and how long does an event last. Promises: floating times and
// dates are read in the person's own zone; a value that is none is a CalendarError that shows it.

import { CalendarError } from './calendar-error.ts';
import { type IcsProperty, shorten } from './ics-lines.ts';
import { type FeedZones, zoneOfTzid } from './ics-zones.ts';
import { dayFromText, dayMs, instantOfWall, type ZoneRules, zoneRules } from './zone.ts';

/** The person's own zone, and the zones that the file may name. */
export type FeedClock = { readonly own: ZoneRules; readonly zones: FeedZones };

const durationMaxMs = 200 * 366 * dayMs;

/** A date or time as written: on the wall clock of a zone. */
export type Moment = { readonly wallMs: number; readonly rules: ZoneRules; readonly isDate: boolean };

/** How long something lasts: days and hours on the wall clock, then a stretch of real time. */
export type Length = { readonly wallMs: number; readonly realMs: number };

/** What makes two moments the same occurrence: days are equal as days, times as instants. */
export function keyOf(moment: Moment): string {
  return moment.isDate ? `day ${moment.wallMs / dayMs}` : `at ${instantOf(moment)}`;
}

/** The instant of a moment; that of a date is its local midnight. */
export function instantOf({ rules, wallMs }: Moment): number {
  return instantOfWall(rules, wallMs);
}

/**
 * The moment that a value of a property means.
 * @throws {CalendarError} when it is no date or time, or names an unknown zone.
 */
export function momentOf(clock: FeedClock, { name, params }: IcsProperty, value: unknown): Moment {
  const what = name.toUpperCase();
  // The parser writes a date given without VALUE=DATE as "2026-12-31T::".
  const match = /^(\d{4}-\d\d-\d\d)(?:T(?:(\d\d):(\d\d):(\d\d)|::)(Z)?)?$/.exec(String(value));
  const [, date = '', hours, minutes, seconds, utc] = match ?? [];
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) <= 60;
  if (!match || (hours !== undefined && !isTime)) {
    throw new CalendarError(
      `${what} is "${shorten(String(value))}", which is no date or time; write it as 20261231 or 20261231T090000.`,
    );
  }
  const midnightMs = dayFromText(date, what) * dayMs;
  if (hours === undefined) return { wallMs: midnightMs, rules: clock.own, isDate: true };
  // A leap second is said as the second before it.
  const timeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Math.min(59, Number(seconds))) * 1000;
  const rules =
    utc !== undefined ? zoneRules('UTC') : params.tzid === undefined ? clock.own : zoneOfTzid(clock.zones, params.tzid);
  return { wallMs: midnightMs + timeMs, rules, isDate: false };
}

/**
 * How long an event lasts, from its DTEND or DURATION.
 * @throws {CalendarError} when the end is unreadable, of another kind than the start, or before it.
 */
export function lengthOf(clock: FeedClock, start: Moment, end: IcsProperty | undefined): Length {
  // Without an end a day lasts the day, and a time no time at all.
  if (!end) return { wallMs: start.isDate ? dayMs : 0, realMs: 0 };
  const value = end.values[0];
  if (end.name === 'duration') return durationOf(value);
  const moment = momentOf(clock, end, value);
  if (moment.isDate !== start.isDate) {
    throw new CalendarError('DTEND and DTSTART are not of one kind; write both as dates or both as times.');
  }
  const isSameClock = moment.rules === start.rules;
  const ms = isSameClock ? moment.wallMs - start.wallMs : instantOf(moment) - instantOf(start);
  if (ms < 0) throw new CalendarError(`DTEND is "${String(value)}", before DTSTART; the event is left out.`);
  return isSameClock ? { wallMs: ms, realMs: 0 } : { wallMs: 0, realMs: ms };
}

/**
 * A length such as P1D or PT4H30M: weeks and days on the wall clock, the rest as real time.
 * @throws {CalendarError} when it is none, negative, or longer than 200 years.
 */
export function durationOf(value: unknown): Length {
  const match = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(String(value));
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  const length = { wallMs: (weeks * 7 + days) * dayMs, realMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
  if (!match || length.wallMs + length.realMs > durationMaxMs) {
    throw new CalendarError(`DURATION is "${shorten(String(value))}"; write a length such as P1D or PT4H30M.`);
  }
  return length;
}
