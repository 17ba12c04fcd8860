// policy, lint rule: when one person is the fallback of every transition, their day off is everybody's.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const oneFallbackForAll: Rule = {
  name: 'one-fallback-for-all',
  level: 'warning',
  why: "When one person is the fallback of every transition, their day off is everybody's.",
  avoid: 'the same fallback in three transitions',
  prefer: 'Let each receiving team have its own fallback person.',
  check(world) {
    const all = Object.values(world.doc.transitions);
    const people = new Set(all.map((t) => t.fallback));
    return when(
      all.length >= 3 && people.size === 1,
      ['transitions', all[0]?.name ?? '', 'fallback'],
      () => `"${[...people][0]}" is the fallback of all ${all.length} transitions.`,
    );
  },
};
