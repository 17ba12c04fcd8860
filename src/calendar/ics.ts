// Calendar room: time away from an iCalendar file or feed (RFC 5545).
// Answers: when is this person away, by the rule that the policy states. Promises: only free or busy time and a label are
// kept; floating times and whole days are the person's own zone; recurrence is unrolled for two years and 1,000 times at
// most; what cannot be used is a problem with its line, and everything else is still read.

import { CalendarError } from './calendar-error.ts';
import { type FeedProblem, type IcsComponent, type IcsProperty, readIcs, shorten } from './ics-lines.ts';
import { expandRule, type RecurrenceRule, ruleFromParts } from './ics-recurrence.ts';
import {
  durationOf,
  type FeedClock,
  instantOf,
  keyOf,
  type Length,
  lengthOf,
  type Moment,
  momentOf,
} from './ics-values.ts';
import { zonesOfFile } from './ics-zones.ts';
import { dayMs, instantOfWall, offsetAt, zoneRules } from './zone.ts';

export type { FeedProblem } from './ics-lines.ts';

/** What counts as away, as the policy states it. All that is said must hold. */
export type AwayRule = {
  /** Only events of whole days. */
  readonly allDayOnly?: boolean;
  /** Only events that block time; true unless said otherwise. */
  readonly busy?: boolean;
  /** Only events whose title or categories contain one of these words or phrases, in any case. */
  readonly labels?: readonly string[];
};

export type FeedOptions = {
  /** The person's IANA zone. */
  readonly zone: string;
  /** Only absences that end after this instant, and begin within two years of it. */
  readonly fromAt: number;
  readonly away: AwayRule;
};

export type FeedAbsence = { readonly from: number; readonly to: number; readonly label: string };

export type FeedReading = { readonly absences: FeedAbsence[]; readonly problems: FeedProblem[] };

const windowMs = 2 * 366 * dayMs;
const occurrencesMax = 1000;
const textMax = 10_000_000;
const daysMax = 2_000_000;
const absencesMax = 20_000;

/**
 * The times away in an iCalendar text, in order, with the problems found, in order of their lines.
 * @throws {CalendarError} only for an unknown zone of the person; whatever is wrong with the text is a problem.
 */
export function readAbsences(text: string, options: FeedOptions): FeedReading {
  const own = zoneRules(options.zone);
  const problems: FeedProblem[] = [];
  if (text.length > textMax) {
    const message = `The file has ${text.length} characters; at most ${textMax} are read. Export a shorter span of time.`;
    return { absences: [], problems: [{ line: 1, message }] };
  }
  const calendars = readIcs(text, problems);
  const untilAt = options.fromAt + windowMs;
  const reading: Reading = {
    options,
    own,
    untilAt,
    zones: zonesOfFile(calendars, untilAt + 366 * dayMs),
    problems,
    budget: { days: daysMax },
  };
  const events = calendars
    .flatMap((calendar) => calendar.components)
    .filter(({ name }) => name === 'vevent')
    .map((component) => readEvent(reading, component))
    .filter((event) => event !== undefined);
  const absences = newest(events).flatMap((event) => absencesOf(reading, event, overridesOf(events, event)));
  absences.sort((a, b) => a.from - b.from || a.to - b.to);
  if (absences.length > absencesMax) {
    const message = `The file holds ${absences.length} times away in two years; the first ${absencesMax} are read.`;
    problems.push({ line: 1, message });
    absences.length = absencesMax;
  }
  problems.sort((a, b) => a.line - b.line);
  return { absences, problems };
}

type Reading = FeedClock & {
  readonly options: FeedOptions;
  readonly untilAt: number;
  readonly problems: FeedProblem[];
  readonly budget: { days: number };
};

type Event = {
  readonly component: IcsComponent;
  readonly uid: string | undefined;
  readonly sequence: number;
  readonly start: Moment;
  readonly length: Length;
  /** The occurrence of its series that it replaces. */
  readonly replaces: Moment | undefined;
};

/** Does the work; a CalendarError becomes a problem on the line. */
function attempt<T>(reading: Reading, line: number, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    reading.problems.push({ line, message: error.message });
    return undefined;
  }
}

function readEvent(reading: Reading, component: IcsComponent): Event | undefined {
  const startProperty = property(component, 'dtstart');
  if (!startProperty) {
    reading.problems.push({ line: component.line, message: 'The event has no DTSTART; it is left out.' });
    return undefined;
  }
  const start = attempt(reading, startProperty.line, () => momentOf(reading, startProperty, startProperty.values[0]));
  if (!start) return undefined;
  const replacing = property(component, 'recurrence-id');
  const replaces =
    replacing && attempt(reading, replacing.line, () => momentOf(reading, replacing, replacing.values[0]));
  if (replacing && !replaces) return undefined;
  if (replacing?.params.range !== undefined) {
    const message =
      'The change RANGE=THISANDFUTURE is read for this one occurrence only; later ones keep the old times.';
    reading.problems.push({ line: replacing.line, message });
  }
  const endProperty = property(component, 'dtend') ?? property(component, 'duration');
  const length = attempt(reading, endProperty?.line ?? component.line, () => lengthOf(reading, start, endProperty));
  if (!length) return undefined;
  const uid = text(component, 'uid');
  return { component, uid, sequence: Number(text(component, 'sequence') ?? 0) || 0, start, length, replaces };
}

/** Of several versions of one event the one with the highest SEQUENCE, of equals the last. */
function newest(events: readonly Event[]): Event[] {
  const latest = new Map<string, Event>();
  for (const event of events) {
    const key = versionKey(event);
    const before = key === undefined ? undefined : latest.get(key);
    if (key !== undefined && (!before || before.sequence <= event.sequence)) latest.set(key, event);
  }
  return events.filter((event) => {
    const key = versionKey(event);
    return key === undefined || latest.get(key) === event;
  });
}

function versionKey(event: Event): string | undefined {
  if (event.uid === undefined) return undefined;
  return `${event.replaces ? instantOf(event.replaces) : 'series'} ${event.uid}`;
}

function overridesOf(events: readonly Event[], series: Event): Event[] {
  if (series.replaces || series.uid === undefined) return [];
  return events.filter((event) => event.replaces && event.uid === series.uid);
}

function absencesOf(reading: Reading, event: Event, overrides: readonly Event[]): FeedAbsence[] {
  const { options, untilAt } = reading;
  const label = labelOf(event, options.away);
  if (label === undefined) return [];
  const absences: FeedAbsence[] = [];
  const replaced = new Set(overrides.map(({ replaces }) => keyOf(replaces as Moment)));
  for (const { from, to, key } of occurrences(reading, event)) {
    if (from < to && to > options.fromAt && from < untilAt && !replaced.has(key)) absences.push({ from, to, label });
  }
  return absences;
}

/** The label when the event counts as away, undefined when it does not. */
function labelOf({ component, start }: Event, away: AwayRule): string | undefined {
  const says = (name: string) => text(component, name)?.trim().toUpperCase();
  if (says('status') === 'CANCELLED') return undefined;
  const isFree = says('transp') === 'TRANSPARENT' || says('x-microsoft-cdo-busystatus') === 'FREE';
  if (away.busy !== false && isFree) return undefined;
  if (away.allDayOnly === true && !start.isDate) return undefined;
  const title = text(component, 'summary') ?? '';
  if (away.labels !== undefined && away.labels.length > 0) {
    const categories = component.properties.filter(({ name }) => name === 'categories').flatMap(({ values }) => values);
    const words = wordsOf([title, ...categories.map(String)].join(' | '));
    return away.labels.find((label) => words.includes(wordsOf(label)));
  }
  if (says('class') === 'PRIVATE' || says('class') === 'CONFIDENTIAL') return 'private';
  const label = title.replace(/\s+/g, ' ').trim();
  return label === '' ? 'away' : shorten(label);
}

/** Words in lower case between single blanks, so that a phrase is found whole. */
function wordsOf(said: string): string {
  return ` ${said
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}|]+/gu, ' ')
    .trim()} `;
}

type Occurrence = { from: number; to: number; key: string };

function occurrences(reading: Reading, event: Event): Occurrence[] {
  const { component, start, length } = event;
  const at = (wallMs: number): Occurrence => {
    const from = instantOfWall(start.rules, wallMs);
    const to = instantOfWall(start.rules, wallMs + length.wallMs) + length.realMs;
    return { from, to, key: keyOf({ ...start, wallMs }) };
  };
  if (event.replaces) return [at(start.wallMs)];
  const rules = component.properties.filter(({ name }) => name === 'rrule');
  const found =
    rules.length === 0 ? [at(start.wallMs)] : rules.flatMap((rule) => repeated(reading, event, rule).map(at));
  for (const added of component.properties.filter(({ name }) => name === 'rdate')) {
    for (const value of added.values) {
      const occurrence = attempt(reading, added.line, () => addedOccurrence(reading, event, added, value));
      if (occurrence) found.push(occurrence);
    }
  }
  const excluded = exclusions(reading, component);
  const unique = new Map(found.map((occurrence) => [occurrence.key, occurrence]));
  return [...unique.values()].filter(({ key, from }) => {
    const day = Math.floor((from + offsetAt(start.rules, from)) / dayMs);
    return !excluded.has(key) && !excluded.has(`day ${day}`);
  });
}

/** Wall times of a rule around the window of the reading. */
function repeated(reading: Reading, { start, length }: Event, property: IcsProperty): number[] {
  const expanded = attempt(reading, property.line, () => {
    const rule = ruleFromParts(property.values[0] as { [part: string]: unknown });
    const window = {
      // Two days of margin for the distance between wall clocks and UTC.
      fromMs: reading.options.fromAt - length.wallMs - length.realMs - 2 * dayMs,
      untilMs: reading.untilAt + 2 * dayMs,
      isPastEnd: endOfRule(rule, start),
      max: occurrencesMax,
      budget: reading.budget,
    };
    return expandRule(rule, start.wallMs, window);
  });
  if (expanded?.isCut) {
    const message = `The rule has more than ${occurrencesMax} occurrences in two years; the first ${occurrencesMax} are read.`;
    reading.problems.push({ line: property.line, message });
  }
  return expanded?.walls ?? [];
}

function endOfRule(rule: RecurrenceRule, start: Moment): (wallMs: number) => boolean {
  if (rule.until === undefined) return () => false;
  const end = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(Z)?)?$/.exec(rule.until);
  const endMs = Date.parse(`${end?.[1]}T${end?.[2] ?? '23:59:59'}Z`);
  if (!end || Number.isNaN(endMs)) {
    throw new CalendarError(
      `The rule ends at UNTIL=${rule.until}, which is no date; write it as 20261231 or 20261231T235959Z.`,
    );
  }
  if (end[3] === undefined || start.isDate) return (wallMs) => wallMs > endMs;
  return (wallMs) => instantOfWall(start.rules, wallMs) > endMs;
}

function addedOccurrence(reading: Reading, event: Event, added: IcsProperty, value: unknown): Occurrence {
  const [first, last] = Array.isArray(value) ? value : [value, undefined];
  const start = momentOf(reading, added, first);
  const from = instantOf(start);
  if (last === undefined) {
    const to = instantOfWall(start.rules, start.wallMs + event.length.wallMs) + event.length.realMs;
    return { from, to, key: keyOf(start) };
  }
  const isDuration = /^[+-]?P/.test(String(last));
  const length = isDuration ? durationOf(last) : undefined;
  const to = length
    ? instantOfWall(start.rules, start.wallMs + length.wallMs) + length.realMs
    : instantOf(momentOf(reading, added, last));
  return { from, to, key: keyOf(start) };
}

function exclusions(reading: Reading, component: IcsComponent): Set<string> {
  const keys = new Set<string>();
  for (const excluded of component.properties) {
    if (excluded.name === 'exrule') {
      const message = 'EXRULE is no longer part of the format and is not read; use EXDATE for the dates that fall out.';
      reading.problems.push({ line: excluded.line, message });
    }
    if (excluded.name !== 'exdate') continue;
    for (const value of excluded.values) {
      const moment = attempt(reading, excluded.line, () => momentOf(reading, excluded, value));
      if (moment) keys.add(keyOf(moment));
    }
  }
  return keys;
}

function property(component: IcsComponent, name: string): IcsProperty | undefined {
  return component.properties.find((one) => one.name === name);
}

function text(component: IcsComponent, name: string): string | undefined {
  const value = property(component, name)?.values[0];
  return value === undefined ? undefined : String(value);
}
