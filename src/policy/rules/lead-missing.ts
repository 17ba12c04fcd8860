// policy, lint rule: where somebody has no team or the team has no other active lead, warn-lead tells the last rung, who knows nothing about it.

import { peopleOf } from '../people.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const leadMissing: Rule = {
  name: 'lead-missing',
  level: 'warning',
  why: 'Where somebody has no team or the team has no other active lead, warn-lead tells the last rung, who knows nothing about it.',
  avoid: 'a pool member without a team',
  prefer: 'Give every receiver a team with an active lead.',
  check(world) {
    const { roster, doc } = world;
    if (roster === undefined) return [];
    return Object.entries(doc.pools).flatMap(([name, pool]) =>
      peopleOf(pool, roster).flatMap((person) => {
        const team = roster.people.get(person)?.team;
        const lead = team === undefined ? undefined : roster.teams.get(team)?.lead;
        return when(
          lead === undefined || roster.people.get(lead)?.active !== true,
          ['pools', name],
          () => `"${person}" of the pool "${name}" has no active lead.`,
        );
      }),
    );
  },
};
