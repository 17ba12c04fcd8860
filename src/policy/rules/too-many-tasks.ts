// policy, lint rule: manual steps fail under volume: with six of them per handoff, the busiest week does none.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const tooManyTasks: Rule = {
  name: 'too-many-tasks',
  level: 'warning',
  why: 'Manual steps fail under volume: with six of them per handoff, the busiest week does none.',
  avoid: 'six tasks in one transition',
  prefer: 'Keep two or three that change what the prospect sees.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.tasks.length > 5, [...path, 'tasks'], () => `${t.name} makes ${t.tasks.length} tasks for each handoff.`),
    );
  },
};
