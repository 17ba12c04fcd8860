// Routing room: who belongs to a pool?
// Reads a pool's description against the roster. Promises: the order of the policy, then of ids; nobody twice; a person
// who left is no member of a team or role any more, but stays visible where the policy names them.

import type { PersonId } from '../words/ids.ts';
import type { Fields, Fit, PoolSpec } from '../words/policy.ts';
import type { Person, Roster } from '../words/roster.ts';

export type Member = { person: PersonId; weight: number; known: Person | undefined };

type Listed = { people: Roster['people']; version: number; members: readonly Member[] };

/** Remembers answers only: the same pool and roster always give the same members. */
const listed = new WeakMap<PoolSpec, Listed>();

/**
 * The members of a pool: first those that the policy names, then everybody active of its team and role. A weight named in
 * the pool comes before the person's own.
 */
export function membersOf(spec: PoolSpec, roster: Roster): readonly Member[] {
  const known = listed.get(spec);
  if (known !== undefined && known.people === roster.people && known.version === roster.version) return known.members;
  const members = listMembers(spec, roster);
  listed.set(spec, { people: roster.people, version: roster.version, members });
  return members;
}

function listMembers(spec: PoolSpec, roster: Roster): Member[] {
  const members = new Map<PersonId, Member>();
  for (const { person, weight } of spec.members ?? []) {
    const known = roster.people.get(person);
    if (!members.has(person)) members.set(person, { person, weight: weight ?? known?.weight ?? 1, known });
  }
  if (spec.team === undefined && spec.role === undefined) return [...members.values()];
  const others = [...roster.people.values()].filter((person) => belongs(person, spec) && !members.has(person.id));
  others.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const person of others) members.set(person.id, { person: person.id, weight: person.weight, known: person });
  return [...members.values()];
}

function belongs(person: Person, spec: PoolSpec): boolean {
  if (!person.active) return false;
  return (
    (spec.team === undefined || person.team === spec.team) &&
    (spec.role === undefined || person.roles.includes(spec.role))
  );
}

/** Who is accountable while an offer waits to be claimed: the pool's own lead, else its team's, else that of a member's team. */
export function leadOfPool(spec: PoolSpec, roster: Roster): PersonId | undefined {
  const teams = [spec.team, ...membersOf(spec, roster).map(({ known }) => known?.team)];
  const leads = [spec.lead, ...teams.map((team) => (team === undefined ? undefined : roster.teams.get(team)?.lead))];
  return leads.find((lead) => lead !== undefined && roster.people.get(lead)?.active === true);
}

/** What somebody lacks of what a pool asks for; undefined when nothing. A field that is not filled asks for nothing. */
export function lackOf(fit: Fit | undefined, known: Person | undefined, lead: Fields | undefined): string | undefined {
  if (fit === undefined || known === undefined || lead === undefined) return undefined;
  return (
    missing(fit.skill, lead, known.skills) ??
    missing(fit.language, lead, known.skills) ??
    missing(fit.territory, lead, known.territories)
  );
}

function missing(field: string | undefined, lead: Fields, has: readonly string[] | undefined): string | undefined {
  const value = field === undefined ? undefined : lead[field];
  if (value === undefined || value === '') return undefined;
  const owned = new Set(has?.map((one) => one.toLowerCase()));
  return (Array.isArray(value) ? value : [String(value)]).find((wanted) => !owned.has(wanted.toLowerCase()));
}
