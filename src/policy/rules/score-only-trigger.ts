// policy, lint rule: a score says that much happened, not what happened: the receiver cannot tell why to call. A qualified lead is a scoring event, not a handoff standard.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const scoreOnlyTrigger: Rule = {
  name: 'score-only-trigger',
  level: 'warning',
  why: 'A score says that much happened, not what happened: the receiver cannot tell why to call. A qualified lead is a scoring event, not a handoff standard.',
  avoid: 'criteria: { hot: lead.score >= 80 }',
  prefer: 'Ask for a specific signal beside the score, for example has(lead.buying_signal).',
  check(world) {
    return inTransitions(world, (t, path) => {
      const reads = [t.trigger.when, ...t.criteria.map((c) => c.when)].flatMap((text) =>
        text === undefined ? [] : [world.reads(text)],
      );
      const fields = reads.flatMap((r) => [...r.fields]);
      return when(
        fields.length > 0 && fields.every((field) => /score|points|grade/.test(field)),
        [...path, 'criteria'],
        () => `Only ${[...new Set(fields)].join(', ')} decides whether ${t.name} opens.`,
      );
    });
  },
};
