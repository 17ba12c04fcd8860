// arrive/import: the rejects file: the rows that were not taken, as they stood, with the reason in a last column; ready to be
// corrected and imported again. Cells are not altered, because a corrected row has to be the same row.

import type { Reject } from './plan-import.ts';

/** A CSV text: the header, `line` and `reason`, and the rejected rows in the order of the file. */
export function rejectsText(header: readonly string[], rejects: Iterable<Reject>): string {
  const lines = [[...header, 'reject_line', 'reject_reason']];
  for (const reject of [...rejects].sort((a, b) => a.line - b.line)) {
    const cells = [...reject.cells];
    while (cells.length < header.length) cells.push('');
    lines.push([...cells, String(reject.line), reject.reasons.join('; ')]);
  }
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
