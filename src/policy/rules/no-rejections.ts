// policy, lint rule: a receiver who cannot reject accepts and ignores; the sender never learns.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const noRejections: Rule = {
  name: 'no-rejections',
  level: 'warning',
  why: 'A receiver who cannot reject accepts and ignores; the sender never learns.',
  avoid: 'rejections: { }',
  prefer: 'Leave rejections out, or give at least one reason.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.rejections.length === 0 && t.criteria.length > 0,
        [...path, 'rejections'],
        () => `A receiver of ${t.name} cannot reject.`,
      ),
    );
  },
};
