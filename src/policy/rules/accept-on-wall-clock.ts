// policy, lint rule: a wall clock runs at night: the handoff is late before its receiver has seen it.

import { DAY } from '../../words/time.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const acceptOnWallClock: Rule = {
  name: 'accept-on-wall-clock',
  level: 'warning',
  why: 'A wall clock runs at night: the handoff is late before its receiver has seen it.',
  avoid: 'accept: { within: 4h, hours: wall }',
  prefer: 'Leave hours out: the working hours of the receiver count.',
  check(world) {
    return inTransitions(world, (t, path) =>
      (['accept', 'follow-up', 'prepare', 'return'] as const).flatMap((name) =>
        when(
          t.clocks[name].hours === 'wall' && t.clocks[name].withinMs < 2 * DAY,
          [...path, 'clocks', name, 'hours'],
          () => `The ${name} clock of ${t.name} counts nights and weekends.`,
        ),
      ),
    );
  },
};
