// policy: lint, territories that nobody asks for.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const unusedTerritory: Rule = {
  name: 'unused-territory',
  level: 'warning',
  why: 'A territory that no route asks for: its owner waits for prospects that go to somebody else.',
  avoid: 'territories with a route that only takes turns',
  prefer: 'Add the rung "territory" to a route, or remove the territory.',
  check(world) {
    const rungs = Object.values(world.doc.transitions).flatMap((t) => t.route);
    return Object.keys(world.doc.territories).flatMap((name) =>
      when(
        !rungs.some((rung) => rung.use === 'territory' && (rung.of === undefined || rung.of.includes(name))),
        ['territories', name],
        () => `No route asks for the territory "${name}".`,
      ),
    );
  },
};
