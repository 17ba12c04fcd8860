// deliver: text that is safe to put into a message, and times as people read them. Pure.
// Promises: whatever somebody typed stays one piece of text: no control or direction-changing characters, no link, and
// a bounded length; times stand in the reader's zone and, where it differs, in the other person's.

import type { Instant, Span } from '../words/time.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { Party } from './message-facts.ts';

const characters = new Intl.Segmenter('en');

/** Code units that one character of people's counting may take on average, such as a family emoji. */
const LONGEST_CHARACTER = 16;
const LINE_MAX = 120;
const TEXT_MAX = 2_000;

/** One line: a name, a label, a subject. */
export function oneLine(text: string, max: number = LINE_MAX): string {
  return cut(
    withoutLinks(
      clean(text.slice(0, max * LONGEST_CHARACTER * 2))
        .replace(/\s+/g, ' ')
        .trim(),
    ),
    max,
    '…',
  );
}

/** Some lines that somebody wrote; breaks are kept, runs of empty lines are not. */
export function someLines(text: string, max: number = TEXT_MAX): string {
  const lines = clean(text.slice(0, max * LONGEST_CHARACTER * 2))
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return cut(withoutLinks(lines), max, '… (the rest is in the handoff)');
}

/** Characters that draw nothing and change what is seen: controls (line breaks stay) and direction overrides. */
function clean(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t\v\f]|[\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** A message has one link, ours: a link in a note could lead anywhere. */
function withoutLinks(text: string): string {
  return text.replace(/\b(?:[a-z][a-z0-9+.-]{1,15}:\/\/|www\.)\S+/gi, '[link: see the handoff]');
}

/** At most `max` characters as people count them. */
function cut(text: string, max: number, ending: string): string {
  if (text.length <= max) return text;
  let kept = '';
  let count = 0;
  for (const { segment } of characters.segment(text)) {
    // A "character" can be a base letter with thousands of marks: length counts too.
    if (count === max || kept.length + segment.length > max * LONGEST_CHARACTER) return kept.trimEnd() + ending;
    kept += segment;
    count += 1;
  }
  return kept;
}

type Wall = { day: string; time: string; year: string };

// A memo, not state: formatters are costly to make, and there are only some hundred zones.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(zone, made);
  return made;
}

/** An unknown zone reads as UTC, and says UTC: a message with a clumsy time beats no message. */
function knownZone(zone: string): string {
  try {
    formatter(zone);
    return zone;
  } catch {
    return 'UTC';
  }
}

function wall(at: Instant, zone: string): Wall {
  const parts = new Map(
    formatter(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    day: `${part('weekday')} ${part('day')} ${part('month')}`,
    time: `${part('hour')}:${part('minute')}`,
    year: part('year'),
  };
}

/** "Tue 24 Nov, 16:00", with the year where it is not the present one. No zone: for subjects. */
export function shortTime(at: Instant, zone: string, nowAt: Instant): string {
  const known = knownZone(zone);
  const { day, time, year } = wall(at, known);
  return `${day}${year === wall(nowAt, known).year ? '' : ` ${year}`}, ${time}`;
}

/** "Tue 24 Nov, 16:00 (Berlin), which is 10:00 for Ana (New York)". The last part only where their clock differs. */
export function timeFor(at: Instant, reader: Party, other: Party | undefined, nowAt: Instant): string {
  const own = `${shortTime(at, reader.zone, nowAt)} (${placeOf(reader.zone)})`;
  if (other === undefined || other.id === reader.id) return own;
  const here = wall(at, knownZone(reader.zone));
  const there = wall(at, knownZone(other.zone));
  if (here.day === there.day && here.time === there.time) return own;
  const theirs = here.day === there.day ? there.time : `${there.day}, ${there.time}`;
  return `${own}, which is ${theirs} for ${oneLine(other.name)} (${placeOf(other.zone)})`;
}

/** The city of a zone: "America/Argentina/Buenos_Aires" is "Buenos Aires". */
function placeOf(zone: string): string {
  const known = knownZone(zone);
  return known.slice(known.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** "2 d 4 h", "3 h 10 m", "5 m": the two largest units, never less than a minute. */
export function spanWords(spanMs: Span): string {
  const days = Math.floor(spanMs / DAY);
  const hours = Math.floor((spanMs % DAY) / HOUR);
  const minutes = Math.floor((spanMs % HOUR) / MINUTE);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} m` : `${hours} h`;
  return `${Math.max(minutes, 1)} m`;
}
