// policy, lint rule: two criteria with one condition fail together; one of them is a name without a meaning.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const duplicateCriterion: Rule = {
  name: 'duplicate-criterion',
  level: 'warning',
  why: 'Two criteria with one condition fail together; one of them is a name without a meaning.',
  avoid: 'two criteria that both test lead.seats >= 10',
  prefer: 'Keep one.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.criteria.flatMap((c, i) => {
        const first = t.criteria.slice(0, i).find((other) => other.when === c.when);
        return when(
          first !== undefined,
          [...path, 'criteria', c.name],
          () => `The criteria "${first?.name}" and "${c.name}" of ${t.name} test the same.`,
        );
      }),
    );
  },
};
