// policy, lint rule: a rung that repeats an earlier one without a condition gives the same nobody again.

import type { Rung } from '../../words/policy.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

/** What a rung finds, apart from its condition and name. */
function target(rung: Rung): string {
  const { when: _, name: __, else: ___, ...rest } = rung;
  return JSON.stringify(rest);
}

/** A pool that nothing gets past: somebody of it is asked, waited for, or the fallback has it. */
function isEnd(rung: Rung): boolean {
  return 'pool' in rung && (rung.else === 'hold' || rung.else === 'fallback');
}

export const rungUnreachable: Rule = {
  name: 'rung-unreachable',
  level: 'warning',
  why: 'A rung that repeats an earlier one without a condition gives the same nobody again.',
  avoid: 'route: [{ round-robin: aes }, { round-robin: aes, when: lead.seats > 5 }]',
  prefer: 'Put the rung with the condition first, or remove it.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.route.flatMap((rung, i) => {
        const same = t.route
          .slice(0, i)
          .some((other) => other.when === undefined && other.again === undefined && target(other) === target(rung));
        const stop = t.route
          .slice(0, i)
          .findIndex((other) => other.when === undefined && other.again === undefined && isEnd(other));
        return [
          ...when(
            same,
            [...path, 'route', i],
            () => `The rung ${i + 1} of ${t.name} repeats an earlier rung that has no condition.`,
          ),
          ...when(
            stop >= 0 && !same,
            [...path, 'route', i],
            () =>
              `The rung ${i + 1} of ${t.name} is never tried: rung ${stop + 1} takes everything and goes no further.`,
          ),
        ];
      }),
    );
  },
};
