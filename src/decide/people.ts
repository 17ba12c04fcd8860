// decide: who is meant. Every question here is answered with an active person as long as one exists.

import type { PersonId } from '../words/ids.ts';
import type { SubjectRow } from '../words/journal.ts';
import type { SenderRule, Transition } from '../words/policy.ts';
import type { World } from './world.ts';

export function isActive(world: World, person: PersonId | undefined): person is PersonId {
  return person !== undefined && world.roster.people.get(person)?.active === true;
}

/** The lead of a person's team; the policy's last rung where there is no other active lead. */
export function leadOf(world: World, person: PersonId): PersonId {
  const team = world.roster.people.get(person)?.team;
  const lead = team === undefined ? undefined : world.roster.teams.get(team)?.lead;
  return isActive(world, lead) && lead !== person ? lead : lastRung(world);
}

/** The person at the end of every ladder; if even they have left, the first active lead, then the first active person. */
export function lastRung(world: World): PersonId {
  const named = world.policy?.doc.lastRung;
  if (isActive(world, named)) return named;
  for (const team of world.roster.teams.values()) if (isActive(world, team.lead)) return team.lead;
  for (const person of world.roster.people.values()) if (person.active) return person.id;
  throw new Error(
    'The workspace has no active person, so nobody can be accountable. Add a person before sending signals.',
  );
}

/** Who is accountable until acceptance: the first rule that names an active person, else a lead of the sending side. */
export function senderFor(
  world: World,
  transition: Transition,
  booker: PersonId | undefined,
  subject: SubjectRow | undefined,
): PersonId {
  for (const rule of transition.sender) {
    const person = senderBy(world, rule, booker, subject);
    if (isActive(world, person)) return person;
  }
  const side = [...world.roster.people.values()].find(
    (p) => p.active && p.roles.includes(transition.from) && p.team !== undefined,
  );
  const lead = side?.team === undefined ? undefined : world.roster.teams.get(side.team)?.lead;
  return isActive(world, lead) ? lead : lastRung(world);
}

function senderBy(
  world: World,
  rule: SenderRule,
  booker: PersonId | undefined,
  subject: SubjectRow | undefined,
): PersonId | undefined {
  if (rule === 'booker') return booker;
  if (rule === 'owner') return subject?.owner;
  if ('lead' in rule) return world.roster.teams.get(rule.lead)?.lead;
  return rule.person;
}

/** Who takes over a person's part when they leave: their lead. */
export function successorOf(world: World, person: PersonId): PersonId {
  const lead = leadOf(world, person);
  return lead === person ? lastRung(world) : lead;
}
