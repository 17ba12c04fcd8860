// policy, lint rule: reroute, fallback and return end the run of a clock; a later step is never reached.

import { momentOf } from '../moments.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const stepUnreachable: Rule = {
  name: 'step-unreachable',
  level: 'warning',
  why: 'reroute, fallback and return end the run of a clock; a later step is never reached.',
  avoid: 'ladder: [reroute at 50%, warn-lead at due]',
  prefer: 'Put warnings before the step that takes the handoff away.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) => {
        const ends = clock.ladder
          .filter((level) => ['reroute', 'fallback', 'return'].includes(level.do))
          .map((level) => momentOf(level, clock.withinMs));
        const end = Math.min(...ends);
        return clock.ladder.flatMap((level, i) =>
          when(
            momentOf(level, clock.withinMs) > end,
            [...path, 'clocks', name, 'ladder', i],
            () => `Step ${i + 1} of the ${name} clock of ${t.name} comes after the step that takes the handoff away.`,
          ),
        );
      }),
    );
  },
};
