// Routing room: what would have changed a decision?
// Answers for one person why they did not get a handoff and what stood in the way, by making the choice again with that
// one thing different. Promises: says "would have got it" only where the rules would have given it to them.

import type { PersonId } from '../words/ids.ts';
import type { Candidate, DecisionRecord, RungTried } from '../words/routing.ts';
import { type Seat, settlePool } from './fairness.ts';
import { bestOf, placeOf } from './replay.ts';
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
  for (const rung of stands) {
    const candidate = ofPerson(rung, person);
    if (candidate.skip !== 'later-in-turn' && wouldWin(rung, candidate))
      return `${person} would have got it had ${person} ${unless(candidate)}.`;
  }
  return notEvenThen(record, first, ofPerson(first, person));
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
  const how = rung.use === 'least-loaded' ? 'had less to do in' : 'was before';
  const place = rung.use === 'least-loaded' ? `pool ${rung.pool}` : `${person} in turn in pool ${rung.pool}`;
  if (candidate.skip === 'later-in-turn') {
    if (rung.use === 'fallback') return `${person} comes after ${outcomeOf(record)} among the last resorts.`;
    return `${person} was free, but ${outcomeOf(record)} ${how} ${place}.`;
  }
  return `${person} (${saySkip(candidate)}) would not have got it even so: ${outcomeOf(record)} comes first${rung.pool === undefined ? '' : ` in pool ${rung.pool}`}.`;
}

function outcomeOf(record: DecisionRecord): string {
  if (record.picked !== undefined) return record.picked;
  return record.heldUntil === undefined ? 'nobody' : `nobody until ${sayTime(record.heldUntil)}`;
}

function ofPerson(rung: RungTried, person: PersonId): Candidate {
  return rung.candidates.find((candidate) => candidate.person === person) as Candidate;
}

/** Makes a rung's choice again as if nothing had kept this one person from it. */
function wouldWin(rung: RungTried, candidate: Candidate): boolean {
  const { person } = candidate;
  if (rung.use === 'fallback') return bestLast(rung, person) === person;
  const candidates = rung.candidates.map((other) => (other.person === person ? { ...other, skip: undefined } : other));
  if (rung.use !== 'round-robin' && rung.use !== 'least-loaded') return bestOf({ ...rung, candidates }) === person;
  return bestOf({ ...rung, candidates: settled(candidates, candidate) }) === person;
}

/** Somebody who comes back is brought to the pool's time first, as the live choice does it. */
function settled(candidates: readonly Candidate[], back: Candidate): Candidate[] {
  const seats: Seat[] = candidates.map((candidate) => ({
    person: candidate.person,
    weight: candidate.weight ?? 1,
    open: candidate.skip === undefined || candidate.skip === 'later-in-turn',
    ...(candidate.person === back.person && back.skip === 'away' ? { backAt: 1 } : {}),
  }));
  const turns = Object.fromEntries(candidates.map((candidate) => [candidate.person, placeOf(candidate)]));
  const { places } = settlePool('', turns, seats, 1);
  return candidates.map((candidate, i) => {
    const { passes, rest } = places[i] ?? { passes: 0 };
    const { rest: _own, ...other } = candidate;
    return { ...other, passes, ...(rest === undefined ? {} : { rest }) } as Candidate;
  });
}

function bestLast(rung: RungTried, person: PersonId): PersonId | undefined {
  const index = rung.candidates.findIndex((candidate) => candidate.person === person);
  const before = rung.candidates.slice(0, index);
  return before.every(({ skip }) => skip !== undefined && skip !== 'later-in-turn') ? person : undefined;
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
