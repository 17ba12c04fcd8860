// policy, lint rule: two transitions that claim the same event open two handoffs, and two people call the same prospect.

import { isImpossible, together } from '../condition-logic.ts';
import type { LintWorld, Rule } from '../rule.ts';
import { when } from '../rule.ts';

/** Whether two trigger conditions can never hold for the same prospect. */
function apart(world: LintWorld, a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && isImpossible(together(world.needs(a), world.needs(b)));
}

export const overlappingTriggers: Rule = {
  name: 'overlapping-triggers',
  level: 'warning',
  why: 'Two transitions that claim the same event open two handoffs, and two people call the same prospect.',
  avoid: 'two transitions with trigger: demo-requested and no condition',
  prefer: 'Give each signal to one transition, or conditions that exclude each other.',
  check(world) {
    const all = Object.values(world.doc.transitions);
    return all.flatMap((t, i) =>
      all.slice(0, i).flatMap((other) => {
        const shared = t.trigger.on.filter((signal) => other.trigger.on.includes(signal));
        return when(
          shared.length > 0 && !apart(world, t.trigger.when, other.trigger.when),
          ['transitions', t.name, 'trigger'],
          () => `The signal "${shared[0]}" starts both ${other.name} and ${t.name}.`,
        );
      }),
    );
  },
};
