// policy: lint, territories that will have nobody.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const territoryWithoutOwner: Rule = {
  name: 'territory-without-owner',
  level: 'warning',
  why: "Every owner of the territory ends on some day, and no pool takes over: from then on it is nobody's.",
  avoid: 'owners: [{ person: ben, until: 2026-06-30 }] and no pool',
  prefer: 'Name who follows, or a pool.',
  check(world) {
    return Object.entries(world.doc.territories).flatMap(([name, { owners, pool }]) => {
      const last = owners
        .map(({ until }) => until)
        .toSorted()
        .at(-1);
      return when(
        pool === undefined && owners.every(({ until }) => until !== undefined),
        ['territories', name],
        () => `The territory "${name}" has no owner after ${last}.`,
      );
    });
  },
};
