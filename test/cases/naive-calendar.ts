// Test reference: working time by walking a clock, step by step.
// Answers the same questions as src/calendar by another method: it asks Intl for the wall clock of every step, marks each
// step open or closed by the rules read literally, and then counts. Slow on purpose; shares no code with what it checks.

import type { CalendarSpec, DateHours, LocalSpan, Weekday } from '../../src/calendar/spec.ts';

/** A stretch of real time as equal steps; state 1 = open. Step i covers [fromAt + i * stepMs, fromAt + (i + 1) * stepMs). */
export type Walk = { readonly fromAt: number; readonly stepMs: number; readonly open: Uint8Array };

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Walks a calendar from one instant to another, both multiples of the step. Own holidays only, no regions. */
export function walkCalendar(spec: CalendarSpec, fromAt: number, untilAt: number, stepMs: number): Walk {
  // Two days of margin, so that overnight spans and date boundaries outside the walk are seen.
  const firstAt = fromAt - 2 * dayMs;
  const steps = Math.round((untilAt - firstAt) / stepMs) + Math.round((2 * dayMs) / stepMs);
  const wall = wallClock(spec.zone, firstAt, steps, stepMs);
  const find = finder(wall, stepMs);
  const open = new Uint8Array(steps);
  const paint = (from: number, to: number, value: number) => {
    for (let i = Math.max(0, from); i < Math.min(to, steps); i += 1) open[i] = value;
  };
  const dates = everyDate(wall);
  const isHoliday = (date: number) => {
    const text = dateText(date);
    const hours = spec.dateHours?.[text];
    const opens = hours !== undefined && 'hours' in hours && hours.opensOnHoliday === true;
    return !opens && (spec.holidays?.own ?? []).some((holiday) => holiday.date === text);
  };
  for (const date of dates) {
    if (isHoliday(date)) continue;
    const hours: DateHours | undefined = spec.dateHours?.[dateText(date)];
    const weekly = spec.weekly[weekdays[new Date(date * dayMs).getUTCDay()] as Weekday] ?? [];
    const spans: readonly LocalSpan[] = hours === undefined ? weekly : 'hours' in hours ? hours.hours : hours;
    for (const [start, end] of spans) {
      const startMs = clock(start);
      const endMs = clock(end) > startMs ? clock(end) : clock(end) + dayMs;
      paint(find(date * dayMs + startMs), find(date * dayMs + endMs), 1);
    }
  }
  for (const date of dates.filter(isHoliday)) paint(find(date * dayMs), find((date + 1) * dayMs), 0);
  for (const pause of spec.breaks ?? []) {
    const date = Date.parse(`${pause.date}T00:00:00Z`) / dayMs;
    const startMs = clock(pause.from);
    const endMs = clock(pause.to) > startMs ? clock(pause.to) : clock(pause.to) + dayMs;
    if (dates.includes(date)) paint(find(date * dayMs + startMs), find(date * dayMs + endMs), 0);
  }
  const walk = { fromAt: firstAt, stepMs, open };
  for (const absence of spec.absences ?? []) close(walk, absence.from, absence.to);
  const margin = Math.round((2 * dayMs) / stepMs);
  return { fromAt, stepMs, open: open.slice(margin, steps - margin) };
}

/** Closes a stretch of real time (an absence, or a pause of a clock) in a walk. */
function close(walk: Walk, from: number, to: number): void {
  for (let i = 0; i < walk.open.length; i += 1) {
    const at = walk.fromAt + i * walk.stepMs;
    if (at >= from && at < to) walk.open[i] = 0;
  }
}

/** A copy of a walk with pauses closed. */
export function withPauses(walk: Walk, pauses: readonly { from: number; to: number }[]): Walk {
  const copy = { ...walk, open: walk.open.slice() };
  for (const { from, to } of pauses) close(copy, from, to);
  return copy;
}

const indexOf = (walk: Walk, at: number) => Math.round((at - walk.fromAt) / walk.stepMs);
const atOf = (walk: Walk, index: number) => walk.fromAt + index * walk.stepMs;

/** Is the step that begins at this instant open? */
export function naiveIsOpen(walk: Walk, at: number): boolean {
  return walk.open[indexOf(walk, at)] === 1;
}

/** Open milliseconds between two instants, counted. */
export function naiveBetween(walk: Walk, from: number, to: number): number {
  let count = 0;
  for (let i = indexOf(walk, from); i < indexOf(walk, to); i += 1) count += walk.open[i] as number;
  return count * walk.stepMs;
}

/** Where a duration runs out; undefined when it leaves the walk. */
export function naiveAdd(walk: Walk, at: number, ms: number): number | undefined {
  let left = ms / walk.stepMs;
  for (let i = indexOf(walk, at); i < walk.open.length; i += 1) {
    if (walk.open[i] === 0) continue;
    if (left === 0) return atOf(walk, i);
    left -= 1;
    if (left === 0) return atOf(walk, i + 1);
  }
  return undefined;
}

/** From where exactly a duration remains; undefined when it leaves the walk. */
export function naiveSubtract(walk: Walk, at: number, ms: number): number | undefined {
  let left = ms / walk.stepMs;
  for (let i = indexOf(walk, at) - 1; i >= 0; i -= 1) {
    if (walk.open[i] === 0) continue;
    if (left === 0) return atOf(walk, i + 1);
    left -= 1;
    if (left === 0) return atOf(walk, i);
  }
  return undefined;
}

/** First closing (`state` 0) or opening (`state` 1) instant strictly after an instant; undefined when it leaves the walk. */
export function naiveNextChange(walk: Walk, at: number, state: 0 | 1): number | undefined {
  for (let i = indexOf(walk, at) + 1; i < walk.open.length; i += 1) {
    if (walk.open[i] === state && walk.open[i - 1] === 1 - state) return atOf(walk, i);
  }
  return undefined;
}

function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function dateText(date: number): string {
  return new Date(date * dayMs).toISOString().slice(0, 10);
}

/** Every local date that the walk passes through. */
function everyDate(wall: Float64Array): number[] {
  const dates = new Set<number>();
  let last = Number.NaN;
  for (const value of wall) {
    const date = Math.floor(value / dayMs);
    if (date !== last) dates.add(date);
    last = date;
  }
  return [...dates];
}

/** The wall clock at each step, in ms since 1970-01-01T00:00 local. */
function wallClock(zone: string, firstAt: number, steps: number, stepMs: number): Float64Array {
  const wall = new Float64Array(steps);
  let hourAt = Number.NaN;
  let offset = 0;
  let isSteady = false;
  for (let i = 0; i < steps; i += 1) {
    const at = firstAt + i * stepMs;
    if (Math.floor(at / hourMs) * hourMs !== hourAt) {
      hourAt = Math.floor(at / hourMs) * hourMs;
      offset = offsetFromIntl(zone, hourAt);
      isSteady = offset === offsetFromIntl(zone, hourAt + hourMs);
    }
    // Within an hour that contains a change each step is asked for by itself.
    wall[i] = at + (isSteady ? offset : offsetFromIntl(zone, at));
  }
  return wall;
}

function offsetFromIntl(zone: string, at: number): number {
  const key = `${zone} ${at}`;
  const memo = offsets.get(key);
  if (memo !== undefined) return memo;
  if (offsets.size > 500_000) offsets.clear();
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name);
  const ms = match ? clock(`${match[2]}:${match[3]}:${match[4] ?? '00'}`) * (match[1] === '-' ? -1 : 1) : 0;
  offsets.set(key, ms);
  return ms;
}

/** Finds the first step that shows a wall time; where none does, the step that shows it moved later by the gap. */
function finder(wall: Float64Array, stepMs: number): (wallMs: number) => number {
  const lowest = wall.reduce((a, b) => Math.min(a, b));
  const highest = wall.reduce((a, b) => Math.max(a, b));
  // Position + 1 of the first step that shows each wall time, 0 for none.
  const firsts = new Int32Array((highest - lowest) / stepMs + 1);
  const jumps: { from: number; to: number }[] = [];
  let expected = wall[0] as number;
  for (let i = 0; i < wall.length; i += 1) {
    const value = wall[i] as number;
    const slot = (value - lowest) / stepMs;
    if (firsts[slot] === 0) firsts[slot] = i + 1;
    if (value > expected) jumps.push({ from: expected, to: value });
    expected = value + stepMs;
  }
  const first = (wallMs: number) => {
    const position = firsts[(wallMs - lowest) / stepMs];
    return position === undefined || position === 0 ? undefined : position - 1;
  };
  return (wallMs) => {
    const found = first(wallMs);
    if (found !== undefined) return found;
    const jump = jumps.find(({ from, to }) => wallMs >= from && wallMs < to);
    if (jump) return first(wallMs + jump.to - jump.from) ?? wall.length;
    return wallMs < (wall[0] as number) ? 0 : wall.length;
  };
}
