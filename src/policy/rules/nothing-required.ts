// policy, lint rule: a handoff that requires nothing arrives empty; the receiver asks the prospect again.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const nothingRequired: Rule = {
  name: 'nothing-required',
  level: 'warning',
  why: 'A handoff that requires nothing arrives empty; the receiver asks the prospect again.',
  avoid: 'required: []',
  prefer: 'Require the company, the contact and why they engaged.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.required.length === 0, [...path, 'required'], () => `${t.name} requires no field.`),
    );
  },
};
