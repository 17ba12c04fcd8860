// policy: how working hours are written: a time zone, spans per day or range of days, holidays by region and own days.

import { date, sentence } from './language-names.ts';
import type { Shape } from './shape.ts';
import { duration, either, group, list, may, must, named, notation, scalar, text, yesNo } from './shape.ts';

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

const hoursOfDate = notation(
  'hours such as 12:00-15:00',
  `^${SPAN}$`,
  ([whole]) => whole!.split('-') as [string, string],
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
  dates: may(
    named(
      date,
      either(
        spans,
        group('the hours of a date', {
          hours: must(spans, 'Open hours of this date.', '10:00-14:00'),
          'opens-on-holiday': may(yesNo, 'Whether they hold on a public holiday too.', true, 'false.'),
        }),
      ),
    ),
    'Dates with hours of their own; a holiday still closes them.',
    { '2026-12-24': '09:00-12:00' },
    'none.',
  ),
  breaks: may(
    list(
      group('a break', {
        date: must(date, 'The local date.', '2026-06-12'),
        hours: must(hoursOfDate, 'From when to when it is closed.', '12:00-15:00'),
      }),
    ),
    'Hours of a date in which nobody works.',
    [{ date: '2026-06-12', hours: '12:00-15:00' }],
    'none.',
  ),
});

export const away = group('what counts as away', {
  'all-day-only': may(yesNo, 'Only entries of whole days.', true, 'false.'),
  busy: may(yesNo, 'Only entries that block time.', true, 'true.'),
  labels: may(
    list(sentence, 1, 50),
    'Only entries whose title or category has one of these words; the word is kept as the label, the title never.',
    ['vacation', 'out of office'],
    'any title.',
  ),
});

export const pause = group('how clocks may stand still', {
  max: must(duration, 'How long a clock may stand still in all.', '5d'),
  causes: may(
    list(sentence, 1, 50),
    'What a clock may wait for.',
    ['waiting on the prospect', 'legal review'],
    'any cause in words.',
  ),
});
