// decide: work for each role, dated relative to an event. A task belongs to a person from the moment it exists.

import { addOpenTime } from '../calendar/calendar.ts';
import type { TaskChange } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { TaskSpec, Transition } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
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
    .filter((spec) => spec.after === after && !hasOpen(h, spec))
    .map((spec) => {
      const owner = taskOwner(plan.world, h, spec, receiver);
      const dueAt = walk(plan.world, owner, plan.at, spec.offsetMs);
      return {
        do: 'add',
        task: { id: plan.id('ta'), title: spec.title, owner, role: roleOf(spec), dueAt, state: 'open' },
      };
    });
}

/** Tasks dated from the meeting: added when it is booked, moved when it moves. */
export function meetingTasks(plan: Plan, h: Handoff, transition: Transition, meetingAt: Instant): TaskChange[] {
  const moved: TaskChange[] = h.tasks
    .filter((t) => t.state === 'open' && t.fromMeetingMs !== undefined)
    .map((t) => ({ do: 'date', task: t.id, dueAt: walk(plan.world, t.owner, meetingAt, t.fromMeetingMs ?? 0) }));
  const fresh: TaskChange[] = transition.tasks
    .filter((spec) => spec.after === 'meeting' && !hasOpen(h, spec))
    .map((spec) => {
      const owner = taskOwner(plan.world, h, spec, h.receiver ?? h.offer?.to ?? h.sender);
      const dueAt = walk(plan.world, owner, meetingAt, spec.offsetMs);
      return {
        do: 'add',
        task: {
          id: plan.id('ta'),
          title: spec.title,
          owner,
          role: roleOf(spec),
          fromMeetingMs: spec.offsetMs,
          dueAt,
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

/** Open tasks that move from one person to another, all of them or those of one role. */
export function moveTasks(h: Handoff, from: PersonId, to: PersonId, role?: 'sender' | 'receiver'): TaskChange[] {
  return h.tasks
    .filter((t) => t.state === 'open' && t.owner === from && (role === undefined || t.role === role))
    .map((t) => ({ do: 'move', task: t.id, to }));
}

function hasOpen(h: Handoff, spec: TaskSpec): boolean {
  return h.tasks.some((t) => t.title === spec.title && t.state !== 'void');
}

function walk(world: World, owner: PersonId, from: Instant, offsetMs: number): Instant {
  return offsetMs === 0 ? from : addOpenTime(world.calendar(owner), from, offsetMs);
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
