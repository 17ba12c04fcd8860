// policy, lint rule: a route that can only give one person is a single point of failure, whatever its rungs are called.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const routeToOnePerson: Rule = {
  name: 'route-to-one-person',
  level: 'warning',
  why: 'A route that can only give one person is a single point of failure, whatever its rungs are called.',
  avoid: 'route: { person: ben } with fallback: ben',
  prefer: 'Route to a pool.',
  check(world) {
    return inTransitions(world, (t, path) => {
      const people = t.route.map((rung) => (rung.use === 'person' ? rung.person : undefined));
      return when(
        people.every((person) => person !== undefined && person === t.fallback),
        [...path, 'route'],
        () => `Every handoff of ${t.name} goes to ${t.fallback}.`,
      );
    });
  },
};
