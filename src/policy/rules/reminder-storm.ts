// policy, lint rule: six reminders are read as none.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const reminderStorm: Rule = {
  name: 'reminder-storm',
  level: 'warning',
  why: 'Six reminders are read as none.',
  avoid: 'ladder with six remind steps',
  prefer: 'Remind once or twice, then warn the lead.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) => {
        const count = clock.ladder.filter((level) => level.do === 'remind').length;
        return when(
          count > 3,
          [...path, 'clocks', name, 'ladder'],
          () => `The ${name} clock of ${t.name} reminds ${count} times.`,
        );
      }),
    );
  },
};
