// words: the people who hand over, their teams, hours and absences.
// Held whole in memory (hundreds of people); names and e-mail addresses live in the private side table.

import type { PersonId, TeamId } from './ids.ts';
import type { Instant, Span } from './time.ts';

/** Local wall-clock spans per weekday, 'HH:MM'; '24:00' ends the day; an end not after its start runs overnight. */
export type WeeklyHours = Partial<Record<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun', [string, string][]>>;

export type Holidays = { region?: string; own?: { date: string; name: string }[] };

/** Hours of one date, in place of its weekly hours. A holiday still closes it, unless it opens on a holiday. */
export type DateHours = { [date: string]: { hours: [string, string][]; opensOnHoliday?: boolean } };

/** Hours of a person, team or workspace. What a person leaves out comes from the team, then from the workspace. */
export type Hours = {
  zone?: string;
  weekly?: WeeklyHours;
  holidays?: Holidays;
  dateHours?: DateHours;
  /** Closed local spans of a date. */
  breaks?: { date: string; from: string; to: string }[];
};

export type Absence = { id: string; from: Instant; to: Instant; label?: string; source: 'hand' | 'csv' | 'ics' };

/** Why the calendar feed of a person could not be taken over; what it says itself is never kept. */
export type FeedFault =
  | 'unreachable'
  | 'refused-address'
  | 'answered-error'
  | 'too-large'
  | 'not-a-calendar'
  | 'bad-line';

/** A limit on what somebody is offered: at most `most` in any span of `withinMs`. */
export type Window = { withinMs: Span; most: number };

export type Person = {
  id: PersonId;
  roles: string[];
  team?: TeamId;
  hours?: Hours;
  absences: Absence[];
  /** Share of turns in a pool relative to others, 1 to 100. */
  weight: number;
  /** Open handoffs that this person can hold; absent: no limit. */
  capacity?: number;
  /** How much may be offered to this person in a span of time, in all pools together. */
  windows?: Window[];
  /** Turns grow to the full weight over so many weeks, in equal weekly steps. */
  ramp?: { from: Instant; weeks: number };
  skills?: string[];
  territories?: string[];
  active: boolean;
  joinedAt: Instant;
  /** The private item that holds name and e-mail address. */
  ref?: string;
  /** The calendar that absences are read from: where its address is kept, and what was wrong when it was read last. */
  feed?: { ref: string; failed?: { at: Instant; why: FeedFault; line?: number } };
};

export type Team = { id: TeamId; name: string; lead: PersonId; hours?: Hours };

export type Roster = {
  /** Grows with every change: lets compiled calendars be cached. */
  version: number;
  people: ReadonlyMap<PersonId, Person>;
  teams: ReadonlyMap<TeamId, Team>;
};

export const EMPTY_ROSTER: Roster = { version: 0, people: new Map(), teams: new Map() };
