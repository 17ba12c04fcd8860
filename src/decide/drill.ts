// decide: if this person left, would everything still work? Tries the departure on the handoffs, roster and policy of today
// and records nothing: who would get what, what only they hold, and what would stand still.

import { mentionsIn, peopleOf } from '../policy/people.ts';
import { ownersOn } from '../routing/territory.ts';
import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Drill, DrillItem, DrillRole } from '../words/drill.ts';
import type { HandoffEvent } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { runningClocks } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import type { PolicyDoc, Transition } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import { dayIn } from './checks.ts';
import { evolveHandoff } from './evolve.ts';
import { findDrops } from './no-drop.ts';
import { lastRung, successorOf } from './people.ts';
import { decideDepart } from './reassign.ts';
import { evolveRoster } from './standing.ts';
import type { World } from './world.ts';

/** What would happen if `person` left at `at`. `world` knows every live handoff that concerns them. */
export function drillDeparture(world: World, person: PersonId, at: Instant): Drill {
  const held = world.concerning(person);
  const ask: AskOf<'depart'> = { ask: 'depart', person };
  const arrival: Arrival<AskOf<'depart'>> = {
    id: 'ar_00000000000000000000000000',
    at,
    command: 'drill',
    bodyHash: '',
    actor: { kind: 'system', id: 'drill' },
    via: 'cli',
    ask,
  };
  const decision = decideDepart(world, arrival);
  const without = {
    ...world,
    roster: evolveRoster(world.roster, { kind: 'person-departed', person, by: 'system' }, at),
  };
  const roles = rolesOf(world, without, person, at);
  const alone = aloneIn(world, person);
  if ('refused' in decision) return { person, at, items: [], roles, alone, stalls: [decision.refused.sentence] };
  const after = new Map(held.map((h) => [h.id, h]));
  const waits = new Map<HandoffId, string>();
  for (const event of decision.events) {
    if (!isHandoffEvent(event)) continue;
    after.set(event.handoff, evolveHandoff(after.get(event.handoff), event, at));
    noteWait(waits, event);
  }
  const items = held.flatMap((h) => itemsOf(h, after.get(h.id) ?? h, person, waits.get(h.id)));
  const drops = [...after.values()].flatMap((h) => findDrops(h, without.roster));
  return { person, at, items, roles, alone, stalls: [...drops, ...standstill(world, without, person, at)] };
}

/** Everybody who is active, those whose going would stop the most first. */
export function drillEverybody(world: World, at: Instant): Drill[] {
  const people = [...world.roster.people.values()].filter(({ active }) => active);
  return people
    .map(({ id }) => drillDeparture(world, id, at))
    .sort((a, b) => weightOf(b) - weightOf(a) || (a.person < b.person ? -1 : 1));
}

function weightOf({ stalls, alone, items, roles }: Drill): number {
  return stalls.length * 1_000_000 + alone.length * 10_000 + items.length * 10 + Math.min(roles.length, 9);
}

function noteWait(waits: Map<HandoffId, string>, event: HandoffEvent): void {
  if (event.kind === 'handoff-held') waits.set(event.handoff, event.decision.sentence);
  else if (event.kind === 'handoff-returned') waits.set(event.handoff, 'everybody who could take it has passed');
  else if (event.kind === 'handoff-offered') waits.delete(event.handoff);
}

function itemsOf(h: Handoff, after: Handoff, person: PersonId, waits: string | undefined): DrillItem[] {
  const items: DrillItem[] = [];
  const dueAt = dueOf(h, person);
  const due = dueAt === undefined ? {} : { dueAt };
  const wait = waits === undefined ? {} : { waits };
  if (h.sender === person) items.push({ handoff: h.id, part: 'sender', what: h.transition, to: after.sender, ...due });
  if (h.offer?.to === person) {
    const to = after.offer?.to;
    items.push({
      handoff: h.id,
      part: 'offered-to-them',
      what: h.transition,
      ...due,
      ...(to === undefined ? wait : { to }),
    });
  }
  if (h.stage === 'accepted' && h.receiver === person)
    items.push({
      handoff: h.id,
      part: 'accepted',
      what: h.nextStep?.what ?? h.transition,
      to: after.receiver ?? after.owner,
      ...due,
    });
  for (const task of h.tasks) {
    if (task.owner !== person || (task.state !== 'open' && task.state !== 'missed')) continue;
    const next = after.tasks.find(({ id }) => id === task.id);
    const gone = next === undefined || next.state === 'void';
    items.push({
      handoff: h.id,
      part: 'task',
      what: task.title,
      dueAt: task.dueAt,
      ...(gone ? { waits: 'falls away with the offer' } : { to: next.owner }),
    });
  }
  for (const question of h.questions) {
    if (question.answeredAt !== undefined || h.sender !== person) continue;
    items.push({ handoff: h.id, part: 'question', what: `a question on ${question.about}`, to: after.sender });
  }
  return items;
}

function dueOf(h: Handoff, person: PersonId): Instant | undefined {
  const dues = runningClocks(h)
    .filter(({ owner }) => owner === person)
    .map(({ dueAt }) => dueAt);
  return dues.length === 0 ? undefined : Math.min(...dues);
}

/** Where the policy and the teams name them, and who stands in. */
function rolesOf(world: World, without: World, person: PersonId, at: Instant): DrillRole[] {
  const doc = world.policy?.doc;
  const roles: DrillRole[] = [];
  for (const team of world.roster.teams.values())
    if (team.lead === person)
      roles.push({ path: `teams.${team.id}`, what: `leads the team ${team.name}`, to: lastRung(without) });
  if (doc === undefined) return roles;
  for (const mention of mentionsIn(doc)) {
    if (!('person' in mention) || mention.person !== person || mention.past === true) continue;
    const to = standIn(without, doc, mention.path, at);
    roles.push({ path: mention.path.join('.'), what: whatIs(mention.path), ...(to === undefined ? {} : { to }) });
  }
  return roles;
}

function whatIs(path: readonly (string | number)[]): string {
  const [first, name, part] = path;
  if (first === 'pools') return part === 'lead' ? `answers for claims from ${name}` : `member of the pool ${name}`;
  if (first === 'territories') return `owns the territory ${name}`;
  if (first === 'lastRung') return 'is told when nothing else is left';
  if (part === 'fallback') return `fallback of ${name}`;
  if (part === 'route') return `named in the route of ${name}`;
  return part === 'sender' ? `sends for ${name}` : `has a task of ${name}`;
}

function standIn(
  without: World,
  doc: PolicyDoc,
  path: readonly (string | number)[],
  at: Instant,
): PersonId | undefined {
  const [first, name, part] = path;
  if (first === 'lastRung' || part === 'fallback' || (first === 'pools' && part === 'lead')) return lastRung(without);
  if (first === 'pools') return peopleOf(doc.pools[name as string] ?? {}, without.roster)[0];
  if (first === 'territories') return ownerLeft(without, doc, name as string, at);
  return part === 'route' ? doc.transitions[name as string]?.fallback : lastRung(without);
}

/** Somebody else who has the territory then: another owner, or somebody of its pool. */
function ownerLeft(without: World, doc: PolicyDoc, name: string, at: Instant): PersonId | undefined {
  const territory = doc.territories[name];
  if (territory === undefined) return undefined;
  const day = dayIn(doc.hours.zone, at);
  const owner = ownersOn(territory.owners, day).find((id) => without.roster.people.get(id)?.active === true);
  return (
    owner ?? (territory.pool === undefined ? undefined : peopleOf(doc.pools[territory.pool] ?? {}, without.roster)[0])
  );
}

/** What nobody else who is active has. */
function aloneIn({ roster, policy }: World, person: PersonId): string[] {
  const known = roster.people.get(person);
  if (known === undefined) return [];
  const others = [...roster.people.values()].filter(({ id, active }) => active && id !== person);
  const skills = (known.skills ?? []).filter((skill) => !others.some((p) => p.skills?.includes(skill) === true));
  const roles = known.roles.filter((role) => !others.some((p) => p.roles.includes(role)));
  const pools = Object.entries(policy?.doc.pools ?? {}).filter(([, pool]) => {
    const people = peopleOf(pool, roster);
    return people.length === 1 && people[0] === person;
  });
  return [
    ...skills.map((skill) => `Only ${person} has the skill ${skill}.`),
    ...roles.map((role) => `Only ${person} has the role ${role}.`),
    ...pools.map(([pool]) => `${person} is alone in the pool ${pool}.`),
  ];
}

/** Routes in which some rung gives nobody any more, where that leaves only the fallback, or not even that. */
function standstill(world: World, without: World, person: PersonId, at: Instant): string[] {
  const doc = world.policy?.doc;
  if (doc === undefined) return [];
  return Object.values(doc.transitions).flatMap((transition) => [
    ...noReceiver(world.roster, without, doc, transition, person, at),
    ...(transition.fallback === person && doc.lastRung === person
      ? [
          `${person} is the fallback of ${transition.name} and the last rung: without them it goes to ${lastRung(without)}, whom the policy does not name.`,
        ]
      : []),
    ...skillsGone(world.roster, without.roster, doc, transition),
  ]);
}

function noReceiver(
  before: Roster,
  without: World,
  doc: PolicyDoc,
  transition: Transition,
  person: PersonId,
  at: Instant,
): string[] {
  const was = receivers(before, doc, transition, at);
  const is = receivers(without.roster, doc, transition, at);
  if (was.size === 0 || is.size > 0) return [];
  const to = transition.fallback === person ? successorOf(without, person) : transition.fallback;
  return [`Nobody is left on the route of ${transition.name}: everything waits for ${to}.`];
}

/** Everybody whom the rungs of a route can give, apart from former owners. */
function receivers(roster: Roster, doc: PolicyDoc, transition: Transition, at: Instant): Set<PersonId> {
  const day = dayIn(doc.hours.zone, at);
  const ids = transition.route.flatMap((rung): PersonId[] => {
    switch (rung.use) {
      case 'round-robin':
      case 'least-loaded':
      case 'claim':
        return peopleOf(doc.pools[rung.pool] ?? {}, roster);
      case 'person':
        return [rung.person];
      case 'lead':
        return [roster.teams.get(rung.team)?.lead ?? ''];
      case 'territory':
        return (rung.of ?? Object.keys(doc.territories)).flatMap((name) => {
          const territory = doc.territories[name];
          if (territory === undefined) return [];
          const pool = territory.pool === undefined ? [] : peopleOf(doc.pools[territory.pool] ?? {}, roster);
          return [...ownersOn(territory.owners, day), ...pool];
        });
      case 'owner':
        return [];
      default:
        return rung satisfies never;
    }
  });
  return new Set(ids.filter((id) => roster.people.get(id)?.active === true));
}

/** Skills that a pool of the route asks for and that nobody of it has any more. */
function skillsGone(before: Roster, after: Roster, doc: PolicyDoc, transition: Transition): string[] {
  const pools = transition.route.flatMap((rung) => ('pool' in rung ? [rung.pool] : []));
  return [...new Set(pools)].flatMap((name) => {
    const pool = doc.pools[name];
    if (pool?.with?.skill === undefined && pool?.with?.language === undefined) return [];
    const had = skillsIn(pool, before);
    const has = skillsIn(pool, after);
    return [...had]
      .filter((skill) => !has.has(skill))
      .map((skill) => `Nobody of the pool ${name} has ${skill} any more: prospects who need it go past the pool.`);
  });
}

function skillsIn(pool: PolicyDoc['pools'][string], roster: Roster): Set<string> {
  return new Set(peopleOf(pool, roster).flatMap((id) => roster.people.get(id)?.skills ?? []));
}
