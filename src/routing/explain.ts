// Routing room: what would have changed a decision?
// Answers for one person why they did not get a handoff and what stood in the way, by making the choice again with that
// one thing different. Promises: says "would have got it" only where the rules would have given it to them.

import type { PersonId } from '../words/ids.ts';
import type { Candidate, DecisionRecord, RungTried, SkipReason, Turn } from '../words/routing.ts';
import { type Seat, settlePool } from './fairness.ts';
import { placeOf, rerouteFromRecord } from './replay.ts';
import { saySkip, sayTime } from './sentence.ts';

/**
 * One sentence about one person and one recorded decision, for example "ana would have got it had ana not been away until
 * 2026-11-25T14:00Z." or "ana was free, but ben was before ana in turn in pool ae-us." Instants in UTC.
 */
export function whatWouldHaveChanged(record: DecisionRecord, person: PersonId): string {
  if (record.picked === person) return `${person} got it: ${record.sentence}.`;
  const stands = record.rungs.filter(({ candidates }) => candidates.some((candidate) => candidate.person === person));
  const first = stands[0];
  if (first === undefined) return notSeen(record, person);
  if (ofPerson(first, person).skip === 'unknown-person') return `${person} is not in the roster.`;
  const candidate = ofPerson(first, person);
  if (candidate.skip !== 'later-in-turn' && rerouteFromRecord(without(record, candidate)) === person) {
    return `${person} would have got it had ${person} ${unless(candidate)}.`;
  }
  return notEvenThen(record, first, candidate);
}

function notSeen(record: DecisionRecord, person: PersonId): string {
  const closed = record.rungs.filter(({ result }) => result === 'skipped' || result === 'error');
  if (closed.length === 0) return `${person} stands on no rung before the one that gave ${outcomeOf(record)}.`;
  const names = closed
    .slice(0, 3)
    .map((rung) => `"${rung.name}"${rung.through === undefined ? '' : ` and ${rung.through - rung.rung} more`}`);
  return `${person} stands on no rung that applied; rungs that did not apply: ${names.join(', ')}${closed.length > 3 ? ', …' : ''}.`;
}

function notEvenThen(record: DecisionRecord, rung: RungTried, candidate: Candidate): string {
  const { person } = candidate;
  const winner = outcomeOf(record);
  if (candidate.also !== undefined) return `${person} was kept from it by more than one thing: ${saySkip(candidate)}.`;
  if (candidate.skip !== 'later-in-turn') {
    const where = rung.pool === undefined ? '' : ` in pool ${rung.pool}`;
    return `${person} (${saySkip(candidate)}) would not have got it even so: ${winner} comes first${where}.`;
  }
  if (rung.use === 'claim') return `${person} can claim it from pool ${rung.pool}, like everybody there who is free.`;
  if (rung.use === 'fallback') return `${person} comes after ${winner} among the last resorts.`;
  const least = rung.use === 'least-loaded' ? ', where the fewest open handoffs come first' : '';
  return `${person} was free, but ${winner} was before ${person} in turn in pool ${rung.pool}${least}.`;
}

function outcomeOf(record: DecisionRecord): string {
  if (record.picked !== undefined) return record.picked;
  return record.heldUntil === undefined ? 'nobody' : `nobody until ${sayTime(record.heldUntil)}`;
}

function ofPerson(rung: RungTried, person: PersonId): Candidate {
  return rung.candidates.find((candidate) => candidate.person === person) as Candidate;
}

/** The record as it would be if the first thing that kept this person from it were not so. */
function without(record: DecisionRecord, barred: Candidate): DecisionRecord {
  const rungs = record.rungs.map((rung): RungTried => {
    const candidates = rung.candidates.map((other) =>
      other.person === barred.person ? freed(other, barred.skip) : other,
    );
    const inPool = rung.use === 'round-robin' || rung.use === 'least-loaded';
    return { ...rung, candidates: inPool ? settled(candidates) : candidates };
  });
  return { ...record, rungs };
}

/** Without one reason, and with room for exactly one where that was the load. */
function freed(candidate: Candidate, reason: SkipReason | undefined): Candidate {
  const { skip, also, ...free } = candidate;
  const [next, ...more] = [skip, ...(also ?? [])].filter(
    (other) => other !== undefined && other !== reason,
  ) as SkipReason[];
  const left: Candidate =
    next === undefined ? free : { ...free, skip: next, ...(more.length > 0 ? { also: more } : {}) };
  if (reason !== 'full' || left.load === undefined) return left;
  if (left.load.includes(' in ')) {
    const { load: _window, ...open } = left;
    return open;
  }
  const capacity = Number(left.load.slice(left.load.indexOf('/') + 1));
  return { ...left, load: `${capacity - 1}/${capacity}` };
}

/** Somebody who could have taken it is brought to the pool's time first, as the live choice does it. */
function settled(candidates: readonly Candidate[]): Candidate[] {
  const seats: Seat[] = candidates.map((candidate) => ({
    person: candidate.person,
    weight: candidate.weight ?? 1,
    open: candidate.skip === undefined || candidate.skip === 'later-in-turn',
  }));
  const turns = Object.fromEntries(candidates.map((candidate) => [candidate.person, placeOf(candidate)]));
  const { places } = settlePool('', turns, seats, 0);
  return candidates.map((candidate, i) => {
    const { rest: _own, ...other } = candidate;
    const { passes, rest } = places[i] as Turn;
    return rest === undefined ? { ...other, passes } : { ...other, passes, rest };
  });
}

function unless(candidate: Candidate): string {
  const until = candidate.until === undefined ? '' : ` until ${sayTime(candidate.until)}`;
  switch (candidate.skip) {
    case 'away':
      return `not been away${until}`;
    case 'closed-for-now':
      return `been open (closed${until})`;
    case 'full':
      return `had room (full ${candidate.load})`;
    case 'declined':
      return 'not declined this one';
    case 'no-fit':
      return `had ${candidate.lacks}`;
    case 'is-sender':
      return 'not been the sender';
    case 'inactive':
      return 'been active';
    case 'unknown-person':
      return 'been in the roster';
    case 'later-in-turn':
    case undefined:
      return 'been next in turn';
    default:
      return candidate.skip satisfies never;
  }
}
