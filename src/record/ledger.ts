// Room: record. The ledger as evidence: does it verify, where was its head sealed, what does it hold?
// Promises: verification reads one state of the database and streams; a seal is appended outside the database and never
// changed; nothing here writes to the ledger.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Instant } from '../words/time.ts';
import { chainHash, genesisHash, type LedgerBody, recordedOf } from './chain.ts';
import type { Database, Session } from './database.ts';
import { unboxItem } from './private-box.ts';
import { sql } from './sql.ts';
import type { Vault } from './vault.ts';
import type { Vaults } from './vaults.ts';

/** Rows fetched at a time. */
const pageRows = 2_000;

export type Seal = { workspace: WorkspaceId; seq: number; hash: string; at: Instant };

export type LedgerReport = {
  workspace: WorkspaceId;
  events: number;
  hash: string;
  /** Private items still there, each equal to what its event committed to. */
  items: number;
  /** Commitments whose item was erased or replaced since. */
  itemsGone: number;
  sealsChecked: number;
  /** Sentences; empty when the ledger verifies. */
  problems: string[];
};

type LedgerRow = { seq: number; kind: string; handoff: string | null; body: string; hash: Buffer };

/** The rows of a ledger in order, page by page, inside a transaction. */
async function* ledgerRows(session: Session, workspace: WorkspaceId, after = 0): AsyncGenerator<LedgerRow> {
  let last = after;
  for (;;) {
    const rows = await session.query<LedgerRow>(
      sql`select seq, kind, handoff, body, hash from baton.ledger where workspace_id = ${workspace} and seq > ${last} order by seq limit ${pageRows}`,
    );
    yield* rows;
    if (rows.length < pageRows) return;
    last = rows.at(-1)?.seq ?? last;
  }
}

/** The recorded events of a ledger in order. */
export async function* ledgerEvents(session: Session, workspace: WorkspaceId, after = 0): AsyncGenerator<Recorded> {
  for await (const row of ledgerRows(session, workspace, after)) yield recordedOf(JSON.parse(row.body) as LedgerBody);
}

/** Checks sequence, chain, head, commitments and the given seals. Problems are told, not thrown; at most 20. */
export async function verifyLedger(
  database: Database,
  vaults: Vaults,
  workspace: WorkspaceId,
  seals: readonly Seal[] = [],
): Promise<LedgerReport> {
  const vault = await vaults.of(workspace);
  return database.inWorkspace(workspace, (session) => verify(session, vault, workspace, seals), {
    snapshot: true,
    readOnly: true,
  });
}

async function verify(
  session: Session,
  vault: Vault,
  workspace: WorkspaceId,
  seals: readonly Seal[],
): Promise<LedgerReport> {
  const report: LedgerReport = {
    workspace,
    events: 0,
    hash: genesisHash(workspace),
    items: 0,
    itemsGone: 0,
    sealsChecked: 0,
    problems: [],
  };
  const tell = (sentence: string) => {
    if (report.problems.length < 20) report.problems.push(sentence);
  };
  const sealedAt = new Map(seals.filter((seal) => seal.workspace === workspace).map((seal) => [seal.seq, seal]));
  const items = itemsBySeq(session, workspace);
  let item = await items.next();
  let commitments = 0;
  for await (const row of ledgerRows(session, workspace)) {
    const expected = report.events + 1;
    if (row.seq !== expected) tell(`Event ${expected} is missing: after ${report.events} comes ${row.seq}.`);
    report.hash = chainHash(report.hash, row.body);
    if (report.hash !== row.hash.toString('hex')) {
      tell(`Event ${row.seq} does not follow from the one before it: its content or its hash was changed.`);
      // Go on from what is written, so that one broken link is told once.
      report.hash = row.hash.toString('hex');
    }
    const body = JSON.parse(row.body) as LedgerBody;
    checkCopies(row, body, tell);
    const seal = sealedAt.get(row.seq);
    if (seal !== undefined) {
      report.sealsChecked += 1;
      if (seal.hash !== report.hash)
        tell(
          `Event ${row.seq} is not the one that was sealed: the seal says ${seal.hash.slice(0, 12)}…, the ledger ${report.hash.slice(0, 12)}….`,
        );
    }
    for (const _ref in body.commitments) commitments += 1;
    while (!item.done && item.value.seq <= row.seq) {
      if (checkItem(vault, workspace, item.value, row.seq, body, tell)) report.items += 1;
      item = await items.next();
    }
    report.events = row.seq;
  }
  for (; !item.done; item = await items.next())
    tell(`The private item ${item.value.ref} names event ${item.value.seq}, which does not exist.`);
  report.itemsGone = commitments - report.items;
  const [head] = await session.query<{ seq: number; hash: Buffer }>(
    sql`select seq, hash from baton.workspace_head where workspace_id = ${workspace}`,
  );
  if (head?.seq !== report.events) tell(`The head stands at ${head?.seq}, the ledger ends at ${report.events}.`);
  else if (head.hash.toString('hex') !== report.hash) tell("The head's hash is not the last event's.");
  for (const seal of sealedAt.values())
    if (seal.seq > report.events)
      tell(`Event ${seal.seq} was sealed and is gone: the ledger ends at ${report.events}.`);
  return report;
}

function checkCopies(row: LedgerRow, body: LedgerBody, tell: (sentence: string) => void): void {
  const handoff = isHandoffEvent(body.event) ? body.event.handoff : null;
  if (body.seq !== row.seq || body.event.kind !== row.kind || handoff !== row.handoff)
    tell(
      `Event ${row.seq} is filed as ${row.kind} of ${row.handoff}, but says ${body.event.kind} of ${handoff} at ${body.seq}.`,
    );
}

type ItemRow = { ref: string; keeper: string; seq: number; body: Buffer; wrapped: Buffer | null };

async function* itemsBySeq(session: Session, workspace: WorkspaceId): AsyncGenerator<ItemRow, undefined> {
  const refs = await session.query<{ ref: string }>(
    sql`select ref from baton.private_item where workspace_id = ${workspace} and seq > 0 order by seq`,
  );
  for (let i = 0; i < refs.length; i += pageRows) {
    const page = refs.slice(i, i + pageRows).map((row) => row.ref);
    yield* await session.query<ItemRow>(sql`
      select i.ref, i.keeper, i.seq, i.body, k.wrapped from baton.private_item i
      left join baton.private_key k on k.workspace_id = ${workspace} and k.keeper = i.keeper
      where i.workspace_id = ${workspace} and i.ref = any (${page}) order by i.seq`);
  }
  return undefined;
}

function checkItem(
  vault: Vault,
  workspace: WorkspaceId,
  item: ItemRow,
  seq: number,
  body: LedgerBody,
  tell: (sentence: string) => void,
): boolean {
  const committed = item.seq === seq ? body.commitments?.[item.ref] : undefined;
  if (committed === undefined) tell(`Event ${item.seq} does not commit to the private item ${item.ref}.`);
  else if (item.wrapped === null) tell(`The private item ${item.ref} is there, but its key is gone.`);
  else {
    try {
      if (unboxItem(vault.open(item.keeper, item.wrapped), workspace, item.ref, item.body).commitment() === committed)
        return true;
      tell(`The private item ${item.ref} is not what event ${item.seq} committed to.`);
    } catch {
      tell(`The private item ${item.ref} cannot be decrypted.`);
    }
  }
  return false;
}

/** Where seals of a data folder stand. */
export function sealsPath(folder: string): string {
  return join(folder, 'seals.jsonl');
}

/** Writes the head's position and hash to a file outside the database, durably, after the earlier seals. */
export async function sealLedger(
  database: Database,
  workspace: WorkspaceId,
  folder: string,
  at: Instant,
): Promise<Seal> {
  const [head] = await database.inWorkspace(
    workspace,
    (session) =>
      session.query<{ seq: number; hash: Buffer }>(
        sql`select seq, hash from baton.workspace_head where workspace_id = ${workspace}`,
      ),
    { readOnly: true },
  );
  if (head === undefined) throw new Error(`There is no workspace "${workspace}" in this database.`);
  const seal: Seal = { workspace, seq: head.seq, hash: head.hash.toString('hex'), at };
  const file = openSync(sealsPath(folder), 'a', 0o600);
  try {
    writeSync(file, `${JSON.stringify(seal)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return seal;
}

/** The seals of a data folder; a torn last line (a crash while sealing) is left out. */
export function readSeals(folder: string): Seal[] {
  const path = sealsPath(folder);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Seal);
}

/** The ledger as newline JSON, one row a line with its hash: what verifies elsewhere without this database. */
export async function exportLedger(
  database: Database,
  workspace: WorkspaceId,
  write: (chunk: string) => Promise<void> | void,
): Promise<number> {
  return database.inWorkspace(
    workspace,
    async (session) => {
      let count = 0;
      let chunk = '';
      for await (const row of ledgerRows(session, workspace)) {
        // The body is canonical JSON already: kept letter by letter, because the hash is over its text.
        chunk += `{"hash":"${row.hash.toString('hex')}","body":${row.body}}\n`;
        count += 1;
        if (chunk.length > 65_536) {
          await write(chunk);
          chunk = '';
        }
      }
      if (chunk !== '') await write(chunk);
      return count;
    },
    { snapshot: true, readOnly: true },
  );
}
