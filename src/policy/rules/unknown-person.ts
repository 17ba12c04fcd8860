// policy, lint rule: a person or team that the roster does not have gets no work and answers nothing.

import { unknownMentions } from '../people.ts';
import type { Rule } from '../rule.ts';

export const unknownPerson: Rule = {
  name: 'unknown-person',
  level: 'error',
  why: 'A person or team that the roster does not have gets no work and answers nothing.',
  avoid: 'fallback: somebody who left',
  prefer: 'Name people who are active in the roster.',
  check(world) {
    if (world.roster === undefined) return [];
    return unknownMentions(world.doc, world.roster).map((mention) => ({
      path: mention.path,
      says: `The roster has no active ${'person' in mention ? `person "${mention.person}"` : `team "${mention.team}"`}.`,
    }));
  },
};
