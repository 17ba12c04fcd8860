// Routing room: whose territory is this, on this day?
// A territory has owners with dates, both days included. Promises: on any day everybody who owns it, in the order in which
// they are written; that two own it at one time is a mistake that reading a policy reports.

import type { PersonId } from '../words/ids.ts';
import type { Territory, TerritoryOwner } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';

/** Days as ISO dates, which compare in order. */
type Day = string;

/** Everybody who owns a territory on a day, in the order in which they are written. */
export function ownersOn(owners: readonly TerritoryOwner[], day: Day): PersonId[] {
  return owners.filter((owner) => isOwnerOn(owner, day)).map(({ person }) => person);
}

function isOwnerOn({ from, until }: TerritoryOwner, day: Day): boolean {
  return (from === undefined || from <= day) && (until === undefined || day <= until);
}

/** The first territory, of all or of those named, whose condition holds. */
export function territoryFor(
  territories: Readonly<Record<string, Territory>>,
  of: readonly string[] | undefined,
  holds: (condition: string) => boolean,
): string | undefined {
  return (of ?? Object.keys(territories)).find((name) => {
    const territory = Object.hasOwn(territories, name) ? territories[name] : undefined;
    return territory !== undefined && holds(territory.when);
  });
}

/** Where the roster says other territories of a person than the policy gives them on a day; a sentence for each person. */
export function disagreements(territories: Readonly<Record<string, Territory>>, roster: Roster, day: Day): string[] {
  const owned = new Map<PersonId, string[]>();
  for (const [name, { owners }] of Object.entries(territories)) {
    for (const person of ownersOn(owners, day)) owned.set(person, [...(owned.get(person) ?? []), name]);
  }
  return [...roster.people.values()].flatMap(({ id, active, territories: said }) => {
    const has = (owned.get(id) ?? []).toSorted();
    if (!active || said === undefined || said.length === 0 || said.toSorted().join('\n') === has.join('\n')) return [];
    const own = has.length === 0 ? 'none' : has.join(', ');
    return [`The roster gives ${id} the territory ${said.toSorted().join(', ')}, the policy ${own} on ${day}.`];
  });
}
