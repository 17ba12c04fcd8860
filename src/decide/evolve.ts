// decide: how a handoff changes when an event is recorded. Folding copies what the event says and computes nothing
// that the event does not say, so a ledger folds to the same handoff in any later release.

import type { Carried, ClockChange, HandoffEvent, TaskChange } from '../words/event.ts';
import type { Clock, Handoff, Task } from '../words/handoff.ts';
import type { Instant } from '../words/time.ts';

/** The handoff after an event. `before` is undefined only for the event that creates it. */
export function evolveHandoff(before: Handoff | undefined, event: HandoffEvent, at: Instant): Handoff {
  const next = before === undefined ? create(event, at) : own(before, event, at);
  const carried = applyCarried(next, event);
  return { ...carried, version: (before?.version ?? 0) + 1 };
}

function create(event: HandoffEvent, at: Instant): Handoff {
  if (event.kind === 'handoff-opened') {
    return {
      id: event.handoff,
      version: 0,
      transition: event.transition,
      policy: event.policy,
      subject: event.subject,
      stage: 'preparing',
      sender: event.sender,
      owner: event.sender,
      segment: event.segment,
      urgency: event.urgency,
      signal: event.signal,
      signals: 1,
      declined: [],
      context: event.context,
      clocks: {},
      tasks: [],
      questions: [],
      facts: {},
      openedAt: at,
      marks: event.marks,
      ...(event.recycledFrom === undefined ? {} : { recycledFrom: event.recycledFrom }),
      ...(event.account === undefined ? {} : { account: event.account }),
      ...(event.previous === undefined ? {} : { previous: event.previous }),
    };
  }
  if (event.kind === 'handoff-imported') {
    return {
      id: event.handoff,
      version: 0,
      transition: event.transition,
      policy: event.policy,
      subject: event.subject,
      stage: 'closed',
      sender: event.sender,
      receiver: event.receiver,
      owner: event.receiver,
      segment: event.segment,
      urgency: 'normal',
      signal: event.signal,
      signals: 1,
      declined: [],
      context: { ref: event.ref, have: [], missing: [] },
      clocks: {},
      tasks: [],
      questions: [],
      facts: {},
      outcome: event.outcome,
      openedAt: event.openedAt,
      closedAt: event.closedAt,
      marks: event.marks,
      ...(event.acceptedAt === undefined ? {} : { acceptedAt: event.acceptedAt }),
    };
  }
  throw new Error(
    `The ledger begins handoff ${event.handoff} with ${event.kind}; it must begin with handoff-opened or handoff-imported.`,
  );
}

function own(h: Handoff, event: HandoffEvent, at: Instant): Handoff {
  switch (event.kind) {
    case 'handoff-opened':
    case 'handoff-imported':
      throw new Error(`The ledger opens handoff ${event.handoff} twice.`);
    case 'signal-attached':
      return { ...h, signals: h.signals + 1, urgency: event.urgency, context: event.context ?? h.context };
    case 'context-completed':
      return { ...h, context: { ref: event.ref, have: event.have, missing: event.missing } };
    case 'handoff-held':
      return h.stage === 'returned' ? { ...h, stage: 'preparing' } : h;
    case 'handoff-offered':
      return without(
        {
          ...h,
          stage: 'offered',
          owner: h.sender,
          offer: {
            id: event.offer,
            to: event.to,
            at,
            run: event.run,
            ...(event.pool === undefined ? {} : { pool: event.pool }),
          },
        },
        'receiver',
        'rejection',
      );
    case 'offer-withdrawn':
      return without({ ...h, ...passedBy(h, event), stage: 'preparing' }, 'offer');
    case 'handoff-seen':
      return { ...h, facts: { ...h.facts, seenAt: h.facts.seenAt ?? at } };
    case 'handoff-accepted':
      return accepted(h, event.by, event.told, at);
    case 'acceptance-undone':
      return undone(h);
    case 'handoff-rejected':
      return without(
        {
          ...h,
          stage: 'preparing',
          owner: h.sender,
          ...passedBy(h, {
            from: event.by,
            passed: true,
            ...(h.offer?.pool === undefined ? {} : { pool: h.offer.pool }),
          }),
          rejection: { reason: event.reason, criterion: event.criterion, by: event.by, at },
        },
        'offer',
      );
    case 'handoff-returned':
      return without({ ...h, ...letGoBy(h, event.letGo), stage: 'returned', owner: h.sender }, 'offer', 'receiver');
    case 'question-asked':
      return {
        ...h,
        questions: [...h.questions, { id: event.question, ref: event.ref, about: event.about, by: event.by, at }],
      };
    case 'question-answered':
      return {
        ...h,
        questions: h.questions.map((q) =>
          q.id === event.question ? { ...q, answerRef: event.ref, answeredAt: at } : q,
        ),
      };
    case 'followed-up':
      return {
        ...h,
        facts: { ...h.facts, followedUpAt: Math.min(h.facts.followedUpAt ?? event.occurredAt, event.occurredAt) },
      };
    case 'meeting-booked':
    case 'meeting-rescheduled':
      return {
        ...h,
        facts: { ...h.facts, meetingState: 'booked', meetingAt: event.meetingAt, meetingFactAt: event.occurredAt },
      };
    case 'meeting-held':
      return { ...h, facts: { ...h.facts, meetingState: 'held', meetingFactAt: event.occurredAt } };
    case 'meeting-no-show':
      return { ...h, facts: { ...h.facts, meetingState: 'no-show', meetingFactAt: event.occurredAt } };
    case 'opportunity-created':
      return {
        ...h,
        facts: { ...h.facts, opportunityAt: Math.min(h.facts.opportunityAt ?? event.occurredAt, event.occurredAt) },
      };
    case 'handoff-reassigned':
      return reassigned(h, event.role, event.to);
    case 'handoff-closed':
      return without({ ...h, stage: 'closed', outcome: event.outcome, closedAt: at }, 'offer', 'nextStep');
    case 'handoff-recycled':
      return without(
        { ...h, stage: 'closed', outcome: 'recycled', closedAt: at, recycleAt: event.until },
        'offer',
        'nextStep',
      );
    case 'handoff-woken':
      return without(h, 'recycleAt');
    case 'next-step-set':
    case 'task-done':
    case 'task-reminded':
    case 'task-missed':
    case 'absence-noted':
    case 'clock-paused':
    case 'clock-resumed':
    case 'clock-retimed':
    case 'level-reached':
    case 'clock-breached':
    case 'message-failed':
      return h;
    default:
      return unhandled(event);
  }
}

function letGoBy(h: Handoff, person: string | undefined): Partial<Handoff> {
  return person === undefined ? {} : { letGo: true, declined: [...h.declined, person] };
}

/** Who, or which pool, is not asked again. */
function passedBy(
  h: Handoff,
  event: { from: string; passed: boolean; pool?: string },
): Pick<Handoff, 'declined' | 'passedPools'> {
  if (!event.passed) return { declined: h.declined };
  if (event.pool === undefined) return { declined: [...h.declined, event.from] };
  return { declined: h.declined, passedPools: [...(h.passedPools ?? []), event.pool] };
}

function accepted(h: Handoff, by: string, told: string[], at: Instant): Handoff {
  if (h.offer === undefined) throw new Error(`The ledger accepts handoff ${h.id} without an offer.`);
  return without(
    { ...h, stage: 'accepted', receiver: by, owner: by, acceptedAt: at, acceptance: { by, at, told, offer: h.offer } },
    'offer',
  );
}

function undone(h: Handoff): Handoff {
  if (h.acceptance === undefined)
    throw new Error(`The ledger undoes an acceptance that handoff ${h.id} does not have.`);
  const back: Handoff = { ...h, stage: 'offered', owner: h.sender, offer: h.acceptance.offer };
  return without(back, 'receiver', 'acceptedAt', 'acceptance');
}

function reassigned(h: Handoff, role: 'sender' | 'receiver', to: string): Handoff {
  if (role === 'receiver') return { ...h, receiver: to, owner: h.stage === 'accepted' ? to : h.owner };
  return { ...h, sender: to, owner: h.stage === 'accepted' ? h.owner : to };
}

/** Clocks, tasks and the next step that an event carries, in that order. */
function applyCarried(h: Handoff, carried: Carried): Handoff {
  if (carried.clocks === undefined && carried.tasks === undefined && carried.nextStep === undefined) return h;
  const next: Handoff = { ...h };
  if (carried.clocks !== undefined) next.clocks = carried.clocks.reduce(applyClock, h.clocks);
  if (carried.tasks !== undefined) next.tasks = carried.tasks.reduce(applyTask, h.tasks);
  if (carried.nextStep !== undefined) next.nextStep = carried.nextStep;
  return next;
}

function applyClock(clocks: Handoff['clocks'], change: ClockChange): Handoff['clocks'] {
  if (change.do === 'start' || change.do === 'resume') return { ...clocks, [change.clock.name]: change.clock };
  const clock = clocks[change.name];
  if (clock === undefined) throw new Error(`The ledger changes the ${change.name} clock before it starts.`);
  return { ...clocks, [change.name]: changed(clock, change) };
}

function changed(clock: Clock, change: Exclude<ClockChange, { do: 'start' | 'resume' }>): Clock {
  switch (change.do) {
    case 'stop': {
      const { paused: _ended, ...rest } = clock;
      return { ...rest, stoppedAt: change.at, late: change.late };
    }
    case 'pause':
      return {
        ...clock,
        paused: { at: change.at, cause: change.cause, resumeBy: change.resumeBy, remainingMs: change.remainingMs },
      };
    case 'reach':
      return {
        ...clock,
        levels: [
          ...clock.levels.map((l) => (l.level === change.level ? { ...l, reachedAt: change.at } : l)),
          ...(change.next === undefined ? [] : [change.next]),
        ],
      };
    case 'breach':
      return {
        ...clock,
        breachedAt: change.at,
        levels: change.next === undefined ? clock.levels : [...clock.levels, change.next],
      };
    case 'ladder':
      return { ...clock, levels: [...clock.levels.filter((l) => l.reachedAt !== undefined), ...change.levels] };
    default:
      return unhandled(change);
  }
}

function applyTask(tasks: Task[], change: TaskChange): Task[] {
  if (change.do === 'add') return [...tasks, change.task];
  return tasks.map((task) => {
    if (task.id !== change.task) return task;
    if (change.do === 'move') return { ...task, owner: change.to };
    if (change.do === 'date') {
      // A task that has another date is owed again, and its owner reminded again.
      const { remindAt: _was, remindedAt: _then, ...rest } = task;
      return {
        ...rest,
        dueAt: change.dueAt,
        state: 'open',
        ...(change.remindAt === undefined ? {} : { remindAt: change.remindAt }),
      };
    }
    if (change.do === 'reminded') return { ...task, remindedAt: change.at };
    return { ...task, state: change.do };
  });
}

function without<K extends keyof Handoff>(h: Handoff, ...keys: K[]): Handoff {
  const copy = { ...h };
  for (const key of keys) delete copy[key];
  return copy;
}

function unhandled(event: never): never {
  throw new Error(`This release does not know the event ${JSON.stringify(event)}.`);
}
