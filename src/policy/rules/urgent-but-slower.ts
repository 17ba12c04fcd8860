// policy, lint rule: an exception that gives urgent handoffs more time than others is turned around.

import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const urgentButSlower: Rule = {
  name: 'urgent-but-slower',
  level: 'warning',
  why: 'An exception that gives urgent handoffs more time than others is turned around.',
  avoid: 'accept: { within: 1h, except: [{ urgency: high, within: 4h }] }',
  prefer: 'Give high urgency the shorter limit.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) =>
        (clock.except ?? []).flatMap((e, i) =>
          when(
            e.urgency === 'high' && e.segment === undefined && e.withinMs > clock.withinMs,
            [...path, 'clocks', name, 'except', i],
            () =>
              `Urgent handoffs get ${sayDuration(e.withinMs, clock.hours)} on the ${name} clock of ${t.name}, others ${sayDuration(clock.withinMs, clock.hours)}.`,
          ),
        ),
      ),
    );
  },
};
