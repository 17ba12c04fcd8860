// decide: the checks that every act begins with: is there such a handoff, is it open, is the asker somebody?

import type { Arrival } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import type { Refusal } from '../words/refusal.ts';
import { refuse } from '../words/refusal.ts';
import type { World } from './world.ts';

/** The person who asks, or the refusal. A key that belongs to no person cannot act as one. */
export function whoAsks(world: World, arrival: Arrival): PersonId | Refusal {
  if (arrival.actor.kind !== 'person') return refuse('actor/needs-person');
  return world.roster.people.get(arrival.actor.id)?.active === true
    ? arrival.actor.id
    : refuse('actor/unknown', { actor: arrival.actor.id });
}

/** The person who reports a fact: the asker, or `fallback` where a system reports it. */
export function whoReports(world: World, arrival: Arrival, fallback: PersonId): PersonId | Refusal {
  return arrival.actor.kind === 'system' ? fallback : whoAsks(world, arrival);
}

/** The live handoff of that id, or the refusal. */
export function liveHandoff(world: World, id: HandoffId): Handoff | Refusal {
  const h = world.handoff(id);
  if (h === undefined) return refuse('handoff/unknown', { handoff: id });
  return h.stage === 'closed' ? refuse('handoff/closed', { outcome: h.outcome ?? 'closed' }) : h;
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'code' in value && 'sentence' in value;
}

/** An instant in a sentence: UTC, to the minute; screens put it into the reader's zone. */
export function whenText(at: number): string {
  return isoInstant(at).replace(':00.000Z', 'Z').replace('.000Z', 'Z');
}

/** The day of an instant in a zone, as an ISO date: territories change hands at its midnight. */
export function dayIn(zone: string, at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

function isoInstant(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 });
}
