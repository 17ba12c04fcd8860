// policy, lint rule: a step that lies before the start of its clock is done at once, and says nothing.

import { sayDuration } from '../duration.ts';
import { momentOf } from '../moments.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const stepBeforeStart: Rule = {
  name: 'step-before-start',
  level: 'warning',
  why: 'A step that lies before the start of its clock is done at once, and says nothing.',
  avoid: 'accept: { within: 30m, ladder: [remind 1h before, warn-lead at due] }',
  prefer: 'Use a part of the clock: remind at 50%.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) => {
        const shortest = Math.min(clock.withinMs, ...(clock.except ?? []).map((e) => e.withinMs));
        return clock.ladder.flatMap((level, i) =>
          when(
            momentOf(level, shortest) <= 0,
            [...path, 'clocks', name, 'ladder', i],
            () =>
              `Step ${i + 1} of the ${name} clock of ${t.name} comes at its start, since the clock can be as short as ${sayDuration(shortest, clock.hours)}.`,
          ),
        );
      }),
    );
  },
};
