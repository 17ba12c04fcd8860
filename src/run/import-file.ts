// run: one file of an import, from its bytes to a report: the mapping is read, the rows are planned, the plan is brought in,
// and everything is counted: every row of the file is taken, skipped, a repeat or rejected with a reason.

import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { decodeText } from '../arrive/import/decode-text.ts';
import type { ImportKind, Mapping, MappingFlags } from '../arrive/import/mapping.ts';
import { readMapping, withFlags } from '../arrive/import/mapping.ts';
import type { OddityCount } from '../arrive/import/oddities.ts';
import type { Plan } from '../arrive/import/plan-import.ts';
import { planImport } from '../arrive/import/plan-import.ts';
import { readTable } from '../arrive/import/read-table.ts';
import { ImportRefused } from '../arrive/import/refused.ts';
import { rejectsText } from '../arrive/import/rejects.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Journal } from '../words/journal.ts';
import type { ImportCounts } from './import.ts';
import { runImport } from './import.ts';
import type { Live } from './live.ts';

export type ImportRequest = {
  workspace: WorkspaceId;
  kind: ImportKind;
  /** Named in messages; also where relative paths of flags start. */
  file: string;
  bytes: Uint8Array;
  /** Path of the mapping file. */
  mapping?: string;
  flags: MappingFlags;
  /** `FILE:COLUMN` or `LIST=FILE:COLUMN`: what a column of that name may hold. */
  references: readonly string[];
  dryRun: boolean;
  /** Writes nothing at all when a row is rejected. */
  allOrNothing: boolean;
  onProgress?(done: number, of: number): void;
};

export type ImportReport = {
  kind: ImportKind;
  file: string;
  dryRun: boolean;
  /** True when rejected rows kept everything out. */
  heldBack: boolean;
  rows: { read: number; skipped: number; rejected: number; blankLines: number };
  /** What the rows speak of: people, leads, handoffs … */
  things: ImportCounts & { repeated: number };
  oddities: OddityCount[];
  notes: string[];
  unusedColumns: string[];
  rejects: { line: number; reasons: string[] }[];
  /** The rejected rows as CSV; empty when there are none. */
  rejectsCsv: string;
};

/** @throws ImportRefused when the file or its mapping cannot be used; Fault when the record cannot answer. */
export async function importFile(
  house: { journal: Journal; live: Live },
  request: ImportRequest,
): Promise<ImportReport> {
  const mapping = await mappingOf(request);
  const { references, referenceOf } = await referencesOf(mapping, request);
  const { roster } = await house.live.standing(request.workspace);
  const { kind, bytes, file } = request;
  const plan = planImport({ kind, bytes, file, mapping, references, referenceOf, roster });
  const heldBack = request.allOrNothing && plan.rejects.size > 0;
  const counts = await runImport(house, plan, {
    workspace: request.workspace,
    dryRun: request.dryRun || heldBack,
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
  });
  return reportOf(plan, request, counts, heldBack);
}

function reportOf(plan: Plan, request: ImportRequest, counts: ImportCounts, heldBack: boolean): ImportReport {
  const rejects = [...plan.rejects.values()].sort((a, b) => a.line - b.line);
  return {
    kind: plan.kind,
    file: request.file,
    dryRun: request.dryRun,
    heldBack,
    rows: { read: plan.read, skipped: plan.skipped, rejected: rejects.length, blankLines: plan.blankLines },
    things: { ...counts, repeated: plan.repeats },
    oddities: plan.oddities.list(),
    notes: plan.notes,
    unusedColumns: plan.unused,
    rejects: rejects.map(({ line, reasons }) => ({ line, reasons })),
    rejectsCsv: rejects.length === 0 ? '' : rejectsText(plan.header, rejects),
  };
}

async function mappingOf(request: ImportRequest): Promise<Mapping> {
  if (request.mapping === undefined) return withFlags({}, request.flags);
  const text = await readText(request.mapping);
  return withFlags(readMapping(text, request.mapping), request.flags);
}

type References = { references: Map<string, Set<string>>; referenceOf: Map<string, string> };

async function referencesOf(mapping: Mapping, request: ImportRequest): Promise<References> {
  const references = new Map<string, Set<string>>();
  const referenceOf = new Map<string, string>();
  const home = request.mapping === undefined ? '.' : dirname(request.mapping);
  for (const [list, { file, column }] of Object.entries(mapping.references ?? {}))
    references.set(list, await referenceList(resolve(home, file), column));
  for (const said of request.references) {
    const match = /^(?:([^=]+)=)?(.+):([^:]+)$/.exec(said);
    if (match === null)
      throw new ImportRefused(`--reference "${said}" is not FILE:COLUMN. Say --reference products.csv:product.`);
    const [, named, file = '', column = ''] = match;
    const list = named ?? basename(file).replace(/\.\w+$/, '');
    references.set(list, await referenceList(file, column));
    referenceOf.set(column, list);
  }
  return { references, referenceOf };
}

async function referenceList(file: string, column: string): Promise<Set<string>> {
  const { text } = decodeText(await readBytes(file), file);
  const tabs = /\.(tsv|tab)$/i.test(file);
  const table = readTable(text, file, { delimiter: tabs ? '\t' : ',', quote: '"', header: true });
  const at = table.header.indexOf(column);
  if (at < 0)
    throw new ImportRefused(`${file} has no column "${column}". Its columns are: ${table.header.join(', ')}.`);
  return new Set(table.rows.map((row) => (row.cells[at] ?? '').trim()).filter((value) => value !== ''));
}

async function readText(file: string): Promise<string> {
  return decodeText(await readBytes(file), file).text;
}

/** The bytes of a file that somebody named. @throws ImportRefused when it cannot be read. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new ImportRefused(`${file} cannot be read: ${why}.`);
  }
}
