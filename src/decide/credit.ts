// decide: giving a turn back, in the pool that it was taken from.

import { isOpen } from '../calendar/calendar.ts';
import type { Seat } from '../routing/fairness.ts';
import { creditChange } from '../routing/fairness.ts';
import { membersOf } from '../routing/pool.ts';
import { rampUp } from '../routing/ramp.ts';
import type { PersonId } from '../words/ids.ts';
import type { Policy } from '../words/policy.ts';
import type { TurnChange } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { isActive } from './people.ts';
import type { World } from './world.ts';

/** The change that gives `person` one turn back in `pool`; undefined where they have no place in it. */
export function creditTurn(
  world: World,
  policy: Policy,
  pool: string,
  person: PersonId,
  at: Instant,
): TurnChange | undefined {
  const spec = policy.doc.pools[pool];
  const turns = world.pools.get(pool);
  if (spec === undefined || turns?.[person] === undefined) return undefined;
  const seats = rampUp(membersOf(spec, world.roster), at).map(
    (m): Seat => ({
      person: m.person,
      weight: m.weight,
      open: isActive(world, m.person) && isOpen(world.calendar(m.person), at),
    }),
  );
  const seat = seats.find((s) => s.person === person);
  return seat === undefined ? undefined : creditChange(pool, turns, seats, seat, at);
}
