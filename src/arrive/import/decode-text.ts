// arrive/import: which text do these bytes hold? UTF-8 unless a byte order mark or the caller says otherwise.
// Promises: nothing is guessed in silence and nothing is replaced. Bytes that are not the promised text are refused with
// the line they stand on; a file in UTF-16 is either decoded, and said so, or refused with what to do.

import { ImportRefused } from './refused.ts';

/** The largest file that is read: 20 MB. */
export const BYTES_MAX = 20_000_000;

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export type Decoded = {
  text: string;
  encoding: Encoding;
  /** What the caller should be told; empty for plain UTF-8. */
  notes: string[];
};

/** The text of a file. @throws ImportRefused when it is too large, or not text in the encoding it should have. */
export function decodeText(bytes: Uint8Array, file: string, asked?: Encoding): Decoded {
  if (bytes.length > BYTES_MAX) {
    throw new ImportRefused(
      `${file} holds ${count(bytes.length)} bytes; an import takes at most ${count(BYTES_MAX)} (20 MB). Split the file and import the parts: rows that are in already change nothing.`,
    );
  }
  const marked = markOf(bytes);
  if (marked !== undefined && asked !== undefined && marked.encoding !== asked) {
    throw new ImportRefused(
      `${file} starts with the byte order mark of ${marked.encoding}, but ${asked} was asked for. Leave the encoding out.`,
    );
  }
  const encoding = marked?.encoding ?? asked ?? 'utf-8';
  if (marked === undefined && asked === undefined) refuseUnmarked(bytes, file);
  const body = bytes.subarray(marked?.length ?? 0);
  const notes = marked === undefined || encoding === 'utf-8' ? [] : [`${file} is in ${encoding}, read as such.`];
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body), encoding, notes };
  } catch {
    throw new ImportRefused(
      encoding === 'utf-8'
        ? `${file} is not in UTF-8: line ${lineOfBadByte(body)} holds bytes that are no text. Save it as UTF-8, or say which encoding it has, for example --encoding windows-1252.`
        : `${file} is not in ${encoding}. Save it as UTF-8, or say another encoding.`,
    );
  }
}

function markOf(bytes: Uint8Array): { encoding: Encoding; length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** UTF-16 without its mark shows as a NUL in every second byte. */
function refuseUnmarked(bytes: Uint8Array, file: string): void {
  const head = bytes.subarray(0, 200);
  const nulls = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0) nulls[i % 2] = (nulls[i % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = nulls;
  if (head.length < 8 || even + odd < head.length / 4) return;
  const likely = odd > even ? 'utf-16le' : 'utf-16be';
  throw new ImportRefused(
    `${file} looks like UTF-16 without a byte order mark: every second byte is a NUL. Save it as UTF-8, or say --encoding ${likely}.`,
  );
}

function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  let from = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue;
    try {
      decoder.decode(bytes.subarray(from, i));
    } catch {
      return line;
    }
    from = i + 1;
    line += 1;
  }
  return line;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
