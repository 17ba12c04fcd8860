// policy, lint rule: a trigger that depends on who manages or owns the prospect changes with every move of a person; the same event is a handoff for one team and nothing for the next.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const triggerDependsOnPerson: Rule = {
  name: 'trigger-depends-on-person',
  level: 'warning',
  why: 'A trigger that depends on who manages or owns the prospect changes with every move of a person; the same event is a handoff for one team and nothing for the next.',
  avoid: 'trigger: { on: meeting-booked, when: lead.manager == "maria" }',
  prefer: 'Let the trigger depend on the prospect, and the route on people.',
  check(world) {
    return inTransitions(world, (t, path) => {
      const fields =
        t.trigger.when === undefined
          ? []
          : [...world.reads(t.trigger.when).fields].filter((field) =>
              /^(manager|owner|rep|sdr|ae|csm|team|boss|lead_owner)(_|$)|_(manager|owner|rep)$/.test(field),
            );
      return when(
        fields.length > 0,
        [...path, 'trigger', 'when'],
        () => `The trigger of ${t.name} depends on lead.${fields[0]}.`,
      );
    });
  },
};
