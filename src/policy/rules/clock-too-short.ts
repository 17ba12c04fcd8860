// policy, lint rule: nobody accepts within two minutes of a working day; the clock then measures luck, and every handoff is re-routed.

import { MINUTE } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const clockTooShort: Rule = {
  name: 'clock-too-short',
  level: 'warning',
  why: 'Nobody accepts within two minutes of a working day; the clock then measures luck, and every handoff is re-routed.',
  avoid: 'accept: 1m',
  prefer: 'Give people at least five minutes.',
  check(world) {
    return inTransitions(world, (t, path) =>
      (['accept', 'follow-up'] as const).flatMap((name) => {
        const shortest = Math.min(t.clocks[name].withinMs, ...(t.clocks[name].except ?? []).map((e) => e.withinMs));
        return when(
          shortest < 5 * MINUTE,
          [...path, 'clocks', name],
          () => `The ${name} clock of ${t.name} can be as short as ${sayDuration(shortest)}.`,
        );
      }),
    );
  },
};
