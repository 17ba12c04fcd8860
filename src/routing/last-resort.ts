// Routing room: what happens when nobody on the ladder is free?
// The handoff waits within its limit, then goes to the fallback person, then to the policy's last rung. Promises: it
// always ends at a person; nobody who declined, and not the sender, while anybody else is left; an inactive person only
// where the whole roster is inactive.

import type { PersonId } from '../words/ids.ts';
import type { Candidate, RungTried, SkipReason } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { type RouteInput, see } from './candidate.ts';

/** Until when to wait: the earliest opening within the limit; the limit itself where only full people are left; else not. */
export function holdEnd(tried: readonly RungTried[], at: Instant, holdBy: Instant): Instant | undefined {
  if (at >= holdBy) return undefined;
  let soonest: Instant | undefined;
  let full = false;
  for (const { candidates } of tried) {
    for (const { skip, until } of candidates) {
      if (skip === 'full') full = true;
      if (until !== undefined && until > at && until <= holdBy && until < (soonest ?? Number.POSITIVE_INFINITY))
        soonest = until;
    }
  }
  return soonest ?? (full ? holdBy : undefined);
}

/**
 * The rung after the ladder: who gets it when waiting is over, in order of preference, the first one taken. The fallback
 * person and the last rung count even when their hours are closed or they are full; then whoever of the ladder is back
 * soonest; then the lead of the sender's team.
 */
export function fallbackRung(input: RouteInput, tried: readonly RungTried[]): RungTried {
  const named = [lastResort(input, input.fallback)];
  const last = lastResort(input, input.lastRung);
  // Where both are ruled out and nobody else exists, the last rung has it.
  if (input.lastRung !== input.fallback) grade(named[0]?.skip) >= RULED_OUT ? named.unshift(last) : named.push(last);
  const candidates = named.some(({ skip }) => skip === undefined) ? named : [...named, ...others(input, tried, named)];
  candidates.sort((a, b) => grade(a.skip) - grade(b.skip));
  if (grade(candidates[0]?.skip) >= GONE) {
    const anybody = anybodyActive(input);
    if (anybody !== undefined) candidates.unshift(anybody);
  }
  candidates.forEach((candidate, i) => {
    candidate.taken = i === 0;
    if (i > 0) candidate.skip ??= 'later-in-turn';
  });
  return { rung: input.rungs.length, name: 'fallback', use: 'fallback', result: 'matched', candidates };
}

const ABSENT = 1;
const RULED_OUT = 2;
const GONE = 3;

/** How much speaks against somebody as the last resort; the least is taken, earlier ones first. */
export function grade(skip: SkipReason | undefined): number {
  switch (skip) {
    case undefined:
    case 'later-in-turn':
      return 0;
    case 'away':
    case 'closed-for-now':
    case 'full':
      return ABSENT;
    case 'declined':
    case 'is-sender':
      return RULED_OUT;
    case 'inactive':
    case 'unknown-person':
      return GONE;
    default:
      return skip satisfies never;
  }
}

/** The fallback person or the last rung: only leave keeps them from work, not hours or capacity. */
function lastResort(input: RouteInput, person: PersonId): Candidate {
  const candidate = see(input, person, input.roster.people.get(person));
  if (candidate.skip === 'closed-for-now' || candidate.skip === 'full') delete candidate.skip;
  return candidate;
}

function others(input: RouteInput, tried: readonly RungTried[], named: readonly Candidate[]): Candidate[] {
  const found = new Map<PersonId, Candidate>();
  for (const { candidates } of tried) {
    for (const candidate of candidates) {
      if (grade(candidate.skip) === ABSENT && !found.has(candidate.person))
        found.set(candidate.person, { ...candidate });
    }
  }
  for (const { person } of named) found.delete(person);
  const soonest = [...found.values()].sort((a, b) => untilOf(a) - untilOf(b) || (a.person < b.person ? -1 : 1));
  const lead = leadOfSender(input);
  const isNew = lead !== undefined && !found.has(lead) && named.every(({ person }) => person !== lead);
  return isNew ? [...soonest, see(input, lead, input.roster.people.get(lead))] : soonest;
}

function untilOf(candidate: Candidate): Instant {
  return candidate.until ?? Number.MAX_SAFE_INTEGER;
}

function leadOfSender(input: RouteInput): PersonId | undefined {
  const team = input.roster.people.get(input.sender)?.team;
  return team === undefined ? undefined : input.roster.teams.get(team)?.lead;
}

/** Where everybody that the policy names has left: the best active person of the roster, by id. */
function anybodyActive(input: RouteInput): Candidate | undefined {
  let best: Candidate | undefined;
  for (const person of input.roster.people.values()) {
    if (!person.active) continue;
    const candidate = see(input, person.id, person);
    const better =
      best === undefined ? -1 : grade(candidate.skip) - grade(best.skip) || (candidate.person < best.person ? -1 : 1);
    if (better < 0) best = candidate;
  }
  return best;
}
