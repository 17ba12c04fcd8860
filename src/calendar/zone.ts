// Calendar room: how local wall time and instants translate in one IANA zone.
// Answers: which instant is this local time, which local date is this instant, how far is local time from UTC.
// Promises: integers only (epoch milliseconds, days since 1970-01-01); a wall time that does not exist moves later
// by the gap, one that occurs twice is its first occurrence; the machine's own zone plays no part.

import { CalendarError } from './calendar-error.ts';

export const dayMs = 86_400_000;

/** The instants for which calendars answer: the years 1900 to 2199. Outside, an instant is almost surely a mistake. */
export const earliestAt = -2_208_988_800_000;
export const latestAt = 7_258_118_400_000;

/** A zone as steps: offsets[k] (local minus UTC, ms) holds from changes[k-1] until changes[k]. */
export type ZoneRules = {
  readonly zone: string;
  readonly changes: readonly number[];
  readonly offsets: readonly number[];
};

// A memo, not state: the rules of a zone are the same for the whole life of the process.
const known = new Map<string, ZoneRules>();

/**
 * The rules of an IANA zone, 1900 to 2199.
 * @throws {CalendarError} when the name is not an IANA zone this machine knows.
 */
export function zoneRules(zone: string): ZoneRules {
  const memo = known.get(zone);
  if (memo) return memo;
  let moment = firstMoment(zone);
  const changes: number[] = [];
  const offsets: number[] = [moment.offsetNanoseconds / 1_000_000];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= latestAt) break;
    changes.push(next.epochMilliseconds);
    offsets.push(next.offsetNanoseconds / 1_000_000);
    moment = next;
  }
  const rules = { zone, changes, offsets };
  known.set(zone, rules);
  return rules;
}

function firstMoment(zone: string): Temporal.ZonedDateTime {
  // A fixed offset such as +02:00 is refused: it does not follow the law of any place, so it is wrong half the year.
  if (typeof zone === 'string' && !/^[+-]/.test(zone)) {
    try {
      return Temporal.Instant.fromEpochMilliseconds(earliestAt).toZonedDateTimeISO(zone);
    } catch {
      // Falls through to the one sentence below.
    }
  }
  throw new CalendarError(`"${zone}" is not an IANA time zone; use a name such as Europe/Berlin or America/New_York.`);
}

/** Index of the step in force at an instant. */
function stepAt(rules: ZoneRules, at: number): number {
  let low = 0;
  let high = rules.changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rules.changes[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Local time minus UTC in milliseconds at an instant. */
export function offsetAt(rules: ZoneRules, at: number): number {
  return rules.offsets[stepAt(rules, at)] as number;
}

/**
 * The instant of a wall time, given as milliseconds since 1970-01-01T00:00 on the local clock.
 * A wall time that does not exist moves later by the gap; one that occurs twice is its first occurrence.
 */
export function instantOfWall(rules: ZoneRules, wallMs: number): number {
  // The first step whose local end lies after the wall time: ends rise with k except across an overlap of more than a step,
  // which no zone has, so the search starts two days early and walks.
  let step = stepAt(rules, wallMs - 2 * dayMs);
  while (step < rules.changes.length && wallMs >= (rules.changes[step] as number) + (rules.offsets[step] as number)) {
    step += 1;
  }
  const at = wallMs - (rules.offsets[step] as number);
  const isGap = step > 0 && at < (rules.changes[step - 1] as number);
  return isGap ? wallMs - (rules.offsets[step - 1] as number) : at;
}

/** The first instant of a local date (days since 1970-01-01); where midnight does not exist, the moment the date begins. */
export function startOfDay(rules: ZoneRules, day: number): number {
  return instantOfWall(rules, day * dayMs);
}

/** The local date of an instant, as days since 1970-01-01. A date begins at the first occurrence of its midnight. */
export function dayOf(rules: ZoneRules, at: number): number {
  let day = Math.floor((at + offsetAt(rules, at)) / dayMs);
  while (startOfDay(rules, day + 1) <= at) day += 1;
  return day;
}

/** False for a date that a zone skipped by law, such as 2011-12-30 in Samoa. */
export function isRealDay(rules: ZoneRules, day: number): boolean {
  return startOfDay(rules, day) < startOfDay(rules, day + 1);
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * Days since 1970-01-01 of a date written YYYY-MM-DD.
 * @throws {CalendarError} naming `what` when it is not a real date of the years 1900 to 2199.
 */
export function dayFromText(text: string, what: string): number {
  if (typeof text === 'string' && /^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) {
    const at = Date.parse(`${text}T00:00:00Z`);
    if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return at / dayMs;
  }
  throw new CalendarError(`${what} has the date "${text}"; write a real date as YYYY-MM-DD, between 1900 and 2199.`);
}

/** The date YYYY-MM-DD of a day number. */
export function textOfDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/**
 * The instant of a local date and time such as 2026-03-08T02:30, 2026-03-08T02:30:15 or 2026-03-07T24:00 in a zone.
 * @throws {CalendarError} when the text or the zone is not understood.
 */
export function wallToInstant(zone: string, local: string): number {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)$/.exec(local);
  if (!match) {
    throw new CalendarError(
      `"${local}" is not a local date and time; write it as YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS.`,
    );
  }
  const day = dayFromText(match[1] as string, `The local time "${local}"`);
  const timeMs = timeFromText(match[2] as string, `The local time "${local}"`);
  return instantOfWall(zoneRules(zone), day * dayMs + timeMs);
}

/**
 * Milliseconds since midnight of a clock time HH:MM or HH:MM:SS; 24:00 is the end of the day.
 * @throws {CalendarError} naming `what`.
 */
export function timeFromText(text: string, what: string): number {
  const match = typeof text === 'string' ? /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) : null;
  if (match) {
    const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
    const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
    if (minutes < 60 && seconds < 60 && ms <= dayMs) return ms;
  }
  throw new CalendarError(`${what} has the time "${text}"; write HH:MM or HH:MM:SS from 00:00 to 24:00.`);
}
