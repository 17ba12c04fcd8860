// decide: the people and teams, the policy that is live, and who is told outside. Small standing facts, set by operators.

import { checkPeople } from '../policy/people.ts';
import { disagreements } from '../routing/territory.ts';
import type { Arrival, AskOf } from '../words/arrival.ts';
import { refuse } from '../words/refusal.ts';
import type { Person } from '../words/roster.ts';
import { DAY } from '../words/time.ts';
import { unusableHours, unusableHoursOf } from './check-hours.ts';
import { dayIn } from './checks.ts';
import { creditTurn } from './credit.ts';
import { startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

export function decideCreateWorkspace(world: World, arrival: Arrival<AskOf<'create-workspace'>>): Decision {
  if (world.workspaceKnown) return { refused: refuse('workspace/exists') };
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'workspace-created', name: arrival.ask.name });
  return plan.done();
}

/** A policy goes live: it must read without errors, and everybody it names must be in the roster. */
export function decidePublishPolicy(world: World, arrival: Arrival<AskOf<'publish-policy'>>): Decision {
  const { ask } = arrival;
  const read = world.readPolicy(ask.text, ask.file ?? 'policy.yaml');
  if ('problems' in read) return { refused: refuse('policy/invalid', { errors: read.problems }) };
  const strangers = checkPeople(read.policy.doc, world.roster);
  if (strangers.length > 0)
    return {
      refused: refuse('policy/unknown-person', { people: strangers.map((s) => `${s.person} (${s.path})`).join(', ') }),
    };
  const closed = unusableHours(world.roster, read.policy.doc.hours, arrival.at);
  if (closed !== undefined) return { refused: closed };
  if (world.policy?.hash === read.policy.hash)
    return nothingNew(undefined, { policy: read.policy.hash, unchanged: true });
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'policy-published',
    policy: read.policy.hash,
    text: ask.text,
    by: arrival.actor.kind === 'person' ? arrival.actor.id : 'system',
  });
  const { doc } = read.policy;
  const unlike = disagreements(doc.territories, world.roster, dayIn(doc.hours.zone, arrival.at));
  return plan.done(undefined, {
    policy: read.policy.hash,
    ...(unlike.length === 0 ? {} : { disagreements: unlike }),
  });
}

/** Adds a person or changes one; what a change leaves out of `absences` and the joining date is kept. */
export function decideSetPerson(world: World, arrival: Arrival<AskOf<'set-person'>>): Decision {
  const { ask, at } = arrival;
  const { person } = ask;
  const old = world.roster.people.get(person.id);
  if (!Number.isInteger(person.weight) || person.weight < 1 || person.weight > 100) {
    return {
      refused: refuse('roster/bad-value', {
        field: 'weight',
        person: person.id,
        value: person.weight,
        why: 'give a whole number from 1 to 100',
      }),
    };
  }
  if (person.capacity !== undefined && (!Number.isInteger(person.capacity) || person.capacity < 0)) {
    return {
      refused: refuse('roster/bad-value', {
        field: 'capacity',
        person: person.id,
        value: person.capacity,
        why: 'give a whole number, 0 or more',
      }),
    };
  }
  const odd = oddLimits(person);
  if (odd !== undefined) return { refused: refuse('roster/bad-value', { person: person.id, ...odd }) };
  if (old?.active === true && !person.active)
    return {
      refused: refuse('roster/bad-value', {
        field: 'active',
        person: person.id,
        value: 'false',
        why: 'somebody who leaves hands over their work: use depart',
      }),
    };
  const plan = startPlan(world, arrival);
  const profile = ask.name !== undefined || ask.email !== undefined;
  const ref = profile ? plan.id('px') : old?.ref;
  if (profile && ref !== undefined)
    plan.keep({ ref, of: { person: person.id }, kind: 'profile', body: { name: ask.name, email: ask.email } });
  const next: Person = {
    ...person,
    absences: old?.absences ?? [],
    joinedAt: old?.joinedAt ?? at,
    ...(old?.feed === undefined ? {} : { feed: old.feed }),
    ...(ref === undefined ? {} : { ref }),
  };
  if (!profile && old !== undefined && same(old, next)) return nothingNew(undefined, { unchanged: true });
  plan.add({ kind: 'person-set', person: next });
  const stated = next.active && next.hours !== undefined;
  const closed = stated ? unusableHoursOf(plan.world.roster, next.id, world.policy?.doc.hours, at) : undefined;
  if (closed !== undefined) return { refused: closed };
  return plan.done(undefined, { person: person.id });
}

const WINDOW_MAX_MS = 366 * DAY;
const WEEKS_MAX = 104;

/** A sliding window or a ramp that cannot be counted, with what to give instead. */
function oddLimits({
  windows,
  ramp,
}: Pick<Person, 'windows' | 'ramp'>): { field: string; value: string; why: string } | undefined {
  for (const { withinMs, most } of windows ?? []) {
    const span = Number.isInteger(withinMs) && withinMs > 0 && withinMs <= WINDOW_MAX_MS;
    if (span && Number.isInteger(most) && most >= 1 && most <= 1_000) continue;
    const why = 'give a span of at most 366 days and a whole number from 1 to 1000';
    return { field: 'window', value: `${most} in ${withinMs} ms`, why };
  }
  if (ramp === undefined) return undefined;
  if (Number.isInteger(ramp.from) && Number.isInteger(ramp.weeks) && ramp.weeks >= 1 && ramp.weeks <= WEEKS_MAX)
    return undefined;
  return { field: 'ramp', value: `${ramp.weeks} weeks from ${ramp.from}`, why: 'give an instant and 1 to 104 weeks' };
}

function same(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(
          Object.entries(v)
            .filter(([, x]) => x !== undefined)
            .sort(([x], [y]) => (x < y ? -1 : 1)),
        )
      : v,
  );
}

export function decideSetTeam(world: World, arrival: Arrival<AskOf<'set-team'>>): Decision {
  const { team } = arrival.ask;
  const old = world.roster.teams.get(team.id);
  if (old !== undefined && same(old, team)) return nothingNew(undefined, { unchanged: true });
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'team-set', team });
  const closed = unusableHours(plan.world.roster, world.policy?.doc.hours, arrival.at);
  if (closed !== undefined) return { refused: closed };
  return plan.done(undefined, { team: team.id });
}

/** Gives a turn back by hand, with a reason and who granted it. */
export function decideCreditTurn(world: World, arrival: Arrival<AskOf<'credit-turn'>>): Decision {
  const { ask } = arrival;
  const policy = world.policy;
  if (policy?.doc.pools[ask.pool] === undefined) return { refused: refuse('pool/unknown', { pool: ask.pool }) };
  const change = creditTurn(world, policy, ask.pool, ask.person, arrival.at);
  if (change === undefined) return { refused: refuse('roster/unknown-person', { person: ask.person }) };
  const plan = startPlan(world, arrival);
  const by = arrival.actor.kind === 'person' ? arrival.actor.id : 'system';
  plan.add({ kind: 'turn-credited', pool: ask.pool, person: ask.person, reason: ask.reason, by, turns: [change] });
  return plan.done(undefined, { credited: true });
}

/** A subscriber outside; its secret is a private item, written once and never read back. */
export function decideSetEndpoint(world: World, arrival: Arrival<AskOf<'set-endpoint'>>): Decision {
  const plan = startPlan(world, arrival);
  const { endpoint, secret } = arrival.ask;
  if (secret !== undefined)
    plan.keep({ ref: endpoint.id, of: { person: `endpoint:${endpoint.id}` }, kind: 'secret', body: secret });
  plan.add({ kind: 'endpoint-set', endpoint });
  return plan.done(undefined, { endpoint: endpoint.id });
}

export function decideClockJump(world: World, arrival: Arrival<AskOf<'note-clock-jump'>>): Decision {
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'clock-jumped', byMs: arrival.ask.byMs });
  return plan.done();
}
