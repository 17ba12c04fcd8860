// Room: record. A place in a sorted list: the sort value and the id of the last row that was given.
// Promises: rows added or removed elsewhere in the list never make a page repeat or skip the others. Signing is show/'s.
import type { Page } from '../words/reader.ts';

export type Cursor = { value: number; id: string };

export function cursorOf(value: number, id: string): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** The place that a cursor names. Throws a sentence for text that is not one. */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [unknown, unknown];
    if (typeof value === 'number' && Number.isSafeInteger(value) && typeof id === 'string') return { value, id };
  } catch {
    // Told below, like every other text that is not a cursor.
  }
  throw new Error(`"${text.slice(0, 40)}" is not a place in a list. Leave the cursor out to start at the beginning.`);
}

/** The page in rows of which one more than `limit` was asked for. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  cursor: (row: R) => string,
  map: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown.map(map), ...(rows.length > limit && last !== undefined ? { next: cursor(last) } : {}) };
}
