// policy, lint rule: eight criteria are a form, not a threshold: nobody checks them, and the note takes longer than a minute.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const tooManyCriteria: Rule = {
  name: 'too-many-criteria',
  level: 'warning',
  why: 'Eight criteria are a form, not a threshold: nobody checks them, and the note takes longer than a minute.',
  avoid: 'nine criteria in one transition',
  prefer: 'Keep the few that would make the receiver refuse.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.criteria.length > 7, [...path, 'criteria'], () => `${t.name} has ${t.criteria.length} criteria.`),
    );
  },
};
