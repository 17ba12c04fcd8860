// policy, lint rule: words such as good fit mean something else to each side; the argument comes back with every handoff.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const vagueCriterion: Rule = {
  name: 'vague-criterion',
  level: 'warning',
  why: 'Words such as good fit mean something else to each side; the argument comes back with every handoff.',
  avoid: 'says: Good fit and interested',
  prefer: 'Say what can be seen: a number, a named thing, a date.',
  check(world) {
    return inTransitions(world, (t, path) =>
      t.criteria.flatMap((c) => {
        const word =
          /\b(good fit|fits? well|qualified|interested|promising|serious|hot|warm|nice|decent|reasonable|appropriate|as needed|if possible|etc|tbd|todo|various)\b/i.exec(
            c.says,
          )?.[0];
        return when(
          word !== undefined,
          [...path, 'criteria', c.name],
          () => `"${c.says}": "${word}" can mean anything.`,
        );
      }),
    );
  },
};
