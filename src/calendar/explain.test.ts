import { expect, test } from 'vitest';
import { addOpenTime, alwaysOpen, compileCalendar } from './calendar.ts';
import { explainDeadline } from './explain.ts';
import { sayDuration } from './say.ts';
import type { CalendarSpec, LocalSpan } from './spec.ts';
import { wallToInstant } from './zone.ts';

const hourMs = 3_600_000;
const at = (text: string) => wallToInstant('America/New_York', text);
const day: LocalSpan[] = [['09:00', '17:30']];
const spec: CalendarSpec = { zone: 'America/New_York', weekly: { mon: day, tue: day, wed: day, thu: day, fri: day } };
const ask = (more: Partial<CalendarSpec>, start: string, hours: number) => ({
  calendar: compileCalendar({ ...spec, ...more }),
  startAt: at(start),
  durationMs: hours * hourMs,
  who: 'Ana',
  what: 'accept',
});

test('a deadline over a weekend and a holiday is told step by step', () => {
  const holidays = { own: [{ date: '2026-11-23', name: 'Founders Day' }] };
  const { sentence, dueAt, steps } = explainDeadline(ask({ holidays }, '2026-11-20T16:10', 4));
  expect(sentence).toBe(
    "4 h accept, Ana's hours 09:00–17:30 New York; started Fri 16:10; 1 h 20 m used Friday; " +
      'Mon is a holiday (Founders Day); due Tue 11:40',
  );
  expect(dueAt).toBe(at('2026-11-24T11:40'));
  expect(steps).toHaveLength(5);
});

test('absences, breaks and other hours that moved it are named', () => {
  const more: Partial<CalendarSpec> = {
    absences: [{ from: at('2026-11-23T10:00'), to: at('2026-11-24T12:00'), label: 'PTO' }],
    breaks: [{ date: '2026-11-24', from: '13:00', to: '14:00' }],
    dateHours: { '2026-11-23': [['08:00', '11:00']] },
  };
  expect(explainDeadline(ask(more, '2026-11-20T16:30', 6)).steps.slice(2)).toEqual([
    '1 h used Friday',
    'Mon has hours of its own, 08:00–11:00',
    'Mon away 10:00–11:00 (PTO)',
    '2 h used Monday',
    'Tue has a break 13:00–14:00',
    'Tue away 09:00–12:00 (PTO)',
    'due Tue 16:00',
  ]);
});

test('days away in a row are one step', () => {
  const absences = [{ from: at('2026-11-23T00:00'), to: at('2026-12-05T00:00'), label: 'PTO' }];
  expect(explainDeadline(ask({ absences }, '2026-11-20T16:30', 2)).steps.slice(2)).toEqual([
    '1 h used Friday',
    'Mon to Fri 4 Dec away (PTO)',
    'due Mon 7 Dec 10:00',
  ]);
});

test('a start outside hours says when the clock begins to run', () => {
  expect(explainDeadline(ask({}, '2026-11-21T15:00', 1)).sentence).toBe(
    "1 h accept, Ana's hours 09:00–17:30 New York; started Sat 15:00, outside working hours until Mon 09:00; due Mon 10:00",
  );
});

test('pauses carry their cause, and what was left when they began runs on', () => {
  const pauses = [{ from: at('2026-11-20T16:30'), to: at('2026-11-23T10:00'), cause: 'waiting on the prospect' }];
  expect(explainDeadline({ ...ask({}, '2026-11-20T16:00', 1), pauses }).sentence).toBe(
    "1 h accept, Ana's hours 09:00–17:30 New York; started Fri 16:00; " +
      'paused Fri 16:30 to Mon 10:00 (waiting on the prospect); 30 m used Friday; due Mon 10:30',
  );
});

test('a long clock is summed up, and far moments carry their date', () => {
  const { steps, dueAt } = explainDeadline(ask({}, '2026-11-20T16:10', 85));
  expect(steps.slice(1)).toEqual([
    'started Fri 16:10',
    '77 h 50 m used on 10 days, Fri to Thu 3 Dec',
    'due Fri 4 Dec 16:10',
  ]);
  expect(dueAt).toBe(at('2026-12-04T16:10'));
});

test('wall time is said as around the clock, with the change of clocks', () => {
  const question = { ...ask({}, '2026-10-31T12:00', 24), calendar: alwaysOpen('America/New_York') };
  expect(explainDeadline(question).sentence).toBe(
    '24 h accept, around the clock; started Sat 12:00; clocks go back 1 h on Sun; due Sun 11:00',
  );
});

test('moments are said in another zone on request, which is named', () => {
  expect(explainDeadline({ ...ask({}, '2026-11-20T16:00', 1), zone: 'Europe/Berlin' }).sentence).toBe(
    "1 h accept, Ana's hours 09:00–17:30 New York; started Fri 22:00; due Fri 23:00; times are those of Berlin",
  );
});

test('the deadline is the one the clock itself has', () => {
  const question = ask({ holidays: { region: 'US' } }, '2026-12-23T16:10', 30);
  expect(explainDeadline(question).dueAt).toBe(addOpenTime(question.calendar, question.startAt, question.durationMs));
});

test('durations are said without empty parts', () => {
  expect([0, 45_000, 60_000, 4_800_000, 3_605_000].map(sayDuration)).toEqual([
    '0 m',
    '45 s',
    '1 m',
    '1 h 20 m',
    '1 h 5 s',
  ]);
});
