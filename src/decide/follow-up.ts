// decide: what happens after acceptance: the first follow-up, the meeting, the opportunity, the next step, tasks done.
// These are facts with their own time and source, never stages; an older fact never undoes a newer one.

import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Carried } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import { refuse } from '../words/refusal.ts';
import { isRefusal, liveHandoff, whenText, whoAsks, whoReports } from './checks.ts';
import { startClock, startClockDue, stopClocks } from './clocks.ts';
import type { Plan } from './plan.ts';
import { ruleOf, startPlan } from './plan.ts';
import { meetingClock, meetingTasks, preparedWith } from './tasks.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

/** The receiver's first touch: stops the follow-up clock at the instant it happened and starts the next-step clock. */
export function decideFollowUp(world: World, arrival: Arrival<AskOf<'follow-up'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  if (h.stage !== 'accepted' || h.receiver === undefined)
    return { refused: refuse('follow-up/not-accepted', { stage: h.stage }), handoff: h.id };
  const by = whoReports(world, arrival, h.receiver);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (by !== h.receiver) return { refused: refuse('follow-up/not-yours', { receiver: h.receiver }), handoff: h.id };
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'followed-up',
    handoff: h.id,
    by,
    occurredAt: ask.occurredAt,
    ...(ask.channel === undefined ? {} : { channel: ask.channel }),
    ...nextStepAfter(plan, h, ask.occurredAt),
  });
  return plan.done(h.id, { followedUp: true });
}

/** After the first follow-up a next-step clock runs until the close. */
function nextStepAfter(plan: Plan, h: Handoff, occurredAt: number): Carried {
  const { transition } = ruleOf(plan.world, h);
  const owner = h.receiver ?? h.owner;
  // The clock stops at the act, which may have been before it was reported, but not before the clock began.
  const actAt = Math.min(plan.at, Math.max(occurredAt, h.clocks['follow-up']?.startedAt ?? occurredAt));
  const stopped = stopClocks(plan.world, h, ['follow-up'], actAt);
  const next = startClock({
    world: plan.world,
    transition,
    handoff: h,
    name: 'next-step',
    owner,
    at: plan.at,
    run: plan.id('cl'),
  });
  return {
    clocks: [...stopped, ...stopClocks(plan.world, h, ['next-step'], plan.at), { do: 'start', clock: next }],
    nextStep: { what: transition.nextStep.then, owner, dueAt: next.dueAt },
  };
}

export function decideMeeting(world: World, arrival: Arrival<AskOf<'meeting'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoReports(world, arrival, h.owner);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if ((h.facts.meetingFactAt ?? -1) > ask.occurredAt) return nothingNew(h.id, { older: true });
  const plan = startPlan(world, arrival);
  const { transition } = ruleOf(world, h);
  const fact = { handoff: h.id, occurredAt: ask.occurredAt, source: ask.source };
  if (ask.state === 'booked' || ask.state === 'rescheduled') {
    const meetingAt = ask.meetingAt ?? ask.occurredAt;
    plan.add({
      kind: ask.state === 'booked' ? 'meeting-booked' : 'meeting-rescheduled',
      ...fact,
      meetingAt,
      tasks: meetingTasks(plan, h, transition, meetingAt),
      ...(h.stage === 'accepted' && h.receiver !== undefined
        ? { clocks: meetingClock(plan, h, transition, h.receiver, meetingAt) }
        : {}),
    });
  } else if (ask.state === 'held') {
    const first = h.stage === 'accepted' && h.facts.followedUpAt === undefined;
    plan.add({ kind: 'meeting-held', ...fact, clocks: stopClocks(world, h, ['meeting-prep'], plan.at) });
    // A meeting that was held is a follow-up, whoever forgot to say so.
    if (first && h.receiver !== undefined)
      plan.add({
        kind: 'followed-up',
        handoff: h.id,
        by: h.receiver,
        occurredAt: ask.occurredAt,
        channel: 'meeting',
        ...nextStepAfter(plan, h, ask.occurredAt),
      });
  } else {
    const rebooked = rebook(plan, h);
    const clocks = [...stopClocks(world, h, ['meeting-prep'], plan.at), ...(rebooked.clocks ?? [])];
    plan.add({ kind: 'meeting-no-show', ...fact, ...rebooked, clocks });
  }
  return plan.done(h.id, { meeting: ask.state });
}

/** A no-show starts its own play: the receiver owes a new date. */
function rebook(plan: Plan, h: Handoff): Carried {
  if (h.stage !== 'accepted' || h.receiver === undefined) return {};
  const { transition } = ruleOf(plan.world, h);
  const clock = startClock({
    world: plan.world,
    transition,
    handoff: h,
    name: 'next-step',
    owner: h.receiver,
    at: plan.at,
    run: plan.id('cl'),
  });
  return {
    clocks: [...stopClocks(plan.world, h, ['next-step'], plan.at), { do: 'start', clock }],
    nextStep: { what: 'Rebook the meeting', owner: h.receiver, dueAt: clock.dueAt },
  };
}

export function decideOpportunity(world: World, arrival: Arrival<AskOf<'opportunity'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoReports(world, arrival, h.owner);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'opportunity-created',
    handoff: h.id,
    occurredAt: ask.occurredAt,
    source: ask.source,
    ...(ask.external === undefined ? {} : { external: ask.external }),
  });
  return plan.done(h.id, { opportunity: true });
}

/** The accountable person says what comes next and when; the next-step clock runs to that date. */
export function decideNextStep(world: World, arrival: Arrival<AskOf<'set-next-step'>>): Decision {
  const { ask, at } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (by !== h.owner || h.stage !== 'accepted')
    return { refused: refuse('next-step/not-yours', { owner: h.owner }), handoff: h.id };
  if (ask.dueAt <= at) return { refused: refuse('next-step/past', { due: whenText(ask.dueAt) }), handoff: h.id };
  const plan = startPlan(world, arrival);
  const ref = plan.id('px');
  plan.keep({ ref, of: { subject: h.subject }, kind: 'next-step', body: ask.text });
  plan.add({ kind: 'next-step-set', handoff: h.id, by, ref, ...datedStep(plan, h, by, ask.dueAt, ref) });
  return plan.done(h.id, { nextStepBy: ask.dueAt });
}

function datedStep(plan: Plan, h: Handoff, owner: PersonId, dueAt: number, ref: string): Carried {
  const { transition } = ruleOf(plan.world, h);
  const clock = startClockDue(
    { world: plan.world, transition, handoff: h, name: 'next-step', owner, at: plan.at, run: plan.id('cl') },
    dueAt,
  );
  return {
    clocks: [...stopClocks(plan.world, h, ['next-step'], plan.at), { do: 'start', clock }],
    nextStep: { what: transition.nextStep.then, owner, dueAt, ref },
  };
}

export function decideTaskDone(world: World, arrival: Arrival<AskOf<'task-done'>>): Decision {
  const { ask, at } = arrival;
  const h = world.handoff(ask.handoff);
  if (h === undefined) return { refused: refuse('handoff/unknown', { handoff: ask.handoff }) };
  const task = h.tasks.find((t) => t.id === ask.task);
  if (task?.state === 'done') return nothingNew(h.id, { done: true });
  if (task === undefined || (task.state !== 'open' && task.state !== 'missed'))
    return { refused: refuse('task/unknown', { task: ask.task }), handoff: h.id };
  const by = whoReports(world, arrival, task.owner);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'task-done',
    handoff: h.id,
    task: task.id,
    by,
    tasks: [{ do: 'done', task: task.id, at }],
    clocks: preparedWith(plan, h, task),
  });
  return plan.done(h.id, { done: true });
}
