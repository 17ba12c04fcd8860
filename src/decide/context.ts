// decide: the sender completes what is owed, sends a returned handoff again; the receiver looks at it.

import type { Arrival, AskOf } from '../words/arrival.ts';
import { refuse } from '../words/refusal.ts';
import { isRefusal, liveHandoff, whoAsks } from './checks.ts';
import { mayAccept } from './claim.ts';
import { stopClocks } from './clocks.ts';
import { fieldsRefused, keepContext, mergeContext, sayOwed } from './context-fields.ts';
import { offerOn } from './offer.ts';
import { ruleOf, startPlan } from './plan.ts';
import { isWaiting } from './standing.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

/** Adds to the context. What was being prepared is offered once nothing required is missing; a context debt is paid. */
export function decideCompleteContext(world: World, arrival: Arrival<AskOf<'complete-context'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h.code === 'handoff/closed' ? refuse('context/closed') : h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (by !== h.sender && by !== h.owner)
    return { refused: refuse('context/not-yours', { sender: h.sender }), handoff: h.id };
  const { policy, transition } = ruleOf(world, h);
  const refused = fieldsRefused(policy.doc, ask.context);
  if (refused !== undefined) return { refused, handoff: h.id };
  const plan = startPlan(world, arrival);
  const merged = mergeContext(world.context(h.context.ref), ask.context);
  if (merged === undefined) return nothingNew(h.id, { missing: h.context.missing });
  const kept = keepContext(plan, h.subject, transition, merged);
  const paid = kept.missing.length === 0;
  const offered = paid && h.stage === 'preparing' && !isWaiting(h);
  const stillOwed =
    h.stage === 'preparing' && !paid && h.nextStep !== undefined
      ? { nextStep: { ...h.nextStep, what: sayOwed(kept.missing) } }
      : {};
  plan.add({
    kind: 'context-completed',
    handoff: h.id,
    by,
    ...kept,
    ...(ask.writingMs === undefined ? {} : { writingMs: ask.writingMs }),
    clocks: paid ? stopClocks(world, h, ['context'], plan.at) : [],
    ...stillOwed,
  });
  if (offered) offerOn(plan, h.id);
  return plan.done(h.id, { missing: kept.missing });
}

/** Offers a returned handoff again, to somebody who has not declined it. */
export function decideResend(world: World, arrival: Arrival<AskOf<'resend'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (by !== h.sender) return { refused: refuse('recall/not-sender', { sender: h.sender }), handoff: h.id };
  if (h.stage !== 'returned') return { refused: refuse('resend/not-returned', { stage: h.stage }), handoff: h.id };
  const { policy, transition } = ruleOf(world, h);
  const plan = startPlan(world, arrival);
  if (ask.context !== undefined) {
    const refused = fieldsRefused(policy.doc, ask.context);
    if (refused !== undefined) return { refused, handoff: h.id };
    const merged = mergeContext(world.context(h.context.ref), ask.context);
    if (merged !== undefined)
      plan.add({ kind: 'context-completed', handoff: h.id, by, ...keepContext(plan, h.subject, transition, merged) });
  }
  offerOn(plan, h.id);
  return plan.done(h.id, { resent: true });
}

/** The offered person opened it. Recorded once. */
export function decideSee(world: World, arrival: Arrival<AskOf<'see'>>): Decision {
  const h = liveHandoff(world, arrival.ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (!mayAccept(world, h, by) || h.facts.seenAt !== undefined) return nothingNew(h.id, {});
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'handoff-seen', handoff: h.id, by });
  return plan.done(h.id, { seen: true });
}
