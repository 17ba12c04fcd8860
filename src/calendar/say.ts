// Calendar room: times and durations as people write them.
// Answers: how is this instant, date or duration said to somebody in this zone. Promises: plain English, whole seconds,
// the same text on every machine (no locale and no machine zone is asked).

import type { DaySpan } from './spec.ts';
import { dayMs, offsetAt, weekdayOf, type ZoneRules } from './zone.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A duration such as 4 h, 1 h 20 m or 45 s; milliseconds are left out. */
export function sayDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 m' : said.join(' ');
}

/** Milliseconds after midnight as HH:MM, with seconds only where there are some; 24:00 is the end of the day. */
export function sayClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const minutes = `${part(seconds / 3600)}:${part((seconds % 3600) / 60)}`;
  return seconds % 60 === 0 ? minutes : `${minutes}:${part(seconds % 60)}`;
}

/** Hours such as 09:00–12:30 and 13:30–17:30; an overnight span ends on the next day's clock. */
export function saySpans(spans: readonly DaySpan[]): string {
  if (spans.length === 0) return 'closed';
  return spans
    .map(({ fromMs, toMs }) => `${sayClock(fromMs)}–${sayClock(toMs > dayMs ? toMs - dayMs : toMs)}`)
    .join(' and ');
}

/** The weekday in full. */
export function sayWeekday(day: number): string {
  return weekdays[weekdayOf(day) - 1] as string;
}

/** A date near another one by its weekday (Fri), farther away with its date (Fri 4 Dec), in another year with the year. */
export function sayDay(day: number, nearDay: number): string {
  const weekday = sayWeekday(day).slice(0, 3);
  if (Math.abs(day - nearDay) < 7) return weekday;
  const date = new Date(day * dayMs);
  const near = new Date(nearDay * dayMs);
  const said = `${weekday} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  return date.getUTCFullYear() === near.getUTCFullYear() ? said : `${said} ${date.getUTCFullYear()}`;
}

/** An instant on the local clock of a zone: Fri 16:10, or Fri 4 Dec 16:10 when far from the other instant. */
export function sayMoment(rules: ZoneRules, at: number, nearAt: number): string {
  const wallMs = at + offsetAt(rules, at);
  const day = Math.floor(wallMs / dayMs);
  const nearDay = Math.floor((nearAt + offsetAt(rules, nearAt)) / dayMs);
  return `${sayDay(day, nearDay)} ${sayClock(wallMs - day * dayMs)}`;
}

/** A zone as people name it: America/New_York is New York. */
export function sayZone(zone: string): string {
  return (zone.split('/').at(-1) as string).replaceAll('_', ' ');
}
