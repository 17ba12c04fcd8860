// Room: record. Housekeeping: removes what has had its time, by the operator's timetable.
// Promises: nothing that still waits for somebody goes; the ledger stays; small transactions, so that nobody waits long.
import type { WorkspaceId } from '../words/ids.ts';
import { DAY, type Instant, type Span } from '../words/time.ts';
import type { Database, Session } from './database.ts';
import { type Sql, sql } from './sql.ts';

/** How long each kind of row is kept. */
export type Timetable = {
  /** Bodies of webhooks as they came; at least as long as their senders repeat them. */
  rawMs: Span;
  /**
   * Answers to commands: how long a repeat gets the first answer. Those of stored webhooks stay with their bodies; those
   * of imports stay for good, so that the same file in a year still changes nothing.
   */
  answersMs: Span;
  /** Inputs that were set aside, which somebody may still replay. */
  setAsideMs: Span;
  /** Messages that were delivered, cancelled or superseded; waiting and dead ones stay. */
  messagesMs: Span;
  noticesMs: Span;
  /** Private items (contexts, notes, questions) after the last event that they belong to, when no live handoff needs them. */
  privateMs: Span;
};

/** The defaults: 30 days of raw bodies, 7 days of answers, 90 days of the rest, 24 months of notes. */
export const TIMETABLE: Timetable = {
  rawMs: 30 * DAY,
  answersMs: 7 * DAY,
  setAsideMs: 90 * DAY,
  messagesMs: 90 * DAY,
  noticesMs: 90 * DAY,
  privateMs: 730 * DAY,
};

/** Rows removed, by table. */
export type Retained = { inbox_raw: number; inbox: number; outbox: number; notice: number; private_item: number };

const chunkRows = 1_000;

/** Removes what is past its time in a workspace. `now` is database time. */
export async function retain(
  database: Database,
  workspace: WorkspaceId,
  timetable: Timetable,
  now: Instant,
): Promise<Retained> {
  const remove = async (chunk: (session: Session) => Promise<object[]>): Promise<number> => {
    let removed = 0;
    for (;;) {
      const rows = await database.inWorkspace(workspace, chunk);
      removed += rows.length;
      if (rows.length < chunkRows) return removed;
    }
  };
  const raw = await remove((session) =>
    session.query(sql`delete from baton.inbox_raw r where r.workspace_id = ${workspace} and r.id = any (array(
      select o.id from baton.inbox_raw o where o.workspace_id = ${workspace} and o.at < ${now - timetable.rawMs}
      and not exists (select from baton.due d where d.workspace_id = ${workspace} and d.row_id = o.id) limit ${chunkRows})) returning r.id`),
  );
  const answers = await remove((session) =>
    session.query(sql`delete from baton.inbox i where i.workspace_id = ${workspace} and i.command = any (array(
      select o.command from baton.inbox o where o.workspace_id = ${workspace} and o.via <> 'import'
      and o.at < case when o.set_aside then ${now - timetable.setAsideMs}::bigint else ${now - timetable.answersMs}::bigint end
      and o.at < ${now - Math.min(timetable.answersMs, timetable.setAsideMs)}
      and not exists (select from baton.inbox_raw r where r.workspace_id = ${workspace} and r.id = o.arrival) limit ${chunkRows})) returning i.command`),
  );
  const messages = await remove((session) =>
    session.query(sql`delete from baton.outbox o where o.workspace_id = ${workspace} and o.id = any (array(
      select p.id from baton.outbox p where p.workspace_id = ${workspace} and p.state in ('delivered', 'cancelled', 'superseded')
      and coalesce(p.delivered_at, p.created_at) < ${now - timetable.messagesMs} limit ${chunkRows})) returning o.id`),
  );
  const notices = await remove((session) =>
    session.query(sql`delete from baton.notice n where n.workspace_id = ${workspace} and n.ctid = any (array(
      select o.ctid from baton.notice o where o.workspace_id = ${workspace} and o.at < ${now - timetable.noticesMs} limit ${chunkRows})) returning n.id`),
  );
  const boundary = await database.inWorkspace(
    workspace,
    (session) => lastSeqBefore(session, workspace, now - timetable.privateMs),
    { readOnly: true },
  );
  const items = boundary === 0 ? 0 : await remove((session) => session.query(oldItems(workspace, boundary)));
  return { inbox_raw: raw, inbox: answers, outbox: messages, notice: notices, private_item: items };
}

/** Items of live handoffs and of people and subjects themselves (profiles, subject fields, policies, secrets) stay. */
function oldItems(workspace: WorkspaceId, boundary: number): Sql {
  return sql`delete from baton.private_item i where i.workspace_id = ${workspace} and i.ref = any (array(
    select o.ref from baton.private_item o where o.workspace_id = ${workspace} and o.seq > 0 and o.seq <= ${boundary}
    and o.kind in ('context', 'note', 'question', 'answer', 'next-step', 'reason')
    and not exists (select from baton.handoff h where h.workspace_id = ${workspace} and h.stage <> 'closed' and 's:' || h.subject = o.keeper)
    limit ${chunkRows})) returning i.ref`;
}

/**
 * The last position whose event is older than an instant; 0 when there is none. Events are in the order of time. In a
 * body, canonical JSON, the first "at" is the event's own: only "actor" and "arrival" sort before it.
 */
async function lastSeqBefore(session: Session, workspace: WorkspaceId, before: Instant): Promise<number> {
  const [head] = await session.query<{ seq: number }>(
    sql`select seq from baton.workspace_head where workspace_id = ${workspace}`,
  );
  let low = 0;
  let high = head?.seq ?? 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [row] = await session.query<{ at: number }>(
      sql`select substring(body from ${'"at":([0-9]+)'})::bigint as at from baton.ledger where workspace_id = ${workspace} and seq = ${middle}`,
    );
    if (row !== undefined && row.at < before) low = middle;
    else high = middle - 1;
  }
  return low;
}
