// show: instants and spans as people and programs read them.

import { LRUCache } from 'lru-cache';
import { DAY, HOUR, type Instant, MINUTE, SECOND, type Span } from '../words/time.ts';

const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 500 });

/** ISO 8601 in UTC; undefined stays undefined. */
export function iso(at: Instant): string;
export function iso(at: Instant | undefined): string | undefined;
export function iso(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** `Tue 24 Nov, 16:00 (Europe/Berlin)`. */
export function plainTime(at: Instant, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return `${format.format(at)} (${zone})`;
}

/** The largest two units: `2 h 5 min`, `3 days`, `40 s`. */
export function plainSpan(ms: Span): string {
  const units: [Span, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  let rest = Math.abs(ms);
  const parts: string[] = [];
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
