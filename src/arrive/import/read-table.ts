// arrive/import: the rows of a delimited file, each with the line it starts on.
// Promises: a row that cannot be read costs that row only (reading goes on at the next line) and is handed back with the
// reason; a file whose columns cannot be told apart is refused before any row is looked at. Nothing vanishes: every
// line is part of a row, of a bad row, or counted as blank.

import { parse } from 'csv-parse/sync';
import { ImportRefused } from './refused.ts';

export const ROWS_MAX = 50_000;
export const COLUMNS_MAX = 500;
/** One row, quoted line breaks included. */
const ROW_BYTES_MAX = 1_000_000;

export type Layout = {
  /** One character. */
  delimiter: string;
  /** One character, or false where quotes mean nothing. */
  quote: string | false;
  /** False: the first line is a row, and `columns` names the cells. */
  header: boolean;
  columns?: string[];
};

export type Row = { line: number; cells: string[] };
export type BadRow = Row & { reason: string };

export type Table = { header: string[]; rows: Row[]; bad: BadRow[]; blankLines: number };

/** Reads a whole file. @throws ImportRefused for duplicate headers, too many columns or rows, or a wrong delimiter. */
export function readTable(text: string, file: string, layout: Layout): Table {
  const bytes = Buffer.from(text);
  const table: Table = { header: [], rows: [], bad: [], blankLines: 0 };
  let from = 0;
  let line = 1;
  let named = false;
  const take = (cells: string[], at: number): void => {
    if (!named) {
      named = true;
      table.header = headerOf(cells, file, layout);
      if (layout.header) return;
    }
    if (table.rows.length + table.bad.length >= ROWS_MAX) {
      throw new ImportRefused(
        `${file} holds more than ${ROWS_MAX.toLocaleString('en')} rows: line ${at} is one too many. Split the file and import the parts: rows that are in already change nothing.`,
      );
    }
    const width = table.header.length;
    if (cells.length === width) table.rows.push({ line: at, cells });
    else {
      table.bad.push({
        line: at,
        cells,
        reason: `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, ${layout.header ? 'the header' : 'the first row'} has ${width}`,
      });
    }
  };

  while (from < bytes.length) {
    const stretch = readStretch(bytes, from, line, layout, named ? table.header.length : undefined, take);
    table.blankLines += stretch.blankLines;
    if (stretch.trouble === undefined) break;
    // The record at this place cannot be read. Its first line is given back, and reading goes on behind it.
    const start = skipBlank(bytes, stretch.at, stretch.line);
    const end = endOfLine(bytes, start.at);
    const raw = bytes.subarray(start.at, end.at).toString();
    if (!named) {
      throw new ImportRefused(
        `${file}: the ${layout.header ? 'header' : 'first row'} cannot be read: line ${start.line} ${stretch.trouble}.`,
      );
    }
    table.bad.push({ line: start.line, cells: [raw], reason: stretch.trouble });
    from = end.next;
    line = start.line + 1;
  }
  if (!named) throw new ImportRefused(`${file} is empty: there is no ${layout.header ? 'header' : 'row'} in it.`);
  return { ...table, bad: table.bad.sort((a, b) => a.line - b.line) };
}

type Stretch = { at: number; line: number; blankLines: number; trouble?: string };

/** Reads records until the end or until one cannot be read; tells where that one starts. */
function readStretch(
  bytes: Buffer,
  from: number,
  firstLine: number,
  layout: Layout,
  width: number | undefined,
  take: (cells: string[], line: number) => void,
): Stretch {
  let at = from;
  let line = firstLine;
  let blankLines = 0;
  let expected = width;
  try {
    parse(bytes.subarray(from), {
      delimiter: layout.delimiter,
      quote: layout.quote === false ? null : layout.quote,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: ROW_BYTES_MAX,
      on_record: (cells: string[], info) => {
        const blankBefore = info.empty_lines - blankLines;
        const starts = line + blankBefore;
        const next = firstLine + info.lines;
        expected ??= cells.length;
        // A quote that was never closed swallows lines until some later quote: then the number of cells is off.
        if (next - starts > 1 && cells.length !== expected) {
          throw new Swallowed(
            `opens a quote that ends only on line ${next - 1}, where the row has ${cells.length} cells instead of ${expected}`,
          );
        }
        take(cells, starts);
        blankLines = info.empty_lines;
        at = from + info.bytes;
        line = next;
        return null;
      },
    });
    return { at: bytes.length, line, blankLines };
  } catch (error) {
    if (error instanceof ImportRefused) throw error;
    return { at, line, blankLines, trouble: troubleOf(error, layout) };
  }
}

class Swallowed extends Error {}

function troubleOf(error: unknown, layout: Layout): string {
  if (error instanceof Swallowed) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `opens a quote (${layout.quote}) that is never closed`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `has text right behind a closing quote (${layout.quote}); a quote inside a quoted cell is written twice`;
    case 'INVALID_OPENING_QUOTE':
      return `has a quote (${layout.quote}) in the middle of a cell that does not begin with one; where quotes mean nothing in this file, say quote: none`;
    case 'CSV_MAX_RECORD_SIZE':
      return `is longer than ${ROW_BYTES_MAX.toLocaleString('en')} bytes`;
    default:
      throw error;
  }
}

function skipBlank(bytes: Buffer, at: number, line: number): { at: number; line: number } {
  let [place, number] = [at, line];
  for (;;) {
    const end = endOfLine(bytes, place);
    if (end.at > place || end.next >= bytes.length) return { at: place, line: number };
    place = end.next;
    number += 1;
  }
}

function endOfLine(bytes: Buffer, from: number): { at: number; next: number } {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === 0x0a) return { at: i, next: i + 1 };
    if (bytes[i] === 0x0d) return { at: i, next: bytes[i + 1] === 0x0a ? i + 2 : i + 1 };
  }
  return { at: bytes.length, next: bytes.length };
}

function headerOf(cells: string[], file: string, layout: Layout): string[] {
  if (cells.length > COLUMNS_MAX) {
    throw new ImportRefused(
      `${file} has ${cells.length.toLocaleString('en')} columns; an import takes at most ${COLUMNS_MAX}. Is the delimiter right?`,
    );
  }
  if (cells.length === 1) suspectDelimiter(cells[0] ?? '', file, layout);
  if (!layout.header) {
    const names = layout.columns ?? cells.map((_, i) => `column-${i + 1}`);
    refuseTwins(names, 'the list of columns');
    if (names.length !== cells.length) {
      throw new ImportRefused(
        `The list of columns has ${names.length} names, but the first row of ${file} has ${cells.length} cells. Name every cell, in order.`,
      );
    }
    return names;
  }
  const names = cells.map((cell, i) => {
    const name = cell.trim();
    return name === '' ? `column-${i + 1}` : name;
  });
  refuseTwins(names, `the header of ${file}`);
  return names;
}

function refuseTwins(names: string[], where: string): void {
  const first = new Map<string, number>();
  names.forEach((name, i) => {
    const twin = first.get(name);
    if (twin !== undefined) {
      throw new ImportRefused(
        `The column "${name}" stands twice in ${where}, as number ${twin + 1} and as number ${i + 1}. Give each its own name.`,
      );
    }
    first.set(name, i);
  });
}

const DELIMITERS: [string, string][] = [
  ['\t', 'tab'],
  [';', 'semicolon'],
  [',', 'comma'],
  ['|', 'pipe'],
];

function suspectDelimiter(line: string, file: string, layout: Layout): void {
  for (const [character, name] of DELIMITERS) {
    const times = line.split(character).length - 1;
    if (character === layout.delimiter || times === 0) continue;
    throw new ImportRefused(
      `The first line of ${file} is one single cell with ${times} × ${name} in it. Say --delimiter ${name}.`,
    );
  }
}

/** `tab`, `semicolon`, `comma`, `pipe` or the character itself. @throws ImportRefused for anything else. */
export function delimiterNamed(name: string): string {
  const known = DELIMITERS.find(([, word]) => word === name)?.[0] ?? (name === '\\t' ? '\t' : name);
  if (known.length === 1 && !/["\r\n\0]/.test(known)) return known;
  throw new ImportRefused(`"${name}" is not a delimiter. Say comma, semicolon, tab, pipe, or one character.`);
}
