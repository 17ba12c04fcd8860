// arrive/import: one text as a value of the wanted type. Promises: exactly what the text says, or why it cannot be taken,
// with the column, the text and what to write instead.

import type { DateFormat } from './dates.ts';
import { instantOf, zoneNamed } from './dates.ts';
import type { Got } from './got.ts';
import { ImportRefused } from './refused.ts';
import type { Want } from './targets.ts';
import { weeklyHours } from './weekly-hours.ts';

export type Dates = { format: DateFormat; zone: string | undefined };
export type Wanted = { want: Want; bytesMax: number; separator: string | RegExp; dates: Dates };

/** `says` names the place, for the reason. */
export function convert(raw: string, says: string, { want, bytesMax, separator, dates }: Wanted): Got {
  if (raw.includes('\0') || !raw.isWellFormed())
    return { bad: `${says} holds a NUL character or half of a surrogate pair, which cannot be stored` };
  switch (want) {
    case 'text':
      return bounded(raw, says, bytesMax);
    case 'int':
    case 'double':
      return numberOf(raw, says, want);
    case 'bool':
      return boolOf(raw, says);
    case 'zone':
      return zoneOf(raw, says);
    case 'hours': {
      const week = weeklyHours(raw);
      return 'weekly' in week
        ? { value: raw }
        : { bad: `${says} holds "${short(raw)}", which is no week: ${week.wrong}` };
    }
    case 'list':
      return listOf(raw, says, bytesMax, separator);
    case 'date':
    case 'instant':
      return dateOf(raw, says, want, dates);
  }
}

function listOf(raw: string, says: string, bytesMax: number, separator: string | RegExp): Got {
  const parts = [...new Set(raw.split(separator).map((part) => part.trim()))].filter((part) => part !== '');
  const long = parts.find((part) => Buffer.byteLength(part) > bytesMax);
  return long === undefined ? { value: parts } : bounded(long, says, bytesMax);
}

function dateOf(raw: string, says: string, want: 'date' | 'instant', { format, zone }: Dates): Got {
  const stamp = format.read(raw);
  if (stamp === undefined) return { bad: `${says} holds "${short(raw)}", which is no date written as ${format.text}` };
  if (want === 'date') return { value: stamp.date.toString() };
  if (zone === undefined && stamp.offsetMs === undefined)
    return { bad: `${says} holds "${short(raw)}", which has no offset, and no zone is declared` };
  const { at, shifted } = instantOf(stamp, zone ?? 'UTC');
  if (shifted === undefined) return { at };
  const odd =
    shifted === 'gap'
      ? { code: 'missing hour', says: `${says} holds a wall time that does not exist there; moved later by the gap` }
      : { code: 'double hour', says: `${says} holds a wall time that occurs twice there; the first is taken` };
  return { at, odd: [odd] };
}

function bounded(raw: string, says: string, bytesMax: number): Got {
  const bytes = Buffer.byteLength(raw);
  return bytes <= bytesMax ? { value: raw } : { bad: `${says} holds ${bytes} bytes; at most ${bytesMax} fit` };
}

function numberOf(raw: string, says: string, want: 'int' | 'double'): Got {
  const plain =
    want === 'int'
      ? /^([+-]?\d+)(?:\.0+)?$/.exec(raw)?.[1]
      : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.exec(raw)?.[0];
  const number = Number(plain ?? Number.NaN);
  if (Number.isFinite(number) && (want === 'double' || Number.isSafeInteger(number))) return { value: number };
  return {
    bad: `${says} holds "${short(raw)}", which is ${want === 'int' ? 'no whole number' : 'no number'}; write it as ${want === 'int' ? '1250' : '1250.50'}`,
  };
}

const YES = new Set(['true', 'yes', 'y', '1']);
const NO = new Set(['false', 'no', 'n', '0']);

function boolOf(raw: string, says: string): Got {
  const low = raw.toLowerCase();
  if (YES.has(low)) return { value: true };
  if (NO.has(low)) return { value: false };
  return { bad: `${says} holds "${short(raw)}", which is neither yes nor no; map it with values` };
}

function zoneOf(raw: string, says: string): Got {
  try {
    return { value: zoneNamed(raw) };
  } catch (error) {
    if (error instanceof ImportRefused) return { bad: `${says}: ${error.message.replace(/\.$/, '')}` };
    throw error;
  }
}

export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
