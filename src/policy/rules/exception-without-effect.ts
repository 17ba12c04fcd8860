// policy, lint rule: an exception that repeats the default, or that an earlier one always matches first, changes nothing and hides what counts.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const exceptionWithoutEffect: Rule = {
  name: 'exception-without-effect',
  level: 'warning',
  why: 'An exception that repeats the default, or that an earlier one always matches first, changes nothing and hides what counts.',
  avoid: 'accept: { within: 4h, except: [{ segment: smb, within: 4h }] }',
  prefer: 'Remove it, or put the narrower exception first.',
  check(world) {
    return inTransitions(world, (t, path) =>
      Object.entries(t.clocks).flatMap(([name, clock]) =>
        (clock.except ?? []).flatMap((e, i, all) => {
          const hidden = all
            .slice(0, i)
            .some(
              (other) =>
                (other.segment === undefined || other.segment === e.segment) &&
                (other.urgency === undefined || other.urgency === e.urgency),
            );
          return when(
            hidden || (e.withinMs === clock.withinMs && i === all.length - 1),
            [...path, 'clocks', name, 'except', i],
            () => `Exception ${i + 1} of the ${name} clock of ${t.name} changes nothing.`,
          );
        }),
      ),
    );
  },
};
