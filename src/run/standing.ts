// run: the standing facts of a workspace, kept whole in memory: policies, roster, turns, loads, subscribers, who waits.
// They are true at one ledger position; the head's sequence proves them fresh. Folded from events by the same functions
// in live traffic, replay and simulation, and stored as small documents, so that a start need not read the ledger.

import { evolvePools, evolveRoster, isWaiting, loadHolder } from '../decide/standing.ts';
import type { Event } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId, PersonId, PolicyHash } from '../words/ids.ts';
import type { Endpoint } from '../words/intent.ts';
import type { StandingDoc } from '../words/journal.ts';
import type { Person, Roster, Team } from '../words/roster.ts';
import { EMPTY_ROSTER } from '../words/roster.ts';
import type { Pools, PoolTurns } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';

export type Standing = {
  seq: number;
  name: string | undefined;
  roster: Roster;
  pools: Pools;
  loads: ReadonlyMap<PersonId, number>;
  endpoints: ReadonlyMap<string, Endpoint>;
  /** Texts of every policy ever published here, by hash; and which one is live. */
  policies: ReadonlyMap<PolicyHash, string>;
  live: PolicyHash | undefined;
  waiting: readonly HandoffId[];
};

export const NEW_WORKSPACE: Standing = {
  seq: 0,
  name: undefined,
  roster: EMPTY_ROSTER,
  pools: new Map(),
  loads: new Map(),
  endpoints: new Map(),
  policies: new Map(),
  live: undefined,
  waiting: [],
};

/** A change of one event: the standing facts after it, and the keys of the documents that changed. */
export function foldStanding(
  s: Standing,
  event: Event,
  at: Instant,
  before: Handoff | undefined,
  after: Handoff | undefined,
  changed: Set<string>,
): Standing {
  let next = foldOther(s, event, at, changed);
  if ('turns' in event && event.turns !== undefined && event.turns.length > 0) {
    next = { ...next, pools: evolvePools(next.pools, event.turns) };
    for (const turn of event.turns) changed.add(`pool/${turn.pool}`);
  }
  if (after === undefined) return next;
  const [was, is] = [loadHolder(before), loadHolder(after)];
  if (was !== is) {
    const loads = new Map(next.loads);
    if (was !== undefined) shift(loads, was, -1, changed);
    if (is !== undefined) shift(loads, is, 1, changed);
    next = { ...next, loads };
  }
  const [waited, waits] = [isWaiting(before), isWaiting(after)];
  if (waited !== waits) {
    changed.add('waiting');
    next = { ...next, waiting: waits ? [...next.waiting, after.id] : next.waiting.filter((id) => id !== after.id) };
  }
  return next;
}

function shift(loads: Map<PersonId, number>, person: PersonId, by: number, changed: Set<string>): void {
  const load = (loads.get(person) ?? 0) + by;
  if (load === 0) loads.delete(person);
  else loads.set(person, load);
  changed.add(`load/${person}`);
}

function foldOther(s: Standing, event: Event, at: Instant, changed: Set<string>): Standing {
  const roster = evolveRoster(s.roster, event, at);
  switch (event.kind) {
    case 'workspace-created':
      changed.add('workspace');
      return { ...s, name: event.name };
    case 'policy-published':
      changed.add(`policy/${event.policy}`).add('policy-live');
      return { ...s, policies: new Map(s.policies).set(event.policy, event.text), live: event.policy };
    case 'endpoint-set':
      changed.add(`endpoint/${event.endpoint.id}`);
      return { ...s, endpoints: new Map(s.endpoints).set(event.endpoint.id, event.endpoint) };
    case 'person-set':
      changed.add(`person/${event.person.id}`);
      return { ...s, roster };
    case 'absence-set':
    case 'absence-ended':
    case 'absences-replaced':
    case 'feed-set':
    case 'feed-failed':
    case 'person-departed':
      changed.add(`person/${event.person}`);
      return { ...s, roster };
    case 'team-set':
      changed.add(`team/${event.team.id}`);
      return { ...s, roster };
    default:
      return s;
  }
}

/** The document stored under a key; null where the key is gone. */
export function docOf(s: Standing, key: string): StandingDoc {
  const slash = key.indexOf('/');
  const [kind, id] = slash < 0 ? [key, ''] : [key.slice(0, slash), key.slice(slash + 1)];
  switch (kind) {
    case 'workspace':
      return { key, doc: { name: s.name } };
    case 'policy-live':
      return { key, doc: s.live ?? null };
    case 'waiting':
      return { key, doc: s.waiting };
    case 'policy':
      return { key, doc: s.policies.get(id) ?? null };
    case 'endpoint':
      return { key, doc: s.endpoints.get(id) ?? null };
    case 'person':
      return { key, doc: s.roster.people.get(id) ?? null };
    case 'team':
      return { key, doc: s.roster.teams.get(id) ?? null };
    case 'pool':
      return { key, doc: s.pools.get(id) ?? null };
    case 'load':
      return { key, doc: s.loads.get(id) ?? null };
    default:
      throw new Error(`There is no standing document of the kind "${kind}" (key ${key}).`);
  }
}

/** The standing facts after documents were read from the record. */
export function readStanding(s: Standing, seq: number, docs: ReadonlyMap<string, unknown>): Standing {
  if (docs.size === 0) return s.seq === seq ? s : { ...s, seq };
  const next = {
    ...s,
    seq,
    pools: new Map(s.pools),
    loads: new Map(s.loads),
    endpoints: new Map(s.endpoints),
    policies: new Map(s.policies),
  };
  const people = new Map(s.roster.people);
  const teams = new Map(s.roster.teams);
  let rosterChanged = false;
  for (const [key, doc] of docs) {
    const slash = key.indexOf('/');
    const [kind, id] = slash < 0 ? [key, ''] : [key.slice(0, slash), key.slice(slash + 1)];
    if (kind === 'workspace') next.name = (doc as { name: string }).name;
    else if (kind === 'policy-live') next.live = (doc as string | null) ?? undefined;
    else if (kind === 'waiting') next.waiting = (doc as HandoffId[] | null) ?? [];
    else if (kind === 'policy') put(next.policies, id, doc as string | null);
    else if (kind === 'endpoint') put(next.endpoints, id, doc as Endpoint | null);
    else if (kind === 'pool') put(next.pools, id, doc as PoolTurns | null);
    else if (kind === 'load') put(next.loads, id, doc as number | null);
    else if (kind === 'person') rosterChanged = put(people, id, doc as Person | null);
    else if (kind === 'team') rosterChanged = put(teams, id, doc as Team | null);
    else throw new Error(`There is no standing document of the kind "${kind}" (key ${key}).`);
  }
  return rosterChanged ? { ...next, roster: { version: s.roster.version + 1, people, teams } } : next;
}

function put<T>(map: Map<string, T>, id: string, doc: T | null): true {
  if (doc === null) map.delete(id);
  else map.set(id, doc);
  return true;
}
