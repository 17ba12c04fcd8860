// Calendar room: the calendar of a person, out of what the roster says.
// Answers: which hours are theirs: own, else the team's, else the workspace's, less their absences. Promises: each part
// (zone, weekly hours, holidays, dates with hours of their own, breaks) is taken whole from the nearest that states it.

import type { PersonId } from '../words/ids.ts';
import type { Hours, Roster } from '../words/roster.ts';
import type { CalendarSpec } from './spec.ts';

const DAY: [string, string][] = [['00:00', '24:00']];

/** The hours of a workspace that has stated none. */
const EVERY_HOUR: Hours = {
  zone: 'UTC',
  weekly: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY, sat: DAY, sun: DAY },
};

/** What the hours of the nearest that states each part come to. `layers` go from the person outwards. */
export function hoursSpec(layers: readonly (Hours | undefined)[]): CalendarSpec {
  const all = [...layers, EVERY_HOUR];
  const nearest = <K extends keyof Hours>(part: K): Hours[K] =>
    all.find((hours) => hours?.[part] !== undefined)?.[part];
  const [holidays, dated, breaks] = [nearest('holidays'), nearest('dateHours'), nearest('breaks')];
  return {
    zone: nearest('zone') ?? 'UTC',
    weekly: nearest('weekly') ?? {},
    ...(holidays === undefined ? {} : { holidays }),
    ...(dated === undefined ? {} : { dateHours: dated }),
    ...(breaks === undefined ? {} : { breaks }),
  };
}

/** What a person's calendar is made of. `workspace` are the hours of the live policy, if there is one. */
export function personSpec(roster: Roster, id: PersonId, workspace: Hours | undefined): CalendarSpec {
  const person = roster.people.get(id);
  const team = person?.team === undefined ? undefined : roster.teams.get(person.team);
  return { ...hoursSpec([person?.hours, team?.hours, workspace]), absences: person?.absences ?? [] };
}
