// policy, lint rule: without an open hour no working-hours clock of people without own hours ever runs out.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const neverOpen: Rule = {
  name: 'never-open',
  level: 'error',
  why: 'Without an open hour no working-hours clock of people without own hours ever runs out.',
  avoid: 'weekly: { mon-sun: closed }',
  prefer: 'Give hours.weekly at least one open span.',
  check(world) {
    return when(
      Object.values(world.doc.hours.weekly).every((spans) => spans.length === 0),
      ['hours', 'weekly'],
      () => 'The working hours have no open span.',
    );
  },
};
