// policy, lint rule: with a long list of reasons people take the first; the reasons then say nothing.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const tooManyRejections: Rule = {
  name: 'too-many-rejections',
  level: 'note',
  why: 'With a long list of reasons people take the first; the reasons then say nothing.',
  avoid: 'fourteen rejection reasons',
  prefer: 'Keep at most ten, each one somebody acts on.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.rejections.length > 10,
        [...path, 'rejections'],
        () => `${t.name} has ${t.rejections.length} rejection reasons.`,
      ),
    );
  },
};
