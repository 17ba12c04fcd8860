// policy, lint rule: a condition that looks at nothing always gives the same answer.

import { conditionsOf } from '../compile.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const constantCondition: Rule = {
  name: 'constant-condition',
  level: 'note',
  why: 'A condition that looks at nothing always gives the same answer.',
  avoid: 'when: "true"',
  prefer: 'Remove the condition.',
  check(world) {
    return conditionsOf(world.doc).flatMap(({ text, path }) => {
      const { fields, names } = world.reads(text);
      return when(fields.size + names.size === 0, path, () => `"${text}" looks at nothing.`);
    });
  },
};
