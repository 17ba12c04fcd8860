// policy, lint rule: a condition that contradicts itself never holds, so what it guards never happens.

import { conditionsOf } from '../compile.ts';
import { isImpossible } from '../condition-logic.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const conditionNeverHolds: Rule = {
  name: 'condition-never-holds',
  level: 'error',
  why: 'A condition that contradicts itself never holds, so what it guards never happens.',
  avoid: 'when: lead.seats > 50 && lead.seats < 10',
  prefer: 'Write a condition that some prospect can meet, or remove what it guards.',
  check(world) {
    return conditionsOf(world.doc).flatMap(({ text, path }) =>
      when(isImpossible(world.needs(text)), path, () => `"${text}" can never hold.`),
    );
  },
};
