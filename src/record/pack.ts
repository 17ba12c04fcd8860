// Room: record. Many rows as one text parameter, taken apart by string_to_array in the server: the cheapest of the ways
// tried on both sides (see migrations/0003_journal.sql).
// Promises: no value can break out of its place: the separators, and NUL which PostgreSQL refuses, become the symbols
// that Unicode has for showing them. JSON texts never hold them raw.

const rowEnd = '\u001e';
const valueEnd = '\u001f';
const nullMark = '\u001d';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these four characters are what this file is about.
const reserved = /[\u0000\u001d\u001e\u001f]/;

export type Cell = string | number | boolean | null | undefined;

/** A text without the characters that the record reserves. */
export function cleanText(text: string): string {
  if (!reserved.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
  return text.replace(/[\u0000\u001d\u001e\u001f]/g, (one) => String.fromCharCode(0x2400 + one.charCodeAt(0)));
}

/** One column of rows; `exact` texts (JSON, base64) are known to hold no reserved character and are not searched. */
export type Column<T> = ((row: T) => Cell) | { exact: (row: T) => string | null };

/** Packs rows by their columns; null when there is no row. */
export function pack<T>(rows: readonly T[], columns: readonly Column<T>[]): string | null {
  if (rows.length === 0) return null;
  let text = '';
  for (const [i, row] of rows.entries()) {
    if (i > 0) text += rowEnd;
    for (const [j, column] of columns.entries()) {
      if (j > 0) text += valueEnd;
      text += typeof column === 'function' ? cellText(column(row)) : (column.exact(row) ?? nullMark);
    }
  }
  return text;
}

function cellText(value: Cell): string {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || value === undefined) return nullMark;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return whole(value);
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is not a whole number that the record can hold exactly.`);
  return String(value);
}
