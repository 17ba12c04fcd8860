// policy, lint rule: every required field costs a minute and a guess; beyond eight, people type a dot to get past.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const fieldFatigue: Rule = {
  name: 'field-fatigue',
  level: 'warning',
  why: 'Every required field costs a minute and a guess; beyond eight, people type a dot to get past.',
  avoid: 'required: nine or more fields',
  prefer: 'Require what the receiver needs for the first call; put the rest under later.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.required.length > 8, [...path, 'required'], () => `${t.name} requires ${t.required.length} fields.`),
    );
  },
};
