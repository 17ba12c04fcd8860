// policy, lint rule: a criterion that no rejection names is never tested: when it is not met, the receiver has no way to say so.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const criterionWithoutReason: Rule = {
  name: 'criterion-without-reason',
  level: 'warning',
  why: 'A criterion that no rejection names is never tested: when it is not met, the receiver has no way to say so.',
  avoid: 'a criterion that no entry of rejections names',
  prefer: 'Add a rejection reason for it, or leave rejections out: then there is one per criterion.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.criteria.flatMap((c) =>
        when(
          t.rejections.length > 0 && !t.rejections.some((r) => r.criterion === c.name),
          [...path, 'criteria', c.name],
          () => `No rejection of ${t.name} names the criterion "${c.name}".`,
        ),
      ),
    );
  },
};
