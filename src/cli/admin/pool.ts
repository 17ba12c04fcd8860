// cli: whose turn is it? The members of a pool with their weight, what they hold and how far their turns have come.

import { membersOf } from '../../routing/pool.ts';
import type { House } from '../../run/house.ts';
import type { PersonId, WorkspaceId } from '../../words/ids.ts';
import type { Instant } from '../../words/time.ts';

export type PoolShown = {
  pool: string;
  members: {
    person: PersonId;
    weight: number;
    /** Open handoffs they hold now. */
    load: number;
    capacity?: number;
    active: boolean;
    /** Virtual time in the pool; the least is next. Absent before the first turn. */
    passes?: number;
    lastAt?: Instant;
  }[];
};

/** All pools of the live policy, or the one of that name; least virtual time first. */
export async function showPools(house: House, workspace: WorkspaceId, name?: string): Promise<PoolShown[]> {
  const standing = await house.live.standing(workspace);
  if (standing.live === undefined) return [];
  const { doc } = house.shelf.policy(standing.live, standing.policies.get(standing.live) ?? '');
  return Object.entries(doc.pools)
    .filter(([pool]) => name === undefined || pool === name)
    .map(([pool, spec]) => ({
      pool,
      members: membersOf(spec, standing.roster)
        .map(({ person, weight, known }) => {
          const turn = standing.pools.get(pool)?.[person];
          return {
            person,
            weight,
            load: standing.loads.get(person) ?? 0,
            active: known?.active === true,
            ...(known?.capacity === undefined ? {} : { capacity: known.capacity }),
            ...(turn === undefined ? {} : { passes: turn.passes, lastAt: turn.lastAt }),
          };
        })
        .sort(
          (a, b) =>
            (a.passes ?? 0) - (b.passes ?? 0) || (a.lastAt ?? 0) - (b.lastAt ?? 0) || (a.person < b.person ? -1 : 1),
        ),
    }));
}
