// Real work passing between people: the lag from a case's first event to the next act, in wall and in business time, for every
// case, against a sum made day by day with another tool (Intl). The logs lie outside the checkout (BATON_EVAL_DATA).

import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { expect, test } from 'vitest';
import { alwaysOpen, compileCalendar, openTimeBetween } from '../../src/calendar/calendar.ts';
import type { LocalSpan } from '../../src/calendar/spec.ts';

const folder = resolve(import.meta.dirname, '../..', process.env.BATON_EVAL_DATA ?? '../shared/data', 'event-logs');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type Log = { file: string; zone: string; caseColumn: string; timeColumn: string; cases: number };

const logs: Log[] = [
  { file: 'helpdesk.flat.csv.gz', zone: 'Europe/Rome', caseColumn: 'case', timeColumn: 'time:timestamp', cases: 4580 },
  {
    file: 'receipt.csv',
    zone: 'Europe/Amsterdam',
    caseColumn: 'case:concept:name',
    timeColumn: 'time:timestamp',
    cases: 1434,
  },
];

/** The first two instants of each case, read as a stream. */
async function lags(log: Log): Promise<{ from: number; to: number }[]> {
  const path = resolve(folder, log.file);
  const raw = createReadStream(path);
  const rows = (log.file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw).pipe(parse({ columns: true }));
  const seen = new Map<string, number[]>();
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    const at = Math.floor(Date.parse((row[log.timeColumn] as string).replace(' ', 'T')));
    const known = seen.get(row[log.caseColumn] as string);
    if (known) known.push(at);
    else seen.set(row[log.caseColumn] as string, [at]);
  }
  return [...seen.values()].map((times) => {
    const [from, to] = times.toSorted((a, b) => a - b);
    return { from: from as number, to: to ?? (from as number) };
  });
}

/** Business time of 09:00–17:30 on weekdays, day by day: noon of each date asked of Intl, the day's own hours cut to the lag. */
function reference(zone: string, from: number, to: number): number {
  const format = formatOf(zone);
  let sumMs = 0;
  const seen = new Set<string>();
  for (let at = from - dayMs; at < to + dayMs; at += dayMs / 2) {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const date = `${parts.year}-${parts.month}-${parts.day}`;
    if (seen.has(date) || parts.weekday === 'Sat' || parts.weekday === 'Sun') continue;
    seen.add(date);
    // Clocks change at night in both zones: the offset at noon holds through the working day.
    const noon = Object.fromEntries(
      format.formatToParts(Date.parse(`${date}T12:00Z`)).map(({ type, value }) => [type, value]),
    );
    const offsetMs = (Number(noon.hour) - 12) * 60 * minuteMs;
    const midnight = Date.parse(`${date}T00:00Z`) - offsetMs;
    sumMs += Math.max(0, Math.min(to, midnight + 17.5 * 60 * minuteMs) - Math.max(from, midnight + 9 * 60 * minuteMs));
  }
  return sumMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', weekday: 'short' } as const),
  });
  formats.set(zone, format);
  return format;
}

for (const log of logs) {
  test.skipIf(!existsSync(folder))(
    `every lag of ${log.file} is the same in both reckonings`,
    { timeout: 60_000 },
    async () => {
      const day: LocalSpan[] = [['09:00', '17:30']];
      const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day };
      const business = compileCalendar({ zone: log.zone, weekly });
      const wall = alwaysOpen(log.zone);
      const all = await lags(log);
      expect(all).toHaveLength(log.cases);
      let worked = 0;
      for (const { from, to } of all) {
        expect(openTimeBetween(wall, from, to)).toBe(to - from);
        const ms = openTimeBetween(business, from, to);
        expect(ms).toBe(reference(log.zone, from, to));
        worked += ms > 0 ? 1 : 0;
      }
      expect(worked).toBeGreaterThan(log.cases / 4);
    },
  );
}
