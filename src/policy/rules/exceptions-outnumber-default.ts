// policy, lint rule: when the exceptions are the rule, nobody knows the rule.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const exceptionsOutnumberDefault: Rule = {
  name: 'exceptions-outnumber-default',
  level: 'warning',
  why: 'When the exceptions are the rule, nobody knows the rule.',
  avoid: 'five exceptions on one clock',
  prefer: 'Keep at most three; otherwise split the transition.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) =>
        when(
          (clock.except?.length ?? 0) > 3,
          [...path, 'clocks', name, 'except'],
          () => `The ${name} clock of ${t.name} has ${clock.except?.length} exceptions.`,
        ),
      ),
    );
  },
};
