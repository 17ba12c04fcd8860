// cli: what a command says, and where: data on stdout, talk on stderr. Three forms: for people, --plain (one record a line,
// cells parted by tabs) and --json (documented shapes). Text that came from outside cannot steer the terminal.

/** A table of texts: heads for people, then rows. */
export type Table = { heads: string[]; rows: string[][] };

export type Say = {
  readonly form: 'human' | 'plain' | 'json';
  /** Data: in the form that was asked for. `json` is what --json prints. */
  data(parts: { json: unknown; plain?: () => Table; human: () => string }): void;
  /** A piece of output as it is, for exports. */
  raw(text: string | Uint8Array): void;
  /** Talk; silent with --quiet. */
  tell(line: string): void;
  /** The next command to look at; nothing when it is empty. Only for people. */
  next(line: string): void;
  /** A line that replaces itself on a terminal, and is told now and then elsewhere. */
  progress(line: string, last?: boolean): void;
  readonly paint: Paint;
};

export type Paint = Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', (text: string) => string>;

export type Streams = {
  out: { write(text: string | Uint8Array): unknown; isTTY?: boolean };
  err: { write(text: string): unknown; isTTY?: boolean };
};

export function startSaying(
  streams: Streams,
  options: { json: boolean; plain: boolean; quiet: boolean; color: boolean; carry?: (line: string) => string },
): Say {
  const form = options.json ? 'json' : options.plain ? 'plain' : 'human';
  const paint = painter(options.color && form === 'human');
  let progressed = 0;
  return {
    form,
    paint,
    data({ json, plain, human }) {
      if (form === 'json') streams.out.write(`${JSON.stringify(json, null, 2)}\n`);
      else if (form === 'plain' && plain !== undefined) streams.out.write(plainText(plain()));
      else {
        const text = human();
        streams.out.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
      }
    },
    raw: (text) => {
      streams.out.write(text);
    },
    tell(line) {
      if (!options.quiet) streams.err.write(`${line}\n`);
    },
    next(line) {
      if (options.quiet || form !== 'human' || line === '') return;
      streams.err.write(`${paint.dim(`Next: ${options.carry?.(line) ?? line}`)}\n`);
    },
    progress(line, last = false) {
      if (options.quiet) return;
      if (streams.err.isTTY === true) {
        streams.err.write(`\r${line}\u001b[K${last ? '\n' : ''}`);
        return;
      }
      progressed += 1;
      if (last || progressed % 10 === 1) streams.err.write(`${line}\n`);
    },
  };
}

function painter(color: boolean): Paint {
  const with_ = (code: number, end: number) => (text: string) =>
    color ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return { bold: with_(1, 22), dim: with_(2, 22), red: with_(31, 39), green: with_(32, 39), yellow: with_(33, 39) };
}

/** Control and direction characters become visible: a name cannot move the cursor or turn a line around. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/gu, (c) =>
    c === '\n' || c === '\t' ? ' ' : `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function plainText(table: Table): string {
  return table.rows.map((row) => `${row.map(clean).join('\t')}\n`).join('');
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** `1 row`, `2,000 rows`. */
export function counted(n: number, one: string): string {
  return `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
}

/** Columns that a text takes on a terminal. */
function width(text: string): number {
  let sum = 0;
  for (const { segment } of segments.segment(text)) sum += WIDE.test(segment) ? 2 : 1;
  return sum;
}

/** A table for people: aligned, heads dimmed; nothing at the right edge is padded. `style` colours a cell once it is laid out. */
export function tableText(
  table: Table,
  paint: Paint,
  style?: (cell: string, column: number, row: number) => string,
): string {
  const rows = table.rows.map((row) => row.map(clean));
  const widths = table.heads.map((head, i) => Math.max(width(head), ...rows.map((row) => width(row[i] ?? ''))));
  const line = (cells: string[], dress: (cell: string, i: number) => string): string =>
    cells
      .map((cell, i) => dress(cell, i) + (i === cells.length - 1 ? '' : ' '.repeat((widths[i] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  const lines = [
    line(table.heads, paint.dim),
    ...rows.map((row, r) => line(row, (cell, i) => style?.(cell, i, r) ?? cell)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether colours are wanted: a terminal, and nobody said no (https://no-color.org). */
export function wantsColor(
  env: Record<string, string | undefined>,
  isTty: boolean,
  flag: boolean | undefined,
): boolean {
  if (flag === false || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return false;
  return isTty;
}
