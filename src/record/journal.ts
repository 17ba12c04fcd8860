// Room: record. The journal on PostgreSQL: one statement to read what a batch needs, one to write what was decided.
// Promises: a batch is written whole or not at all, and only at the position that it was decided at; what `commit`
// answers is durable; a claim that outlived its lease changes nothing. Time is the database's.

import type { Recorded } from '../words/event.ts';
import { Fault } from '../words/fault.ts';
import type { ArrivalId, WorkspaceId } from '../words/ids.ts';
import type { Batch, Claimed, Committed, DueKind, Journal, Loaded, Needs, RawArrival, Turn } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import { genesisHash, type LedgerBody, recordedOf } from './chain.ts';
import type { Database, HotCall, Session } from './database.ts';
import { isTaken } from './database-fault.ts';
import { type CommitOutcome, checkBatch, commitBatch, prepareCommit } from './journal-commit.ts';
import { type LoadRow, loadBatch, loadValues, readLoad } from './journal-load.ts';
import { cleanText, pack } from './pack.ts';
import { sql } from './sql.ts';
import type { Vault } from './vault.ts';
import type { Vaults } from './vaults.ts';

const nowMs: HotCall = { name: 'now_ms', text: 'select baton.now_ms() as at' };
const listWorkspaces: HotCall = {
  name: 'workspaces',
  text: 'select id, name from baton.workspace order by created_at, id',
};
const storeRaw: HotCall = { name: 'store_raw', text: 'select * from baton.store_raw($1, $2, $3)' };
const claimDue: HotCall = { name: 'claim_due', text: 'select * from baton.claim_due($1, $2, $3, $4)' };
const renewDue: HotCall = {
  name: 'renew_due',
  text: 'update baton.due set ready_at = baton.now_ms() + $5 where workspace_id = $1 and kind = $2 and row_id = $3 and fence = $4 returning fence',
};
const postponeDue: HotCall = {
  name: 'postpone_due',
  text: 'select baton.postpone_due($1, $2, $3, $4, $5, $6, $7) as done',
};
const nextDue: HotCall = {
  name: 'next_due',
  // One index probe per kind instead of a walk over the table.
  text: "select min(d.ready_at) as at from unnest(array['alarm', 'message', 'webhook']) k (kind) cross join lateral (select ready_at from baton.due where kind = k.kind order by ready_at limit 1) d",
};

export type JournalOptions = {
  /**
   * Tell other processes of new events and due rows (see listen.ts). Off unless somebody listens: a NOTIFY makes the
   * commits of all workspaces of a database wait for each other.
   */
  notify?: boolean;
};

/** How often a commit may find that a keeper's key appeared or went away before it gives up. */
const keyTriesMax = 3;

type Head = { seq: number; hash: string };
/** Runs a hot statement: on the pool, or inside an exclusive turn's transaction. */
type Caller = <R extends object>(statement: HotCall, values: readonly unknown[]) => Promise<R[]>;

/** The journal of a database. */
export function openJournal(database: Database, vaults: Vaults, options: JournalOptions = {}): Journal {
  const notify = options.notify ?? false;
  /** The hash at a position never changes, so a remembered head is right or merely old. */
  const heads = new Map<WorkspaceId, Head>();
  /** The head as it will be once the last commit that was made ready is in. */
  const coming = new Map<WorkspaceId, Head>();

  const turnOn = (
    workspace: WorkspaceId,
    vault: Vault,
    call: Caller,
    keysOf: (keepers: string[]) => Promise<Map<string, Buffer>>,
    done: () => Promise<void>,
  ): Turn => {
    const stored = new Map<string, Buffer>();
    const hashAt = async (seq: number): Promise<string | undefined> => {
      const head = heads.get(workspace);
      if (head?.seq === seq) return head.hash;
      const rows = await call<LoadRow>(loadBatch, [workspace, Number.MAX_SAFE_INTEGER, [], [], [], [], [], []]);
      const row = rows[0];
      return row !== undefined && Number(row.key) === seq ? row.body?.toString('hex') : undefined;
    };
    return {
      async load(needs: Needs, knownSeq: number): Promise<Loaded> {
        const rows = await call<LoadRow>(loadBatch, loadValues(workspace, vault, needs, knownSeq));
        const reading = readLoad(workspace, vault, needs, rows);
        heads.set(workspace, { seq: reading.loaded.seq, hash: reading.hash });
        for (const [keeper, wrapped] of reading.keys) stored.set(keeper, wrapped);
        return reading.loaded;
      },
      async commit(batch: Batch, after?: Promise<boolean>): Promise<Committed> {
        checkBatch(batch);
        const next = after === undefined ? undefined : coming.get(workspace);
        const previous = next?.seq === batch.expectSeq ? next.hash : await hashAt(batch.expectSeq);
        if (previous === undefined) return { outcome: 'moved' };
        for (let tries = 0; tries < keyTriesMax; tries++) {
          const writing = prepareCommit(workspace, vault, previous, stored, batch, notify);
          coming.set(workspace, { seq: writing.seq, hash: writing.hash });
          if (after !== undefined && !(await after)) return { outcome: 'moved' };
          const outcome = await commitOnce(call, writing.values);
          if (outcome === 'moved') return { outcome };
          if (outcome === 'committed') {
            await done();
            for (const made of writing.made) vault.keep(made);
            for (const subject of batch.erase) vault.forget(`s:${subject}`);
            heads.set(workspace, { seq: writing.seq, hash: writing.hash });
            return { outcome, seq: writing.seq };
          }
          for (const keeper of writing.keepers) {
            vault.forget(keeper);
            stored.delete(keeper);
          }
          for (const [keeper, wrapped] of await keysOf(writing.keepers)) stored.set(keeper, wrapped);
        }
        throw new Fault('record/conflict', `the keys of workspace ${workspace}`);
      },
    };
  };

  return {
    async now(): Promise<Instant> {
      return (await only<{ at: number }>(database.call(nowMs, []))).at;
    },
    createWorkspace: (workspace, name) => createWorkspace(database, vaults, workspace, name),
    workspaces: () => database.call<{ id: WorkspaceId; name: string }>(listWorkspaces, []),
    async turn(workspace, exclusive, work) {
      const vault = await vaults.of(workspace);
      if (!exclusive) {
        const keysOf = (keepers: string[]) =>
          database.inWorkspace(workspace, (session) => readKeys(session, workspace, keepers), { readOnly: true });
        return work(turnOn(workspace, vault, database.call, keysOf, async () => undefined));
      }
      return database.inWorkspace(workspace, async (session) => {
        await session.query(sql`select seq from baton.workspace_head where workspace_id = ${workspace} for update`);
        return work(
          turnOn(workspace, vault, session.call, (keepers) => readKeys(session, workspace, keepers), session.commit),
        );
      });
    },
    storeRaw: (workspace, raw) => storeRawArrivals(database, vaults, workspace, raw, notify),
    readRaw: (workspace, id) => readRawArrival(database, vaults, workspace, id),
    async claim(kinds: DueKind[], limit: number, leaseMs: number, within?: WorkspaceId[]): Promise<Claimed[]> {
      type Row = {
        workspace_id: string;
        kind: DueKind;
        row_id: string;
        due_at: number;
        fence: number;
        attempts: number;
      };
      const rows = await database.call<Row>(claimDue, [kinds, limit, leaseMs, within ?? null]);
      return rows
        .map((row) => ({
          workspace: row.workspace_id,
          kind: row.kind,
          row: row.row_id,
          dueAt: row.due_at,
          fence: row.fence,
          attempts: row.attempts,
        }))
        .sort((left, right) => left.dueAt - right.dueAt || left.fence - right.fence);
    },
    async renew(claim, leaseMs) {
      return (
        (await database.call(renewDue, [claim.workspace, claim.kind, claim.row, claim.fence, leaseMs])).length === 1
      );
    },
    async postpone(claim, dueAt, reason, tried = true) {
      return (
        await only<{ done: boolean }>(
          database.call(postponeDue, [
            claim.workspace,
            claim.kind,
            claim.row,
            claim.fence,
            dueAt,
            cleanText(reason),
            tried,
          ]),
        )
      ).done;
    },
    async nextDue() {
      return (await only<{ at: number | null }>(database.call(nextDue, []))).at ?? undefined;
    },
    async eventsAfter(workspace, seq, limit): Promise<Recorded[]> {
      const rows = await database.inWorkspace(
        workspace,
        (session) =>
          session.query<{ body: string }>(
            sql`select body from baton.ledger where workspace_id = ${workspace} and seq > ${seq} order by seq limit ${limit}`,
          ),
        { readOnly: true },
      );
      return rows.map((row) => recordedOf(JSON.parse(row.body) as LedgerBody));
    },
    close: () => database.close(),
  };
}

async function commitOnce(call: Caller, values: readonly unknown[]): Promise<CommitOutcome> {
  try {
    return (await only<{ outcome: CommitOutcome }>(call(commitBatch, values))).outcome;
  } catch (error) {
    // Two processes answered the same command without an event: the other one's answer stands.
    if (isTaken(error, 'inbox_pkey')) return 'moved';
    throw error;
  }
}

async function readKeys(session: Session, workspace: WorkspaceId, keepers: string[]): Promise<Map<string, Buffer>> {
  const rows = await session.query<{ keeper: string; wrapped: Buffer }>(
    sql`select keeper, wrapped from baton.private_key where workspace_id = ${workspace} and keeper = any (${keepers})`,
  );
  return new Map(rows.map((row) => [row.keeper, row.wrapped]));
}

async function createWorkspace(
  database: Database,
  vaults: Vaults,
  workspace: WorkspaceId,
  name: string,
): Promise<'created' | 'exists'> {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(workspace))
    throw new Error(`"${workspace}" is not a workspace id: use a-z, 0-9, "_" and "-", at most 63 characters.`);
  return database.inWorkspace(workspace, async (session) => {
    const made = await session.query(
      sql`insert into baton.workspace (id, name, created_at) values (${workspace}, ${cleanText(name)}, baton.now_ms()) on conflict do nothing returning id`,
    );
    if (made.length === 0) return 'exists';
    await session.query(
      sql`insert into baton.workspace_head (workspace_id, seq, hash) values (${workspace}, 0, ${Buffer.from(genesisHash(workspace), 'hex')})`,
    );
    await vaults.create(session, workspace);
    return 'created';
  });
}

async function storeRawArrivals(
  database: Database,
  vaults: Vaults,
  workspace: WorkspaceId,
  raw: readonly RawArrival[],
  notify: boolean,
): Promise<{ id: ArrivalId; repeated: boolean }[]> {
  if (raw.length === 0) return [];
  const vault = await vaults.of(workspace);
  const packed = pack(raw, [
    (r) => r.source,
    (r) => r.command,
    (r) => r.id,
    (r) => r.at,
    (r) => r.bodyHash,
    (r) => vault.seal(`headers ${r.id}`, JSON.stringify(r.headers)).toString('base64'),
    (r) => vault.seal(`body ${r.id}`, r.body).toString('base64'),
  ]);
  return database.call<{ id: ArrivalId; repeated: boolean }>(storeRaw, [workspace, packed, notify]);
}

async function readRawArrival(
  database: Database,
  vaults: Vaults,
  workspace: WorkspaceId,
  id: ArrivalId,
): Promise<RawArrival | undefined> {
  type Row = {
    id: string;
    at: number;
    source: string;
    command: string;
    body_hash: string;
    headers: Buffer;
    body: Buffer;
  };
  const vault = await vaults.of(workspace);
  const [row] = await database.inWorkspace(
    workspace,
    (session) =>
      session.query<Row>(
        sql`select id, at, source, command, body_hash, headers, body from baton.inbox_raw where workspace_id = ${workspace} and id = ${id}`,
      ),
    { readOnly: true },
  );
  if (row === undefined) return undefined;
  const headers = JSON.parse(vault.unseal(`headers ${id}`, row.headers).toString('utf8')) as Record<string, string>;
  return {
    id: row.id,
    at: row.at,
    source: row.source,
    command: row.command,
    bodyHash: row.body_hash,
    headers,
    body: new Uint8Array(vault.unseal(`body ${id}`, row.body)),
  };
}

async function only<R extends object>(rows: Promise<R[]>): Promise<R> {
  const [row] = await rows;
  if (row === undefined) throw new Error('The database answered without a row.');
  return row;
}
