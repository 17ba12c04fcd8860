// Routing room: who of a pool gets this handoff?
// Sees every member and takes whoever is next, or, for a claim, says whether anybody could take it. Promises: everybody who
// was looked at is in the record with their place; a turn moves only together with the person it is spent on.

import type { PersonId } from '../words/ids.ts';
import type { Person } from '../words/roster.ts';
import type { Candidate, PoolTurns, RungTried, Turn, TurnChange } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { isFree, type Membership, type RouteInput, see } from './candidate.ts';
import { leastTurn, type Seat, settlePool, spendTurn } from './fairness.ts';
import { leastLoaded } from './least-loaded.ts';
import { lackOf, leadOfPool, type Member, membersOf } from './pool.ts';
import { rampUp } from './ramp.ts';
import { counted } from './window.ts';

export type Taken = { index: number; turns: TurnChange[] };

/** The next of a pool, by turn or by load; undefined where nobody is free. Notes everybody in `entry`. */
export function tryPool(
  input: RouteInput,
  use: 'round-robin' | 'least-loaded',
  pool: string,
  entry: RungTried,
): Taken | undefined {
  const members = membersFor(input, pool, entry);
  if (members.length === 0) return undefined;
  const turns = input.pools.get(pool) ?? NO_TURNS;
  const seats: Seat[] = [];
  const seated: Candidate[] = [];
  const loads: number[] = [];
  let open = 0;
  for (const { person, weight, known } of members) {
    const candidate = see(input, person, known, membership(input, pool, turns, person, weight, known));
    entry.candidates.push(candidate);
    if (known === undefined) continue;
    const seat: Seat = { person, weight, open: isFree(candidate) };
    noteLeave(seat, known, input.at);
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
  return { index: entry.candidates.indexOf(seated[index] as Candidate), turns: countOffer(input, pool, changes) };
}

/** Who is accountable for a claim, where anybody of the pool could take it now. Notes everybody in `entry`. */
export function tryClaim(input: RouteInput, pool: string, entry: RungTried): PersonId | undefined {
  const members = membersFor(input, pool, entry);
  if (members.length === 0) return undefined;
  const turns = input.pools.get(pool) ?? NO_TURNS;
  for (const { person, weight, known } of members) {
    const {
      passes: _passes,
      lastAt: _lastAt,
      weight: _weight,
      ...candidate
    } = see(input, person, known, membership(input, pool, turns, person, weight, known));
    entry.candidates.push(candidate);
  }
  if (input.passedPools?.includes(pool) === true) {
    entry.why = 'nobody of it claimed this handoff in time';
    entry.passed = true;
    return undefined;
  }
  const spec = input.poolSpecs[pool];
  const lead = spec === undefined ? undefined : (leadOfPool(spec, input.roster) ?? input.lastRung);
  if (lead === undefined || !entry.candidates.some(isFree)) return undefined;
  entry.lead = lead;
  return lead;
}

function membersFor(input: RouteInput, pool: string, entry: RungTried): readonly Member[] {
  entry.pool = pool;
  const spec = Object.hasOwn(input.poolSpecs, pool) ? input.poolSpecs[pool] : undefined;
  const members = spec === undefined ? [] : rampUp(membersOf(spec, input.roster), input.at);
  if (members.length === 0)
    entry.why = spec === undefined ? `there is no pool "${pool}"` : `the pool "${pool}" has no members`;
  return members;
}

function membership(
  input: RouteInput,
  pool: string,
  turns: PoolTurns,
  person: PersonId,
  weight: number,
  known: Person | undefined,
): Membership {
  const spec = input.poolSpecs[pool];
  if (spec?.capacity === undefined && spec?.with === undefined) return { weight };
  const lacks = lackOf(spec.with, known, input.lead);
  const recent = turns[person]?.recent;
  return {
    weight,
    ...(spec.capacity === undefined ? {} : { capacity: spec.capacity }),
    ...(recent === undefined ? {} : { recent }),
    ...(lacks === undefined ? {} : { lacks }),
  };
}

/** Where the pool counts offers in a window, the turn that is spent remembers this one. */
function countOffer(input: RouteInput, pool: string, changes: TurnChange[]): TurnChange[] {
  const windows = input.poolSpecs[pool]?.capacity?.windows;
  if (windows === undefined || windows.length === 0) return changes;
  return changes.map((change) =>
    change.why === 'assigned' ? { ...change, turn: counted(change.turn, windows, input.at) } : change,
  );
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
