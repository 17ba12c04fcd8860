// words: the people who hand over, their teams, hours and absences.
// Held whole in memory (hundreds of people); names and e-mail addresses live in the private side table.

import type { PersonId, TeamId } from './ids.ts';
import type { Instant } from './time.ts';

/** Local wall-clock spans per weekday, 'HH:MM'; '24:00' ends the day; an end not after its start runs overnight. */
export type WeeklyHours = Partial<Record<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun', [string, string][]>>;

export type Holidays = { region?: string; own?: { date: string; name: string }[] };

/** Hours of a person, team or workspace. What a person leaves out comes from the team, then from the workspace. */
export type Hours = { zone?: string; weekly?: WeeklyHours; holidays?: Holidays };

export type Absence = { id: string; from: Instant; to: Instant; label?: string; source: 'hand' | 'csv' | 'ics' };

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
  skills?: string[];
  territories?: string[];
  active: boolean;
  joinedAt: Instant;
  /** The private item that holds name and e-mail address. */
  ref?: string;
};

export type Team = { id: TeamId; name: string; lead: PersonId; hours?: Hours };

export type Roster = {
  /** Grows with every change: lets compiled calendars be cached. */
  version: number;
  people: ReadonlyMap<PersonId, Person>;
  teams: ReadonlyMap<TeamId, Team>;
};

export const EMPTY_ROSTER: Roster = { version: 0, people: new Map(), teams: new Map() };
