// project: what should each reader see? One handoff in, its list row, its tasks and its place in the due-queue out.
// Pure: rebuilding every row from the ledger gives the rows that live traffic wrote.

import type { Clock, Handoff } from '../words/handoff.ts';
import { isLive, nextAttentionAt, nextTaskAt, runningClocks } from '../words/handoff.ts';
import type { HandoffRow, TaskRow } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';

/** The row that lists read. */
export function projectRow(h: Handoff): HandoffRow {
  const clock = clockOfStage(h);
  const people = new Set([h.sender, h.owner]);
  for (const task of h.tasks) if (task.state === 'open') people.add(task.owner);
  if (h.receiver !== undefined) people.add(h.receiver);
  if (h.offer !== undefined) people.add(h.offer.to);
  if (h.nextStep !== undefined) people.add(h.nextStep.owner);
  return {
    id: h.id,
    version: h.version,
    stage: h.stage,
    transition: h.transition,
    subject: h.subject,
    sender: h.sender,
    owner: h.owner,
    segment: h.segment,
    urgency: h.urgency,
    breached: runningClocks(h).some((c) => c.breachedAt !== undefined),
    openedAt: h.openedAt,
    marks: h.marks,
    people: isLive(h) || h.recycleAt !== undefined ? [...people].sort() : [],
    doc: h,
    ...(h.receiver === undefined ? {} : { receiver: h.receiver }),
    ...(h.offer === undefined ? {} : { offeredTo: h.offer.to }),
    ...(clock === undefined ? {} : { dueAt: clock.dueAt }),
    ...(h.nextStep === undefined || !isLive(h) ? {} : { nextStepBy: h.nextStep.dueAt }),
    ...(h.acceptedAt === undefined ? {} : { acceptedAt: h.acceptedAt }),
    ...(h.closedAt === undefined ? {} : { closedAt: h.closedAt }),
    ...(h.outcome === undefined ? {} : { outcome: h.outcome }),
  };
}

/** The clock that matters in this stage: the one whose owner must act next. */
function clockOfStage(h: Handoff): Clock | undefined {
  if (!isLive(h)) return undefined;
  const running = runningClocks(h).filter((c) => c.name !== 'context');
  const first = running[0];
  return first === undefined ? runningClocks(h)[0] : running.reduce((a, b) => (b.dueAt < a.dueAt ? b : a), first);
}

export function projectTasks(h: Handoff): TaskRow[] {
  return h.tasks.map((t) => ({
    id: t.id,
    handoff: h.id,
    title: t.title,
    owner: t.owner,
    dueAt: t.dueAt,
    state: t.state,
  }));
}

/** The next instant at which the handoff wants attention; undefined when no alarm is needed. */
export function projectAlarm(h: Handoff): Instant | undefined {
  let first: Instant | undefined;
  for (const clock of runningClocks(h)) {
    const at = nextAttentionAt(clock);
    if (at !== undefined && (first === undefined || at < first)) first = at;
  }
  for (const task of h.tasks) {
    const at = nextTaskAt(task);
    if (at !== undefined && (first === undefined || at < first)) first = at;
  }
  return first;
}
