// Calendar room: what a calendar is when it is written down, and the checked form the arithmetic works from.
// Answers: which local spans is a date open, and why not. Promises: plain JSON in, a CalendarError naming the place
// of the first mistake, or a plan whose numbers need no further checks.

import { CalendarError } from './calendar-error.ts';
import { checkRegion, regionHolidayOn } from './holidays.ts';
import { dayFromText, dayMs, earliestAt, latestAt, timeFromText, weekdayOf } from './zone.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Local opening and closing time, HH:MM or HH:MM:SS. An end not after its start runs into the next day. */
export type LocalSpan = readonly [from: string, to: string];

/** Hours of one date that replace its weekly hours. A holiday still wins, unless the override says that it opens. */
export type DateHours =
  | readonly LocalSpan[]
  | { readonly hours: readonly LocalSpan[]; readonly opensOnHoliday?: boolean };

/** Time away, epoch milliseconds, closed from `from` until just before `to`. */
export type Absence = { readonly from: number; readonly to: number; readonly label?: string };

/** A calendar as data: safe to store, send and compare. */
export type CalendarSpec = {
  /** IANA zone in which all local times are read. */
  readonly zone: string;
  readonly weekly: { readonly [day in Weekday]?: readonly LocalSpan[] };
  /** Whole local dates closed: a region's public holidays (a date-holidays code such as US, US-NY, DE-BY) and an own list. */
  readonly holidays?: {
    readonly region?: string;
    readonly own?: readonly { readonly date: string; readonly name: string }[];
  };
  readonly dateHours?: { readonly [date: string]: DateHours };
  /** Closed local spans on a date. */
  readonly breaks?: readonly { readonly date: string; readonly from: string; readonly to: string }[];
  readonly absences?: readonly Absence[];
};

/** Milliseconds after local midnight; an overnight span ends after 24 hours. */
export type DaySpan = { readonly fromMs: number; readonly toMs: number };

/** The checked form of a calendar. Days are counted from 1970-01-01. */
export type Plan = {
  readonly weekly: readonly (readonly DaySpan[])[];
  readonly overrides: ReadonlyMap<number, { readonly spans: readonly DaySpan[]; readonly opensOnHoliday: boolean }>;
  readonly region: string | undefined;
  readonly own: ReadonlyMap<number, string>;
  readonly breaks: readonly (DaySpan & { readonly day: number })[];
  readonly absences: readonly Absence[];
};

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Checks a written calendar and returns its plan.
 * @throws {CalendarError} a sentence that names the first mistake.
 */
export function planFromSpec(spec: CalendarSpec): Plan {
  for (const day of Object.keys(spec.weekly)) {
    if (!weekdays.includes(day as Weekday)) {
      throw new CalendarError(`The weekly hours name the day "${day}"; use mon, tue, wed, thu, fri, sat or sun.`);
    }
  }
  const region = spec.holidays?.region;
  if (region !== undefined) checkRegion(region);
  return {
    weekly: weekdays.map((day) => readSpans(spec.weekly[day] ?? [], `The weekly hours of ${day}`)),
    overrides: new Map(Object.entries(spec.dateHours ?? {}).map(([date, hours]) => readOverride(date, hours))),
    region,
    own: new Map(
      (spec.holidays?.own ?? []).map(({ date, name }) => [dayFromText(date, `The holiday "${name}"`), name] as const),
    ),
    breaks: (spec.breaks ?? []).map((pause) => ({
      day: dayFromText(pause.date, 'A break'),
      ...readSpan([pause.from, pause.to], `The break on ${pause.date}`),
    })),
    absences: (spec.absences ?? []).map(checkAbsence).toSorted((a, b) => a.from - b.from),
  };
}

function readOverride(date: string, hours: DateHours) {
  const day = dayFromText(date, 'An entry of dateHours');
  const isList = (value: DateHours): value is readonly LocalSpan[] => Array.isArray(value);
  const spans = readSpans(isList(hours) ? hours : hours.hours, `The hours of ${date}`);
  return [day, { spans, opensOnHoliday: !isList(hours) && hours.opensOnHoliday === true }] as const;
}

function readSpans(spans: readonly LocalSpan[], what: string): DaySpan[] {
  if (!Array.isArray(spans)) {
    throw new CalendarError(`${what} are not a list; write them as [["09:00", "17:00"]], or [] for closed.`);
  }
  return spans.map((span) => readSpan(span, what)).toSorted((a, b) => a.fromMs - b.fromMs);
}

function readSpan(span: LocalSpan, what: string): DaySpan {
  if (!Array.isArray(span) || span.length !== 2) {
    throw new CalendarError(`${what} hold ${JSON.stringify(span)}; write each span as ["09:00", "17:00"].`);
  }
  const fromMs = timeFromText(span[0], what);
  const toMs = timeFromText(span[1], what);
  if (fromMs === dayMs) {
    throw new CalendarError(`${what} start at "${span[0]}"; 24:00 can only end a span, start the next day at 00:00.`);
  }
  return { fromMs, toMs: toMs > fromMs ? toMs : toMs + dayMs };
}

function checkAbsence(absence: Absence): Absence {
  const { from, to, label } = absence;
  const what = label === undefined ? 'An absence' : `The absence "${label}"`;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < earliestAt || to > latestAt) {
    throw new CalendarError(`${what} runs from ${from} to ${to}; give whole epoch milliseconds between 1900 and 2199.`);
  }
  if (to < from) {
    throw new CalendarError(`${what} ends at ${to}, before it starts at ${from}; swap the two or remove it.`);
  }
  return absence;
}

/** A holiday on a date: its name and from which local time the date is closed (0 for a whole day). */
export type HolidayOnDay = { readonly name: string; readonly fromMs: number };

/** The holiday that closes a date, if any; an override that opens on a holiday hides it. */
export function holidayOn(plan: Plan, day: number): HolidayOnDay | undefined {
  if (plan.overrides.get(day)?.opensOnHoliday) return undefined;
  const own = plan.own.get(day);
  if (own !== undefined) return { name: own, fromMs: 0 };
  if (plan.region === undefined) return undefined;
  return regionHolidayOn(plan.region, day);
}

/** The spans that a date opens by itself (an overnight span runs on into the next date), before breaks and absences. */
export function spansOn(plan: Plan, day: number): readonly DaySpan[] {
  return plan.overrides.get(day)?.spans ?? (plan.weekly[weekdayOf(day) - 1] as readonly DaySpan[]);
}
