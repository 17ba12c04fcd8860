// policy: whom does a policy name, and are they there? People and teams stand in pools, routes, senders, fallbacks and
// tasks. Promises every mention with its path, so that a departure can be checked before it happens.

import type { PersonId, TeamId } from '../words/ids.ts';
import type { PolicyDoc, PoolSpec } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import type { Path } from './problem.ts';
import { sayPath } from './problem.ts';
import type { Spots } from './read.ts';

/** `past`: named for what was; they may have left since. */
export type Mention = { path: Path } & ({ person: PersonId; past?: boolean } | { team: TeamId });

/** Every person and team that a policy names, in the order of the policy. */
export function mentionsIn(doc: PolicyDoc): Mention[] {
  const found: Mention[] = [];
  for (const [name, pool] of Object.entries(doc.pools)) {
    for (const [i, member] of (pool.members ?? []).entries())
      found.push({ path: ['pools', name, 'members', i], person: member.person });
    if (pool.team !== undefined) found.push({ path: ['pools', name, 'team'], team: pool.team });
    if (pool.lead !== undefined) found.push({ path: ['pools', name, 'lead'], person: pool.lead });
  }
  for (const [name, territory] of Object.entries(doc.territories)) {
    for (const [i, owner] of territory.owners.entries())
      found.push({
        path: ['territories', name, 'owners', i, 'person'],
        person: owner.person,
        past: owner.until !== undefined,
      });
  }
  for (const t of Object.values(doc.transitions)) {
    const path = ['transitions', t.name];
    for (const [i, rule] of t.sender.entries()) {
      if (typeof rule === 'string') continue;
      found.push(
        'person' in rule
          ? { path: [...path, 'sender', i, 'person'], person: rule.person }
          : { path: [...path, 'sender', i, 'lead'], team: rule.lead },
      );
    }
    for (const [i, rung] of t.route.entries()) {
      if (rung.use === 'person') found.push({ path: [...path, 'route', i, 'person'], person: rung.person });
      if (rung.use === 'lead') found.push({ path: [...path, 'route', i, 'lead'], team: rung.team });
    }
    found.push({ path: [...path, 'fallback'], person: t.fallback });
    for (const [i, task] of t.tasks.entries()) {
      if (typeof task.for !== 'string')
        found.push({ path: [...path, 'tasks', i, 'for', 'person'], person: task.for.person });
    }
  }
  found.push({ path: ['lastRung'], person: doc.lastRung });
  return found;
}

/** The mentions of people and teams that the roster does not have, or has as inactive. */
export function unknownMentions(doc: PolicyDoc, roster: Roster): Mention[] {
  return mentionsIn(doc).filter((mention) => {
    if (!('person' in mention)) return !roster.teams.has(mention.team);
    const known = roster.people.get(mention.person);
    return mention.past === true ? known === undefined : known?.active !== true;
  });
}

/** Somebody whom the policy names and the roster does not have. A team's id stands under `person` too. */
export type UnknownPerson = { path: string; person: PersonId; kind: 'person' | 'team'; line?: number };

/** The people and teams named by a policy that are not in the roster, each mention once. */
export function checkPeople(doc: PolicyDoc, roster: Roster, spots?: Spots): UnknownPerson[] {
  return unknownMentions(doc, roster).map((mention) => {
    const named =
      'person' in mention
        ? { person: mention.person, kind: 'person' as const }
        : { person: mention.team, kind: 'team' as const };
    return {
      path: sayPath(mention.path),
      ...named,
      ...(spots === undefined ? {} : { line: spots(mention.path).line }),
    };
  });
}

/**
 * The people of a pool: those named, and everyone who is in the team and has the role, where both are given. With a
 * roster only active people count; without one only those by name are known.
 */
export function peopleOf(pool: PoolSpec, roster?: Roster): PersonId[] {
  const people = new Set<PersonId>();
  for (const { person } of pool.members ?? []) {
    if (roster === undefined || roster.people.get(person)?.active === true) people.add(person);
  }
  if (pool.team === undefined && pool.role === undefined) return [...people];
  for (const person of roster?.people.values() ?? []) {
    const inTeam = pool.team === undefined || person.team === pool.team;
    const inRole = pool.role === undefined || person.roles.includes(pool.role);
    if (person.active && inTeam && inRole) people.add(person.id);
  }
  return [...people];
}
