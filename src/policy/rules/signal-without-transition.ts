// policy, lint rule: a signal that no transition takes is refused at the door: the prospect did something and nothing happens.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const signalWithoutTransition: Rule = {
  name: 'signal-without-transition',
  level: 'warning',
  why: 'A signal that no transition takes is refused at the door: the prospect did something and nothing happens.',
  avoid: 'a signal that stands in no trigger',
  prefer: 'Put it into a trigger, or remove it.',
  check(world) {
    const taken = new Set(Object.values(world.doc.transitions).flatMap((t) => t.trigger.on));
    return Object.keys(world.doc.signals).flatMap((signal) =>
      when(!taken.has(signal), ['signals', signal], () => `No transition takes the signal "${signal}".`),
    );
  },
};
