// policy: how long something lasts, as it is written in a policy ('15m', '4h', '1h30m', '2d') and as it is said.
// Reading promises an exact number of milliseconds or nothing; a day is 24 hours.

import type { Span } from '../words/time.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../words/time.ts';

/** The shape of a written duration, for the JSON Schema. */
export const DURATION_PATTERN = '^(?=\\d)(\\d{1,4}d)?(\\d{1,4}h)?(\\d{1,5}m)?(\\d{1,6}s)?$';

const WRITTEN = new RegExp(DURATION_PATTERN);

export type Duration = { ms: Span; hasDays: boolean };

/** Reads '1h30m'. Undefined for anything that is not a duration, such as '4', '4 hours' or '-1h'. */
export function readDuration(text: string): Duration | undefined {
  const parts = WRITTEN.exec(text);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = [1, 2, 3, 4].map((i) => Number((parts[i] ?? '0x').slice(0, -1)));
  const ms = days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * SECOND;
  return { ms, hasDays: days! > 0 };
}

function split(ms: Span, withDays: boolean): [number, string, string][] {
  const days = withDays ? Math.floor(ms / DAY) : 0;
  const rest = ms - days * DAY;
  return [
    [days, 'd', days === 1 ? 'day' : 'days'],
    [Math.floor(rest / HOUR), 'h', 'h'],
    [Math.floor((rest % HOUR) / MINUTE), 'm', 'min'],
    [Math.floor((rest % MINUTE) / SECOND), 's', 's'],
  ];
}

/** Writes a duration as a policy does: '1h30m'. Days appear only where they are allowed. */
export function writeDuration(ms: Span, withDays: boolean): string {
  const text = split(ms, withDays)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n}${unit}`)
    .join('');
  return text === '' ? '0m' : text;
}

/** Says a duration: '1 h 30 min'. Whole days are said only for wall-clock time, where a day is 24 hours. */
export function sayDuration(ms: Span, hours: 'business' | 'wall' = 'business'): string {
  const text = split(ms, hours === 'wall')
    .filter(([n]) => n > 0)
    .map(([n, , unit]) => `${n} ${unit}`)
    .join(' ');
  return text === '' ? '0 min' : text;
}
