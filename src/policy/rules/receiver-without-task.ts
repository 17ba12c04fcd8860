// policy, lint rule: a receiver without a task has received a record, not work.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const receiverWithoutTask: Rule = {
  name: 'receiver-without-task',
  level: 'warning',
  why: 'A receiver without a task has received a record, not work.',
  avoid: 'tasks only for the sender',
  prefer: 'Give the receiver the first thing to do, with a time.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.tasks.length > 0 && !t.tasks.some((task) => task.for === 'receiver'),
        [...path, 'tasks'],
        () => `The receiver of ${t.name} has no task.`,
      ),
    );
  },
};
