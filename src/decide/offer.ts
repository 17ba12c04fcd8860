// decide: who receives, and the offer that follows. Shared by every path that ends in an offer: opening, completing
// the context, sending again, expiry, rejection, departure, and a wait that is over.

import { isOpen } from '../calendar/calendar.ts';
import type { RouteResult } from '../routing/route.ts';
import { route } from '../routing/route.ts';
import type { RungIndex } from '../routing/rung-index.ts';
import { indexRungs, rungsThatMayHold } from '../routing/rung-index.ts';
import type { Handoff, PreviousOwner } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import type { Facts, Policy, Transition } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { dayIn } from './checks.ts';
import { heardBy } from './claim.ts';
import { clockSpec, limitFor, startClock, startClockDue, stopClocks } from './clocks.ts';
import { opensAt } from './hours.ts';
import { lastRung } from './people.ts';
import type { Plan } from './plan.ts';
import { ruleOf } from './plan.ts';
import { tasksAfter } from './tasks.ts';
import type { World } from './world.ts';

/** What conditions may look at for this handoff; fields are empty after the person was erased. */
function factsOf(world: World, h: Handoff): Facts {
  return { lead: world.context(h.context.ref)?.fields ?? {}, signal: h.signal, segment: h.segment, urgency: h.urgency };
}

/**
 * Offers the handoff to whoever is next, holds it until somebody is free, or, when everybody who could take it has
 * passed, gives it back to the sender. `facts` is given while the context is not yet in the record.
 */
export function offerOn(plan: Plan, id: HandoffId, facts?: Facts): void {
  const { world, at } = plan;
  const h = plan.handoff(id);
  const { transition } = ruleOf(world, h);
  const choice = chooseReceiver(world, h, transition, at, facts ?? factsOf(world, h));
  if (choice.person === undefined) holdUntil(plan, h, transition, choice.holdUntil ?? at, choice);
  else if (choice.claim === undefined && h.declined.includes(choice.person)) returnToSender(plan, id, 'nobody-left');
  else offerTo(plan, id, choice.person, choice);
}

function chooseReceiver(world: World, h: Handoff, transition: Transition, at: Instant, facts: Facts): RouteResult {
  const policy = ruleOf(world, h).policy;
  const hold = h.clocks.hold?.stoppedAt === undefined ? h.clocks.hold : undefined;
  return route({
    at,
    policy: h.policy,
    segment: h.segment,
    rungs: transition.route,
    fallback: transition.fallback,
    lastRung: lastRung(world),
    sender: h.sender,
    allowSelf: transition.allowSelf,
    declined: h.declined,
    test: (condition) => policy.test(condition, facts),
    roster: world.roster,
    nextMayHold: mayHold(policy, transition, facts),
    lead: facts.lead,
    poolSpecs: policy.doc.pools,
    territories: policy.doc.territories,
    today: () => dayIn(policy.doc.hours.zone, at),
    passedPools: h.passedPools ?? [],
    letGo: h.letGo === true,
    pools: world.pools,
    load: (person) => world.load(person),
    availability: (person) => availabilityOf(world, person, at),
    holdMaxMs: limitFor(clockSpec(transition, 'hold'), h.segment, h.urgency),
    ...(hold === undefined ? {} : { holdStartedAt: hold.startedAt }),
    ...previousOwner(world, h),
  });
}

/** Whoever had this prospect; else whoever had its account, or one above it, when the handoff began. */
function previousOwner(world: World, h: Handoff): { previousOwner?: PreviousOwner } {
  const own = world.subject(h.subject);
  if (own?.owner !== undefined) return { previousOwner: { person: own.owner, at: own.ownedAt ?? 0, through: 'lead' } };
  return h.previous === undefined ? {} : { previousOwner: h.previous };
}

const indexes = new WeakMap<Transition, RungIndex>();

/** For these facts, the first rung from a number on whose condition may hold. Remembers the index of each ladder only. */
function mayHold(policy: Policy, transition: Transition, facts: Facts): (from: number) => number {
  let index = indexes.get(transition);
  if (index === undefined) {
    index = indexRungs(
      policy
        .rungNeeds(transition.name)
        .map((need) => (need === undefined ? undefined : { field: need.on, oneOf: need.oneOf })),
    );
    indexes.set(transition, index);
  }
  return rungsThatMayHold(index, (thing) => {
    if (thing === 'segment') return facts.segment;
    if (thing === 'signal') return facts.signal;
    if (thing === 'urgency') return facts.urgency;
    const field = thing.slice('lead.'.length);
    return Object.hasOwn(facts.lead, field) ? facts.lead[field] : undefined;
  });
}

/** Whether somebody's hours are open now, and when they can next take work. */
export function availabilityOf(
  world: World,
  person: PersonId,
  at: Instant,
): { openNow: boolean; nextOpenAt?: Instant; awayUntil?: Instant } {
  const calendar = world.calendar(person);
  const away = world.roster.people.get(person)?.absences.find((a) => a.from <= at && at < a.to);
  if (away === undefined && isOpen(calendar, at)) return { openNow: true };
  const nextOpenAt = opensAt(calendar, away?.to ?? at);
  return {
    openNow: false,
    ...(nextOpenAt === undefined ? {} : { nextOpenAt }),
    ...(away === undefined ? {} : { awayUntil: away.to }),
  };
}

function offerTo(plan: Plan, id: HandoffId, to: PersonId, choice: RouteResult): void {
  const { world, at } = plan;
  const h = plan.handoff(id);
  const { transition } = ruleOf(world, h);
  const offer = plan.id('of');
  const run = plan.id('cl');
  const accept = startClock({ world, transition, handoff: h, name: 'accept', owner: to, at, run });
  const clocks = stopClocks(world, h, ['prepare', 'hold', 'accept', 'return'], at);
  clocks.push({ do: 'start', clock: accept });
  if (h.context.missing.length > 0 && h.clocks.context === undefined) {
    clocks.push({
      do: 'start',
      clock: startClock({ world, transition, handoff: h, name: 'context', owner: h.sender, at, run: plan.id('cl') }),
    });
  }
  plan.add({
    kind: 'handoff-offered',
    handoff: id,
    offer,
    to,
    ...(choice.claim === undefined ? {} : { pool: choice.claim }),
    run,
    decision: choice.record,
    clocks,
    tasks: tasksAfter(plan, h, transition, 'offered', to),
    nextStep: {
      what: choice.claim === undefined ? 'Accept, ask or reject' : `Claimed by somebody of ${choice.claim}`,
      owner: to,
      dueAt: accept.dueAt,
    },
    turns: choice.record.turns,
  });
  const told = choice.claim === undefined ? [to] : heardBy(choice.record, to);
  for (const person of told) plan.tell(person, 'offered', id, { offer });
}

function holdUntil(plan: Plan, h: Handoff, transition: Transition, until: Instant, choice: RouteResult): void {
  const { world, at } = plan;
  const running = h.clocks.hold !== undefined && h.clocks.hold.stoppedAt === undefined ? h.clocks.hold : undefined;
  const startedAt = running?.startedAt ?? at;
  const limitMs = limitFor(clockSpec(transition, 'hold'), h.segment, h.urgency);
  const dueAt = Math.max(startedAt + limitMs, at);
  const hold = startClockDue(
    { world, transition, handoff: h, name: 'hold', owner: h.sender, at: startedAt, run: running?.run ?? plan.id('cl') },
    dueAt,
  );
  const again = { level: 1, at: Math.min(Math.max(until, at + 1), dueAt), do: 'reroute' as const, tell: h.sender };
  // Asked again because somebody became free for others: the wait stands as it is recorded.
  if (running?.levels.find((level) => level.reachedAt === undefined)?.at === again.at) return;
  const levels = [
    again,
    ...hold.levels.filter((l) => l.at > at || l.at === dueAt).map((l, i) => ({ ...l, level: i + 2 })),
  ];
  plan.add({
    kind: 'handoff-held',
    handoff: h.id,
    until: again.at,
    decision: choice.record,
    clocks: [...stopClocks(world, h, ['prepare', 'accept', 'return'], at), { do: 'start', clock: { ...hold, levels } }],
    nextStep: { what: 'Offered when somebody is free', owner: h.sender, dueAt: again.at },
    turns: choice.record.turns,
  });
}

/** The sender is accountable again, at once, with a required next step and a clock. */
export function returnToSender(
  plan: Plan,
  id: HandoffId,
  reason: 'rejected' | 'recalled' | 'expired' | 'nobody-left',
  by?: PersonId,
  letGo?: PersonId,
): void {
  const { world, at } = plan;
  const h = plan.handoff(id);
  const { transition } = ruleOf(world, h);
  const clock = startClock({ world, transition, handoff: h, name: 'return', owner: h.sender, at, run: plan.id('cl') });
  const what = {
    rejected: 'Answer the rejection: complete and send again, recycle, or close',
    recalled: 'Send again, recycle, or close',
    expired: 'Nobody accepted in time: send again, recycle, or close',
    'nobody-left': 'Everybody who could take it has passed: send again, recycle, or close',
  }[reason];
  plan.add({
    kind: 'handoff-returned',
    handoff: id,
    reason,
    by: by ?? 'clock',
    ...(letGo === undefined
      ? {}
      : {
          letGo,
          tasks: h.tasks
            .filter((t) => t.state === 'open' && t.role === 'receiver')
            .map((t) => ({ do: 'void' as const, task: t.id, at })),
        }),
    clocks: [
      ...stopClocks(world, h, ['prepare', 'hold', 'accept', 'follow-up', 'meeting-prep', 'next-step'], at),
      { do: 'start', clock },
    ],
    nextStep: { what, owner: h.sender, dueAt: clock.dueAt },
  });
}

/** What was accepted and let lie is taken from its receiver and offered to the next; they are told, and not asked again. */
export function letGo(plan: Plan, id: HandoffId, from: PersonId): void {
  returnToSender(plan, id, 'expired', undefined, from);
  plan.tell(from, 'withdrawn', id);
  offerOn(plan, id);
}

/** Takes the running offer back, so that it can go to somebody else. */
export function withdrawOffer(
  plan: Plan,
  id: HandoffId,
  reason: 'expired' | 'recalled' | 'departed' | 'away' | 'reassigned',
  passed: boolean,
): void {
  const h = plan.handoff(id);
  if (h.offer === undefined) return;
  plan.add({
    kind: 'offer-withdrawn',
    handoff: id,
    offer: h.offer.id,
    from: h.offer.to,
    ...(h.offer.pool === undefined ? {} : { pool: h.offer.pool }),
    reason,
    passed,
    clocks: stopClocks(plan.world, h, ['accept'], plan.at),
    tasks: h.tasks
      .filter((t) => t.state === 'open' && t.role === 'receiver')
      .map((t) => ({ do: 'void' as const, task: t.id, at: plan.at })),
  });
  if (reason !== 'departed') plan.tell(h.offer.to, 'withdrawn', id);
}
