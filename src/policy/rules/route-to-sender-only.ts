// policy, lint rule: a pool whose only person is the sender gives nobody, since nobody hands over to themselves.

import { peopleOf } from '../people.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const routeToSenderOnly: Rule = {
  name: 'route-to-sender-only',
  level: 'error',
  why: 'A pool whose only person is the sender gives nobody, since nobody hands over to themselves.',
  avoid: 'sender: { person: ana } with route: { round-robin: only-ana }',
  prefer: 'Add somebody else to the pool.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.route.flatMap((rung, i) => {
        const pool = 'pool' in rung ? world.doc.pools[rung.pool] : undefined;
        const known = world.roster !== undefined || (pool?.team === undefined && pool?.role === undefined);
        const people = pool === undefined || !known ? [] : peopleOf(pool, world.roster);
        const sender = t.sender.length === 1 ? t.sender[0] : undefined;
        const only =
          typeof sender === 'object' && 'person' in sender && people.length === 1 && people[0] === sender.person;
        return when(
          only && !t.allowSelf,
          [...path, 'route', i],
          () => `The only person of the route of ${t.name} is its sender, ${people[0]}.`,
        );
      }),
    );
  },
};
