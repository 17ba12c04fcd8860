// policy, lint rule: without a joint standard every rejection is a matter of taste, and nothing comes back to the sender that could be learned.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const noCriteria: Rule = {
  name: 'no-criteria',
  level: 'warning',
  why: 'Without a joint standard every rejection is a matter of taste, and nothing comes back to the sender that could be learned.',
  avoid: 'a transition without criteria',
  prefer: 'Agree on two to four criteria and name them.',
  check(world) {
    return inTransitions(world, (t, path) => when(t.criteria.length === 0, path, () => `${t.name} has no criteria.`));
  },
};
