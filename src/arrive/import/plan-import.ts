// arrive/import: from a file and its mapping to asks, rejects and counts. Pure: no clock, no record; the same bytes and the
// same roster give the same plan, and each ask carries an identity that does not depend on the file's name or order.
// Promises: every row ends as an ask, a reject with a reason, a row left out by the mapping, or a repeat, and is counted.

import type { Roster } from '../../words/roster.ts';
import type { Column, Surroundings } from './columns.ts';
import { compileColumn, compileCondition } from './columns.ts';
import { decodeText } from './decode-text.ts';
import type { Oddity, Value } from './got.ts';
import { handoffItems } from './handoff-items.ts';
import type { Item, Said } from './item.ts';
import type { ColumnSet, ImportKind, Mapping } from './mapping.ts';
import { Oddities } from './oddities.ts';
import type { Layout, Row } from './read-table.ts';
import { readTable } from './read-table.ts';
import { ImportRefused } from './refused.ts';
import { personItems, teamItems } from './roster-items.ts';
import { subjectItems } from './subject-items.ts';
import { requiredOf, targetNamed, targetsOf } from './targets.ts';

export type Reject = { line: number; cells: string[]; reasons: string[] };

export type Plan = {
  kind: ImportKind;
  header: string[];
  /** By line. */
  rows: ReadonlyMap<number, Row>;
  /** Rows of the file, the header and blank lines not among them. */
  read: number;
  blankLines: number;
  /** Rows that the mapping leaves out. */
  skipped: number;
  /** Rows (or parts of rows) that say what an earlier row said. */
  repeats: number;
  items: Item[];
  rejects: Map<number, Reject>;
  oddities: Oddities;
  /** What the caller should be told before anything is written. */
  notes: string[];
  /** Columns that the mapping does not use. */
  unused: string[];
};

export type PlanInput = {
  kind: ImportKind;
  bytes: Uint8Array;
  file: string;
  mapping: Mapping;
  references: ReadonlyMap<string, ReadonlySet<string>>;
  referenceOf: ReadonlyMap<string, string>;
  roster: Roster;
};

/** @throws ImportRefused when the file or the mapping cannot be used at all. */
export function planImport(input: PlanInput): Plan {
  const { kind, mapping, file } = input;
  if (mapping.kind !== undefined && mapping.kind !== kind)
    throw new ImportRefused(`The mapping is for ${mapping.kind}, but ${kind} are to be imported.`);
  const decoded = decodeText(input.bytes, file, mapping.file?.encoding);
  const table = readTable(decoded.text, file, layoutOf(mapping, file));
  const plan: Plan = {
    kind,
    header: table.header,
    rows: new Map(table.rows.map((row) => [row.line, row])),
    read: table.rows.length + table.bad.length,
    blankLines: table.blankLines,
    skipped: 0,
    repeats: 0,
    items: [],
    rejects: new Map(),
    oddities: new Oddities(),
    notes: decoded.notes,
    unused: [],
  };
  for (const bad of table.bad) plan.rejects.set(bad.line, { line: bad.line, cells: bad.cells, reasons: [bad.reason] });
  const around: Surroundings = {
    file,
    header: table.header,
    rows: table.rows,
    mapping,
    references: input.references,
    referenceOf: input.referenceOf,
    note: (line) => {
      if (!plan.notes.includes(line)) plan.notes.push(line);
    },
  };
  const sets = setsOf(kind, mapping, table.header).map((set) => compileSet(kind, set, around));
  const used = new Set(sets.flat().flatMap((column) => column.uses));
  plan.unused = table.header.filter((name) => !used.has(name));
  const skip = (mapping.skip ?? []).map((condition) => compileCondition(condition, around));
  const marks = (mapping.marks ?? []).map(({ mark, when }) => ({ mark, holds: compileCondition(when, around) }));
  const said: Said[] = [];
  for (const row of table.rows) {
    if (skip.some((holds) => holds(row))) {
      plan.skipped += 1;
      continue;
    }
    const marked = marks.filter(({ holds }) => holds(row)).map(({ mark }) => mark);
    const heard = sets.map((set) => readSet(set, row, kind, marked, sets.length > 1));
    for (const one of heard) {
      if ('bad' in one) reject(plan, row, one.bad);
      else if ('said' in one) {
        for (const odd of one.odd) plan.oddities.add(odd.code, row.line, odd.says);
        said.push(one.said);
      }
    }
    for (const mark of marked) plan.oddities.add(mark, row.line, 'marked so by the mapping');
    if (heard.every((one) => 'nothing' in one)) reject(plan, row, ['names nobody: every cell that is mapped is blank']);
  }
  makeItems(plan, input, said);
  return plan;
}

function makeItems(plan: Plan, input: PlanInput, said: Said[]): void {
  const tools = {
    roster: input.roster,
    oddities: plan.oddities,
    reject(line: number, reason: string) {
      reject(plan, plan.rows.get(line) ?? { line, cells: [] }, [reason]);
    },
    repeat() {
      plan.repeats += 1;
    },
  };
  if (plan.kind === 'people') plan.items = personItems(said, tools);
  else if (plan.kind === 'teams') plan.items = teamItems(said, tools);
  else if (plan.kind === 'handoffs') plan.items = handoffItems(said, tools);
  else plan.items = subjectItems(plan.kind, said, tools);
}

function reject(plan: Plan, row: Row, reasons: string[]): void {
  const known = plan.rejects.get(row.line);
  if (known === undefined) plan.rejects.set(row.line, { line: row.line, cells: row.cells, reasons });
  else known.reasons.push(...reasons.filter((reason) => !known.reasons.includes(reason)));
}

/** Rejects rows of the plan after the record refused what they ask. */
export function rejectItem(plan: Plan, item: Item, reason: string): void {
  for (const line of item.lines) reject(plan, plan.rows.get(line) ?? { line, cells: [] }, [reason]);
}

function layoutOf(mapping: Mapping, file: string): Layout {
  const said = mapping.file ?? {};
  return {
    delimiter: said.delimiter ?? (/\.(tsv|tab)$/i.test(file) ? '\t' : ','),
    quote: said.quote ?? '"',
    header: said.header ?? said.columns === undefined,
    ...(said.columns === undefined ? {} : { columns: said.columns }),
  };
}

/** The mapping's column sets; without any, the columns that are named like a target. */
function setsOf(kind: ImportKind, mapping: Mapping, header: readonly string[]): ColumnSet[] {
  const sets = mapping.each ?? (mapping.columns === undefined ? [] : [mapping.columns]);
  if (sets.length === 0) {
    const set: ColumnSet = {};
    for (const name of header) {
      const plain = name.toLowerCase().replace(/[ _]+/g, '-');
      const target = kind === 'people' && plain === 'person' ? 'id' : plain;
      if (targetsOf(kind).includes(target)) set[target] = { column: name };
    }
    sets.push(set);
  }
  if (mapping.rest !== 'fields') return sets;
  const used = new Set(
    sets.flatMap((set) => Object.values(set).flatMap((spec) => ('column' in spec ? [spec.column] : []))),
  );
  return sets.map((set) => ({
    ...set,
    ...Object.fromEntries(header.filter((name) => !used.has(name)).map((name) => [`fields.${name}`, { column: name }])),
  }));
}

function compileSet(kind: ImportKind, set: ColumnSet, around: Surroundings): Column[] {
  const missing = requiredOf(kind).filter((target) => !Object.hasOwn(set, target));
  if (missing.length > 0) {
    throw new ImportRefused(
      `Nothing is mapped to ${missing.join(', ')}, which ${kind} need. Columns of ${around.file}: ${around.header.slice(0, 40).join(', ')}. Say for example --map ${missing[0]}=COLUMN, or give a mapping file.`,
    );
  }
  return Object.entries(set).map(([target, spec]) => compileColumn(target, spec, targetNamed(kind, target), around));
}

type Heard = { said: Said; odd: Oddity[] } | { bad: string[] } | { nothing: true };

function readSet(set: readonly Column[], row: Row, kind: ImportKind, marked: string[], oneOfMany: boolean): Heard {
  const values = new Map<string, Value>();
  const times = new Map<string, number>();
  const odd: Oddity[] = [];
  const bad: string[] = [];
  for (const column of set) {
    const got = column.read(row);
    odd.push(...(got.odd ?? []));
    if (got.bad !== undefined) bad.push(got.bad);
    else if (got.at !== undefined) times.set(column.target, got.at);
    else if (got.value !== undefined) values.set(column.target, got.value);
    else if (!column.blankIsFine && column.uses.length > 0 && (got.odd ?? []).length === 0) {
      odd.push({ code: `blank ${column.target}`, says: `${quoted(column.uses)} is blank` });
    }
  }
  const has = (target: string): boolean => values.has(target) || times.has(target);
  // One of several things in a row may be absent: a deal without a second person names only the first.
  if (oneOfMany && bad.length === 0 && !has('id')) return { nothing: true };
  for (const target of requiredOf(kind)) {
    const column = set.find((one) => one.target === target);
    if (!has(target) && bad.length === 0) bad.push(`has no ${target}: ${quoted(column?.uses ?? [])} is blank`);
  }
  if (bad.length > 0) return { bad };
  const marks = [...new Set([...marked, ...odd.flatMap((one) => (one.mark === undefined ? [] : [one.mark]))])].sort();
  return { said: { line: row.line, values, times, marks }, odd };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' or ');
}
