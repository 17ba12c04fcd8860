// policy, lint rule: a level in the trigger is passed in silence when the signal comes too early, and passed again each time it moves up and down.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const triggerOnLevel: Rule = {
  name: 'trigger-on-level',
  level: 'warning',
  why: 'A level in the trigger is passed in silence when the signal comes too early, and passed again each time it moves up and down.',
  avoid: 'trigger: { on: visited, when: lead.score > 50 }',
  prefer: 'Put the level into a criterion: a miss is then recorded with its name.',
  check(world) {
    return inTransitions(world, (t, path) => {
      const atom =
        t.trigger.when === undefined
          ? undefined
          : world
              .reads(t.trigger.when)
              .atoms.find((a) => ['<', '<=', '>', '>='].includes(a.op) && typeof a.literal === 'number');
      // Conditions that share one signal out between transitions are no levels to wait for.
      const shared = Object.values(world.doc.transitions).some(
        (other) => other.name !== t.name && other.trigger.on.some((signal) => t.trigger.on.includes(signal)),
      );
      return when(
        atom !== undefined && !shared,
        [...path, 'trigger', 'when'],
        () => `The trigger of ${t.name} waits for ${atom?.on} ${atom?.op} ${atom?.literal}.`,
      );
    });
  },
};
