// decide: an offer to a whole pool. Whoever of it accepts first has it; until then the pool's lead answers for the claim.

import { lackOf, membersOf } from '../routing/pool.ts';
import type { Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Candidate, DecisionRecord } from '../words/routing.ts';
import { isActive } from './people.ts';
import { ruleOf } from './plan.ts';
import type { World } from './world.ts';

/**
 * Whether this person may accept the running offer: it was made to them, or to a pool that they belong to and whose
 * demands they meet. Hours, leave and capacity do not matter to somebody who asks for it.
 */
export function mayAccept(world: World, h: Handoff, by: PersonId): boolean {
  const { offer } = h;
  if (offer === undefined || !isActive(world, by)) return false;
  const { policy, transition } = ruleOf(world, h);
  if (offer.pool === undefined) return offer.to === by;
  if (h.declined.includes(by) || (by === h.sender && !transition.allowSelf)) return false;
  if (offer.to === by) return true;
  const spec = policy.doc.pools[offer.pool];
  if (spec === undefined) return false;
  const member = membersOf(spec, world.roster).find(({ person }) => person === by);
  if (member === undefined) return false;
  return lackOf(spec.with, member.known, world.context(h.context.ref)?.fields) === undefined;
}

/** Everybody who hears of an offer to a pool: who could take it now, and the lead. */
export function heardBy(record: DecisionRecord, lead: PersonId): PersonId[] {
  const rung = record.rungs.at(-1);
  const free = (rung?.candidates ?? []).filter(isFree).map(({ person }) => person);
  return [...new Set([...free, lead])];
}

function isFree({ skip }: Candidate): boolean {
  return skip === undefined || skip === 'later-in-turn';
}
