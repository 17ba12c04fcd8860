// policy, lint rule: a transition from a role to itself is a reassignment; its criteria are rarely agreed by two sides.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const ownRole: Rule = {
  name: 'own-role',
  level: 'note',
  why: 'A transition from a role to itself is a reassignment; its criteria are rarely agreed by two sides.',
  avoid: 'from: AE and to: AE',
  prefer: 'Reassign the handoff, or name the two roles apart.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.from === t.to, [...path, 'to'], () => `${t.name} goes from ${t.from} to ${t.to}.`),
    );
  },
};
