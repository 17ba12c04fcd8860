// decide: hours that never open, or cannot be read, are refused when they are set, with the reason: a clock that counts in
// them would never run out. Long leave is no such reason; it ends.

import { checkCalendar } from '../calendar/check.ts';
import { hoursSpec, personSpec } from '../calendar/person-hours.ts';
import type { Refusal } from '../words/refusal.ts';
import { refuse } from '../words/refusal.ts';
import type { Hours, Roster } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';

/** The first whose hours cannot be used: the workspace, a team, or an active person; each set of hours is tried once. */
export function unusableHours(roster: Roster, workspace: Hours | undefined, at: Instant): Refusal | undefined {
  const tried = new Set<string>();
  const wrong = (whose: string, layers: readonly (Hours | undefined)[]): Refusal | undefined => {
    const spec = hoursSpec(layers);
    const key = JSON.stringify(spec);
    if (tried.has(key)) return undefined;
    tried.add(key);
    const why = checkCalendar(spec, at);
    return why === null ? undefined : refuse('hours/unusable', { whose, why });
  };
  let found = wrong('the workspace', [workspace]);
  for (const team of roster.teams.values()) found ??= wrong(`the team ${team.id}`, [team.hours, workspace]);
  for (const person of roster.people.values()) {
    if (found !== undefined) break;
    if (!person.active) continue;
    const team = person.team === undefined ? undefined : roster.teams.get(person.team);
    found = wrong(person.id, [person.hours, team?.hours, workspace]);
  }
  return found;
}

/** Why one person's hours cannot be used. */
export function unusableHoursOf(
  roster: Roster,
  person: string,
  workspace: Hours | undefined,
  at: Instant,
): Refusal | undefined {
  const { absences: _, ...spec } = personSpec(roster, person, workspace);
  const why = checkCalendar(spec, at);
  return why === null ? undefined : refuse('hours/unusable', { whose: person, why });
}
