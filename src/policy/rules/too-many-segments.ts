// policy, lint rule: nobody can say which of nine segments a prospect is in, so nobody can tell whether the rules are right.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const tooManySegments: Rule = {
  name: 'too-many-segments',
  level: 'warning',
  why: 'Nobody can say which of nine segments a prospect is in, so nobody can tell whether the rules are right.',
  avoid: 'nine segments',
  prefer: 'Keep five or fewer.',
  check(world) {
    return when(
      world.doc.segments.length > 7,
      ['segments'],
      () => `The policy has ${world.doc.segments.length} segments.`,
    );
  },
};
