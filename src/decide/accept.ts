// decide: a receiver accepts, and may undo it for ten seconds. Ownership passes here and nowhere else.

import { countOwn } from '../routing/window.ts';
import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import { UNDO_MS } from '../words/intent.ts';
import { refuse } from '../words/refusal.ts';
import { isRefusal, liveHandoff, whenText, whoAsks } from './checks.ts';
import { mayAccept } from './claim.ts';
import { startClock, stopClocks } from './clocks.ts';
import { ruleOf, startPlan } from './plan.ts';
import { meetingClock, meetingTasks, moveTasks, tasksAfter } from './tasks.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

/** The offered person becomes accountable. A repeat by the same person is silent; anybody else hears who has it. */
export function decideAccept(world: World, arrival: Arrival<AskOf<'accept'>>): Decision {
  const { ask, at } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.stage === 'accepted' && h.receiver === by) return nothingNew(h.id, { accepted: true, at: h.acceptedAt });
  if (h.stage === 'accepted')
    return {
      refused: refuse('accept/already-accepted', { by: h.owner, at: whenText(h.acceptedAt ?? at), who: h.owner }),
      handoff: h.id,
    };
  if (h.offer === undefined)
    return { refused: refuse('accept/not-offered', { stage: h.stage, owner: h.owner }), handoff: h.id };
  if (ask.offer !== undefined && ask.offer !== h.offer.id)
    return {
      refused: refuse('accept/old-offer', { reason: 'it expired or was withdrawn', to: h.offer.to }),
      handoff: h.id,
    };
  if (!mayAccept(world, h, by)) return { refused: refuse('accept/not-yours', { to: h.offer.to }), handoff: h.id };
  const plan = startPlan(world, arrival);
  const { transition } = ruleOf(world, h);
  const offer = h.offer.id;
  const { pool, to } = h.offer;
  const told = [plan.tell(h.sender, 'accepted', h.id, { holdUntil: at + UNDO_MS })];
  const clock = startClock({ world, transition, handoff: h, name: 'follow-up', owner: by, at, run: plan.id('cl') });
  const tasks = tasksAfter(plan, h, transition, 'accepted', by);
  const meeting =
    h.facts.meetingState === 'booked' && h.facts.meetingAt !== undefined
      ? meetingTasks(plan, { ...h, receiver: by }, transition, h.facts.meetingAt)
      : [];
  const preparation =
    h.facts.meetingState === 'booked' && h.facts.meetingAt !== undefined && h.facts.meetingAt > at
      ? meetingClock(plan, h, transition, by, h.facts.meetingAt)
      : [];
  plan.add({
    kind: 'handoff-accepted',
    handoff: h.id,
    offer,
    by,
    told,
    clocks: [...stopClocks(world, h, ['accept'], at), { do: 'start', clock }, ...preparation],
    tasks: [...(pool === undefined || to === by ? [] : moveTasks(h, to, by, 'receiver')), ...tasks, ...meeting],
    turns: pool === undefined ? [] : countOwn(world.pools, by, world.roster.people.get(by)?.windows, at),
    nextStep: { what: transition.nextStep.first, owner: by, dueAt: clock.dueAt },
  });
  return plan.done(h.id, { accepted: true, at });
}

/** Takes an acceptance back within ten seconds: the same offer stands again, with the deadline it had. */
export function decideUndo(world: World, arrival: Arrival<AskOf<'undo-accept'>>): Decision {
  const { ask, at } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  const given = h.acceptance;
  if (h.stage !== 'accepted' || given === undefined || given.by !== by)
    return { refused: refuse('undo/not-accepted', { stage: h.stage }), handoff: h.id };
  if (at - given.at > UNDO_MS)
    return { refused: refuse('undo/too-late', { ago: `${Math.round((at - given.at) / 1000)} s` }), handoff: h.id };
  const plan = startPlan(world, arrival);
  plan.cancel(given.told);
  const again = standAgain(h);
  plan.add({
    kind: 'acceptance-undone',
    handoff: h.id,
    offer: given.offer.id,
    by,
    clocks: [
      ...stopClocks(world, h, ['follow-up', 'meeting-prep', 'next-step'], at),
      ...(again === undefined ? [] : [{ do: 'start' as const, clock: again }]),
    ],
    tasks: h.tasks
      .filter((t) => t.state === 'open' && t.role !== 'sender')
      .map((t) => ({ do: 'void' as const, task: t.id, at })),
    nextStep: { what: 'Accept, ask or reject', owner: given.offer.to, dueAt: again?.dueAt ?? at },
  });
  return plan.done(h.id, { undone: true });
}

function standAgain(h: Handoff): Handoff['clocks']['accept'] {
  const clock = h.clocks.accept;
  if (clock === undefined) return undefined;
  const { stoppedAt: _stopped, late: _late, ...running } = clock;
  return running;
}
