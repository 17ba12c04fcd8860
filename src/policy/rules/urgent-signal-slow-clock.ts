// policy, lint rule: somebody who asks for a demo is cold after an hour; an urgent signal on a slow clock is urgent in name only.

import { HOUR } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const urgentSignalSlowClock: Rule = {
  name: 'urgent-signal-slow-clock',
  level: 'warning',
  why: 'Somebody who asks for a demo is cold after an hour; an urgent signal on a slow clock is urgent in name only.',
  avoid: 'an urgent signal with accept: 4h',
  prefer: 'Accept urgent signals within an hour, by the clock or by an exception.',
  check(world) {
    return inTransitions(world, (t, path) => {
      const urgent = t.trigger.on.find((signal) => world.doc.signals[signal]?.urgency === 'high');
      const limit =
        t.clocks.accept.except?.find((e) => e.urgency === 'high' && e.segment === undefined)?.withinMs ??
        t.clocks.accept.withinMs;
      return when(
        urgent !== undefined && limit > HOUR,
        [...path, 'clocks', 'accept'],
        () => `The urgent signal "${urgent}" may wait ${sayDuration(limit, t.clocks.accept.hours)} for an acceptance.`,
      );
    });
  },
};
