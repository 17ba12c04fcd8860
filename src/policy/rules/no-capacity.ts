// policy, lint rule: somebody who can hold no handoff is in the pool for show.

import { peopleOf } from '../people.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const noCapacity: Rule = {
  name: 'no-capacity',
  level: 'warning',
  why: 'Somebody who can hold no handoff is in the pool for show.',
  avoid: 'capacity: 0',
  prefer: 'Take them out of the pool, or give them room.',
  check(world) {
    const { roster, doc } = world;
    if (roster === undefined) return [];
    return Object.entries(doc.pools).flatMap(([name, pool]) =>
      peopleOf(pool, roster).flatMap((person) =>
        when(
          roster.people.get(person)?.capacity === 0,
          ['pools', name],
          () => `"${person}" of the pool "${name}" has capacity 0.`,
        ),
      ),
    );
  },
};
