// policy, lint rule: a miss that no manager ever sees becomes the custom.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const managerNeverSees: Rule = {
  name: 'manager-never-sees',
  level: 'warning',
  why: 'A miss that no manager ever sees becomes the custom.',
  avoid: 'accept: { within: 4h, ladder: [remind at 50%, reroute at due] }',
  prefer: 'Put warn-lead into the ladders of accept and follow-up.',
  check(world) {
    return inTransitions(world, (t, path) =>
      (['accept', 'follow-up'] as const).flatMap((name) =>
        when(
          !t.clocks[name].ladder.some((level) => level.do === 'warn-lead') &&
            t.clocks[name].ladder.some((level) => level.do !== 'remind'),
          [...path, 'clocks', name, 'ladder'],
          () => `The lead never learns that the ${name} clock of ${t.name} was missed.`,
        ),
      ),
    );
  },
};
