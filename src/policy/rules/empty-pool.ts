// policy, lint rule: a pool of a team or role that nobody has gives nobody; everything falls to the fallback person.

import { peopleOf } from '../people.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const emptyPool: Rule = {
  name: 'empty-pool',
  level: 'error',
  why: 'A pool of a team or role that nobody has gives nobody; everything falls to the fallback person.',
  avoid: 'aes: { role: ae } while nobody has the role',
  prefer: 'Name a team or role that active people have.',
  check(world) {
    if (world.roster === undefined) return [];
    return Object.entries(world.doc.pools).flatMap(([name, pool]) =>
      when(peopleOf(pool, world.roster).length === 0, ['pools', name], () => `Nobody active is in the pool "${name}".`),
    );
  },
};
