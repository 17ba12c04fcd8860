// policy, lint rule: a ladder that only reminds whoever is already late ends with nobody: the miss stays where it is.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const ladderEndsWithNobody: Rule = {
  name: 'ladder-ends-with-nobody',
  level: 'error',
  why: 'A ladder that only reminds whoever is already late ends with nobody: the miss stays where it is.',
  avoid: 'ladder: [remind at 50%, remind at due]',
  prefer: 'End every ladder with warn-lead, reroute or fallback.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) =>
        when(
          name !== 'recycle' && clock.ladder.every((level) => level.do === 'remind'),
          [...path, 'clocks', name, 'ladder'],
          () => `The ${name} clock of ${t.name} only reminds; nobody else ever learns of the miss.`,
        ),
      ),
    );
  },
};
