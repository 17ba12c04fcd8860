// decide: work for each role, dated relative to an event. A task belongs to a person from the moment it exists.

import type { ClockChange, TaskChange } from '../words/event.ts';
import type { Handoff, Task } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { TaskSpec, Transition } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { limitFor, startClockDue, stopClocks } from './clocks.ts';
import { walk } from './hours.ts';
import { isActive, leadOf } from './people.ts';
import type { Plan } from './plan.ts';
import type { World } from './world.ts';

/** The tasks that start with this moment. Offsets walk through the owner's open hours. */
export function tasksAfter(
  plan: Plan,
  h: Handoff,
  transition: Transition,
  after: 'offered' | 'accepted',
  receiver: PersonId,
): TaskChange[] {
  return transition.tasks
    .filter((spec) => spec.after === after && !hasTask(h, spec, taskOwner(plan.world, h, spec, receiver)))
    .map((spec) => {
      const owner = taskOwner(plan.world, h, spec, receiver);
      const dueAt = walkHours(plan.world, owner, plan.at, spec.offsetMs);
      return {
        do: 'add',
        task: {
          id: plan.id('ta'),
          title: spec.title,
          owner,
          role: roleOf(spec),
          dueAt,
          ...remindedBefore(plan, owner, spec, dueAt),
          state: 'open',
        },
      };
    });
}

/** Tasks dated from the meeting: added when it is booked, moved when it moves, also those missed for the old date. */
export function meetingTasks(plan: Plan, h: Handoff, transition: Transition, meetingAt: Instant): TaskChange[] {
  if (meetingAt <= plan.at) return [];
  const moved: TaskChange[] = h.tasks
    .filter((t) => (t.state === 'open' || t.state === 'missed') && t.fromMeetingMs !== undefined)
    .map((t) => {
      const dueAt = beforeMeeting(plan, t.owner, meetingAt, t.fromMeetingMs ?? 0);
      const spec = transition.tasks.find((s) => s.after === 'meeting' && s.title === t.title);
      return {
        do: 'date',
        task: t.id,
        dueAt,
        ...(spec === undefined ? {} : remindedBefore(plan, t.owner, spec, dueAt)),
      };
    });
  const receiver = h.receiver ?? h.offer?.to ?? h.sender;
  const fresh: TaskChange[] = transition.tasks
    .filter((spec) => spec.after === 'meeting' && !hasTask(h, spec, taskOwner(plan.world, h, spec, receiver)))
    .map((spec) => {
      const owner = taskOwner(plan.world, h, spec, receiver);
      const dueAt = beforeMeeting(plan, owner, meetingAt, spec.offsetMs);
      return {
        do: 'add',
        task: {
          id: plan.id('ta'),
          title: spec.title,
          owner,
          role: roleOf(spec),
          fromMeetingMs: spec.offsetMs,
          dueAt,
          ...remindedBefore(plan, owner, spec, dueAt),
          state: 'open',
        },
      };
    });
  return [...moved, ...fresh];
}

/** Open tasks of a handoff that ends: past ones were missed, the others are void. */
export function endTasks(h: Handoff, at: Instant): TaskChange[] {
  return h.tasks
    .filter((t) => t.state === 'open')
    .map((t) => ({ do: t.dueAt < at ? 'missed' : 'void', task: t.id, at }));
}

/** Tasks that can still be done move from one person to another, all of them or those of one role. */
export function moveTasks(h: Handoff, from: PersonId, to: PersonId, role?: 'sender' | 'receiver'): TaskChange[] {
  return h.tasks
    .filter(
      (t) =>
        (t.state === 'open' || t.state === 'missed') && t.owner === from && (role === undefined || t.role === role),
    )
    .map((t) => ({ do: 'move', task: t.id, to }));
}

/** Whether the handoff has this task already; one that an earlier receiver missed is not theirs to do any more. */
function hasTask(h: Handoff, spec: TaskSpec, owner: PersonId): boolean {
  return h.tasks.some((t) => t.title === spec.title && (t.state === 'missed' ? t.owner === owner : t.state !== 'void'));
}

function walkHours(world: World, owner: PersonId, from: Instant, offsetMs: number): Instant {
  return offsetMs === 0 ? from : walk(world.calendar(owner), from, offsetMs);
}

/** Booked too late for its offset, a task is due by the meeting itself: nothing is missed the moment it is given. */
function beforeMeeting(plan: Plan, owner: PersonId, meetingAt: Instant, offsetMs: number): Instant {
  const dueAt = walkHours(plan.world, owner, meetingAt, offsetMs);
  return dueAt <= plan.at ? meetingAt : dueAt;
}

/** When the owner is reminded: walked back through their hours from the due time; not where that is past already. */
function remindedBefore(plan: Plan, owner: PersonId, spec: TaskSpec, dueAt: Instant): { remindAt?: Instant } {
  if (spec.remindMs === undefined) return {};
  const remindAt = walkHours(plan.world, owner, dueAt, -spec.remindMs);
  return remindAt > plan.at && remindAt < dueAt ? { remindAt } : {};
}

/**
 * The clock of meeting preparation, where the policy names it: it runs for the receiver until so long before the meeting
 * and stops when their tasks for the meeting are done.
 */
export function meetingClock(
  plan: Plan,
  h: Handoff,
  transition: Transition,
  receiver: PersonId,
  meetingAt: Instant,
): ClockChange[] {
  const spec = transition.clocks['meeting-prep'];
  const prepares = transition.tasks.some((t) => t.after === 'meeting' && t.for === 'receiver');
  const stopped = stopClocks(plan.world, h, ['meeting-prep'], plan.at);
  if (spec === undefined || !prepares || meetingAt <= plan.at) return stopped;
  const hours = spec.hours === 'wall' ? undefined : plan.world.calendar(receiver);
  const wantedAt = walk(hours, meetingAt, -limitFor(spec, h.segment, h.urgency));
  const dueAt = wantedAt > plan.at ? wantedAt : meetingAt;
  const start = { world: plan.world, transition, handoff: h, name: 'meeting-prep' as const, owner: receiver };
  return [...stopped, { do: 'start', clock: startClockDue({ ...start, at: plan.at, run: plan.id('cl') }, dueAt) }];
}

/** Stops the clock of meeting preparation with the last of the receiver's tasks for the meeting. */
export function preparedWith(plan: Plan, h: Handoff, done: Task): ClockChange[] {
  const isForMeeting = (t: Task) => t.role === 'receiver' && t.fromMeetingMs !== undefined;
  const left = h.tasks.some((t) => t.id !== done.id && isForMeeting(t) && (t.state === 'open' || t.state === 'missed'));
  return isForMeeting(done) && !left ? stopClocks(plan.world, h, ['meeting-prep'], plan.at) : [];
}

function roleOf(spec: TaskSpec): 'sender' | 'receiver' | 'lead' | 'person' {
  return typeof spec.for === 'string' ? spec.for : 'person';
}

function taskOwner(world: World, h: Handoff, spec: TaskSpec, receiver: PersonId): PersonId {
  if (spec.for === 'sender') return h.sender;
  if (spec.for === 'receiver') return receiver;
  if (spec.for === 'lead') return leadOf(world, receiver);
  return isActive(world, spec.for.person) ? spec.for.person : leadOf(world, receiver);
}
