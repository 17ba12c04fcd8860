// policy, lint rule: who is called again after more than a year has forgotten the first call, and so have you.

import { DAY } from '../../words/time.ts';
import { sayDuration } from '../duration.ts';
import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const recycleTooFar: Rule = {
  name: 'recycle-too-far',
  level: 'note',
  why: 'Who is called again after more than a year has forgotten the first call, and so have you.',
  avoid: 'then: recycle with recycle: 500d',
  prefer: 'Recycle within a year, or disqualify.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.rejections.flatMap((r) =>
        when(
          (r.recycleMs ?? 0) > 366 * DAY,
          [...path, 'rejections', r.name],
          () => `"${r.name}" recycles after ${sayDuration(r.recycleMs ?? 0, 'wall')}.`,
        ),
      ),
    );
  },
};
