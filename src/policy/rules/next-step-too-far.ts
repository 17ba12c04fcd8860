// policy, lint rule: a next step more than a month away is a hope.

import { DAY } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const nextStepTooFar: Rule = {
  name: 'next-step-too-far',
  level: 'warning',
  why: 'A next step more than a month away is a hope.',
  avoid: 'next-step: { every: 60d }',
  prefer: 'Agree on a next step within a month; recycle what is later.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.nextStep.everyMs > 31 * DAY,
        [...path, 'next-step', 'every'],
        () => `A next step of ${t.name} may be ${sayDuration(t.nextStep.everyMs, 'wall')} away.`,
      ),
    );
  },
};
