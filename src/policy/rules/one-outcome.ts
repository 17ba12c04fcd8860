// policy, lint rule: with one outcome nobody can tell what worked.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const oneOutcome: Rule = {
  name: 'one-outcome',
  level: 'warning',
  why: 'With one outcome nobody can tell what worked.',
  avoid: 'outcomes: [closed]',
  prefer: 'Name at least one success and one end without it.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.outcomes.length < 2, [...path, 'outcomes'], () => `${t.name} always ends as "${t.outcomes[0]}".`),
    );
  },
};
