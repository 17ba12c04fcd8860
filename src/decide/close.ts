// decide: the end of a handoff: an outcome, or a date on which it wakes with its context intact.

import type { Arrival, AskOf } from '../words/arrival.ts';
import { runningClocks } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import { UNDO_MS } from '../words/intent.ts';
import { refuse } from '../words/refusal.ts';
import type { Instant } from '../words/time.ts';
import { isRefusal, liveHandoff, whenText, whoReports } from './checks.ts';
import { startClockDue, stopClock } from './clocks.ts';
import type { Plan } from './plan.ts';
import { ruleOf, startPlan } from './plan.ts';
import { endTasks } from './tasks.ts';
import type { Decision, World } from './world.ts';

/** Closes with an outcome of the policy; disqualifying names the criterion that was not met. */
export function decideClose(world: World, arrival: Arrival<AskOf<'close'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoReports(world, arrival, h.owner);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.stage === 'offered') return { refused: refuse('close/not-accepted', { stage: h.stage }), handoff: h.id };
  if (by !== h.owner) return { refused: refuse('close/not-yours', { owner: h.owner }), handoff: h.id };
  const { transition } = ruleOf(world, h);
  const outcomes = [...transition.outcomes, 'disqualified'];
  if (!outcomes.includes(ask.outcome))
    return {
      refused: refuse('close/unknown-outcome', {
        outcome: ask.outcome,
        transition: transition.name,
        outcomes: [...new Set(outcomes)].join(', '),
      }),
      handoff: h.id,
    };
  const criteria = transition.criteria.map((c) => c.name);
  if (ask.outcome === 'disqualified' && criteria.length > 0 && !criteria.includes(ask.criterion ?? '')) {
    return { refused: refuse('close/needs-criterion', { criteria: criteria.join(', ') }), handoff: h.id };
  }
  const plan = startPlan(world, arrival);
  closeWith(plan, h.id, ask.outcome, by, ask.criterion);
  return plan.done(h.id, { closed: true });
}

/** Ends every clock and task; the other side is told. */
export function closeWith(
  plan: Plan,
  id: HandoffId,
  outcome: string,
  by: PersonId | 'system',
  criterion?: string,
): void {
  const h = plan.handoff(id);
  plan.add({
    kind: 'handoff-closed',
    handoff: id,
    outcome,
    by,
    ...(criterion === undefined ? {} : { criterion }),
    clocks: runningClocks(h).map((clock) => stopClock(plan.world, clock, plan.at)),
    tasks: endTasks(h, plan.at),
  });
  if (h.sender !== by) plan.tell(h.sender, 'closed', id, { holdUntil: plan.at + UNDO_MS });
}

/** Puts the handoff to sleep until a date. */
export function decideRecycle(world: World, arrival: Arrival<AskOf<'recycle'>>): Decision {
  const { ask, at } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoReports(world, arrival, h.owner);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.stage !== 'accepted' && h.stage !== 'returned')
    return { refused: refuse('recycle/not-open', { stage: h.stage }), handoff: h.id };
  if (by !== h.owner) return { refused: refuse('close/not-yours', { owner: h.owner }), handoff: h.id };
  if (ask.until <= at) return { refused: refuse('recycle/past', { until: whenText(ask.until) }), handoff: h.id };
  const plan = startPlan(world, arrival);
  recycleUntil(plan, h.id, ask.until, by, 'asked');
  return plan.done(h.id, { recycled: true, until: ask.until });
}

/** Closes as recycled; a clock wakes it on the date, so that nothing is parked in silence. */
export function recycleUntil(plan: Plan, id: HandoffId, until: Instant, by: PersonId, reason: string): void {
  const h = plan.handoff(id);
  const { transition } = ruleOf(plan.world, h);
  const clock = startClockDue(
    { world: plan.world, transition, handoff: h, name: 'recycle', owner: h.sender, at: plan.at, run: plan.id('cl') },
    until,
  );
  plan.add({
    kind: 'handoff-recycled',
    handoff: id,
    until,
    by,
    reason,
    clocks: [...runningClocks(h).map((c) => stopClock(plan.world, c, plan.at)), { do: 'start', clock }],
    tasks: endTasks(h, plan.at),
  });
}
