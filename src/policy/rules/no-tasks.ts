// policy, lint rule: what is nobody's task is done by those who remember.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const noTasks: Rule = {
  name: 'no-tasks',
  level: 'warning',
  why: "What is nobody's task is done by those who remember.",
  avoid: 'tasks: []',
  prefer: 'Leave tasks out for the defaults, or give each side one.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.tasks.length === 0, [...path, 'tasks'], () => `${t.name} has no tasks.`),
    );
  },
};
