import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessDates, addBusinessDays, isBusinessDay } from './business-days.ts';
import {
  addOpenTime,
  alwaysOpen,
  compileCalendar,
  isOpen,
  nextClosing,
  nextOpening,
  nextPeriodStart,
  openTimeBetween,
  previousOpenMoment,
  subtractOpenTime,
} from './calendar.ts';
import { CalendarError } from './calendar-error.ts';
import { checkCalendar } from './check.ts';
import { openPeriodsAfter, openPeriodsBefore } from './periods.ts';
import type { CalendarSpec, LocalSpan } from './spec.ts';
import { wallToInstant } from './zone.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function weekdays(...spans: LocalSpan[]): CalendarSpec['weekly'] {
  return { mon: spans, tue: spans, wed: spans, thu: spans, fri: spans };
}

const newYork: CalendarSpec = { zone: 'America/New_York', weekly: weekdays(['09:00', '17:30']) };
const local = (text: string, zone = 'America/New_York') => wallToInstant(zone, text);

describe('a clock in working hours', () => {
  const calendar = compileCalendar(newYork);

  test('runs out exactly at the close on the close', () => {
    expect(addOpenTime(calendar, local('2026-11-20T16:30'), hourMs)).toBe(local('2026-11-20T17:30'));
  });

  test('started on a weekend begins at the next opening, not at its own time of day', () => {
    expect(addOpenTime(calendar, local('2026-11-21T15:00'), hourMs)).toBe(local('2026-11-23T10:00'));
  });

  test('of no duration, asked while closed, is the next opening', () => {
    expect(addOpenTime(calendar, local('2026-11-20T17:30'), 0)).toBe(local('2026-11-23T09:00'));
  });

  test('walks back through working time for a warning an hour before', () => {
    expect(subtractOpenTime(calendar, local('2026-11-23T09:30'), hourMs)).toBe(local('2026-11-20T17:00'));
    expect(addOpenTime(calendar, local('2026-11-23T09:30'), -hourMs)).toBe(local('2026-11-20T17:00'));
  });

  test('is open at the opening and closed at the close', () => {
    expect(isOpen(calendar, local('2026-11-20T09:00'))).toBe(true);
    expect(isOpen(calendar, local('2026-11-20T17:30') - 1)).toBe(true);
    expect(isOpen(calendar, local('2026-11-20T17:30'))).toBe(false);
  });

  test('counts nothing when the end is before the start', () => {
    expect(openTimeBetween(calendar, local('2026-11-20T12:00'), local('2026-11-20T11:00'))).toBe(0);
  });

  test('refuses a duration or an instant that is no whole number', () => {
    expect(() => addOpenTime(calendar, local('2026-11-20T12:00'), 0.5)).toThrow(/0.5 is not a whole number/);
    expect(() => addOpenTime(calendar, Number.NaN, 5)).toThrow(/NaN cannot be placed/);
    expect(() => isOpen(calendar, 8_640_000_000_000_000)).toThrow(/between 1900 and 2199/);
  });
});

describe('clock changes', () => {
  test('a 24-hour Sunday in autumn has 25 hours, in spring 23', () => {
    const sundays = compileCalendar({ zone: 'Europe/Berlin', weekly: { sun: [['00:00', '24:00']] } });
    const between = (a: string, b: string) =>
      openTimeBetween(sundays, local(a, 'Europe/Berlin'), local(b, 'Europe/Berlin'));
    expect(between('2026-10-25T00:00', '2026-10-26T00:00')).toBe(25 * hourMs);
    expect(between('2026-03-29T00:00', '2026-03-30T00:00')).toBe(23 * hourMs);
  });

  test('an opening that does not exist moves later by the gap, one that occurs twice is the first', () => {
    const early = compileCalendar({ zone: 'America/New_York', weekly: { sun: [['01:30', '02:30']] } });
    expect(nextOpening(early, Date.UTC(2026, 2, 8))).toBe(Date.UTC(2026, 2, 8, 6, 30));
    expect(nextClosing(early, Date.UTC(2026, 2, 8))).toBe(Date.UTC(2026, 2, 8, 7, 30));
    expect(nextOpening(early, Date.UTC(2026, 10, 1))).toBe(Date.UTC(2026, 10, 1, 5, 30));
    expect(nextClosing(early, Date.UTC(2026, 10, 1))).toBe(Date.UTC(2026, 10, 1, 7, 30));
  });

  test('half an hour in Lord Howe counts as half an hour', () => {
    const always = compileCalendar({ zone: 'Australia/Lord_Howe', weekly: { sun: [['00:00', '24:00']] } });
    const at = (text: string) => local(text, 'Australia/Lord_Howe');
    expect(openTimeBetween(always, at('2026-10-04T00:00'), at('2026-10-05T00:00'))).toBe(23.5 * hourMs);
  });

  test('a date that Samoa skipped has no hours, whatever its weekday', () => {
    const fridays = compileCalendar({ zone: 'Pacific/Apia', weekly: { fri: [['09:00', '17:00']] } });
    expect(isBusinessDay(fridays, '2011-12-30')).toBe(false);
    expect(addBusinessDates(fridays, '2011-12-23', 1)).toBe('2012-01-06');
  });

  test('midnight that does not exist does not lose or double the day before', () => {
    const zone = 'America/Sao_Paulo';
    const always = alwaysOpen(zone);
    expect(openTimeBetween(always, local('2015-10-17T00:00', zone), local('2015-10-19T00:00', zone))).toBe(47 * hourMs);
    expect(nextClosing(always, local('2015-10-17T12:00', zone))).toBeNull();
  });
});

describe('holidays, overrides and breaks', () => {
  const spec: CalendarSpec = {
    ...newYork,
    holidays: { region: 'US', own: [{ date: '2026-11-27', name: 'Company day' }] },
    dateHours: {
      '2026-11-26': [['10:00', '12:00']],
      '2026-12-25': { hours: [['10:00', '12:00']], opensOnHoliday: true },
    },
    breaks: [{ date: '2026-11-25', from: '12:00', to: '13:00' }],
  };
  const calendar = compileCalendar(spec);

  test('a holiday wins against hours of its date, unless they say that they open', () => {
    expect(isBusinessDay(calendar, '2026-11-26')).toBe(false);
    expect(isBusinessDay(calendar, '2026-11-27')).toBe(false);
    expect(isOpen(calendar, local('2026-12-25T11:00'))).toBe(true);
    expect(isOpen(calendar, local('2026-12-25T13:00'))).toBe(false);
  });

  test('a break closes its span only on its date', () => {
    expect(openTimeBetween(calendar, local('2026-11-25T09:00'), local('2026-11-25T17:30'))).toBe(7.5 * hourMs);
  });

  test('a holiday closes its whole date: the rest of the night before and the night it would begin', () => {
    const nights = compileCalendar({
      zone: 'Etc/UTC',
      weekly: weekdays(['22:00', '06:00']),
      holidays: { own: [{ date: '2026-11-25', name: 'Rest' }] },
    });
    const periods = openPeriodsAfter(nights, Date.UTC(2026, 10, 24), 3);
    expect(periods.map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()])).toEqual([
      ['2026-11-24T00:00:00.000Z', '2026-11-24T06:00:00.000Z'],
      ['2026-11-24T22:00:00.000Z', '2026-11-25T00:00:00.000Z'],
      ['2026-11-26T22:00:00.000Z', '2026-11-27T06:00:00.000Z'],
    ]);
  });

  test('a half-day holiday closes from noon on, and one of several days all of them', () => {
    const faroe = compileCalendar({
      zone: 'Atlantic/Faroe',
      weekly: weekdays(['09:00', '17:00']),
      holidays: { region: 'FO' },
    });
    const noon = local('2026-06-05T12:00', 'Atlantic/Faroe');
    expect(nextClosing(faroe, noon - hourMs)).toBe(noon);
    const korea = compileCalendar({
      zone: 'Asia/Seoul',
      weekly: weekdays(['09:00', '17:00']),
      holidays: { region: 'KR' },
    });
    expect(['2026-02-17', '2026-02-18', '2026-02-19'].map((date) => isBusinessDay(korea, date))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('an absence of part of a day closes that part', () => {
    const away = compileCalendar({
      ...newYork,
      absences: [{ from: local('2026-11-23T10:00'), to: local('2026-11-23T15:30'), label: 'dentist' }],
    });
    expect(addOpenTime(away, local('2026-11-23T09:00'), 2 * hourMs)).toBe(local('2026-11-23T16:30'));
  });
});

describe('business days', () => {
  const calendar = compileCalendar(newYork);

  test('are counted strictly after the start, also from a closed date', () => {
    expect(addBusinessDates(calendar, '2026-11-21', 1)).toBe('2026-11-23');
    expect(addBusinessDates(calendar, '2026-11-22', -1)).toBe('2026-11-20');
    expect(addBusinessDates(calendar, '2026-11-20', 1)).toBe('2026-11-23');
  });

  test('keep the time of day inside hours, and give the whole day from a weekend', () => {
    expect(addBusinessDays(calendar, local('2026-11-20T16:10'), 1)).toBe(local('2026-11-23T16:10'));
    expect(addBusinessDays(calendar, local('2026-11-20T07:00'), 1)).toBe(local('2026-11-23T09:00'));
    expect(addBusinessDays(calendar, local('2026-11-20T22:00'), 1)).toBe(local('2026-11-23T17:30'));
    expect(addBusinessDays(calendar, local('2026-11-21T15:00'), 1)).toBe(local('2026-11-23T17:30'));
  });
});

describe('a calendar that never opens', () => {
  const fromAt = local('2026-11-20T12:00');

  test('is refused with the reason', () => {
    expect(checkCalendar({ zone: 'Etc/UTC', weekly: {} }, fromAt)).toMatch(/never opens.*no weekly hours/);
    const away = { ...newYork, absences: [{ from: fromAt - dayMs, to: fromAt + 500 * dayMs }] };
    expect(checkCalendar(away, fromAt)).toMatch(/covered by absences, the last of them until 2028-04-03/);
    const past = { zone: 'Etc/UTC', weekly: {}, dateHours: { '2020-01-01': [['09:00', '10:00']] as const } };
    expect(checkCalendar(past, fromAt)).toMatch(/no date with hours of its own falls in that time/);
    expect(checkCalendar(newYork, fromAt)).toBeNull();
  });

  test('answers every question with a sentence instead of a loop', () => {
    const empty = compileCalendar({ zone: 'Etc/UTC', weekly: {} });
    for (const ask of [
      () => addOpenTime(empty, fromAt, 1),
      () => addOpenTime(empty, fromAt, 0),
      () => subtractOpenTime(empty, fromAt, 1),
      () => previousOpenMoment(empty, fromAt),
      () => addBusinessDates(empty, '2026-11-20', 1),
    ]) {
      expect(ask).toThrow(CalendarError);
    }
    expect(nextClosing(empty, fromAt)).toBeNull();
    expect(nextPeriodStart(empty, fromAt)).toBeNull();
    expect(openPeriodsAfter(empty, fromAt, 3)).toEqual([]);
    expect(openPeriodsBefore(empty, fromAt, 3)).toEqual([]);
    expect(openTimeBetween(empty, fromAt, fromAt + 9999 * dayMs)).toBe(0);
  });

  test('is refused the same way whatever was asked before', () => {
    const gap = {
      zone: 'Etc/UTC',
      weekly: {},
      dateHours: { '2026-11-20': [['09:00', '10:00']], '2029-01-01': [['09:00', '10:00']] },
    } as const;
    const fresh = compileCalendar(gap);
    const used = compileCalendar(gap);
    openTimeBetween(used, Date.UTC(2010, 0), Date.UTC(2040, 0));
    for (const calendar of [fresh, used]) {
      expect(() => addOpenTime(calendar, Date.UTC(2026, 10, 20, 9), 2 * hourMs)).toThrow(
        /stays closed for more than 400 days/,
      );
      expect(() => nextOpening(calendar, Date.UTC(2026, 10, 20, 10))).toThrow(/stays closed for more than 400 days/);
      expect(() => subtractOpenTime(calendar, Date.UTC(2029, 0, 1, 10), 2 * hourMs)).toThrow(/stays closed/);
    }
  });
});

describe('a calendar that is written wrongly', () => {
  const cases: [what: string, spec: unknown, sentence: RegExp][] = [
    ['zone', { zone: 'Europe/Atlantis', weekly: {} }, /"Europe\/Atlantis" is not an IANA time zone/],
    ['fixed offset', { zone: '+02:00', weekly: {} }, /"\+02:00" is not an IANA time zone/],
    ['day', { zone: 'UTC', weekly: { monday: [] } }, /name the day "monday"/],
    ['time', { zone: 'UTC', weekly: { mon: [['9:00', '17:00']] } }, /weekly hours of mon has the time "9:00"/],
    ['hour', { zone: 'UTC', weekly: { mon: [['09:00', '24:30']] } }, /time "24:30"/],
    ['start', { zone: 'UTC', weekly: { mon: [['24:00', '05:00']] } }, /24:00 can only end a span/],
    ['span', { zone: 'UTC', weekly: { mon: [['09:00']] } }, /hold \["09:00"\]/],
    ['list', { zone: 'UTC', weekly: { mon: '09:00-17:00' } }, /weekly hours of mon are not a list/],
    ['region', { zone: 'UTC', weekly: {}, holidays: { region: 'US-ZZ' } }, /"US-ZZ" is not a holiday region/],
    ['date', { zone: 'UTC', weekly: {}, dateHours: { '2026-02-30': [] } }, /date "2026-02-30"/],
    ['absence', { zone: 'UTC', weekly: {}, absences: [{ from: 5, to: 1, label: 'leave' }] }, /"leave" ends at 1/],
  ];
  test.each(cases)('is refused for its %s in a sentence', (_what, spec, sentence) => {
    expect(() => compileCalendar(spec as CalendarSpec)).toThrow(sentence);
    expect(checkCalendar(spec as CalendarSpec, 0)).toMatch(sentence);
  });
});

describe('for any calendar, instant and duration', { timeout: 60_000 }, () => {
  const clock = fc
    .integer({ min: 0, max: 95 })
    .map(
      (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
    );
  const spans = fc.array(fc.tuple(clock, clock), { maxLength: 3 });
  const absence = fc
    .tuple(fc.integer({ min: 0, max: 40 * 24 }), fc.integer({ min: 0, max: 72 }))
    .map(([start, hours]) => {
      const from = Date.UTC(2026, 9, 10) + start * hourMs;
      return { from, to: from + hours * hourMs };
    });
  const calendars = fc
    .record({
      zone: fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Tokyo'),
      weekly: fc.record({ mon: fc.constant([['09:00', '17:00'] as const]), wed: spans, fri: spans, sun: spans }),
      absences: fc.array(absence, { maxLength: 4 }),
    })
    .map(compileCalendar);
  const instants = fc.integer({ min: Date.UTC(2026, 9, 10), max: Date.UTC(2026, 10, 20) });
  const durations = fc.integer({ min: 1, max: 100 * hourMs });
  const pauses = fc.array(absence, { maxLength: 5 });

  test('as much time has passed at the deadline as was added, pauses or none', () => {
    fc.assert(
      fc.property(calendars, instants, durations, pauses, (calendar, at, ms, stops) => {
        expect(openTimeBetween(calendar, at, addOpenTime(calendar, at, ms))).toBe(ms);
        expect(openTimeBetween(calendar, at, addOpenTime(calendar, at, ms, stops), stops)).toBe(ms);
        expect(openTimeBetween(calendar, subtractOpenTime(calendar, at, ms), at)).toBe(ms);
      }),
    );
  });

  test('a later start or a longer duration never ends earlier', () => {
    fc.assert(
      fc.property(calendars, instants, instants, durations, durations, (calendar, a, b, c, d) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        expect(addOpenTime(calendar, early, c)).toBeLessThanOrEqual(addOpenTime(calendar, late, c));
        expect(addOpenTime(calendar, a, Math.min(c, d))).toBeLessThanOrEqual(addOpenTime(calendar, a, Math.max(c, d)));
      }),
    );
  });

  test('adding in two steps ends where adding at once ends', () => {
    fc.assert(
      fc.property(calendars, instants, durations, durations, pauses, (calendar, at, first, second, stops) => {
        const once = addOpenTime(calendar, at, first + second, stops);
        expect(addOpenTime(calendar, addOpenTime(calendar, at, first, stops), second, stops)).toBe(once);
      }),
    );
  });

  test('the order of pauses does not matter, nor whether overlaps are written twice', () => {
    fc.assert(
      fc.property(calendars, instants, durations, pauses, fc.nat(), (calendar, at, ms, stops, turn) => {
        const k = stops.length === 0 ? 0 : turn % stops.length;
        const turned = [...stops.slice(k), ...stops.slice(0, k), ...stops].toReversed();
        expect(addOpenTime(calendar, at, ms, turned)).toBe(addOpenTime(calendar, at, ms, stops));
        expect(openTimeBetween(calendar, at, at + ms, turned)).toBe(openTimeBetween(calendar, at, at + ms, stops));
      }),
    );
  });

  test('a clock kept live through its pauses is due when the one recomputed from history is', () => {
    fc.assert(
      fc.property(calendars, instants, durations, pauses, (calendar, startAt, ms, stops) => {
        // Live: at each pause what remains is kept, at each resume the rest is added to the resume.
        let resumedAt = startAt;
        let remainingMs = ms;
        for (const pause of stops.toSorted((a, b) => a.from - b.from)) {
          if (pause.to <= resumedAt) continue;
          const ranMs = openTimeBetween(calendar, resumedAt, pause.from);
          if (ranMs >= remainingMs) break;
          remainingMs -= ranMs;
          resumedAt = pause.to;
        }
        expect(addOpenTime(calendar, resumedAt, remainingMs)).toBe(addOpenTime(calendar, startAt, ms, stops));
      }),
    );
  });

  test('what was asked before changes no answer', () => {
    fc.assert(
      fc.property(calendars, instants, instants, durations, (calendar, a, b, ms) => {
        const used = compileCalendar(calendar.spec);
        openTimeBetween(used, b - 3000 * dayMs, b + 900 * dayMs);
        expect(addOpenTime(used, a, ms)).toBe(addOpenTime(calendar, a, ms));
        expect(subtractOpenTime(used, a, ms)).toBe(subtractOpenTime(calendar, a, ms));
        expect(openPeriodsAfter(used, a, 3)).toEqual(openPeriodsAfter(calendar, a, 3));
        expect(openPeriodsBefore(used, a, 3)).toEqual(openPeriodsBefore(calendar, a, 3));
        expect(openTimeBetween(used, Math.min(a, b), Math.max(a, b))).toBe(
          openTimeBetween(calendar, Math.min(a, b), Math.max(a, b)),
        );
      }),
    );
  });
});
