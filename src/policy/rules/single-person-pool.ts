// policy, lint rule: one person out, and everything goes to the fallback person.

import { peopleOf } from '../people.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const singlePersonPool: Rule = {
  name: 'single-person-pool',
  level: 'warning',
  why: 'One person out, and everything goes to the fallback person.',
  avoid: 'aes: [ben]',
  prefer: 'Put at least two people into every pool.',
  check(world) {
    return Object.entries(world.doc.pools).flatMap(([name, pool]) => {
      const people = peopleOf(pool, world.roster);
      const known = world.roster !== undefined || (pool.team === undefined && pool.role === undefined);
      return when(
        known && people.length === 1,
        ['pools', name],
        () => `"${people[0]}" is alone in the pool "${name}".`,
      );
    });
  },
};
