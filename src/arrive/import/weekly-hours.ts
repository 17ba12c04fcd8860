// arrive/import: a person's week in one cell: "mon-fri 09:00-12:00 13:00-17:30; sat 10:00-14:00".

import type { WeeklyHours } from '../../words/roster.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The week, or what is wrong with it in a few words. An end not after its start runs into the next day. */
export function weeklyHours(text: string): { weekly: WeeklyHours } | { wrong: string } {
  const weekly: WeeklyHours = {};
  for (const part of text.split(/[;,]/)) {
    const [days = '', ...spans] = part.trim().toLowerCase().split(/\s+/);
    const range = daysOf(days);
    if (range === undefined) return { wrong: `"${days}" is no day; write mon, or mon-fri` };
    const times = spans.map((span) => span.split('-'));
    const bad = times.find(([from, to, more]) => !TIME.test(from ?? '') || !TIME.test(to ?? '') || more !== undefined);
    if (bad !== undefined || times.length === 0)
      return { wrong: `"${part.trim()}" has no hours such as 09:00-17:30 behind the day` };
    for (const day of range) {
      if (weekly[day] !== undefined) return { wrong: `${day} stands twice` };
      weekly[day] = times.map(([from = '', to = '']): [string, string] => [from, to]);
    }
  }
  return { weekly };
}

function daysOf(text: string): readonly (typeof DAYS)[number][] | undefined {
  const [from = '', to = from] = text.split(/[-–]/);
  const names: readonly string[] = DAYS;
  const [a, b] = [names.indexOf(from), names.indexOf(to)];
  if (a < 0 || b < 0) return undefined;
  return a <= b ? DAYS.slice(a, b + 1) : [...DAYS.slice(a), ...DAYS.slice(0, b + 1)];
}
