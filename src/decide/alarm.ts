// decide: an alarm rings. One row per handoff wakes it; here every clock of it is asked what has come due, in order of
// time, each level exactly once. An alarm of a handoff that has moved on does nothing and says so.

import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Clock, ClockLevel, Handoff, Task } from '../words/handoff.ts';
import { nextAttentionAt, nextTaskAt, runningClocks } from '../words/handoff.ts';
import type { HandoffId } from '../words/ids.ts';
import { refuse } from '../words/refusal.ts';
import type { Instant } from '../words/time.ts';
import { isAway } from './away.ts';
import { quietUntil, resumeClock, rungAfter } from './clocks.ts';
import { letGo, offerOn, returnToSender, withdrawOffer } from './offer.ts';
import { leadOf } from './people.ts';
import type { Plan } from './plan.ts';
import { ruleOf, startPlan } from './plan.ts';
import { moveOwnership } from './reassign.ts';
import { isWaiting } from './standing.ts';
import { wake } from './wake.ts';
import type { Decision, World } from './world.ts';

/** One decision settles everything that is due; this many turns would mean that a ladder feeds itself. */
const TURNS_MAX = 64;

export function decideAlarm(world: World, arrival: Arrival<AskOf<'alarm'>>): Decision {
  const { ask, at } = arrival;
  const h = world.handoff(ask.handoff);
  if (h === undefined) return { refused: refuse('handoff/unknown', { handoff: ask.handoff }) };
  if (h.stage === 'closed' && h.recycleAt === undefined) return { refused: refuse('alarm/moved-on'), handoff: h.id };
  const plan = startPlan(world, arrival);
  let turns = 0;
  // Somebody may have become free for a handoff that waits, before its own next try.
  if (isWaiting(h) && dueNow(h, at) === undefined) offerOn(plan, h.id);
  for (let due = dueNow(plan.handoff(h.id), at); due !== undefined; due = dueNow(plan.handoff(h.id), at)) {
    settle(plan, h.id, due);
    turns += 1;
    if (turns > TURNS_MAX)
      throw new Error(
        `The ladder of the ${'clock' in due ? due.clock.name : 'task'} clock of handoff ${h.id} feeds itself.`,
      );
  }
  const done = plan.done(h.id, { settled: turns });
  return done.events.length === 0 ? { refused: refuse('alarm/early'), handoff: h.id } : done;
}

type Due = { at: Instant } & ({ clock: Clock; level?: ClockLevel } | { task: Task });

/** The earliest thing that is due among running clocks and open tasks; at the same instant the breach comes before its level. */
function dueNow(h: Handoff, at: Instant): Due | undefined {
  let first: Due | undefined;
  for (const clock of runningClocks(h)) {
    const next = nextAttentionAt(clock);
    if (next === undefined || next > at || (first !== undefined && first.at <= next)) continue;
    const level = levelDue(clock, next);
    first = { clock, at: next, ...(level === undefined ? {} : { level }) };
  }
  for (const task of h.tasks) {
    const next = nextTaskAt(task);
    if (next !== undefined && next <= at && (first === undefined || next < first.at)) first = { task, at: next };
  }
  return first;
}

/** The rung that is due; undefined where a pause ends or the clock is breached. */
function levelDue(clock: Clock, next: Instant): ClockLevel | undefined {
  const open = clock.levels.filter((l) => l.reachedAt === undefined);
  if (clock.paused !== undefined)
    return clock.paused.resumeBy <= next ? undefined : open.find((l) => l.do === 'away' && l.at === next);
  return clock.breachedAt === undefined && next === clock.dueAt ? undefined : open[0];
}

function settle(plan: Plan, id: HandoffId, due: Due): void {
  if ('task' in due) {
    remindOrMiss(plan, id, due.task);
    return;
  }
  const { clock, level } = due;
  if (clock.name === 'recycle') wake(plan, id);
  else if (level !== undefined) climb(plan, id, clock, level);
  else if (clock.paused !== undefined) resume(plan, id, clock, due.at);
  else breach(plan, id, clock);
}

function breach(plan: Plan, id: HandoffId, clock: Clock): void {
  const next = rungAfter(plan.world, clock, 0, plan.at);
  plan.add({
    kind: 'clock-breached',
    handoff: id,
    name: clock.name,
    owner: clock.owner,
    dueAt: clock.dueAt,
    clocks: [{ do: 'breach', name: clock.name, at: plan.at, ...(next === undefined ? {} : { next }) }],
  });
}

/** Its owner hears of a task before it is due, where the policy says so; after that it is missed, and can still be done. */
function remindOrMiss(plan: Plan, id: HandoffId, task: Task): void {
  const { at } = plan;
  const soon = task.remindAt !== undefined && task.remindedAt === undefined && task.remindAt < task.dueAt;
  const dueAt = soon ? (task.remindAt ?? task.dueAt) : task.dueAt;
  plan.add({
    kind: soon ? 'task-reminded' : 'task-missed',
    handoff: id,
    task: task.id,
    owner: task.owner,
    dueAt: task.dueAt,
    lateMs: at - dueAt,
    tasks: [{ do: soon ? 'reminded' : 'missed', task: task.id, at }],
  });
  if (soon && at < task.dueAt)
    plan.tell(task.owner, 'reminder', id, { holdUntil: quietUntil(plan.world, task.owner, at) });
}

function resume(plan: Plan, id: HandoffId, clock: Clock, at: Instant): void {
  plan.add({
    kind: 'clock-resumed',
    handoff: id,
    by: 'clock',
    clocks: [{ do: 'resume', name: clock.name, at, clock: resumeClock(plan.world, clock, at) }],
  });
}

function climb(plan: Plan, id: HandoffId, clock: Clock, level: ClockLevel): void {
  const h = plan.handoff(id);
  const tell = plan.world.roster.people.get(level.tell)?.active === true ? level.tell : leadOf(plan.world, clock.owner);
  plan.add({
    kind: 'level-reached',
    handoff: id,
    name: clock.name,
    level: level.level,
    action: level.do,
    tell,
    dueAt: level.at,
    lateMs: plan.at - level.at,
    clocks: [{ do: 'reach', name: clock.name, level: level.level, at: plan.at, ...followed(plan, clock, level) }],
  });
  if (level.do === 'remind')
    plan.tell(tell, 'reminder', id, { clock: clock.name, holdUntil: quietUntil(plan.world, tell, plan.at) });
  else if (level.do === 'away') goOn(plan, id, clock);
  else if (level.do === 'escalate' && goOn(plan, id, clock)) return;
  else if (level.do === 'warn-lead' || level.do === 'escalate')
    plan.tell(tell, 'escalation', id, { clock: clock.name, holdUntil: quietUntil(plan.world, tell, plan.at) });
  else if (level.do === 'reroute') reroute(plan, id, clock);
  else if (level.do === 'fallback') fallBack(plan, h, clock);
  else if (clock.name === 'accept') expire(plan, id);
  else throw new Error(`The policy lets the ${clock.name} clock return a handoff; only the accept clock can.`);
}

/** What comes after the last rung of a breached clock; an act that takes the handoff elsewhere ends the clock instead. */
function followed(plan: Plan, clock: Clock, level: ClockLevel): { next?: ClockLevel } {
  const elsewhere = level.do === 'reroute' || level.do === 'fallback' || level.do === 'return';
  if (clock.breachedAt === undefined || (elsewhere && (clock.name === 'accept' || clock.name === 'hold'))) return {};
  const next = rungAfter(plan.world, clock, level.level, plan.at);
  return next === undefined ? {} : { next };
}

/** A waiting offer goes on when its receiver is away; false when they are here, or anybody of a pool may claim it. */
function goOn(plan: Plan, id: HandoffId, clock: Clock): boolean {
  const { offer } = plan.handoff(id);
  if (clock.name !== 'accept' || offer === undefined || offer.pool !== undefined) return false;
  if (!isAway(plan.world.roster, offer.to, plan.at)) return false;
  withdrawOffer(plan, id, 'away', false);
  offerOn(plan, id);
  return true;
}

/** The next receiver gets it; when everybody has passed, the sender has it again. */
function reroute(plan: Plan, id: HandoffId, clock: Clock): void {
  if (clock.name === 'accept') withdrawOffer(plan, id, 'expired', true);
  if (clock.name === 'accept' || clock.name === 'hold') offerOn(plan, id);
  else {
    const h = plan.handoff(id);
    if (h.stage === 'accepted' && h.receiver !== undefined && clock.owner === h.receiver) letGo(plan, id, h.receiver);
    else fallBack(plan, h, clock);
  }
}

function expire(plan: Plan, id: HandoffId): void {
  withdrawOffer(plan, id, 'expired', true);
  returnToSender(plan, id, 'expired');
}

/** The ladder's end is a person: a waiting or unaccepted handoff goes to the fallback by routing, other work moves there. */
function fallBack(plan: Plan, h: Handoff, clock: Clock): void {
  if (clock.name === 'hold' || clock.name === 'accept') {
    withdrawOffer(plan, h.id, 'expired', true);
    offerOn(plan, h.id);
    return;
  }
  const { transition } = ruleOf(plan.world, h);
  const role = h.stage === 'accepted' ? 'receiver' : 'sender';
  const from = role === 'receiver' ? (h.receiver ?? h.owner) : h.sender;
  const to = role === 'receiver' ? transition.fallback : leadOf(plan.world, from);
  const free = plan.world.roster.people.get(to)?.active === true ? to : leadOf(plan.world, from);
  if (free === from) {
    plan.tell(free, 'escalation', h.id, { clock: clock.name, holdUntil: quietUntil(plan.world, free, plan.at) });
    return;
  }
  moveOwnership(plan, h.id, role, free, `${clock.name} clock`, 'system');
}
