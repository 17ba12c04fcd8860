// decide: somebody is away for a while, by hand, from a file or from their calendar. An offer that waits with them goes on
// when the absence begins; accepted work stays with its owner, whose clocks count in the hours they have.

import type { Arrival, AskOf } from '../words/arrival.ts';
import type { ClockLevel, Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Refusal } from '../words/refusal.ts';
import { refuse } from '../words/refusal.ts';
import type { Absence } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import { DAY } from '../words/time.ts';
import { isAway, nextAwayAt } from './away.ts';
import { whenText } from './checks.ts';
import { awayLevel, numbered } from './clocks.ts';
import { offerOn, withdrawOffer } from './offer.ts';
import type { Plan } from './plan.ts';
import { startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

/** One source may hold so many absences; a calendar with more is a diary. */
const ABSENCES_MAX = 1_000;
/** Absences that are over are kept this long, for explanations of what was decided while they lasted. */
const PAST_KEPT_MS = 400 * DAY;

/** Sets one absence, or changes the one of that id. */
export function decideSetAbsence(world: World, arrival: Arrival<AskOf<'set-absence'>>): Decision {
  const { person, absence } = arrival.ask;
  const refused = unknownPerson(world, person) ?? endsFirst(absence);
  if (refused !== undefined) return { refused };
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'absence-set', person, absence });
  noteAbsences(plan, person);
  return plan.done(undefined, {});
}

export function decideEndAbsence(world: World, arrival: Arrival<AskOf<'end-absence'>>): Decision {
  const { person, absence } = arrival.ask;
  const known = world.roster.people.get(person);
  if (known === undefined) return { refused: refuse('roster/unknown-person', { person }) };
  if (!known.absences.some((a) => a.id === absence)) return { refused: refuse('absence/unknown', { person, absence }) };
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'absence-ended', person, absence, at: plan.at });
  noteAbsences(plan, person);
  return plan.done(undefined, {});
}

/** Replaces every absence of one source at once; the same ones again change nothing. */
export function decideSetAbsences(world: World, arrival: Arrival<AskOf<'set-absences'>>): Decision {
  const { ask, at } = arrival;
  const { person, source } = ask;
  const known = world.roster.people.get(person);
  if (known === undefined) return { refused: refuse('roster/unknown-person', { person }) };
  if (ask.absences.length > ABSENCES_MAX)
    return {
      refused: refuse('roster/bad-value', {
        field: 'absences',
        person,
        value: `a list of ${ask.absences.length}`,
        why: `at most ${ABSENCES_MAX} are kept of one source`,
      }),
    };
  for (const absence of ask.absences) {
    const refused = endsFirst(absence);
    if (refused !== undefined) return { refused };
  }
  const old = known.absences.filter((a) => a.source === source);
  const past = old.filter((a) => a.to <= at && a.to > at - PAST_KEPT_MS);
  const byId = new Map([...past, ...ask.absences.map((a) => ({ ...a, source }))].map((a) => [a.id, a]));
  const absences = inOrder([...byId.values()]);
  const failed = source === 'ics' && known.feed?.failed !== undefined;
  if (!failed && JSON.stringify(absences) === JSON.stringify(inOrder(old)))
    return nothingNew(undefined, { unchanged: true });
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'absences-replaced', person, source, absences });
  noteAbsences(plan, person);
  return plan.done(undefined, { absences: absences.length });
}

/** Keeps the address of a person's calendar as a secret, or forgets it; what came from it stays until it is over. */
export function decideSetFeed(world: World, arrival: Arrival<AskOf<'set-feed'>>): Decision {
  const { person, url } = arrival.ask;
  const refused = unknownPerson(world, person);
  if (refused !== undefined) return { refused };
  const plan = startPlan(world, arrival);
  if (url === undefined) {
    if (world.roster.people.get(person)?.feed === undefined) return { refused: refuse('feed/none', { person }) };
    plan.add({ kind: 'feed-set', person });
    return plan.done(undefined, { feed: false });
  }
  const ref = plan.id('px');
  plan.keep({ ref, of: { person }, kind: 'secret', body: url });
  plan.add({ kind: 'feed-set', person, ref });
  return plan.done(undefined, { feed: true });
}

/** The calendar could not be taken over: nothing of it is, what was known stays, and the reason is shown. */
export function decideFeedFailed(world: World, arrival: Arrival<AskOf<'feed-failed'>>): Decision {
  const { person, why, line } = arrival.ask;
  const feed = world.roster.people.get(person)?.feed;
  if (feed === undefined) return { refused: refuse('feed/none', { person }) };
  if (feed.failed?.why === why && feed.failed.line === line) return nothingNew(undefined, { unchanged: true });
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'feed-failed', person, why, ...(line === undefined ? {} : { line }) });
  return plan.done(undefined, { failed: why });
}

/** Sends on what waits with somebody who is away now, and dates the going of those who go away later. */
function noteAbsences(plan: Plan, person: PersonId): void {
  const { roster } = plan.world;
  for (const { id } of plan.world.concerning(person)) {
    const h = plan.handoff(id);
    if (h.offer?.to !== person || h.offer.pool !== undefined) continue;
    if (isAway(roster, person, plan.at)) {
      withdrawOffer(plan, id, 'away', false);
      offerOn(plan, id);
      continue;
    }
    const from = goesAt(plan, h, person);
    const clock = h.clocks.accept;
    if (clock === undefined || clock.stoppedAt !== undefined) continue;
    const open = clock.levels.filter((level) => level.reachedAt === undefined);
    if (open.find((level) => level.do === 'away')?.at === from) continue;
    const rest = open.filter((level) => level.do !== 'away');
    const levels: ClockLevel[] = from === undefined ? rest : [...rest, { ...awayLevel(person, from), level: 0 }];
    plan.add({
      kind: 'absence-noted',
      handoff: id,
      person,
      ...(from === undefined ? {} : { from }),
      clocks: [{ do: 'ladder', name: 'accept', levels: openOf(clock.levels, levels) }],
    });
  }
}

function goesAt(plan: Plan, h: Handoff, person: PersonId): Instant | undefined {
  const clock = h.clocks.accept;
  if (clock === undefined) return undefined;
  const until = clock.levels.reduce(
    (last, level) => (level.do === 'away' ? last : Math.max(last, level.at)),
    clock.dueAt,
  );
  return nextAwayAt(plan.world.roster, person, plan.at, until);
}

/** The rungs to come, counted on from those of the ladder that were reached. */
function openOf(all: readonly ClockLevel[], open: readonly ClockLevel[]): ClockLevel[] {
  const reached = all.filter((level) => level.reachedAt !== undefined);
  return numbered([...reached, ...open]).filter((level) => level.reachedAt === undefined);
}

function unknownPerson(world: World, person: PersonId): Refusal | undefined {
  return world.roster.people.has(person) ? undefined : refuse('roster/unknown-person', { person });
}

function endsFirst(absence: Absence): Refusal | undefined {
  return absence.to > absence.from
    ? undefined
    : refuse('absence/ends-first', { from: whenText(absence.from), to: whenText(absence.to) });
}

function inOrder(absences: readonly Absence[]): Absence[] {
  return absences
    .map(({ id, from, to, label, source }) => ({ id, from, to, ...(label === undefined ? {} : { label }), source }))
    .sort((a, b) => a.from - b.from || a.to - b.to || (a.id < b.id ? -1 : 1));
}
