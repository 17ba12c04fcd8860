// policy, lint rule: a pool that no route uses: its people wait for work that never comes.

import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const unusedPool: Rule = {
  name: 'unused-pool',
  level: 'note',
  why: 'A pool that no route uses: its people wait for work that never comes.',
  avoid: 'a pool that stands in no route',
  prefer: 'Use it in a route, or remove it.',
  check(world) {
    const used = new Set(
      Object.values(world.doc.transitions).flatMap((t) =>
        t.route.flatMap((rung) => ('pool' in rung ? [rung.pool] : [])),
      ),
    );
    for (const { pool } of Object.values(world.doc.territories)) if (pool !== undefined) used.add(pool);
    return Object.keys(world.doc.pools).flatMap((pool) =>
      when(!used.has(pool), ['pools', pool], () => `No route uses the pool "${pool}".`),
    );
  },
};
