// Calendar room: the time zones of a calendar file.
// Answers: which zone does a TZID mean. Promises: an IANA name means the IANA zone (files carry only today's rules of it),
// any other name the VTIMEZONE of the same file, and a name that is neither is a sentence.

import { CalendarError } from './calendar-error.ts';
import type { IcsComponent } from './ics-lines.ts';
import { expandRule, ruleFromParts } from './ics-recurrence.ts';
import { dayMs, earliestAt, type ZoneRules, zoneRules } from './zone.ts';

/** The zones that a file may name, worked out when first asked for. */
export type FeedZones = {
  readonly components: ReadonlyMap<string, IcsComponent>;
  readonly known: Map<string, ZoneRules>;
  /** The years that matter: definitions are unrolled until there. */
  readonly untilMs: number;
};

/** The zones of the calendars of a file. */
export function zonesOfFile(calendars: readonly IcsComponent[], untilMs: number): FeedZones {
  const components = new Map<string, IcsComponent>();
  for (const component of calendars.flatMap((calendar) => calendar.components)) {
    const tzid = component.properties.find(({ name }) => name === 'tzid')?.values[0];
    if (component.name === 'vtimezone' && typeof tzid === 'string') components.set(tzid, component);
  }
  return { components, known: new Map(), untilMs };
}

/**
 * The zone that a TZID of the file means.
 * @throws {CalendarError} when it is neither an IANA zone nor defined in the file, or its definition cannot be read.
 */
export function zoneOfTzid(zones: FeedZones, tzid: string): ZoneRules {
  const memo = zones.known.get(tzid);
  if (memo) return memo;
  const rules = ianaZone(tzid) ?? definedZone(zones, tzid);
  zones.known.set(tzid, rules);
  return rules;
}

function ianaZone(tzid: string): ZoneRules | undefined {
  try {
    return zoneRules(tzid);
  } catch {
    return undefined;
  }
}

function definedZone(zones: FeedZones, tzid: string): ZoneRules {
  const component = zones.components.get(tzid);
  if (!component) {
    throw new CalendarError(
      `The time zone "${tzid}" is neither an IANA zone nor defined in this file; export it with its VTIMEZONE or with an IANA name.`,
    );
  }
  const observances = component.components.filter(({ name }) => name === 'standard' || name === 'daylight');
  const onsets = observances.flatMap((observance) => onsetsOf(observance, tzid, zones.untilMs));
  onsets.sort((a, b) => a.at - b.at);
  const first = onsets[0];
  if (!first)
    throw new CalendarError(`The definition of the time zone "${tzid}" on line ${component.line} has no rules.`);
  return {
    zone: tzid,
    changes: onsets.map(({ at }) => at),
    offsets: [first.offsetFromMs, ...onsets.map(({ offsetToMs }) => offsetToMs)],
  };
}

type Onset = { at: number; offsetFromMs: number; offsetToMs: number };

function onsetsOf(observance: IcsComponent, tzid: string, untilMs: number): Onset[] {
  const value = (name: string) => observance.properties.find((property) => property.name === name)?.values[0];
  const offsetFromMs = offsetMs(value('tzoffsetfrom'));
  const offsetToMs = offsetMs(value('tzoffsetto'));
  const startMs = Date.parse(`${String(value('dtstart'))}Z`);
  if (offsetFromMs === undefined || offsetToMs === undefined || Number.isNaN(startMs)) {
    throw new CalendarError(
      `The definition of the time zone "${tzid}" cannot be read at line ${observance.line}: it needs DTSTART, TZOFFSETFROM and TZOFFSETTO.`,
    );
  }
  const walls = [startMs];
  for (const property of observance.properties) {
    if (property.name === 'rdate') {
      for (const date of property.values) {
        const wallMs = Date.parse(`${String(date).replace(/Z$/, '')}Z`);
        if (!Number.isNaN(wallMs)) walls.push(wallMs);
      }
    }
    if (property.name !== 'rrule') continue;
    const rule = ruleFromParts(property.values[0] as { [part: string]: unknown });
    const endMs = rule.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${rule.until.replace(/Z$/, '')}Z`);
    // UNTIL of a zone is written in UTC and falls on an onset: half a day either way decides nothing.
    const isPastEnd = (wallMs: number) => wallMs > endMs + dayMs / 2;
    // Definitions often begin in 1601; nothing before the calendars' own years is asked of them.
    const fromMs = Math.max(startMs, earliestAt);
    const window = { fromMs, untilMs, isPastEnd, max: 2000, budget: { days: 1_000_000 } };
    walls.push(...expandRule(rule, startMs, window).walls);
  }
  return [...new Set(walls)].map((wallMs) => ({ at: wallMs - offsetFromMs, offsetFromMs, offsetToMs }));
}

function offsetMs(value: unknown): number | undefined {
  const match = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(String(value));
  if (!match) return undefined;
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0);
  return (match[1] === '-' ? -seconds : seconds) * 1000;
}
