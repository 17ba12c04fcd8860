// policy, lint rule: the same step at the same moment is one message twice.

import { momentOf } from '../moments.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const stepTwice: Rule = {
  name: 'step-twice',
  level: 'note',
  why: 'The same step at the same moment is one message twice.',
  avoid: 'ladder: [remind at 50%, remind at 50%, warn-lead at due]',
  prefer: 'Keep one.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) => {
        const steps = clock.ladder.map((level) => `${level.do} ${momentOf(level, clock.withinMs)}`);
        return steps.flatMap((step, i) =>
          when(
            steps.indexOf(step) < i,
            [...path, 'clocks', name, 'ladder', i],
            () => `Step ${i + 1} of the ${name} clock of ${t.name} repeats an earlier one.`,
          ),
        );
      }),
    );
  },
};
