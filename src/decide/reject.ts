// decide: a receiver declines, or the sender takes the handoff back. A declined handoff never stays with the decliner;
// a reason names the criterion that was not met and decides what happens next.

import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import { UNDO_MS } from '../words/intent.ts';
import type { PolicyDoc, RejectionReason, Transition } from '../words/policy.ts';
import { refuse } from '../words/refusal.ts';
import type { TurnChange } from '../words/routing.ts';
import { DAY } from '../words/time.ts';
import { isRefusal, liveHandoff, whoAsks } from './checks.ts';
import { stopClocks } from './clocks.ts';
import { closeWith, recycleUntil } from './close.ts';
import { creditTurn } from './credit.ts';
import { offerOn, returnToSender, withdrawOffer } from './offer.ts';
import type { Plan } from './plan.ts';
import { ruleOf, startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';

/** Declines the running offer for a reason of the policy. */
export function decideReject(world: World, arrival: Arrival<AskOf<'reject'>>): Decision {
  const { ask, at } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.offer === undefined) return { refused: refuse('reject/not-offered', { stage: h.stage }), handoff: h.id };
  if (ask.offer !== undefined && ask.offer !== h.offer.id)
    return { refused: refuse('accept/old-offer', { reason: 'it expired or was withdrawn' }), handoff: h.id };
  if (h.offer.to !== by) return { refused: refuse('reject/not-yours', { to: h.offer.to }), handoff: h.id };
  const { transition } = ruleOf(world, h);
  const reason = transition.rejections.find((r) => r.name === ask.reason);
  if (reason === undefined) {
    const reasons = transition.rejections.map((r) => r.name).join(', ');
    return {
      refused: refuse('reject/unknown-reason', { reason: ask.reason, transition: transition.name, reasons }),
      handoff: h.id,
    };
  }
  const plan = startPlan(world, arrival);
  const ref = ask.text === undefined ? undefined : plan.id('px');
  if (ref !== undefined) plan.keep({ ref, of: { subject: h.subject }, kind: 'reason', body: ask.text });
  plan.add({
    kind: 'handoff-rejected',
    handoff: h.id,
    offer: h.offer.id,
    by,
    reason: reason.name,
    criterion: reason.criterion,
    ...(ref === undefined ? {} : { ref }),
    clocks: stopClocks(world, h, ['accept'], at),
    tasks: h.tasks
      .filter((t) => t.state === 'open' && t.role === 'receiver')
      .map((t) => ({ do: 'void', task: t.id, at })),
    turns: reason.creditable ? turnBack(plan, h, transition, by) : [],
  });
  plan.tell(h.sender, 'rejected', h.id, { holdUntil: at + UNDO_MS });
  then(plan, h.id, reason, by);
  return plan.done(h.id, { rejected: true, next: reason.then });
}

function then(plan: Plan, handoff: string, reason: RejectionReason, by: string): void {
  if (reason.then === 'reroute') offerOn(plan, handoff);
  else if (reason.then === 'recycle')
    recycleUntil(plan, handoff, plan.at + (reason.recycleMs ?? 30 * DAY), by, reason.name);
  else if (reason.then === 'disqualify') closeWith(plan, handoff, 'disqualified', by, reason.criterion);
  else returnToSender(plan, handoff, 'rejected', by);
}

/** The pools in which a ladder spends turns, those of its territories included. */
function poolsInTurn(transition: Transition, doc: PolicyDoc): string[] {
  return transition.route.flatMap((rung) => {
    if (rung.use === 'round-robin') return [rung.pool];
    if (rung.use !== 'territory') return [];
    return Object.values(doc.territories).flatMap(({ pool }) => (pool === undefined ? [] : [pool]));
  });
}

/** The turn that the offer spent, given back in the pool that it was taken from. */
function turnBack(plan: Plan, h: Handoff, transition: Transition, person: string): TurnChange[] {
  const { policy } = ruleOf(plan.world, h);
  const pools = new Set(poolsInTurn(transition, policy.doc));
  return [...pools].flatMap((pool) => {
    if (plan.world.pools.get(pool)?.[person]?.lastAt !== h.offer?.at) return [];
    const change = creditTurn(plan.world, policy, pool, person, plan.at);
    return change === undefined ? [] : [change];
  });
}

/** The sender takes back what is on offer, and owes the next step. */
export function decideRecall(world: World, arrival: Arrival<AskOf<'recall'>>): Decision {
  const h = liveHandoff(world, arrival.ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.sender !== by) return { refused: refuse('recall/not-sender', { sender: h.sender }), handoff: h.id };
  if (h.offer === undefined) return { refused: refuse('recall/not-open', { stage: h.stage }), handoff: h.id };
  const plan = startPlan(world, arrival);
  withdrawOffer(plan, h.id, 'recalled', false);
  returnToSender(plan, h.id, 'recalled', by);
  return plan.done(h.id, { recalled: true });
}
