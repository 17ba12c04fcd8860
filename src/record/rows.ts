// Room: record. Columns of the tables as rows of the port.
// Promises: what was written as a row comes back as an equal row; absent members are absent, not null.
import type { Handoff } from '../words/handoff.ts';
import type { HandoffRow, TaskRow } from '../words/journal.ts';

export type HandoffColumns = {
  id: string;
  version: number;
  stage: HandoffRow['stage'];
  transition: string;
  subject: string;
  sender: string;
  receiver: string | null;
  owner: string;
  offered_to: string | null;
  segment: string;
  urgency: string;
  due_at: number | null;
  next_step_by: number | null;
  breached: boolean;
  opened_at: number;
  accepted_at: number | null;
  closed_at: number | null;
  outcome: string | null;
  marks: string;
  people: string;
  doc: string;
};

export function handoffRowOf(row: HandoffColumns): HandoffRow {
  return {
    id: row.id,
    version: row.version,
    stage: row.stage,
    transition: row.transition,
    subject: row.subject,
    sender: row.sender,
    ...(row.receiver === null ? {} : { receiver: row.receiver }),
    owner: row.owner,
    ...(row.offered_to === null ? {} : { offeredTo: row.offered_to }),
    segment: row.segment,
    urgency: row.urgency,
    ...(row.due_at === null ? {} : { dueAt: row.due_at }),
    ...(row.next_step_by === null ? {} : { nextStepBy: row.next_step_by }),
    breached: row.breached,
    openedAt: row.opened_at,
    ...(row.accepted_at === null ? {} : { acceptedAt: row.accepted_at }),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    marks: JSON.parse(row.marks) as string[],
    people: JSON.parse(row.people) as string[],
    doc: JSON.parse(row.doc) as Handoff,
  };
}

export type TaskColumns = {
  id: string;
  handoff: string;
  title: string;
  owner: string;
  due_at: number;
  state: TaskRow['state'];
};

export function taskRowOf(row: TaskColumns): TaskRow {
  return { id: row.id, handoff: row.handoff, title: row.title, owner: row.owner, dueAt: row.due_at, state: row.state };
}
