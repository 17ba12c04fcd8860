// policy, lint rule: an event without a booker on a subject without an owner has no sender; nobody answers for it.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const senderCanBeNobody: Rule = {
  name: 'sender-can-be-nobody',
  level: 'warning',
  why: 'An event without a booker on a subject without an owner has no sender; nobody answers for it.',
  avoid: 'sender: booker',
  prefer: 'End the list with a person or the lead of a team.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.sender.every((rule) => typeof rule === 'string'),
        [...path, 'sender'],
        () => `${t.name} has no sender when the event names none.`,
      ),
    );
  },
};
