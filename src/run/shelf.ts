// run: what is expensive to make and never changes once made: compiled policies by hash, compiled calendars by person.
// A memo, not state: an empty shelf gives the same answers.

import { createHash } from 'node:crypto';
import type { Calendar } from '../calendar/calendar.ts';
import { compileCalendar } from '../calendar/calendar.ts';
import { personSpec } from '../calendar/person-hours.ts';
import type { CalendarSpec } from '../calendar/spec.ts';
import { canonicalPolicy, compilePolicy } from '../policy/compile.ts';
import { readPolicy } from '../policy/read.ts';
import type { PersonId, PolicyHash } from '../words/ids.ts';
import type { Policy } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';

export type Shelf = {
  /** The policy of a stored text. */
  policy(hash: PolicyHash, text: string): Policy;
  read(text: string, file: string): { policy: Policy } | { problems: string };
  calendar(roster: Roster, person: PersonId, policy: Policy | undefined): Calendar;
};

export function newShelf(): Shelf {
  const policies = new Map<PolicyHash, Policy>();
  const calendars = new Map<string, Calendar>();
  const byPerson = new Map<
    PersonId,
    { people: unknown; teams: unknown; hash: string | undefined; calendar: Calendar }
  >();

  const read = (text: string, file: string): { policy: Policy } | { problems: string } => {
    const result = readPolicy(text, file);
    if (!result.ok) {
      return {
        problems: result.problems
          .map((p) => `${p.file}:${p.line}:${p.column} ${p.message} ${p.cure}`.trim())
          .join(' · '),
      };
    }
    const hash = createHash('sha256').update(canonicalPolicy(result.doc)).digest('hex');
    const known = policies.get(hash);
    if (known !== undefined) return { policy: known };
    const policy = compilePolicy(result.doc, hash);
    policies.set(hash, policy);
    return { policy };
  };

  return {
    read,
    policy(hash, text) {
      const known = policies.get(hash);
      if (known !== undefined) return known;
      const made = read(text, 'published policy');
      if ('problems' in made) throw new Error(`The published policy ${hash} no longer reads: ${made.problems}`);
      policies.set(hash, made.policy);
      return made.policy;
    },
    calendar(roster, id, policy) {
      const person = roster.people.get(id);
      const known = byPerson.get(id);
      const team = person?.team === undefined ? undefined : roster.teams.get(person.team);
      if (known !== undefined && known.people === person && known.teams === team && known.hash === policy?.hash)
        return known.calendar;
      const spec = specOf(roster, id, policy);
      const key = JSON.stringify(spec);
      let calendar = calendars.get(key);
      if (calendar === undefined) {
        calendar = compileCalendar(spec);
        calendars.set(key, calendar);
        if (calendars.size > 5_000) calendars.delete(calendars.keys().next().value as string);
      }
      byPerson.set(id, { people: person, teams: team, hash: policy?.hash, calendar });
      return calendar;
    },
  };
}

/** What a person's calendar is made of: own hours, else the team's, else the workspace's, less their absences. */
export function specOf(roster: Roster, id: PersonId, policy: Policy | undefined): CalendarSpec {
  return personSpec(roster, id, policy?.doc.hours);
}
