// policy, lint rule: somebody with a tenth of another's share gets so little that they forget how.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const extremeWeights: Rule = {
  name: 'extreme-weights',
  level: 'warning',
  why: "Somebody with a tenth of another's share gets so little that they forget how.",
  avoid: 'weight: 20 beside weight: 1',
  prefer: 'Keep weights within one to ten, or make a second pool.',
  check(world) {
    return Object.entries(world.doc.pools).flatMap(([name, pool]) => {
      const weights = (pool.members ?? []).map(
        (member) => member.weight ?? world.roster?.people.get(member.person)?.weight ?? 1,
      );
      return when(
        weights.length > 1 && Math.max(...weights) > 10 * Math.min(...weights),
        ['pools', name],
        () => `The weights of the pool "${name}" run from ${Math.min(...weights)} to ${Math.max(...weights)}.`,
      );
    });
  },
};
