// decide: a clock stands still for a named cause and a bounded time, goes on, or is re-timed by an explicit act.
// What remains is kept; nothing is ever added to the start.

import { sayDuration } from '../policy/duration.ts';
import type { Arrival, AskOf } from '../words/arrival.ts';
import type { Clock, Handoff } from '../words/handoff.ts';
import type { ClockName } from '../words/policy.ts';
import type { Refusal } from '../words/refusal.ts';
import { refuse } from '../words/refusal.ts';
import { DAY } from '../words/time.ts';
import { isRefusal, liveHandoff, whenText, whoReports } from './checks.ts';
import { remainingOf, resumeClock, startClock, stopClock } from './clocks.ts';
import { ruleOf, startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';

const PAUSE_DAYS_MAX = 30;

export function decidePause(world: World, arrival: Arrival<AskOf<'pause'>>): Decision {
  const { ask, at } = arrival;
  const found = runningClock(world, arrival, ask.clock);
  if (isRefusal(found)) return { refused: found, handoff: ask.handoff };
  const { h, clock, by } = found;
  if (clock.name === 'recycle' || clock.name === 'hold')
    return {
      refused: refuse('clock/cannot-pause', { clock: clock.name, why: 'it is what brings the handoff back' }),
      handoff: h.id,
    };
  if (clock.paused !== undefined)
    return { refused: refuse('clock/cannot-pause', { clock: clock.name, why: 'it is paused already' }), handoff: h.id };
  if (clock.dueAt <= at)
    return {
      refused: refuse('clock/cannot-pause', { clock: clock.name, why: 'it is late; a pause does not undo that' }),
      handoff: h.id,
    };
  if (ask.resumeBy <= at || ask.resumeBy > at + PAUSE_DAYS_MAX * DAY)
    return {
      refused: refuse('clock/pause-unbounded', { days: PAUSE_DAYS_MAX, until: whenText(ask.resumeBy) }),
      handoff: h.id,
    };
  const forbidden = beyondRule(world, h, clock, ask.cause, ask.resumeBy - at);
  if (forbidden !== undefined) return { refused: forbidden, handoff: h.id };
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'clock-paused',
    handoff: h.id,
    by,
    clocks: [
      {
        do: 'pause',
        name: clock.name,
        at,
        cause: ask.cause,
        resumeBy: ask.resumeBy,
        remainingMs: remainingOf(world, clock, at),
      },
    ],
  });
  return plan.done(h.id, { pausedUntil: ask.resumeBy });
}

/** What the policy says against this pause: an unknown cause, or more standing still than it allows a clock in all. */
function beyondRule(world: World, h: Handoff, clock: Clock, cause: string, askedMs: number): Refusal | undefined {
  const rule = ruleOf(world, h).policy.doc.pause;
  if (rule === undefined) return undefined;
  if (rule.causes !== undefined && !rule.causes.includes(cause))
    return refuse('clock/unknown-cause', { cause, causes: rule.causes.join(', ') });
  const usedMs = clock.pauses.reduce((sum, pause) => sum + pause.to - pause.from, 0);
  if (usedMs + askedMs <= rule.maxMs) return undefined;
  const say = (ms: number): string => sayDuration(ms, 'wall');
  return refuse('clock/pause-used-up', {
    max: say(rule.maxMs),
    clock: clock.name,
    left: say(Math.max(0, rule.maxMs - usedMs)),
    asked: say(askedMs),
  });
}

export function decideResume(world: World, arrival: Arrival<AskOf<'resume'>>): Decision {
  const { ask, at } = arrival;
  const found = runningClock(world, arrival, ask.clock);
  if (isRefusal(found)) return { refused: found, handoff: ask.handoff };
  const { h, clock, by } = found;
  if (clock.paused === undefined) return { refused: refuse('clock/not-paused', { clock: clock.name }), handoff: h.id };
  const plan = startPlan(world, arrival);
  const clockAgain = resumeClock(world, clock, at);
  plan.add({
    kind: 'clock-resumed',
    handoff: h.id,
    by,
    clocks: [{ do: 'resume', name: clock.name, at, clock: clockAgain }],
    ...stepWith(h, clock, clockAgain),
  });
  return plan.done(h.id, { dueAt: clockAgain.dueAt });
}

/** Starts the clock's limit afresh from now under the policy the handoff has: never silently, always with a reason. */
export function decideRetime(world: World, arrival: Arrival<AskOf<'retime'>>): Decision {
  const { ask, at } = arrival;
  const found = runningClock(world, arrival, ask.clock);
  if (isRefusal(found)) return { refused: found, handoff: ask.handoff };
  const { h, clock, by } = found;
  const { transition } = ruleOf(world, h);
  if (clock.name === 'recycle' || clock.name === 'hold')
    return {
      refused: refuse('clock/cannot-pause', { clock: clock.name, why: 'it has a date, not a limit' }),
      handoff: h.id,
    };
  const plan = startPlan(world, arrival);
  const fresh = startClock({
    world,
    transition,
    handoff: h,
    name: clock.name,
    owner: clock.owner,
    at,
    run: plan.id('cl'),
  });
  plan.add({
    kind: 'clock-retimed',
    handoff: h.id,
    name: clock.name,
    by,
    reason: ask.reason,
    clocks: [stopClock(world, clock, at), { do: 'start', clock: fresh }],
    ...stepWith(h, clock, fresh),
  });
  return plan.done(h.id, { dueAt: fresh.dueAt });
}

/** The next step keeps the date of the clock that it was dated from. */
function stepWith(h: Handoff, old: Clock, fresh: Clock): { nextStep?: NonNullable<Handoff['nextStep']> } {
  return h.nextStep !== undefined && h.nextStep.dueAt === old.dueAt
    ? { nextStep: { ...h.nextStep, dueAt: fresh.dueAt } }
    : {};
}

function runningClock(
  world: World,
  arrival: Arrival,
  name: ClockName,
): { h: Handoff; clock: Clock; by: string } | Refusal {
  const ask = arrival.ask as AskOf<'pause' | 'resume' | 'retime'>;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return h;
  const by = whoReports(world, arrival, h.owner);
  if (isRefusal(by)) return by;
  const clock = h.clocks[name];
  if (clock === undefined || clock.stoppedAt !== undefined) return refuse('clock/not-running', { clock: name });
  return { h, clock, by };
}
