// decide: starting, stopping and pausing clocks. A deadline is computed once, here, in the hours of whoever must act,
// and written into the event with its explanation; nothing downstream computes it again.

import type { Calendar } from '../calendar/calendar.ts';
import type { ClockChange } from '../words/event.ts';
import type { Clock, ClockLevel, Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { ClockName, ClockSpec, Level, Transition } from '../words/policy.ts';
import type { Instant, Span } from '../words/time.ts';
import { DAY, HOUR } from '../words/time.ts';
import { nextAwayAt } from './away.ts';
import { clockHours, lasted, lastedAnyway, opensAt, stretchesUntil, usableHours, walk } from './hours.ts';
import { leadOf } from './people.ts';
import type { World } from './world.ts';

/** What a clock does when the policy does not name it: every stage has one, so that nothing is parked. */
const DEFAULT_LADDERS: Record<ClockName, Level[]> = {
  prepare: [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'warn-lead' },
  ],
  hold: [{ at: { fraction: 1 }, do: 'fallback' }],
  accept: [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'reroute' },
  ],
  'follow-up': [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'warn-lead' },
  ],
  context: [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'warn-lead' },
  ],
  'meeting-prep': [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'warn-lead' },
  ],
  'next-step': [
    { at: { fraction: 1 }, do: 'remind' },
    { at: { afterMs: 8 * HOUR }, do: 'warn-lead' },
  ],
  return: [
    { at: { fraction: 0.5 }, do: 'remind' },
    { at: { fraction: 1 }, do: 'warn-lead' },
  ],
  recycle: [],
};

/** The clock's rule in a transition; the policy's own, or the default. */
export function clockSpec(transition: Transition, name: ClockName): ClockSpec {
  const given = transition.clocks[name];
  if (given !== undefined) return given;
  if (name === 'hold') return { withinMs: transition.holdMaxMs, hours: 'wall', ladder: DEFAULT_LADDERS.hold };
  if (name === 'next-step')
    return { withinMs: transition.nextStep.everyMs, hours: 'business', ladder: DEFAULT_LADDERS['next-step'] };
  return { withinMs: 8 * HOUR, hours: 'business', ladder: DEFAULT_LADDERS[name] };
}

/** The limit that applies to this segment and urgency: the first exception that matches, else the default. */
export function limitFor(spec: ClockSpec, segment: string, urgency: string): Span {
  const match = spec.except?.find(
    (e) => (e.segment === undefined || e.segment === segment) && (e.urgency === undefined || e.urgency === urgency),
  );
  return match?.withinMs ?? spec.withinMs;
}

export type StartClock = {
  world: World;
  transition: Transition;
  handoff: Pick<Handoff, 'segment' | 'urgency'>;
  name: ClockName;
  owner: PersonId;
  at: Instant;
  run: string;
};

/** A new run of a clock from `at`, with its deadline, its ladder and the stretches it was counted in. */
export function startClock(start: StartClock): Clock {
  const spec = clockSpec(start.transition, start.name);
  const limitMs = limitFor(spec, start.handoff.segment, start.handoff.urgency);
  const hours = usableHours(clockHours(start.world, start.owner, spec.hours), start.at, limitMs);
  return newRun(start, spec, limitMs, walk(hours, start.at, limitMs), hours, (part) => walk(hours, start.at, part));
}

/** A run whose due instant is given: a dated next step, a hold. Fractions of it are fractions of real time. */
export function startClockDue(start: StartClock, dueAt: Instant): Clock {
  const spec = clockSpec(start.transition, start.name);
  const hours = clockHours(start.world, start.owner, spec.hours);
  return newRun(start, spec, dueAt - start.at, dueAt, hours, (part) => start.at + part);
}

function newRun(
  start: StartClock,
  spec: ClockSpec,
  limitMs: Span,
  dueAt: Instant,
  hours: Calendar | undefined,
  partOf: (part: Span) => Instant,
): Clock {
  const { world, owner, at } = start;
  const levels = spec.ladder.map(
    (level): Omit<ClockLevel, 'level'> => ({
      do: level.do,
      tell: level.do === 'remind' ? owner : leadOf(world, owner),
      at: levelAt(level, hours, limitMs, dueAt, partOf),
    }),
  );
  const until = levels.reduce((last, level) => Math.max(last, level.at), dueAt);
  const awayAt = start.name === 'accept' ? nextAwayAt(world.roster, owner, at, until) : undefined;
  return {
    name: start.name,
    run: start.run,
    owner,
    startedAt: at,
    limitMs,
    hours: spec.hours,
    dueAt,
    zone: world.calendar(owner).zone,
    used: stretchesUntil(hours, at, dueAt),
    levels: inOrder([...levels, ...(awayAt === undefined ? [] : [awayLevel(owner, awayAt)])], at),
    pauses: [],
  };
}

/** The rung on which a waiting offer goes on because its receiver goes away. */
export function awayLevel(receiver: PersonId, at: Instant): Omit<ClockLevel, 'level'> {
  return { at, do: 'away', tell: receiver };
}

function inOrder(levels: readonly Omit<ClockLevel, 'level'>[], from: Instant): ClockLevel[] {
  return levels
    .toSorted((a, b) => a.at - b.at)
    .map((level, i) => ({ level: i + 1, at: Math.max(from, level.at), do: level.do, tell: level.tell }));
}

/** Offsets walk through the clock's own hours. */
function levelAt(
  level: Level,
  hours: Calendar | undefined,
  limitMs: Span,
  dueAt: Instant,
  partOf: (part: Span) => Instant,
): Instant {
  if ('beforeMs' in level.at) return walk(hours, dueAt, -level.at.beforeMs);
  if ('afterMs' in level.at) return walk(hours, dueAt, level.at.afterMs);
  return level.at.fraction === 1 ? dueAt : partOf(Math.round(limitMs * level.at.fraction));
}

/** Stops a running clock exactly at the act; lateness in the owner's hours and in wall time, 0 when in time. */
export function stopClock(world: World, clock: Clock, at: Instant): ClockChange {
  const overdue = clock.paused === undefined && at > clock.dueAt;
  const late = overdue
    ? { businessMs: lasted(clockHours(world, clock.owner, clock.hours), clock.dueAt, at), wallMs: at - clock.dueAt }
    : { businessMs: 0, wallMs: 0 };
  return { do: 'stop', name: clock.name, at, late };
}

/** Stops the named clocks where they run. */
export function stopClocks(world: World, h: Handoff, names: readonly ClockName[], at: Instant): ClockChange[] {
  return names.flatMap((name) => {
    const clock = h.clocks[name];
    return clock === undefined || clock.stoppedAt !== undefined ? [] : [stopClock(world, clock, at)];
  });
}

/** What remains of a clock at `at`, in its own time; kept through a pause, never added to the start. */
export function remainingOf(world: World, clock: Clock, at: Instant): Span {
  return lastedAnyway(clockHours(world, clock.owner, clock.hours), at, clock.dueAt);
}

/** The same run after its pause: due when what remained is used up from `at`. Levels already reached stay reached. */
export function resumeClock(world: World, clock: Clock, at: Instant): Clock {
  const { paused, ...rest } = clock;
  if (paused === undefined) return clock;
  const hours = usableHours(clockHours(world, clock.owner, clock.hours), at, paused.remainingMs);
  const dueAt = walk(hours, at, paused.remainingMs);
  // A level stood so much of the clock's own time before (or after) the old deadline; it stands there again.
  const levels = clock.levels.map((level) => {
    if (level.reachedAt !== undefined || level.do === 'away') return level;
    const offset =
      level.at <= clock.dueAt ? -lasted(hours, level.at, clock.dueAt) : lasted(hours, clock.dueAt, level.at);
    return { ...level, at: Math.max(at, offset === 0 ? dueAt : walk(hours, dueAt, offset)) };
  });
  const before = clock.used
    .filter((s) => s.from < paused.at)
    .map((s) => ({ from: s.from, to: Math.min(s.to, paused.at) }));
  const after = stretchesUntil(hours, at, dueAt);
  return {
    ...rest,
    pauses: [...clock.pauses, { from: paused.at, to: at, cause: paused.cause }],
    dueAt,
    used: [...before, ...after],
    levels: numbered(levels),
  };
}

/** Rungs in the order of their time, counted on from those that were reached: those keep their numbers. */
export function numbered(levels: readonly ClockLevel[]): ClockLevel[] {
  const reached = levels.filter((level) => level.reachedAt !== undefined);
  const open = levels.filter((level) => level.reachedAt === undefined).sort((a, b) => a.at - b.at);
  const last = reached.reduce((most, level) => Math.max(most, level.level), 0);
  return [...reached, ...open.map((level, i) => ({ ...level, level: last + 1 + i }))];
}

/**
 * The rung after the last one of a clock that was breached: the lead hears of it again a day later, in working hours,
 * and so on until somebody acts. Undefined while the ladder has rungs to come.
 */
export function rungAfter(world: World, clock: Clock, reached: number, at: Instant): ClockLevel | undefined {
  if (clock.name === 'recycle') return undefined;
  if (clock.levels.some((level) => level.reachedAt === undefined && level.level !== reached)) return undefined;
  const tell = leadOf(world, clock.owner);
  const last = clock.levels.reduce((most, level) => Math.max(most, level.level), 0);
  return { level: last + 1, at: quietUntil(world, tell, at + DAY), do: 'escalate', tell };
}

/** A reminder waits for its reader's next opening; one that never opens again is not held back. */
export function quietUntil(world: World, person: PersonId, at: Instant): Instant {
  return opensAt(world.calendar(person), at) ?? at;
}
