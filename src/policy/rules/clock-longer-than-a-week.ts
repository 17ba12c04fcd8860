// policy, lint rule: a limit longer than a working week is not a limit: nobody feels it, and the prospect is gone.

import { DAY, MINUTE } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { LintWorld, Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

/** The open time of a week by the policy's own hours, ms. */
function weekMs(world: LintWorld): number {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const spans = Object.values(world.doc.hours.weekly).flat();
  return spans.reduce((sum, [from, to]) => sum + ((minutes(to) - minutes(from) + 1440 - 1) % 1440) + 1, 0) * MINUTE;
}

export const clockLongerThanAWeek: Rule = {
  name: 'clock-longer-than-a-week',
  level: 'warning',
  why: 'A limit longer than a working week is not a limit: nobody feels it, and the prospect is gone.',
  avoid: 'accept: 60h',
  prefer: 'Give accept hours, not weeks.',
  check(world) {
    return inTransitions(world, (t, path) =>
      (['accept', 'follow-up'] as const).flatMap((name) => {
        const clock = t.clocks[name];
        const week = clock.hours === 'wall' ? 7 * DAY : weekMs(world);
        return when(
          week > 0 && clock.withinMs > week,
          [...path, 'clocks', name],
          () =>
            `The ${name} clock of ${t.name} takes ${sayDuration(clock.withinMs, clock.hours)}, longer than a week of ${sayDuration(week)}.`,
        );
      }),
    );
  },
};
