// policy, lint rule: a handoff to oneself looks like work that moved, and did not.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const handoffToSelf: Rule = {
  name: 'handoff-to-self',
  level: 'warning',
  why: 'A handoff to oneself looks like work that moved, and did not.',
  avoid: 'allow-self: true',
  prefer: 'Leave allow-self out; imported history keeps such handoffs anyway.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.allowSelf, [...path, 'allow-self'], () => `${t.name} lets people hand over to themselves.`),
    );
  },
};
