// policy, lint rule: on the accept clock reroute, fallback and return take the offer away and end the run; a later step is never reached.

import { momentOf } from '../moments.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const stepUnreachable: Rule = {
  name: 'step-unreachable',
  level: 'warning',
  why: 'On the accept clock reroute, fallback and return take the offer away and end the run; a later step is never reached.',
  avoid: 'ladder: [reroute at 50%, warn-lead at due]',
  prefer: 'Put warnings before the step that takes the handoff away.',
  check(world) {
    return inTransitions(world, (t, path) => {
      const { ladder, withinMs } = t.clocks.accept;
      const ends = ladder.filter((level) => ['reroute', 'fallback', 'return'].includes(level.do));
      const end = Math.min(...ends.map((level) => momentOf(level, withinMs)));
      return ladder.flatMap((level, i) =>
        when(
          momentOf(level, withinMs) > end,
          [...path, 'clocks', 'accept', 'ladder', i],
          () => `Step ${i + 1} of the accept clock of ${t.name} comes after the step that takes the offer away.`,
        ),
      );
    });
  },
};
