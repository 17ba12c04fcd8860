// arrive/import: from a row's cells to the value of one target, as the mapping says: blank words, value lists, templates,
// types, dates. Promises: a value is either exactly what the cell says, or a reason that names column, value and cure.

import type { Dates, Wanted } from './convert.ts';
import { convert, short } from './convert.ts';
import type { DateFormat } from './dates.ts';
import { dateFormat, inferFormat, instantOf } from './dates.ts';
import type { Got, Oddity } from './got.ts';
import type { ColumnSpec, Condition, Mapping } from './mapping.ts';
import { near } from './near.ts';
import type { Row } from './read-table.ts';
import { ImportRefused } from './refused.ts';
import type { Target, Want } from './targets.ts';

export type Column = { target: string; uses: string[]; blankIsFine: boolean; read(row: Row): Got };

export type Surroundings = {
  file: string;
  header: readonly string[];
  rows: readonly Row[];
  mapping: Mapping;
  references: ReadonlyMap<string, ReadonlySet<string>>;
  /** Reference lists of flags: by the column that they check. */
  referenceOf: ReadonlyMap<string, string>;
  note(line: string): void;
};

/** Parts of a list, unless the mapping says which separator. */
const EITHER = /[;,]/;

/** How a target is read. @throws ImportRefused for a column that is not there, or dates that cannot be told apart. */
export function compileColumn(target: string, spec: ColumnSpec, want: Target, around: Surroundings): Column {
  if ('constant' in spec) {
    const { dates } = around.mapping;
    const said: Dates = { format: dates?.format ?? dateFormat('ISO'), zone: dates?.zone };
    const got = convert(spec.constant, `the constant of "${target}"`, { ...want, separator: EITHER, dates: said });
    if (got.bad !== undefined) throw new ImportRefused(`${target}: ${got.bad}.`);
    return { target, uses: [], blankIsFine: true, read: () => got };
  }
  const source = sourceOf(spec, around);
  const says = 'column' in spec ? `the column "${spec.column}"` : `"${target}"`;
  const blank = blankWords(spec, around.mapping);
  const kind: Want = want.want === 'text' && 'type' in spec && spec.type !== undefined ? spec.type : want.want;
  const text = (row: Row): string => {
    const raw = source.read(row).trim();
    return blank.has(raw.toLowerCase()) ? '' : raw;
  };
  const wanted: Wanted = {
    want: kind,
    bytesMax: want.bytesMax,
    separator: ('separator' in spec ? spec.separator : undefined) ?? EITHER,
    dates:
      kind === 'instant' || kind === 'date'
        ? datesOf(spec, kind, source.uses, text, around)
        : { format: dateFormat('ISO'), zone: undefined },
  };
  const values = valuesOf(spec);
  const list = 'in' in spec && spec.in !== undefined ? spec.in : referenceFor(source.uses, around);
  const known = list === undefined ? undefined : referenceNamed(list, around);
  const otherwise = 'else' in spec ? spec.else : undefined;
  return {
    target,
    uses: source.uses,
    blankIsFine: 'blank-is-fine' in spec && spec['blank-is-fine'] === true,
    read(row) {
      let raw = text(row);
      const odd: Oddity[] = [];
      if (raw === '' && 'default' in spec && spec.default !== undefined) raw = spec.default;
      if (raw !== '' && values !== undefined) {
        const mapped = values.get(raw.toLowerCase());
        if (mapped !== undefined) raw = mapped;
        else if (otherwise === 'blank') {
          odd.push({
            code: `value left out of ${target}`,
            says: `${says} holds a value that the list of values lacks; left blank`,
          });
          raw = '';
        } else if (otherwise !== 'keep') {
          return {
            bad: `${says} holds "${short(raw)}", which the mapping's values do not have${likely(raw, [...values.keys()])}`,
          };
        }
      }
      if (raw !== '' && known !== undefined && list !== undefined && !known.has(raw)) {
        if (otherwise === 'reject')
          return { bad: `${says} holds "${short(raw)}", which is not in the list "${list}"${likely(raw, [...known])}` };
        odd.push({
          code: `${target} not in ${list}`,
          says: `${says} holds a value that the list "${list}" lacks`,
          mark: `not-in-${list}`,
        });
        if (otherwise === 'blank') raw = '';
      }
      if (raw === '') return odd.length === 0 ? {} : { odd };
      const got = convert(raw, says, wanted);
      return odd.length === 0 ? got : { ...got, odd: [...odd, ...(got.odd ?? [])] };
    },
  };
}

/** Whether a row meets a condition of `marks` or `skip`. */
export function compileCondition(condition: Condition, around: Surroundings): (row: Row) => boolean {
  const source = sourceOf({ column: condition.column }, around);
  const blank = blankWords({ column: condition.column }, around.mapping);
  const text = (row: Row): string => {
    const raw = source.read(row).trim();
    return blank.has(raw.toLowerCase()) ? '' : raw;
  };
  if (condition.is === 'blank') return (row) => text(row) === '';
  if (condition.equals !== undefined) {
    const wanted = new Set(condition.equals.map((one) => one.trim().toLowerCase()));
    return (row) => wanted.has(text(row).toLowerCase());
  }
  if (condition['not-in'] !== undefined) {
    const known = referenceNamed(condition['not-in'], around);
    return (row) => text(row) !== '' && !known.has(text(row));
  }
  const zone = condition['midnight-in'] ?? 'UTC';
  const dates = datesOf(condition, 'instant', source.uses, text, around);
  return (row) => {
    const stamp = dates.format.read(text(row));
    if (stamp?.time === undefined || dates.zone === undefined) return false;
    const there = Temporal.Instant.fromEpochMilliseconds(instantOf(stamp, dates.zone).at).toZonedDateTimeISO(zone);
    return there.toPlainTime().equals(Temporal.PlainTime.from('00:00'));
  };
}

type Source = { uses: string[]; read(row: Row): string };
const PIECE = /\{([^{}|]+)(?:\|(slug|lower|upper))?\}/g;

function sourceOf(spec: { column: string } | { template: string }, around: Surroundings): Source {
  if ('column' in spec) {
    const at = place(spec.column, around);
    return { uses: [spec.column], read: (row) => row.cells[at] ?? '' };
  }
  const places = new Map<string, number>();
  for (const [, name = ''] of spec.template.matchAll(PIECE)) places.set(name, place(name.trim(), around));
  if (places.size === 0) {
    throw new ImportRefused(
      `The template "${spec.template}" names no column. Write one as {column name}, or use constant.`,
    );
  }
  return {
    uses: [...places.values()].map((at) => around.header[at] ?? ''),
    read(row) {
      let blank = false;
      const text = spec.template.replace(PIECE, (_, name: string, form: string | undefined) => {
        const cell = (row.cells[places.get(name) ?? -1] ?? '').trim();
        blank ||= cell === '';
        return formed(cell, form);
      });
      return blank ? '' : text;
    },
  };
}

function formed(cell: string, form: string | undefined): string {
  if (form === 'lower') return cell.toLowerCase();
  if (form === 'upper') return cell.toUpperCase();
  if (form !== 'slug') return cell;
  const plain = cell
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
}

function place(column: string, around: Surroundings): number {
  const at = around.header.indexOf(column);
  if (at >= 0) return at;
  throw new ImportRefused(
    `${around.file} has no column "${column}"${likely(column, around.header)}. Its columns are: ${around.header.slice(0, 40).join(', ')}.`,
  );
}

function blankWords(spec: { null?: string[] | undefined } | { column: string }, mapping: Mapping): Set<string> {
  const own = 'null' in spec ? (spec.null ?? []) : [];
  return new Set([...(mapping.nulls ?? []), ...own].map((one) => one.trim().toLowerCase()));
}

function valuesOf(spec: ColumnSpec): Map<string, string> | undefined {
  if (!('values' in spec) || spec.values === undefined) return undefined;
  return new Map(Object.entries(spec.values).map(([from, to]) => [from.trim().toLowerCase(), to]));
}

function referenceFor(uses: string[], around: Surroundings): string | undefined {
  return uses.length === 1 ? around.referenceOf.get(uses[0] ?? '') : undefined;
}

function referenceNamed(list: string, around: Surroundings): ReadonlySet<string> {
  const known = around.references.get(list);
  if (known !== undefined) return known;
  throw new ImportRefused(
    `There is no reference list "${list}". Name it under references, or say --reference FILE:COLUMN.`,
  );
}

function datesOf(
  spec: { format?: DateFormat | undefined; zone?: string | undefined } | object,
  want: 'instant' | 'date',
  uses: string[],
  text: (row: Row) => string,
  around: Surroundings,
): Dates {
  const said = spec as { format?: DateFormat; zone?: string };
  const zone = said.zone ?? around.mapping.dates?.zone;
  let format = said.format ?? around.mapping.dates?.format;
  const cells = () => around.rows.map((row) => ({ line: row.line, value: text(row) })).filter((c) => c.value !== '');
  if (format === undefined) {
    const inferred = inferFormat(uses.join(', '), cells());
    format = inferred.format;
    if (inferred.note !== undefined) around.note(inferred.note);
  }
  if (want === 'instant' && zone === undefined) {
    const read = format.read;
    const bare = cells().find((c) => read(c.value)?.offsetMs === undefined && read(c.value) !== undefined);
    if (bare !== undefined) {
      throw new ImportRefused(
        `The column "${uses.join(', ')}" holds times without an offset (line ${bare.line} "${bare.value}"), and no zone is declared. Say --zone, for example --zone America/Sao_Paulo or --zone UTC.`,
      );
    }
  }
  return { format, zone };
}

function likely(text: string, names: readonly string[]): string {
  const like = near(text, names);
  return like === undefined ? '' : `; did you mean "${like}"?`;
}
