// policy, lint rule: a prospect who waits more than a week for somebody to be at work is parked in silence.

import { DAY } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const parkedInHold: Rule = {
  name: 'parked-in-hold',
  level: 'warning',
  why: 'A prospect who waits more than a week for somebody to be at work is parked in silence.',
  avoid: 'hold: 14d',
  prefer: 'Let the fallback person have it after three days at most.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.holdMaxMs > 7 * DAY,
        [...path, 'clocks', 'hold'],
        () => `${t.name} may wait ${sayDuration(t.holdMaxMs, 'wall')} for somebody to be at work.`,
      ),
    );
  },
};
