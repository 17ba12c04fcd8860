// decide: somebody else takes a part: named by hand, by a ladder's end, or because a person leaves or goes away.
// When the owner changes, their open work, their next step and their running clocks move in the same decision.

import type { Arrival, AskOf } from '../words/arrival.ts';
import type { ClockChange } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { runningClocks } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import { refuse } from '../words/refusal.ts';
import { isRefusal, liveHandoff, whoReports } from './checks.ts';
import { startClock, startClockDue, stopClock } from './clocks.ts';
import { offerOn, withdrawOffer } from './offer.ts';
import { isActive, lastRung, successorOf } from './people.ts';
import type { Plan } from './plan.ts';
import { ruleOf, startPlan } from './plan.ts';
import { moveTasks } from './tasks.ts';
import type { Decision, World } from './world.ts';

/** Changes the sender or the receiver of a live handoff by hand. */
export function decideReassign(world: World, arrival: Arrival<AskOf<'reassign'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoReports(world, arrival, 'system');
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (!isActive(world, ask.to)) return { refused: refuse('reassign/unknown-person', { to: ask.to }), handoff: h.id };
  const { transition } = ruleOf(world, h);
  const current = ask.role === 'sender' ? h.sender : (h.receiver ?? h.offer?.to);
  if (current === undefined) return { refused: refuse('reassign/no-receiver', { stage: h.stage }), handoff: h.id };
  if (current === ask.to) return { refused: refuse('reassign/same-person', { to: ask.to }), handoff: h.id };
  const other = ask.role === 'sender' ? (h.receiver ?? h.offer?.to) : h.sender;
  if (other === ask.to && !transition.allowSelf)
    return { refused: refuse('reassign/self', { to: ask.to }), handoff: h.id };
  if (ask.role === 'receiver' && h.stage !== 'accepted')
    return { refused: refuse('reassign/no-receiver', { stage: h.stage }), handoff: h.id };
  const plan = startPlan(world, arrival);
  moveOwnership(plan, h.id, ask.role, ask.to, ask.reason, by);
  return plan.done(h.id, { reassigned: true });
}

/** Moves one role to another person, with its tasks, its next step and its clocks; both are told. */
export function moveOwnership(
  plan: Plan,
  id: HandoffId,
  role: 'sender' | 'receiver',
  to: PersonId,
  reason: string,
  by: PersonId | 'system',
): void {
  const h = plan.handoff(id);
  const from = role === 'sender' ? h.sender : (h.receiver ?? h.owner);
  const clocks = handOverClocks(plan, h, from, to, role);
  const restarted = clocks.find((c) => c.do === 'start');
  const nextStep =
    h.nextStep?.owner === from
      ? {
          ...h.nextStep,
          owner: to,
          dueAt: restarted?.do === 'start' ? restarted.clock.dueAt : Math.max(h.nextStep.dueAt, plan.at),
        }
      : undefined;
  plan.add({
    kind: 'handoff-reassigned',
    handoff: id,
    role,
    from,
    to,
    reason,
    by,
    clocks,
    tasks: moveTasks(h, from, to, role),
    ...(nextStep === undefined ? {} : { nextStep }),
  });
  plan.tell(to, 'reassigned', id);
  if (isActive(plan.world, from) && from !== by) plan.tell(from, 'reassigned', id);
}

const ROLE_CLOCKS = {
  sender: ['prepare', 'hold', 'context', 'return'],
  receiver: ['accept', 'follow-up', 'meeting-prep', 'next-step'],
} as const;

/** Whoever takes over starts afresh in their own hours; a paused clock keeps its pause; the lateness so far is kept. */
function handOverClocks(
  plan: Plan,
  h: Handoff,
  from: PersonId,
  to: PersonId,
  role: 'sender' | 'receiver',
): ClockChange[] {
  const { world, at } = plan;
  const { transition } = ruleOf(world, h);
  const names: readonly string[] = ROLE_CLOCKS[role];
  return runningClocks(h).flatMap((clock): ClockChange[] => {
    if (clock.owner !== from || !names.includes(clock.name)) return [];
    if (clock.paused !== undefined || clock.name === 'hold') return [{ do: 'start', clock: { ...clock, owner: to } }];
    const start = { world, transition, handoff: h, name: clock.name, owner: to, at, run: plan.id('cl') };
    const dated = clock.name === 'next-step' || clock.name === 'meeting-prep';
    const fresh = dated && clock.dueAt > at ? startClockDue(start, clock.dueAt) : startClock(start);
    return [stopClock(world, clock, at), { do: 'start', clock: fresh }];
  });
}

/** A person leaves: in one decision every offer, handoff and task of theirs has somebody else. */
export function decideDepart(world: World, arrival: Arrival<AskOf<'depart'>>): Decision {
  const { person } = arrival.ask;
  const known = world.roster.people.get(person);
  if (known === undefined) return { refused: refuse('roster/unknown-person', { person }) };
  if (!known.active) return { refused: refuse('roster/already-left', { person }) };
  const others = [...world.roster.people.values()].some((p) => p.active && p.id !== person);
  const held = world.concerning(person);
  if (!others && held.length > 0)
    return {
      refused: refuse('roster/bad-value', {
        field: 'departure',
        person,
        value: 'refused',
        why: 'nobody else is active, and live handoffs would have nobody. Add a person first',
      }),
    };
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'person-departed', person, by: arrival.actor.kind === 'person' ? arrival.actor.id : 'system' });
  for (const h of held) leave(plan, h.id, person, 'departed');
  return plan.done(undefined, { moved: held.length });
}

function leave(plan: Plan, id: HandoffId, person: PersonId, why: 'departed'): void {
  const world = plan.world;
  if (plan.handoff(id).sender === person) moveOwnership(plan, id, 'sender', successorOf(world, person), why, 'system');
  const h = plan.handoff(id);
  if (h.offer?.to === person) {
    plan.tell(h.sender, 'withdrawn', id);
    // Whoever answered for a claim leaves: the pool is asked again, with somebody else to answer for it.
    withdrawOffer(plan, id, 'departed', h.offer.pool === undefined);
    offerOn(plan, id);
  } else if (h.receiver === person) {
    moveOwnership(plan, id, 'receiver', receiverInstead(plan, h, person), why, 'system');
    plan.tell(plan.handoff(id).sender, 'reassigned', id);
  }
  const last = plan.handoff(id);
  const rest = moveTasks(last, person, successorOf(world, person));
  const stale = last.nextStep?.owner === person;
  if (rest.length > 0 || stale) {
    plan.add({
      kind: 'next-step-set',
      handoff: id,
      by: lastRung(world),
      tasks: rest,
      ...(stale && last.nextStep !== undefined ? { nextStep: { ...last.nextStep, owner: last.owner } } : {}),
    });
  }
}

/** Accepted work goes to the fallback person of its transition, else to the lead. */
function receiverInstead(plan: Plan, h: Handoff, person: PersonId): PersonId {
  const { transition } = ruleOf(plan.world, h);
  return isActive(plan.world, transition.fallback) ? transition.fallback : successorOf(plan.world, person);
}
