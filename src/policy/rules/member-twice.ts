// policy, lint rule: somebody who stands in a pool twice gets one place; the second is a mistake or a hidden weight.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const memberTwice: Rule = {
  name: 'member-twice',
  level: 'warning',
  why: 'Somebody who stands in a pool twice gets one place; the second is a mistake or a hidden weight.',
  avoid: 'aes: [ben, cleo, ben]',
  prefer: 'Name each person once; use weight for a larger share.',
  check(world) {
    return Object.entries(world.doc.pools).flatMap(([name, pool]) => {
      const people = (pool.members ?? []).map((member) => member.person);
      return people.flatMap((person, i) =>
        when(
          people.indexOf(person) < i,
          ['pools', name, 'members', i],
          () => `"${person}" stands in the pool "${name}" twice.`,
        ),
      );
    });
  },
};
