// policy, lint rule: an event type that stands for two signals starts the first of them, whatever happened.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const signalsShareType: Rule = {
  name: 'signals-share-type',
  level: 'warning',
  why: 'An event type that stands for two signals starts the first of them, whatever happened.',
  avoid: 'two signals with types: [com.calendly.invitee.created]',
  prefer: 'Give each signal its own type.',
  check(world) {
    const seen = new Map<string, string>();
    return Object.entries(world.doc.signals).flatMap(([name, signal]) =>
      signal.types.flatMap((type) => {
        const first = seen.get(type);
        seen.set(type, first ?? name);
        return when(
          first !== undefined && first !== name,
          ['signals', name, 'types'],
          () => `The event type "${type}" stands for both "${first}" and "${name}".`,
        );
      }),
    );
  },
};
