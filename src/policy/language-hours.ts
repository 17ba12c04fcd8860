// policy: how working hours are written: a time zone, spans per day or range of days, holidays by region and own days.

import { sentence } from './language-names.ts';
import type { Shape } from './shape.ts';
import { either, group, list, may, must, named, notation, scalar, text } from './shape.ts';

const zone: Shape<string> = scalar('a time zone such as Europe/Berlin', { type: 'string', minLength: 1 }, (value) => {
  if (typeof value !== 'string' || /^[+-]/.test(value)) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return undefined;
  }
});

const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type DayName = (typeof DAY_NAMES)[number];
const DAYS_PATTERN = `^(${DAY_NAMES.join('|')})(?:-(${DAY_NAMES.join('|')}))?$`;

/** 'mon-fri' as the days it names; a range may run over the weekend. */
export function daysOf(written: string): DayName[] {
  const [from, to = from] = written.split('-') as DayName[];
  const first = DAY_NAMES.indexOf(from!);
  const length = ((DAY_NAMES.indexOf(to!) - first + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => DAY_NAMES[(first + i) % 7]!);
}

const SPAN = '(?:[01]\\d|2[0-3]):[0-5]\\d-(?:(?:[01]\\d|2[0-3]):[0-5]\\d|24:00)';
const spans = notation('hours such as 09:00-12:30, 13:30-18:00', `^(?:closed|${SPAN}(?:, ?${SPAN})*)$`, ([whole]) =>
  whole === 'closed' ? [] : whole.split(/, ?/).map((span) => span.split('-') as [string, string]),
);

function isDate(value: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}

const date = scalar('a date such as 2026-12-24', { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }, (value) =>
  typeof value === 'string' && isDate(value) ? value : undefined,
);

const holidays = either(
  text('a region such as DE or US-NY', '^[A-Z]{2}(-[A-Za-z0-9]{1,8}){0,2}$'),
  group('a region and own days', {
    region: may(
      text('a region', '^[A-Z]{2}(-[A-Za-z0-9]{1,8}){0,2}$'),
      'The country, or country and state, whose public holidays are closed.',
      'DE-BE',
      'no public holidays.',
    ),
    own: may(
      list(
        group('a day', {
          date: must(date, 'The local date.', '2026-12-24'),
          name: must(sentence, 'What it is.', 'Company holiday'),
        }),
      ),
      'Days on which the company is closed.',
      [{ date: '2026-12-24', name: 'Company holiday' }],
      'none.',
    ),
  }),
);

export const hours = group('time zone and working hours', {
  zone: must(zone, 'The IANA time zone of people who have none of their own.', 'Europe/Berlin'),
  weekly: may(
    named(text('a day or a range of days', DAYS_PATTERN), spans),
    'Open hours per day or range of days; an end before its start runs overnight.',
    { 'mon-fri': '09:00-17:30' },
    'mon-fri 09:00-17:00.',
  ),
  holidays: may(holidays, 'Public holidays by region, and own closed days.', 'DE', 'no holidays.'),
});
