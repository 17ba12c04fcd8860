// Routing room: what happens when nobody on the ladder is free?
// The handoff waits within its limit, then goes to the fallback person, then to the policy's last rung. Promises: it
// always ends at a person; nobody who declined, and not the sender, while anybody else is left; an inactive person only
// where the whole roster is inactive.

import type { PersonId } from '../words/ids.ts';
import type { Candidate, RungTried, SkipReason } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { isFree, type RouteInput, see } from './candidate.ts';

/** Until when to wait: the earliest opening within the limit; the limit itself where only full people are left; else not. */
export function holdEnd(tried: readonly RungTried[], at: Instant, holdBy: Instant): Instant | undefined {
  if (at >= holdBy) return undefined;
  let soonest: Instant | undefined;
  let full = false;
  for (const { candidates, passed } of tried) {
    if (passed === true) continue;
    for (const candidate of candidates) {
      if (grade(candidate) !== ABSENT) continue;
      if (candidate.skip === 'full') full = true;
      const until = candidate.until ?? 0;
      if (until > at && until <= holdBy && until < (soonest ?? Number.POSITIVE_INFINITY)) soonest = until;
    }
  }
  return soonest ?? (full ? holdBy : undefined);
}

/**
 * The rung after the ladder: who gets it when waiting is over, in order of preference. The fallback
 * person and the last rung count even when their hours are closed or they are full; then whoever of the ladder is back
 * soonest; then the lead of the sender's team.
 */
export function fallbackRung(input: RouteInput, tried: readonly RungTried[]): RungTried {
  const named = [lastResort(input, input.fallback)];
  if (input.lastRung !== input.fallback) named.push(lastResort(input, input.lastRung));
  const candidates = named.some(isFree) ? named : [...named, ...others(input, tried, named)];
  if (candidates.every((candidate) => grade(candidate) === GONE)) {
    const anybody = anybodyActive(input);
    if (anybody !== undefined) candidates.unshift(anybody);
  }
  const taken = leastBarred(candidates, input.lastRung);
  if (taken !== undefined) {
    taken.taken = true;
    if (isFree(taken)) delete taken.skip;
  }
  return {
    rung: input.rungs.length,
    name: 'fallback',
    use: 'fallback',
    last: input.lastRung,
    result: 'matched',
    candidates,
  };
}

/** The first of those against whom the least speaks; where they are all ruled out alike, the policy's last rung. */
export function leastBarred(candidates: readonly Candidate[], last: PersonId | undefined): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    if (best === undefined || grade(candidate) < grade(best)) best = candidate;
  }
  if (best === undefined || grade(best) < RULED_OUT) return best;
  const least = grade(best);
  return candidates.find((candidate) => candidate.person === last && grade(candidate) === least) ?? best;
}

const ABSENT = 1;
const UNFIT = 2;
const RULED_OUT = 3;
const GONE = 4;

/** How much speaks against somebody as the last resort; the least is taken, earlier ones first. */
function grade({ skip }: Candidate): number {
  switch (skip) {
    case undefined:
    case 'later-in-turn':
      return 0;
    case 'away':
    case 'closed-for-now':
    case 'full':
      return ABSENT;
    case 'no-fit':
      return UNFIT;
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
  const reasons = [candidate.skip as SkipReason, ...(candidate.also ?? [])];
  const [first = 'later-in-turn', ...more] = reasons.filter((skip) => skip !== 'closed-for-now' && skip !== 'full');
  delete candidate.also;
  candidate.skip = first;
  if (more.length > 0) candidate.also = more;
  return candidate;
}

function others(input: RouteInput, tried: readonly RungTried[], named: readonly Candidate[]): Candidate[] {
  const found = new Map<PersonId, Candidate>();
  for (const { candidates } of tried) {
    for (const candidate of candidates) {
      if (candidate.skip !== 'unknown-person' && !found.has(candidate.person))
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
      best === undefined ? -1 : grade(candidate) - grade(best) || (candidate.person < best.person ? -1 : 1);
    if (better < 0) best = candidate;
  }
  return best;
}
