// Routing room: who gets this handoff now?
// Walks the ladder of a policy and answers with a person, or with the instant until which the handoff waits for somebody.
// Promises: it always ends at a person; nobody inactive, away, closed, full, declined or the sender is taken while
// somebody else is free; the same input gives the same answer; everything the choice rested on is in the record.

import type { PersonId } from '../words/ids.ts';
import type { Rung } from '../words/policy.ts';
import type { Candidate, DecisionRecord, RungTried, TurnChange } from '../words/routing.ts';
import type { Instant, Span } from '../words/time.ts';
import { isFree, type RouteInput, type RouteResult, see } from './candidate.ts';
import { fallbackRung, holdEnd } from './last-resort.ts';
import { sayClaim, sayFallback, sayHeld, sayPicked, sayTime } from './sentence.ts';
import { tryClaim, tryPool } from './take-turns.ts';
import { ownersOn, territoryFor } from './territory.ts';
import { countOwn } from './window.ts';

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
    const last = tried.at(-1) as RungTried;
    // A rung that knows nobody at all gives way to the next; what `else` says is for people who cannot take it now.
    if (rung.else === undefined || rung.else === 'next' || last.candidates.length === 0) continue;
    last.stop = rung.else;
    break;
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
  if (rung.again === true && input.letGo !== true) {
    noteSkipped(input.rungs, i, i, tried);
    return false;
  }
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
    case 'territory':
      return rung.of === undefined ? 'territory' : `territory ${rung.of.join(' or ')}`;
    case 'claim':
      return `claim from ${rung.pool}`;
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
      return takeTurn(input, rung.use, rung.pool, entry, tried);
    case 'owner':
      return tryOne(input, ownerOf(input, rung.withinMs, entry), entry, tried);
    case 'person':
      return tryOne(input, rung.person, entry, tried);
    case 'lead': {
      const team = input.roster.teams.get(rung.team);
      if (team === undefined) entry.why = `there is no team "${rung.team}"`;
      return tryOne(input, team?.lead, entry, tried);
    }
    case 'territory':
      return tryTerritory(input, rung.of, entry, tried);
    case 'claim':
      return offerToPool(input, rung.pool, entry, tried);
    default:
      return rung satisfies never;
  }
}

function takeTurn(
  input: RouteInput,
  use: 'round-robin' | 'least-loaded',
  pool: string,
  entry: RungTried,
  tried: RungTried[],
): RouteResult | undefined {
  const taken = tryPool(input, use, pool, entry);
  return taken === undefined ? undefined : take(input, entry, taken.index, taken.turns, tried);
}

/** The owner on this day of the first territory that has the prospect, or the next in turn of its pool. */
function tryTerritory(
  input: RouteInput,
  of: readonly string[] | undefined,
  entry: RungTried,
  tried: RungTried[],
): RouteResult | undefined {
  const territories = input.territories ?? {};
  const name = territoryFor(territories, of, (condition) => input.test(condition).holds);
  const territory = name === undefined ? undefined : territories[name];
  if (name === undefined || territory === undefined) {
    entry.why = 'no territory has this prospect';
    return undefined;
  }
  entry.territory = name;
  const day = input.today?.() ?? sayTime(input.at).slice(0, 10);
  const [owner] = ownersOn(territory.owners, day);
  if (owner !== undefined) {
    const taken = tryOne(input, owner, entry, tried);
    if (taken !== undefined || territory.pool === undefined) return taken;
    entry.why = `its owner cannot take it now`;
  } else if (territory.pool === undefined) {
    entry.why = `nobody owns territory ${name} on ${day}`;
    return undefined;
  }
  const inTurn: RungTried = {
    rung: entry.rung,
    name: entry.name,
    use: 'round-robin',
    territory: name,
    result: 'nobody',
    candidates: [],
  };
  // Without an owner the entry of the rung is that of its pool.
  if (owner === undefined) tried.pop();
  tried.push(inTurn);
  return takeTurn(input, 'round-robin', territory.pool, inTurn, tried);
}

/** Offered to everybody of the pool at once; its lead is accountable until one of them claims it. */
function offerToPool(input: RouteInput, pool: string, entry: RungTried, tried: RungTried[]): RouteResult | undefined {
  const lead = tryClaim(input, pool, entry);
  if (lead === undefined) return undefined;
  entry.result = 'matched';
  return {
    person: lead,
    claim: pool,
    record: recordOf(input, tried, [], sayClaim(tried, entry, lead), { picked: lead, claim: pool }),
  };
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
  return pickedBy(input, candidate.person, turns, tried, sayPicked(tried, entry, candidate), {});
}

function nobodyFree(input: RouteInput, tried: RungTried[]): RouteResult {
  const mayWait = tried.at(-1)?.stop !== 'fallback';
  const holdBy = mayWait ? (input.holdStartedAt ?? input.at) + input.holdMaxMs : undefined;
  const holdUntil = holdBy === undefined ? undefined : holdEnd(tried, input.at, holdBy);
  if (holdBy !== undefined && holdUntil !== undefined) {
    return {
      holdUntil,
      record: recordOf(input, tried, [], sayHeld(tried, holdUntil, holdBy), { heldUntil: holdUntil, holdBy }),
    };
  }
  const entry = fallbackRung(input, tried);
  tried.push(entry);
  const picked = entry.candidates.find(({ taken }) => taken)?.person ?? input.lastRung;
  return pickedBy(input, picked, [], tried, sayFallback(tried, entry, roleOf(input, picked)), {
    ...(holdBy === undefined ? {} : { holdBy }),
    usedFallback: true,
  });
}

/** One person is offered it, which counts in their own windows. */
function pickedBy(
  input: RouteInput,
  person: PersonId,
  turns: TurnChange[],
  tried: RungTried[],
  sentence: string,
  ending: Ending,
): RouteResult {
  const own = countOwn(input.pools, person, input.roster.people.get(person)?.windows, input.at);
  const all = own.length === 0 ? turns : [...turns, ...own];
  return { person, record: recordOf(input, tried, all, sentence, { picked: person, ...ending }) };
}

function roleOf(input: RouteInput, picked: PersonId): string {
  if (picked === input.fallback) return 'the fallback person';
  return picked === input.lastRung ? 'the last rung' : 'the last resort';
}

type Ending = { picked?: PersonId; claim?: string; heldUntil?: Instant; holdBy?: Instant; usedFallback?: boolean };

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
