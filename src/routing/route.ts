// Routing room: who gets this handoff now?
// Walks the ladder of a policy and answers with a person, or with the instant until which the handoff waits for somebody.
// Promises: it always ends at a person; nobody inactive, away, closed, full, declined or the sender is taken while
// somebody else is free; the same input gives the same answer; everything the choice rested on is in the record.

import type { PersonId } from '../words/ids.ts';
import type { Rung } from '../words/policy.ts';
import type { Person } from '../words/roster.ts';
import type { Candidate, DecisionRecord, PoolTurns, RungTried, Turn, TurnChange } from '../words/routing.ts';
import type { Instant, Span } from '../words/time.ts';
import { isFree, type RouteInput, type RouteResult, see } from './candidate.ts';
import { leastTurn, type Seat, settlePool, spendTurn } from './fairness.ts';
import { fallbackRung, holdEnd } from './last-resort.ts';
import { leastLoaded } from './least-loaded.ts';
import { membersOf } from './pool.ts';
import { sayFallback, sayHeld, sayPicked, sayTime } from './sentence.ts';

export type { Availability, RouteInput, RouteResult } from './candidate.ts';

/** Chooses a receiver, or the instant until which to wait. Instants are epoch milliseconds; draws no chance, reads no clock. */
export function route(input: RouteInput): RouteResult {
  const tried: RungTried[] = [];
  const forced = input.force === undefined ? undefined : tryByHand(input, input.force, tried);
  if (forced !== undefined) return forced;
  const ladder = input.rungs.length;
  for (let i = nextRung(input, 0, tried); i < ladder; i = nextRung(input, i + 1, tried)) {
    const rung = input.rungs[i] as Rung;
    if (!holds(input, rung, i, tried)) continue;
    const taken = tryRung(input, rung, i, tried);
    if (taken !== undefined) return taken;
  }
  return nobodyFree(input, tried);
}

function nextRung(input: RouteInput, from: number, tried: RungTried[]): number {
  if (input.nextMayHold === undefined) return from;
  const next = Math.min(input.nextMayHold(from), input.rungs.length);
  if (next > from) noteSkipped(input.rungs, from, next - 1, tried);
  return next;
}

function holds(input: RouteInput, rung: Rung, i: number, tried: RungTried[]): boolean {
  if (rung.when === undefined) return true;
  const verdict = input.test(rung.when);
  if (verdict.error !== undefined) {
    tried.push({
      rung: i,
      name: nameOf(rung),
      result: 'error',
      why: `its condition failed: ${verdict.error}`,
      candidates: [],
    });
    return false;
  }
  if (verdict.holds !== true) noteSkipped(input.rungs, i, i, tried);
  return verdict.holds === true;
}

/** Rungs whose conditions are false stand in the record as one entry per run of them. */
function noteSkipped(rungs: readonly Rung[], from: number, through: number, tried: RungTried[]): void {
  const last = tried.at(-1);
  if (last !== undefined && last.result === 'skipped' && (last.through ?? last.rung) === from - 1) {
    last.through = through;
    last.why = 'their conditions are false';
    return;
  }
  const entry: RungTried = {
    rung: from,
    name: nameOf(rungs[from] as Rung),
    result: 'skipped',
    why: 'its condition is false',
    candidates: [],
  };
  if (through > from) {
    entry.through = through;
    entry.why = 'their conditions are false';
  }
  tried.push(entry);
}

/** What a rung is called where the policy gives it no name. */
function nameOf(rung: Rung): string {
  if (rung.name !== undefined) return rung.name;
  switch (rung.use) {
    case 'round-robin':
    case 'least-loaded':
      return `${rung.use} ${rung.pool}`;
    case 'person':
      return `person ${rung.person}`;
    case 'lead':
      return `lead of ${rung.team}`;
    case 'owner':
      return 'owner';
    default:
      return rung satisfies never;
  }
}

function tryRung(input: RouteInput, rung: Rung, i: number, tried: RungTried[]): RouteResult | undefined {
  const entry: RungTried = { rung: i, name: nameOf(rung), use: rung.use, result: 'nobody', candidates: [] };
  tried.push(entry);
  switch (rung.use) {
    case 'round-robin':
    case 'least-loaded':
      return tryPool(input, rung.use, rung.pool, entry, tried);
    case 'owner':
      return tryOne(input, ownerOf(input, rung.withinMs, entry), entry, tried);
    case 'person':
      return tryOne(input, rung.person, entry, tried);
    case 'lead': {
      const team = input.roster.teams.get(rung.team);
      if (team === undefined) entry.why = `there is no team "${rung.team}"`;
      return tryOne(input, team?.lead, entry, tried);
    }
    default:
      return rung satisfies never;
  }
}

function ownerOf(input: RouteInput, withinMs: Span | undefined, entry: RungTried): PersonId | undefined {
  const owner = input.previousOwner;
  if (owner === undefined) {
    entry.why = 'nobody had this subject before';
    return undefined;
  }
  if (withinMs !== undefined && input.at - owner.at > withinMs) {
    entry.why = `${owner.person} had this subject last on ${sayTime(owner.at)}, which is too long ago`;
    return undefined;
  }
  return owner.person;
}

function tryOne(
  input: RouteInput,
  person: PersonId | undefined,
  entry: RungTried,
  tried: RungTried[],
): RouteResult | undefined {
  if (person === undefined) return undefined;
  const candidate = see(input, person, input.roster.people.get(person));
  entry.candidates.push(candidate);
  return isFree(candidate) ? take(input, entry, 0, [], tried) : undefined;
}

function tryByHand(input: RouteInput, person: PersonId, tried: RungTried[]): RouteResult | undefined {
  const candidate = see(input, person, input.roster.people.get(person));
  const reasons = [candidate.skip, ...(candidate.also ?? [])];
  const barred = reasons.find((skip) => skip === 'unknown-person' || skip === 'inactive' || skip === 'is-sender');
  delete candidate.also;
  candidate.skip = barred ?? 'later-in-turn';
  tried.push({ rung: -1, name: 'by hand', use: 'by-hand', result: 'nobody', candidates: [candidate] });
  return barred === undefined ? take(input, tried.at(-1) as RungTried, 0, [], tried) : undefined;
}

function tryPool(
  input: RouteInput,
  use: 'round-robin' | 'least-loaded',
  pool: string,
  entry: RungTried,
  tried: RungTried[],
): RouteResult | undefined {
  entry.pool = pool;
  const spec = Object.hasOwn(input.poolSpecs, pool) ? input.poolSpecs[pool] : undefined;
  const members = spec === undefined ? [] : membersOf(spec, input.roster);
  if (members.length === 0) {
    entry.why = spec === undefined ? `there is no pool "${pool}"` : `the pool "${pool}" has no members`;
    return undefined;
  }
  const turns = input.pools.get(pool) ?? NO_TURNS;
  const seats: Seat[] = [];
  const seated: Candidate[] = [];
  const loads: number[] = [];
  let open = 0;
  for (const { person, weight, known } of members) {
    const candidate = see(input, person, known, weight);
    entry.candidates.push(candidate);
    if (known === undefined) continue;
    const seat: Seat = { person, weight, open: isFree(candidate) };
    if (known.absences.length > 0) noteLeave(seat, known, input.at);
    if (use === 'least-loaded') {
      const load = input.load(person);
      candidate.load ??= String(load);
      loads.push(load);
    }
    if (seat.open) open += 1;
    seats.push(seat);
    seated.push(candidate);
  }
  const settled = settlePool(pool, turns, seats, input.at);
  for (let i = 0; i < seats.length; i++) notePlace(seated[i] as Candidate, settled.places[i] as Turn);
  if (open === 0) return undefined;
  const index = use === 'round-robin' ? leastTurn(seats, settled.places) : leastLoaded(seats, settled.places, loads);
  const changes = spendTurn(pool, turns, seats, settled, index, input.at);
  return take(input, entry, entry.candidates.indexOf(seated[index] as Candidate), changes, tried);
}

const NO_TURNS: PoolTurns = {};

function noteLeave(seat: Seat, person: Person, at: Instant): void {
  for (const { to } of person.absences) if (to <= at && to > (seat.backAt ?? 0)) seat.backAt = to;
}

function notePlace(candidate: Candidate, turn: Turn): void {
  candidate.passes = turn.passes;
  candidate.lastAt = turn.lastAt;
  if (turn.rest !== undefined) candidate.rest = turn.rest;
}

function take(
  input: RouteInput,
  entry: RungTried,
  index: number,
  turns: TurnChange[],
  tried: RungTried[],
): RouteResult {
  const { skip: _free, ...free } = entry.candidates[index] as Candidate;
  const candidate: Candidate = { ...free, taken: true };
  entry.candidates[index] = candidate;
  entry.result = 'matched';
  return {
    person: candidate.person,
    record: recordOf(input, tried, turns, sayPicked(tried, entry, candidate), { picked: candidate.person }),
  };
}

function nobodyFree(input: RouteInput, tried: RungTried[]): RouteResult {
  const holdBy = (input.holdStartedAt ?? input.at) + input.holdMaxMs;
  const holdUntil = holdEnd(tried, input.at, holdBy);
  if (holdUntil !== undefined) {
    return {
      holdUntil,
      record: recordOf(input, tried, [], sayHeld(tried, holdUntil, holdBy), { heldUntil: holdUntil, holdBy }),
    };
  }
  const entry = fallbackRung(input, tried);
  tried.push(entry);
  const picked = entry.candidates.find(({ taken }) => taken)?.person ?? input.lastRung;
  return {
    person: picked,
    record: recordOf(input, tried, [], sayFallback(tried, entry, roleOf(input, picked)), {
      picked,
      holdBy,
      usedFallback: true,
    }),
  };
}

function roleOf(input: RouteInput, picked: PersonId): string {
  if (picked === input.fallback) return 'the fallback person';
  return picked === input.lastRung ? 'the last rung' : 'the last resort';
}

type Ending = { picked?: PersonId; heldUntil?: Instant; holdBy?: Instant; usedFallback?: boolean };

function recordOf(
  input: RouteInput,
  rungs: RungTried[],
  turns: TurnChange[],
  sentence: string,
  ending: Ending,
): DecisionRecord {
  return {
    policy: input.policy,
    at: input.at,
    segment: input.segment,
    rungs,
    usedFallback: false,
    ...ending,
    turns,
    sentence,
  };
}
