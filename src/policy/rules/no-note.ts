// policy, lint rule: without the note the receiver knows the fields and not the story.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const noNote: Rule = {
  name: 'no-note',
  level: 'warning',
  why: 'Without the note the receiver knows the fields and not the story.',
  avoid: 'note: []',
  prefer: 'Leave note out: the four questions are asked.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(t.note.length === 0, [...path, 'note'], () => `The note of ${t.name} asks nothing.`),
    );
  },
};
