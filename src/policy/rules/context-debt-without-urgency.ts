// policy, lint rule: context may follow only for urgent handoffs; when no signal is urgent, the rule is never used unless every event says so itself.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const contextDebtWithoutUrgency: Rule = {
  name: 'context-debt-without-urgency',
  level: 'note',
  why: 'Context may follow only for urgent handoffs; when no signal is urgent, the rule is never used unless every event says so itself.',
  avoid: 'context-may-follow: true with signals of normal urgency',
  prefer: 'Mark the signal urgency: high, or remove the key.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.contextMayFollow && !t.trigger.on.some((signal) => world.doc.signals[signal]?.urgency === 'high'),
        [...path, 'context-may-follow'],
        () => `No signal of ${t.name} is urgent, so its context never follows later.`,
      ),
    );
  },
};
