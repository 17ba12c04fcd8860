// decide: a recycled handoff wakes on its date: a new handoff of the same subject and transition, with its context
// intact, decided under the policy of today.

import { segmentFor } from '../policy/compile.ts';
import type { HandoffId } from '../words/ids.ts';
import { startClock, stopClocks } from './clocks.ts';
import { keepContext, sayOwed } from './context-fields.ts';
import { offerOn } from './offer.ts';
import { isActive, leadOf } from './people.ts';
import type { Plan } from './plan.ts';
import { ruleOf } from './plan.ts';

export function wake(plan: Plan, id: HandoffId): void {
  const { world, at } = plan;
  const old = plan.handoff(id);
  const next = plan.id('ho');
  const live = world.liveOf(old.subject).find((h) => h.transition === old.transition);
  plan.add({
    kind: 'handoff-woken',
    handoff: id,
    next: live?.id ?? next,
    clocks: stopClocks(world, old, ['recycle'], at),
  });
  // Another signal opened it meanwhile: that one goes on, nothing is doubled.
  if (live !== undefined) return;
  const policy =
    world.policy?.doc.transitions[old.transition] === undefined
      ? ruleOf(world, old).policy
      : (world.policy ?? ruleOf(world, old).policy);
  const transition = policy.doc.transitions[old.transition] ?? ruleOf(world, old).transition;
  const context = world.context(old.context.ref) ?? { fields: {} };
  const facts = { lead: context.fields, signal: old.signal, segment: '', urgency: old.urgency };
  const segment = segmentFor(policy, facts);
  const sender = isActive(world, old.sender) ? old.sender : leadOf(world, old.sender);
  const kept = keepContext(plan, old.subject, transition, context);
  const clock =
    kept.missing.length === 0
      ? undefined
      : startClock({
          world,
          transition,
          handoff: { segment, urgency: old.urgency },
          name: 'prepare',
          owner: sender,
          at,
          run: plan.id('cl'),
        });
  plan.add({
    kind: 'handoff-opened',
    handoff: next,
    transition: old.transition,
    policy: policy.hash,
    subject: old.subject,
    sender,
    segment,
    urgency: old.urgency,
    signal: old.signal,
    context: kept,
    recycledFrom: old.id,
    ...(old.account === undefined ? {} : { account: old.account }),
    ...(old.previous === undefined ? {} : { previous: old.previous }),
    marks: [],
    ...(clock === undefined
      ? {}
      : {
          clocks: [{ do: 'start', clock }],
          nextStep: { what: sayOwed(kept.missing), owner: sender, dueAt: clock.dueAt },
        }),
  });
  if (clock === undefined) offerOn(plan, next, { ...facts, segment });
}
