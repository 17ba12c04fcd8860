// policy, lint rule: the same task for the same role is made once; the second one is lost.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const taskTwice: Rule = {
  name: 'task-twice',
  level: 'note',
  why: 'The same task for the same role is made once; the second one is lost.',
  avoid: 'two tasks with one title',
  prefer: 'Give each task its own title.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.tasks.flatMap((task, i) =>
        when(
          t.tasks.findIndex((other) => other.title === task.title) < i,
          [...path, 'tasks', i],
          () => `The task "${task.title}" of ${t.name} stands there twice.`,
        ),
      ),
    );
  },
};
