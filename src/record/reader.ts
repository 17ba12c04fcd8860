// Room: record. The reading port on PostgreSQL: lists, pages, timelines and counts.
// Promises: every answer comes from inside one workspace's fence; lists are paged by what they are sorted by, so a page
// costs the same wherever it is; private items are decrypted here and nowhere else.
import type { Handoff, Stage } from '../words/handoff.ts';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { Intent } from '../words/intent.ts';
import type { Answer, MessageRow, MessageState, Notice, SubjectRow, TaskRow } from '../words/journal.ts';
import type { HandoffFilter, Page, Profile, Reader } from '../words/reader.ts';
import { type LedgerBody, recordedOf } from './chain.ts';
import { type Cursor, cursorOf, pageOf, readCursor } from './cursor.ts';
import type { Database, Session } from './database.ts';
import { inputPlace } from './journal-commit.ts';
import { unboxItem } from './private-box.ts';
import { type HandoffColumns, handoffRowOf, type TaskColumns, taskRowOf } from './rows.ts';
import { allOf, type Sql, sql } from './sql.ts';
import type { Vault } from './vault.ts';
import type { Vaults } from './vaults.ts';

/** A handoff without a due time comes after all that have one. */
const never = Number.MAX_SAFE_INTEGER;

/** The reader of a database. */
export function openReader(database: Database, vaults: Vaults): Reader {
  const read = <T>(workspace: WorkspaceId, work: (session: Session) => Promise<T>) =>
    database.inWorkspace(workspace, work, { readOnly: true });
  return {
    async handoff(workspace, id) {
      const vault = await vaults.of(workspace);
      return read(workspace, async (session) => {
        const [row] = await session.query<{ doc: string }>(
          sql`select doc from baton.handoff where workspace_id = ${workspace} and id = ${id}`,
        );
        if (row === undefined) return undefined;
        const handoff = JSON.parse(row.doc) as Handoff;
        const items = await privateItems(session, vault, workspace, refsOf(handoff));
        return { handoff, private: Object.fromEntries(items) };
      });
    },
    handoffs: (workspace, filter, order, after, limit) =>
      read(workspace, async (session) => {
        const where = allOf([sql`h.workspace_id = ${workspace}`, ...filters(workspace, filter)]);
        const cursor = readCursor(after);
        const rows =
          order === 'due'
            ? await byDue(session, where, cursor, limit + 1)
            : await session.query<HandoffColumns>(sql`
                select h.* from baton.handoff h where ${where} ${cursor === undefined ? sql`` : sql`and h.id < ${cursor.id}`}
                order by h.id desc limit ${limit + 1}`);
        return pageOf(
          rows,
          limit,
          (row) => cursorOf(order === 'due' ? (row.due_at ?? never) : 0, row.id),
          handoffRowOf,
        );
      }),
    timeline: (workspace, id) =>
      read(workspace, async (session) => {
        const rows = await session.query<{ body: string }>(
          sql`select body from baton.ledger where workspace_id = ${workspace} and handoff = ${id} order by seq`,
        );
        return rows.map((row) => recordedOf(JSON.parse(row.body) as LedgerBody));
      }),
    tasks: (workspace, owner, state, limit) =>
      read(workspace, async (session): Promise<TaskRow[]> => {
        const rows = await session.query<TaskColumns>(sql`
          select id, handoff, owner, due_at, state, title from baton.task where workspace_id = ${workspace}
          ${owner === undefined ? sql`` : sql`and owner = ${owner}`} ${stateIs(state)} order by due_at, id limit ${limit}`);
        return rows.map(taskRowOf);
      }),
    async profiles(workspace) {
      const vault = await vaults.of(workspace);
      return read(workspace, async (session) => {
        const rows = await session.query<ItemColumns>(sql`
          select i.ref, i.keeper, i.body, k.wrapped from baton.private_item i
          join baton.private_key k on k.workspace_id = ${workspace} and k.keeper = i.keeper
          where i.workspace_id = ${workspace} and i.keeper >= 'p:' and i.keeper < 'p;' and i.kind = 'profile' order by i.seq`);
        const profiles = new Map<PersonId, Profile>();
        for (const row of rows) {
          const person = row.keeper.slice(2);
          profiles.set(person, {
            ...profiles.get(person),
            ...(openItem(vault, workspace, row) as Omit<Profile, 'person'>),
            person,
          });
        }
        return profiles;
      });
    },
    async privateItems(workspace, refs) {
      const vault = await vaults.of(workspace);
      return read(workspace, (session) => privateItems(session, vault, workspace, refs));
    },
    subjects: (workspace, type, after, limit) =>
      read(workspace, async (session): Promise<Page<SubjectRow>> => {
        const cursor = readCursor(after);
        const rows = await session.query<{ id: string; doc: string }>(sql`
          select id, doc from baton.subject where workspace_id = ${workspace} ${type === undefined ? sql`` : sql`and type = ${type}`}
          ${cursor === undefined ? sql`` : sql`and id > ${cursor.id}`} order by id limit ${limit + 1}`);
        return pageOf(
          rows,
          limit,
          (row) => cursorOf(0, row.id),
          (row) => JSON.parse(row.doc) as SubjectRow,
        );
      }),
    subject: (workspace, id) =>
      read(workspace, async (session) => {
        const [row] = await session.query<{ doc: string }>(
          sql`select doc from baton.subject where workspace_id = ${workspace} and id = ${id}`,
        );
        return row === undefined ? undefined : (JSON.parse(row.doc) as SubjectRow);
      }),
    messages: (workspace, state, after, limit) =>
      read(workspace, async (session): Promise<Page<MessageRow>> => {
        const cursor = readCursor(after);
        // The due-queue is the index of what waits.
        const waits = sql`and o.id in (select w.row_id from baton.due w where w.workspace_id = ${workspace} and w.kind = 'message')`;
        const rows = await session.query<MessageColumns>(sql`
          select o.id, o.intent, o.state, coalesce(d.attempts, o.attempts) as attempts, o.reason, o.created_at, o.delivered_at
          from baton.outbox o left join baton.due d on d.workspace_id = ${workspace} and d.kind = 'message' and d.row_id = o.id
          where o.workspace_id = ${workspace} ${state === undefined ? sql`` : sql`and o.state = ${state}`} ${state === 'waiting' ? waits : sql``}
          ${cursor === undefined ? sql`` : sql`and o.id < ${cursor.id}`} order by o.id desc limit ${limit + 1}`);
        return pageOf(rows, limit, (row) => cursorOf(0, row.id), messageOf);
      }),
    async setAside(workspace, limit) {
      const vault = await vaults.of(workspace);
      return read(workspace, async (session) => {
        const rows = await session.query<{ arrival: string; at: number; answer: string; input: Buffer | null }>(
          sql`select arrival, at, answer, input from baton.inbox where workspace_id = ${workspace} and set_aside order by arrival desc limit ${limit}`,
        );
        return rows.map((row) => {
          const answer = JSON.parse(row.answer) as Answer;
          const input: unknown =
            row.input === null
              ? undefined
              : JSON.parse(vault.unseal(inputPlace(row.arrival), row.input).toString('utf8'));
          return {
            arrival: row.arrival,
            at: row.at,
            reason: answer.result === 'set-aside' ? answer.reason : '',
            input,
          };
        });
      });
    },
    notices: (workspace, person, limit) =>
      read(workspace, (session) =>
        session.query<Notice>(
          sql`select id, person, about, handoff, at from baton.notice where workspace_id = ${workspace} and person = ${person} order by id desc limit ${limit}`,
        ),
      ),
    counts: (workspace) => read(workspace, (session) => counts(session, workspace)),
    head: (workspace) =>
      read(workspace, async (session) => {
        const [row] = await session.query<{ seq: number; hash: Buffer }>(
          sql`select seq, hash from baton.workspace_head where workspace_id = ${workspace}`,
        );
        if (row === undefined) throw new Error(`There is no workspace "${workspace}" in this database.`);
        return { seq: row.seq, hash: row.hash.toString('hex') };
      }),
  };
}

/** By due time, then those without one: two walks along an index instead of sorting everything. */
async function byDue(
  session: Session,
  where: Sql,
  cursor: Cursor | undefined,
  limit: number,
): Promise<HandoffColumns[]> {
  const dated =
    cursor?.value === never
      ? []
      : await session.query<HandoffColumns>(sql`
          select h.* from baton.handoff h where ${where} and h.due_at is not null
          ${cursor === undefined ? sql`` : sql`and h.due_at >= ${cursor.value} and (h.due_at, h.id) > (${cursor.value}, ${cursor.id})`}
          order by h.due_at, h.id limit ${limit}`);
  if (dated.length === limit) return dated;
  const undated = await session.query<HandoffColumns>(sql`
    select h.* from baton.handoff h where ${where} and h.due_at is null
    ${cursor?.value === never ? sql`and h.id > ${cursor.id}` : sql``} order by h.id limit ${limit - dated.length}`);
  return [...dated, ...undated];
}

/** Every private item that a handoff names. */
export function refsOf(handoff: Handoff): string[] {
  const questions = handoff.questions.flatMap((question) => [
    question.ref,
    ...(question.answerRef === undefined ? [] : [question.answerRef]),
  ]);
  return [handoff.context.ref, ...questions];
}

function filters(workspace: WorkspaceId, filter: HandoffFilter): Sql[] {
  const all: Sql[] = [];
  if (filter.stage !== undefined) all.push(sql`h.stage = any (${filter.stage})`);
  if (filter.live === true) all.push(sql`h.stage <> 'closed'`);
  if (filter.live === false) all.push(sql`h.stage = 'closed'`);
  if (filter.owner !== undefined) all.push(sql`h.owner = ${filter.owner}`);
  if (filter.transition !== undefined) all.push(sql`h.transition = ${filter.transition}`);
  if (filter.late !== undefined) all.push(sql`(h.breached and h.stage <> 'closed') = ${filter.late}`);
  if (filter.person !== undefined && filter.live === true) {
    // Each part has its own index over live handoffs.
    const { person } = filter;
    const live = sql`from baton.handoff p where p.workspace_id = ${workspace} and p.stage <> 'closed'`;
    all.push(sql`h.id in (
      select p.id ${live} and p.owner = ${person} union all select p.id ${live} and p.offered_to is not null and p.offered_to = ${person}
      union all select p.id ${live} and p.sender <> p.owner and p.sender = ${person} union all select p.id ${live} and p.receiver = ${person} and p.owner = ${person}
      union all select t.handoff from baton.task t where t.workspace_id = ${workspace} and t.owner = ${person} and t.state = 'open')`);
  } else if (filter.person !== undefined) {
    all.push(sql`(h.owner = ${filter.person} or h.sender = ${filter.person} or h.receiver = ${filter.person} or h.offered_to = ${filter.person}
      or h.id in (select t.handoff from baton.task t where t.workspace_id = ${workspace} and t.owner = ${filter.person} and t.state = 'open'))`);
  }
  return all;
}

function stateIs(state: TaskRow['state'] | undefined): Sql {
  // Written out for open tasks, so that their index fits.
  return state === undefined ? sql`` : state === 'open' ? sql`and state = 'open'` : sql`and state = ${state}`;
}

type ItemColumns = { ref: string; keeper: string; body: Buffer; wrapped: Buffer };

function openItem(vault: Vault, workspace: WorkspaceId, row: ItemColumns): unknown {
  return unboxItem(vault.open(row.keeper, row.wrapped), workspace, row.ref, row.body).body;
}

async function privateItems(
  session: Session,
  vault: Vault,
  workspace: WorkspaceId,
  refs: readonly string[],
): Promise<Map<string, unknown>> {
  if (refs.length === 0) return new Map();
  const rows = await session.query<ItemColumns>(sql`
    select i.ref, i.keeper, i.body, k.wrapped from baton.private_item i
    join baton.private_key k on k.workspace_id = ${workspace} and k.keeper = i.keeper
    where i.workspace_id = ${workspace} and i.ref = any (${refs})`);
  return new Map(rows.map((row) => [row.ref, openItem(vault, workspace, row)]));
}

type MessageColumns = {
  id: string;
  intent: string;
  state: MessageState;
  attempts: number;
  reason: string | null;
  created_at: number;
  delivered_at: number | null;
};

function messageOf(row: MessageColumns): MessageRow {
  return {
    id: row.id,
    intent: JSON.parse(row.intent) as Intent,
    state: row.state,
    attempts: row.attempts,
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdAt: row.created_at,
    ...(row.delivered_at === null ? {} : { deliveredAt: row.delivered_at }),
  };
}

async function counts(session: Session, workspace: WorkspaceId): ReturnType<Reader['counts']> {
  const stages = await session.query<{ stage: Stage; count: number }>(sql`
    select stage, count(*) as count from baton.handoff where workspace_id = ${workspace} and stage <> 'closed' group by stage
    union all select 'closed', count(*) from baton.handoff where workspace_id = ${workspace} and stage = 'closed'`);
  const [rest] = await session.query<{ late: number; dead: number; waiting: number; aside: number }>(sql`select
    (select count(*) from baton.handoff where workspace_id = ${workspace} and stage <> 'closed' and breached) as late,
    (select count(*) from baton.outbox where workspace_id = ${workspace} and state = 'dead') as dead,
    (select count(*) from baton.due where workspace_id = ${workspace} and kind = 'message') as waiting,
    (select count(*) from baton.inbox where workspace_id = ${workspace} and set_aside) as aside`);
  const of = (stage: Stage) => stages.find((row) => row.stage === stage)?.count ?? 0;
  return {
    preparing: of('preparing'),
    offered: of('offered'),
    accepted: of('accepted'),
    returned: of('returned'),
    closed: of('closed'),
    late: rest?.late ?? 0,
    deadMessages: rest?.dead ?? 0,
    waitingMessages: rest?.waiting ?? 0,
    setAside: rest?.aside ?? 0,
  };
}
