// decide: is somebody away, and when do they go next? Read from the absences of the roster, which are instants; whether
// their working hours are open besides is the calendar's question.

import type { PersonId } from '../words/ids.ts';
import type { Roster } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';

/** Whether an absence of this person covers the instant. */
export function isAway(roster: Roster, person: PersonId, at: Instant): boolean {
  return (roster.people.get(person)?.absences ?? []).some((a) => a.from <= at && at < a.to);
}

/** The first instant after `at`, and not after `until`, at which this person goes away without having been away already. */
export function nextAwayAt(roster: Roster, person: PersonId, at: Instant, until: Instant): Instant | undefined {
  let first: Instant | undefined;
  for (const { from } of roster.people.get(person)?.absences ?? []) {
    if (from <= at || from > until || isAway(roster, person, from - 1)) continue;
    if (first === undefined || from < first) first = from;
  }
  return first;
}
