import { expect, test } from 'vitest';
import type { Clock } from '../words/handoff.ts';
import { addOpenTime, compileCalendar } from './calendar.ts';
import { explainClock } from './explain-clock.ts';
import { openPeriodsAfter } from './periods.ts';
import type { CalendarSpec, LocalSpan } from './spec.ts';
import { wallToInstant } from './zone.ts';

const HOUR = 3_600_000;
const zone = 'America/New_York';
const at = (text: string) => wallToInstant(zone, text);
const day: LocalSpan[] = [['09:00', '17:30']];
const spec: CalendarSpec = {
  zone,
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day },
  holidays: { own: [{ date: '2026-11-23', name: 'Founders Day' }] },
};

/** A clock as decide records it. */
function clockOf(calendarSpec: CalendarSpec, start: string, hours: number, more: Partial<Clock> = {}): Clock {
  const calendar = compileCalendar(calendarSpec);
  const startedAt = at(start);
  const dueAt = addOpenTime(calendar, startedAt, hours * HOUR);
  const used = openPeriodsAfter(calendar, startedAt, 10)
    .filter((period) => period.from < dueAt)
    .map((period) => ({ from: period.from, to: Math.min(period.to, dueAt) }));
  const clock = {
    name: 'accept',
    run: 'cl_1',
    owner: 'ana',
    startedAt,
    limitMs: hours * HOUR,
    hours: 'business',
    dueAt,
    zone,
  };
  return { ...clock, used, levels: [], pauses: [], ...more } as Clock;
}

const tell = (clock: Clock, calendar: CalendarSpec | undefined, now: string) =>
  explainClock({
    clock,
    who: 'Ana',
    nowAt: at(now),
    ...(calendar === undefined ? {} : { calendar: compileCalendar(calendar) }),
  }).sentence;

test('a deadline over a weekend and a holiday is told from what was recorded', () => {
  const clock = clockOf(spec, '2026-11-20T16:10', 4);
  expect(tell(clock, spec, '2026-11-20T16:10')).toBe(
    "4 h accept, Ana's hours 09:00–17:30 New York; started Fri 16:10; 1 h 20 m used Friday; " +
      'Mon is a holiday (Founders Day); due Tue 11:40',
  );
});

test('a calendar that was edited since does not rewrite the story', () => {
  const clock = clockOf(spec, '2026-11-20T16:10', 4);
  const edited: CalendarSpec = {
    ...spec,
    holidays: { own: [{ date: '2026-11-20', name: 'Invented later' }] },
    absences: [{ from: at('2026-11-24T09:00'), to: at('2026-11-24T12:00'), label: 'PTO' }],
  };
  const told = tell(clock, edited, '2026-11-20T16:10');
  expect(told).not.toContain('Invented later');
  expect(told).not.toContain('PTO');
  expect(told).toContain('1 h 20 m used Friday; due Tue 11:40');
});

test('without a calendar the zone and the stretches still tell it', () => {
  expect(tell(clockOf(spec, '2026-11-21T12:00', 2), undefined, '2026-11-21T12:00')).toBe(
    "2 h accept, Ana's hours in New York; started Sat 12:00, outside working hours until Tue 09:00; due Tue 11:00",
  );
});

test('a pause is told with its cause, and a running one with what is left', () => {
  const paused = clockOf(spec, '2026-11-20T09:00', 4, {
    paused: {
      at: at('2026-11-20T10:00'),
      cause: 'legal review',
      resumeBy: at('2026-11-24T09:00'),
      remainingMs: 3 * HOUR,
    },
  });
  expect(tell(paused, spec, '2026-11-20T11:00')).toBe(
    "4 h accept, Ana's hours 09:00–17:30 New York; started Fri 09:00; " +
      'paused since Fri 10:00 (legal review), 3 h left; runs on at Tue 09:00 at the latest',
  );
  const dueAt = at('2026-11-20T15:00');
  const over = clockOf(spec, '2026-11-20T09:00', 4, {
    dueAt,
    used: [
      { from: at('2026-11-20T09:00'), to: at('2026-11-20T10:00') },
      { from: at('2026-11-20T12:00'), to: dueAt },
    ],
    pauses: [{ from: at('2026-11-20T10:00'), to: at('2026-11-20T12:00'), cause: 'legal review' }],
  });
  expect(tell(over, spec, '2026-11-20T11:00')).toContain('paused Fri 10:00 to Fri 12:00 (legal review); due Fri 15:00');
});

test('lateness is told in working time and by the wall, and ends with the act', () => {
  const clock = clockOf(spec, '2026-11-20T13:00', 4);
  expect(tell(clock, spec, '2026-11-24T10:00')).toContain(
    'due Fri 17:00; late by 1 h 30 m of working time, 89 h by the wall so far',
  );
  const stopped = { ...clock, stoppedAt: at('2026-11-24T10:00'), late: { businessMs: 1.5 * HOUR, wallMs: 89 * HOUR } };
  expect(tell(stopped, spec, '2026-11-30T10:00')).toContain(
    'stopped Tue 10:00, late by 1 h 30 m of working time, 89 h by the wall',
  );
  const early = { ...clock, stoppedAt: at('2026-11-20T14:00'), late: { businessMs: 0, wallMs: 0 } };
  expect(tell(early, spec, '2026-11-30T10:00')).toContain('stopped Fri 14:00, in time');
});

test('a wall clock counts every hour and a date is a date', () => {
  const wall = clockOf(spec, '2026-11-20T13:00', 4, {
    name: 'hold',
    hours: 'wall',
    limitMs: 12 * HOUR,
    dueAt: at('2026-11-21T01:00'),
    used: [{ from: at('2026-11-20T13:00'), to: at('2026-11-21T01:00') }],
  });
  expect(tell(wall, spec, '2026-11-20T13:00')).toBe('12 h hold, around the clock; started Fri 13:00; due Sat 01:00');
  const dueAt = at('2026-11-24T12:00');
  const dated = clockOf(spec, '2026-11-20T13:00', 4, {
    name: 'next-step',
    limitMs: dueAt - at('2026-11-20T13:00'),
    dueAt,
    used: [
      { from: at('2026-11-20T13:00'), to: at('2026-11-20T17:30') },
      { from: at('2026-11-24T09:00'), to: dueAt },
    ],
  });
  expect(tell(dated, spec, '2026-11-20T13:00')).toContain('next step by a date that was set');
});
