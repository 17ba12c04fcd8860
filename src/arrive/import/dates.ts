// arrive/import: which instant does a cell name? Only by a declared format and zone, or by ISO 8601, which has one reading.
// Promises: 03/04/2018 is never guessed. Where no format is declared, the evidence decides or the import is refused with it.
// A wall time that does not exist moves later by the gap, one that occurs twice is the first (docs/import.md); both are told.

import { ImportRefused } from './refused.ts';

/** What a cell says about time, before a zone makes an instant of it. */
export type Stamp = {
  date: Temporal.PlainDate;
  time?: Temporal.PlainTime;
  offsetMs?: number;
};

export type DateFormat = { text: string; read(value: string): Stamp | undefined };

const PARTS: [RegExp, string][] = [
  [/^YYYY/, '(?<year>\\d{4})'],
  [/^MM/, '(?<month>\\d{2})'],
  [/^M/, '(?<month>\\d{1,2})'],
  [/^DD/, '(?<day>\\d{2})'],
  [/^D/, '(?<day>\\d{1,2})'],
  [/^HH/, '(?<hour>\\d{2})'],
  [/^H/, '(?<hour>\\d{1,2})'],
  [/^hh/, '(?<hour>\\d{2})'],
  [/^h/, '(?<hour>\\d{1,2})'],
  [/^mm/, '(?<minute>\\d{2})'],
  [/^ss/, '(?<second>\\d{2})'],
  [/^S+/, '(?<fraction>\\d{1,9})'],
  [/^A/, '(?<half>[AaPp][Mm])'],
  [/^Z/, '(?<offset>Z|[+-]\\d{2}:?\\d{2})'],
];

const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?<offset>Z|[+-]\d{2}:?\d{2})?)?$/;

/** `ISO`, or a pattern of YYYY MM M DD D HH H hh h mm ss S A Z and separators. @throws ImportRefused for another one. */
export function dateFormat(text: string): DateFormat {
  if (text === 'ISO') return { text, read: (value) => stampOf(ISO.exec(value)?.groups) };
  if (/(?<!Y)YY(?!Y)/.test(text)) {
    throw new ImportRefused(
      `The date format "${text}" has a year of two digits, which names no century. Write four digits.`,
    );
  }
  let pattern = '';
  const seen = new Set<string>();
  for (let rest = text; rest !== ''; ) {
    const part = PARTS.find(([token]) => token.test(rest));
    const token = part === undefined ? rest.charAt(0) : (part[0].exec(rest)?.[0] ?? '');
    if (part === undefined && /[A-Za-z]/.test(token) && token !== 'T') {
      throw new ImportRefused(
        `The date format "${text}" holds "${token}", which stands for nothing. Use ISO, or YYYY MM M DD D HH H hh h mm ss S A Z with separators.`,
      );
    }
    const name = part === undefined ? undefined : /<(\w+)>/.exec(part[1])?.[1];
    if (name !== undefined && seen.has(name))
      throw new ImportRefused(`The date format "${text}" names the ${name} twice.`);
    if (name !== undefined) seen.add(name);
    pattern += part === undefined ? token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&') : part[1];
    rest = rest.slice(token.length);
  }
  for (const name of ['year', 'month', 'day']) {
    if (!seen.has(name)) throw new ImportRefused(`The date format "${text}" has no ${name}. Write it as DD/MM/YYYY.`);
  }
  if (seen.has('half') !== /h/.test(text)) {
    throw new ImportRefused(
      `The date format "${text}" mixes the clock of 24 hours (HH) with that of 12 (hh and A together).`,
    );
  }
  const whole = new RegExp(`^${pattern}$`);
  return { text, read: (value) => stampOf(whole.exec(value)?.groups) };
}

function stampOf(groups: Record<string, string> | undefined): Stamp | undefined {
  if (groups === undefined) return undefined;
  const { year, month, day, hour, minute = '0', second = '0', fraction = '0', half, offset } = groups;
  try {
    const date = Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    );
    if (hour === undefined) return { date };
    const nanoseconds = Number(fraction.padEnd(9, '0'));
    const time = Temporal.PlainTime.from(
      {
        hour: half === undefined ? Number(hour) : hourOfHalf(Number(hour), half),
        minute: Number(minute),
        second: Number(second),
        millisecond: Math.floor(nanoseconds / 1_000_000),
      },
      { overflow: 'reject' },
    );
    return { date, time, ...(offset === undefined ? {} : { offsetMs: offsetOf(offset) }) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function hourOfHalf(hour: number, half: string): number {
  if (hour < 1 || hour > 12) throw new RangeError(`${hour} is no hour of a 12-hour clock.`);
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  if (minutes > 18 * 60) throw new RangeError(`${text} is no offset.`);
  return sign * minutes * 60_000;
}

/** Epoch ms of a stamp. `shifted`: the wall time does not exist there, or occurs twice. A date alone is its first moment. */
export function instantOf(stamp: Stamp, zone: string): { at: number; shifted?: 'gap' | 'twice' } {
  if (stamp.time === undefined) return { at: stamp.date.toZonedDateTime(zone).epochMilliseconds };
  const wall = stamp.date.toPlainDateTime(stamp.time);
  if (stamp.offsetMs !== undefined) return { at: wall.toZonedDateTime('UTC').epochMilliseconds - stamp.offsetMs };
  const first = wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
  const last = wall.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
  if (first === last) return { at: first };
  const moved = wall.toZonedDateTime(zone, { disambiguation: 'compatible' });
  return { at: moved.epochMilliseconds, shifted: moved.toPlainDateTime().equals(wall) ? 'twice' : 'gap' };
}

/** A zone of the IANA list, as it is written there. @throws ImportRefused for anything else, a bare offset included. */
export function zoneNamed(zone: string): string {
  try {
    if (/^[A-Za-z]/.test(zone)) return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // Told below.
  }
  throw new ImportRefused(`"${zone}" is not a time zone. Use a name such as America/Sao_Paulo, or UTC.`);
}

export type DatedCell = { line: number; value: string };

/** At least this share of the cells must rule one reading out: a single typing error must not turn a whole file around. */
const DECISIVE_SHARE = 0.1;

/**
 * The format of a column that declares none: ISO, or day/month order where the cells themselves decide it, told in `note`.
 * @throws ImportRefused with the cells as evidence where both orders are possible, or neither fits.
 */
export function inferFormat(column: string, cells: readonly DatedCell[]): { format: DateFormat; note?: string } {
  const iso = dateFormat('ISO');
  const strange = cells.filter((cell) => iso.read(cell.value) === undefined);
  if (strange.length === 0) return { format: iso };
  const parts = strange.map((cell) => ({
    ...cell,
    split: /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(.*)$/.exec(cell.value),
  }));
  const other = parts.find((cell) => cell.split === null);
  if (other !== undefined || strange.length !== cells.length) {
    throw new ImportRefused(
      `The column "${column}" has no declared date format, and its dates cannot be told apart: ${evidence(other === undefined ? strange : [other])}. Say --date-format, for example --date-format DD/MM/YYYY.`,
    );
  }
  const dayFirst = parts.filter((cell) => Number(cell.split?.[1]) > 12);
  const monthFirst = parts.filter((cell) => Number(cell.split?.[3]) > 12);
  const [pattern, proof] = dayFirst.length > 0 ? ['DD/MM', dayFirst] : ['MM/DD', monthFirst];
  const decided =
    (dayFirst.length === 0) !== (monthFirst.length === 0) && proof.length >= parts.length * DECISIVE_SHARE;
  const format = decided ? fittingFormat(pattern, parts) : undefined;
  if (format === undefined) throw new ImportRefused(undecided(column, parts, dayFirst, monthFirst));
  return {
    format,
    note: `The dates in "${column}" are read as ${format.text}: ${evidence(proof.slice(0, 1))} can be nothing else, as can ${proof.length} of ${parts.length}. Say --date-format to be sure.`,
  };
}

type Split = DatedCell & { split: RegExpExecArray | null };

function fittingFormat(order: string, cells: readonly Split[]): DateFormat | undefined {
  const separator = cells[0]?.split?.[2] ?? '/';
  const loose = cells.some((c) => c.split?.[1]?.length === 1 || c.split?.[3]?.length === 1);
  const days = (loose ? order.replace('DD', 'D').replace('MM', 'M') : order).replace('/', separator);
  const date = `${days}${separator}YYYY`;
  return ['', ' HH:mm', ' HH:mm:ss', ' H:mm']
    .map((time) => dateFormat(`${date}${time}`))
    .find((format) => cells.every((cell) => format.read(cell.value) !== undefined));
}

function undecided(column: string, cells: readonly Split[], dayFirst: DatedCell[], monthFirst: DatedCell[]): string {
  const head = `The column "${column}" has no declared date format, and day and month cannot be told apart: `;
  const cure = ' Say which it is: --date-format DD/MM/YYYY or --date-format MM/DD/YYYY.';
  if (dayFirst.length > 0 && monthFirst.length > 0) {
    return `${head}${evidence(dayFirst)} can only be day first, ${evidence(monthFirst)} only month first.${cure}`;
  }
  if (dayFirst.length + monthFirst.length > 0) {
    const proof = dayFirst.length > 0 ? dayFirst : monthFirst;
    return `${head}only ${proof.length} of ${cells.length} cells decide (${evidence(proof)}), which may be a typing error; the others can be both, for example ${evidence(cells.filter((c) => !proof.includes(c)))}.${cure}`;
  }
  return `${head}every cell can be both, for example ${evidence(cells)}.${cure}`;
}

function evidence(cells: readonly DatedCell[]): string {
  return cells
    .slice(0, 3)
    .map((cell) => `line ${cell.line} "${cell.value.slice(0, 40)}"`)
    .join(', ');
}
