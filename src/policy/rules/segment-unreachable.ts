// policy, lint rule: the first segment that matches counts; one whose prospects all match an earlier one stays empty.

import { implies } from '../condition-logic.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const segmentUnreachable: Rule = {
  name: 'segment-unreachable',
  level: 'error',
  why: 'The first segment that matches counts; one whose prospects all match an earlier one stays empty.',
  avoid: 'segments: [{ name: mid, when: lead.seats >= 50 }, { name: big, when: lead.seats >= 500 }, rest]',
  prefer: 'Put the narrower segment first.',
  check(world) {
    const { segments } = world.doc;
    return segments.flatMap((segment, i) => {
      const { name, when: condition } = segment;
      if (condition === undefined) return [];
      const earlier = segments
        .slice(0, i)
        .find((other) => other.when !== undefined && implies(world.needs(condition), world.needs(other.when)));
      return when(
        earlier !== undefined,
        ['segments', i],
        () => `Everyone in "${name}" is already in "${earlier?.name}", which comes first.`,
      );
    });
  },
};
