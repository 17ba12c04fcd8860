// cli: the ledger's own commands for operators: does it verify, seal it, take it elsewhere, and are the rows what it says?

import type { LedgerReport, Seal } from '../../record/ledger.ts';
import { exportLedger, readSeals, sealLedger, verifyLedger } from '../../record/ledger.ts';
import type { RebuildReport, RebuiltRow } from '../../record/rebuild.ts';
import { rebuild } from '../../record/rebuild.ts';
import { auditLedger } from '../../run/audit.ts';
import { startFold } from '../../run/fold.ts';
import type { House } from '../../run/house.ts';
import type { Recorded } from '../../words/event.ts';
import type { WorkspaceId } from '../../words/ids.ts';

export type Verified = LedgerReport & {
  /** Decisions and clocks that contradict each other, or a routing decision that comes out otherwise when made again. */
  findings: string[];
};

/** Checks the chain against its seals, then every decision in it. */
export async function verifyWorkspace(house: House, workspace: WorkspaceId): Promise<Verified> {
  const report = await verifyLedger(house.database, house.vaults, workspace, readSeals(house.folder));
  const ledger: Recorded[] = [];
  for await (const recorded of eventsOf(house, workspace)) ledger.push(recorded);
  return { ...report, findings: auditLedger(ledger) };
}

export function sealWorkspace(house: House, workspace: WorkspaceId): Promise<Seal> {
  return sealLedger(house.database, workspace, house.folder, house.clock.now());
}

/** Newline JSON, in pieces. Answers how many events. */
export function exportWorkspace(
  house: House,
  workspace: WorkspaceId,
  write: (chunk: string) => Promise<void> | void,
): Promise<number> {
  return exportLedger(house.database, workspace, write);
}

/** Compares the rows with the ledger, or makes them what it says. */
export function rebuildWorkspace(house: House, workspace: WorkspaceId, check: boolean): Promise<RebuildReport> {
  return rebuild(house.database, workspace, rowsOf, { check });
}

async function* rowsOf(events: AsyncIterable<Recorded>): AsyncIterable<RebuiltRow> {
  const fold = startFold();
  for await (const recorded of events) fold.take(recorded);
  const rows = fold.rows();
  for (const row of rows.handoffs) yield { table: 'handoff', row };
  for (const row of rows.tasks) yield { table: 'task', row };
  for (const row of rows.standing) if (row.doc !== null) yield { table: 'standing', row };
  for (const row of rows.alarms) yield { table: 'alarm', row };
}

/** Every event of a workspace, oldest first. */
export async function* eventsOf(
  house: Pick<House, 'journal'>,
  workspace: WorkspaceId,
): AsyncGenerator<Recorded, void, undefined> {
  for (let seq = 0; ; ) {
    const page = await house.journal.eventsAfter(workspace, seq, 5_000);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    seq = last.seq;
  }
}
