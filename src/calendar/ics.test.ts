import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AwayRule, type FeedReading, readAbsences } from './ics.ts';

const fromAt = Date.UTC(2026, 10, 1);

function feed(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function event(...lines: string[]): string[] {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
}

function read(text: string, away: AwayRule = {}, zone = 'Europe/Berlin'): FeedReading {
  return readAbsences(text, { zone, fromAt, away });
}

/** Times as text, without the labels. */
function times(reading: FeedReading): string[] {
  return reading.absences.map(({ from, to }) => `${iso(from)}/${iso(to)}`);
}

const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

describe('an event', () => {
  test('of whole days is away from local midnight to local midnight', () => {
    const reading = read(feed(...event('DTSTART;VALUE=DATE:20261123', 'DTEND;VALUE=DATE:20261125', 'SUMMARY:PTO')));
    expect(reading).toEqual({
      absences: [{ from: Date.UTC(2026, 10, 22, 23), to: Date.UTC(2026, 10, 24, 23), label: 'PTO' }],
      problems: [],
    });
  });

  test('with a floating time is in the zone of the person', () => {
    const text = feed(...event('DTSTART:20261123T090000', 'DTEND:20261123T120000'));
    expect(times(read(text))).toEqual(['2026-11-23T08:00/2026-11-23T11:00']);
    expect(times(read(text, {}, 'America/New_York'))).toEqual(['2026-11-23T14:00/2026-11-23T17:00']);
  });

  test('in UTC or in an IANA zone is at that instant, and a duration ends it', () => {
    expect(times(read(feed(...event('DTSTART:20261123T090000Z', 'DURATION:PT1H30M'))))).toEqual([
      '2026-11-23T09:00/2026-11-23T10:30',
    ]);
    const tokyo = event('DTSTART;TZID=Asia/Tokyo:20261123T090000', 'DTEND;TZID=Asia/Tokyo:20261123T100000');
    expect(times(read(feed(...tokyo)))).toEqual(['2026-11-23T00:00/2026-11-23T01:00']);
  });

  test('in a zone that the file defines follows that definition', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Office',
      ...['BEGIN:STANDARD', 'DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
      ...['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'END:STANDARD'],
      ...['BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
      ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'END:DAYLIGHT'],
      'END:VTIMEZONE',
    ];
    const weekly = event(
      ...['DTSTART;TZID=Office:20270322T090000', 'DTEND;TZID=Office:20270322T100000', 'RRULE:FREQ=WEEKLY;COUNT=2'],
    );
    expect(times(read(feed(...zone, ...weekly), {}, 'Asia/Tokyo'))).toEqual([
      '2027-03-22T08:00/2027-03-22T09:00',
      '2027-03-29T07:00/2027-03-29T08:00',
    ]);
  });

  test('that is free, cancelled or without length is no absence', () => {
    const start = ['DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z'];
    const text = feed(
      ...event(...start, 'TRANSP:TRANSPARENT'),
      ...event(...start, 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'),
      ...event(...start, 'STATUS:CANCELLED'),
      ...event('DTSTART:20261123T090000Z'),
    );
    expect(read(text)).toEqual({ absences: [], problems: [] });
    expect(times(read(text, { busy: false }))).toHaveLength(2);
  });

  test('keeps its title as the label and nothing else; a private one not even that', () => {
    const start = ['DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z', 'DESCRIPTION:secret', 'LOCATION:clinic'];
    const text = feed(
      ...event(...start, 'SUMMARY:Off\\, all day'),
      ...event(...start, 'SUMMARY:Surgery', 'CLASS:PRIVATE'),
    );
    expect(read(text).absences.map(({ label }) => label)).toEqual(['Off, all day', 'private']);
    expect(JSON.stringify(read(text))).not.toMatch(/secret|clinic|Surgery/);
  });
});

describe('what counts as away', () => {
  const text = feed(
    ...event('DTSTART;VALUE=DATE:20261123', 'SUMMARY:Ana - Out of Office', 'TRANSP:OPAQUE'),
    ...event('DTSTART:20261124T090000Z', 'DTEND:20261124T100000Z', 'SUMMARY:Stand-up'),
    ...event('DTSTART:20261125T090000Z', 'DTEND:20261125T100000Z', 'SUMMARY:Dentist', 'CATEGORIES:PTO,Health'),
    ...event('DTSTART:20261126T090000Z', 'DTEND:20261126T100000Z', 'SUMMARY:Laptop offer'),
  );
  test.each<[away: AwayRule, labels: string[]]>([
    [{}, ['Ana - Out of Office', 'Stand-up', 'Dentist', 'Laptop offer']],
    [{ allDayOnly: true }, ['Ana - Out of Office']],
    [{ labels: ['out of office', 'pto', 'off'] }, ['out of office', 'pto']],
    [{ labels: ['pto'], allDayOnly: true }, []],
  ])('is what the policy says: %j', (away, labels) => {
    expect(read(text, away).absences.map(({ label }) => label)).toEqual(labels);
  });
});

describe('a series', () => {
  const start = ['UID:1', 'DTSTART;TZID=Europe/Berlin:20261102T090000', 'DTEND;TZID=Europe/Berlin:20261102T100000'];

  test('leaves out its EXDATEs, adds its RDATEs and ends at UNTIL', () => {
    const text = feed(
      ...event(
        ...[...start, 'RRULE:FREQ=WEEKLY;UNTIL=20261123T080000Z', 'EXDATE;TZID=Europe/Berlin:20261109T090000'],
        ...['RDATE:20261210T090000Z', 'RDATE;VALUE=PERIOD:20261211T090000Z/PT2H'],
      ),
    );
    expect(times(read(text))).toEqual([
      '2026-11-02T08:00/2026-11-02T09:00',
      '2026-11-16T08:00/2026-11-16T09:00',
      '2026-11-23T08:00/2026-11-23T09:00',
      '2026-12-10T09:00/2026-12-10T10:00',
      '2026-12-11T09:00/2026-12-11T11:00',
    ]);
  });

  test('has single occurrences moved or cancelled by RECURRENCE-ID', () => {
    const moved = event(
      'UID:1',
      'RECURRENCE-ID:20261109T080000Z',
      'DTSTART:20261110T120000Z',
      'DTEND:20261110T130000Z',
    );
    const gone = event(
      ...['UID:1', 'RECURRENCE-ID;TZID=Europe/Berlin:20261116T090000', 'DTSTART:20261116T080000Z'],
      ...['DTEND:20261116T090000Z', 'STATUS:CANCELLED'],
    );
    const text = feed(...event(...start, 'RRULE:FREQ=WEEKLY;COUNT=4'), ...moved, ...gone);
    expect(times(read(text))).toEqual([
      '2026-11-02T08:00/2026-11-02T09:00',
      '2026-11-10T12:00/2026-11-10T13:00',
      '2026-11-23T08:00/2026-11-23T09:00',
    ]);
  });

  test('keeps its wall time over a change of clocks', () => {
    const text = feed(
      ...event('DTSTART:20261023T090000', 'DTEND:20261023T170000', 'RRULE:FREQ=WEEKLY;COUNT=3', 'UID:2'),
    );
    const reading = readAbsences(text, { zone: 'Europe/Berlin', fromAt: Date.UTC(2026, 9, 1), away: {} });
    expect(times(reading)).toEqual([
      '2026-10-23T07:00/2026-10-23T15:00',
      '2026-10-30T08:00/2026-10-30T16:00',
      '2026-11-06T08:00/2026-11-06T16:00',
    ]);
  });

  test('without an end is read for two years, and 1,000 times at most', () => {
    const daily = read(feed(...event('DTSTART;VALUE=DATE:20150101', 'RRULE:FREQ=DAILY')));
    expect(daily.absences.length).toBeGreaterThan(730);
    expect(daily.absences.length).toBeLessThan(736);
    const often = event('DTSTART:20200101T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;BYHOUR=8,12,16');
    expect(read(feed(...often))).toMatchObject({
      problems: [{ line: 6, message: expect.stringMatching(/more than 1000 occurrences/) }],
    });
    expect(read(feed(...often)).absences.length).toBeLessThanOrEqual(1000);
  });

  test('in two versions counts in the later one', () => {
    const text = feed(
      ...event('UID:9', 'SEQUENCE:2', 'DTSTART;VALUE=DATE:20261123'),
      ...event('UID:9', 'SEQUENCE:1', 'DTSTART;VALUE=DATE:20261130'),
    );
    expect(times(read(text))).toEqual(['2026-11-22T23:00/2026-11-23T23:00']);
  });
});

describe('a bad feed', () => {
  const start = ['DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z'];
  const good = event('DTSTART;VALUE=DATE:20261201', 'SUMMARY:good');
  const bad: [what: string, text: string, line: number, sentence: RegExp][] = [
    ['nothing', '', 1, /not a calendar file: it is empty/],
    ['a sign-in page', '<!DOCTYPE html>\n<html>', 1, /begins with "<!DOCTYPE html>".*sign-in page/],
    [
      'an unknown zone',
      feed(...event('DTSTART;TZID=Mars/Olympus:20261123T090000')),
      4,
      /"Mars\/Olympus" is neither an IANA zone nor/,
    ],
    [
      'an unknown zone in EXDATE',
      feed(...event(...start, 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE;TZID=X:20261124T090000')),
      7,
      /"X" is neither/,
    ],
    ['no start', feed(...event('SUMMARY:x')), 3, /no DTSTART/],
    ['a start that is no date', feed(...event('DTSTART:tomorrow')), 4, /DTSTART is ".*", which is no date or time/],
    [
      'a date that does not exist',
      feed(...event('DTSTART;VALUE=DATE:20260230')),
      4,
      /DTSTART has the date "2026-02-30"/,
    ],
    ['an hour that does not exist', feed(...event('DTSTART:20261123T250000')), 4, /no date or time/],
    [
      'an end before the start',
      feed(...event('DTSTART:20261123T090000Z', 'DTEND:20261123T080000Z')),
      5,
      /before DTSTART/,
    ],
    [
      'an end of another kind',
      feed(...event('DTSTART:20261123T090000Z', 'DTEND;VALUE=DATE:20261124')),
      5,
      /not of one kind/,
    ],
    ['a length that is none', feed(...event('DTSTART:20261123T090000Z', 'DURATION:soon')), 5, /DURATION is "soon"/],
    ['a negative length', feed(...event('DTSTART:20261123T090000Z', 'DURATION:-PT1H')), 5, /DURATION is "-PT1H"/],
    ['an unknown frequency', feed(...event(...start, 'RRULE:FREQ=HOURLYISH')), 6, /cannot be read.*HOURLYISH/],
    ['no frequency', feed(...event(...start, 'RRULE:INTERVAL=2')), 6, /has no FREQ/],
    ['a rule within the day', feed(...event(...start, 'RRULE:FREQ=SECONDLY')), 6, /repeats SECONDLY/],
    [
      'a rule of too many times a day',
      feed(...event(...start, `RRULE:FREQ=YEARLY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40,50`)),
      6,
      /more than 24 times on one day/,
    ],
    ['a count of nothing', feed(...event(...start, 'RRULE:FREQ=DAILY;COUNT=0')), 6, /COUNT=0/],
    ['a rule end that is no date', feed(...event(...start, 'RRULE:FREQ=DAILY;UNTIL=20269999')), 6, /UNTIL=2026-99-99/],
    ['a day that is none', feed(...event(...start, 'RRULE:FREQ=WEEKLY;BYDAY=FOO')), 6, /cannot be read.*FOO/],
    ['an old exception rule', feed(...event(...start, 'EXRULE:FREQ=DAILY')), 6, /EXRULE is no longer part/],
    [
      'a change of all later occurrences',
      feed(...event('UID:1', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20261123T090000Z', ...start)),
      5,
      /THISANDFUTURE/,
    ],
    ['a line without a colon', feed(...event('DTSTART', ...start)), 4, /"DTSTART" cannot be read/],
    [
      'a zone without rules',
      feed('BEGIN:VTIMEZONE', 'TZID:Z1', 'END:VTIMEZONE', ...event('DTSTART;TZID=Z1:20261123T090000')),
      7,
      /"Z1" on line 3 has no rules/,
    ],
    [
      'a zone with a bad offset',
      feed(
        'BEGIN:VTIMEZONE',
        'TZID:Z2',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'TZOFFSETFROM:abc',
        'END:STANDARD',
        'END:VTIMEZONE',
        ...event('DTSTART;TZID=Z2:20261123T090000'),
      ),
      11,
      /"Z2" cannot be read at line 5/,
    ],
  ];
  test.each(bad)('with %s gets a sentence and its line', (_what, text, line, sentence) => {
    expect(read(text).problems).toContainEqual({ line, message: expect.stringMatching(sentence) });
    // What is good beside it is still read.
    if (text !== '' && text.startsWith('BEGIN')) {
      const mixed = text.replace('END:VCALENDAR', `${good.join('\r\n')}\r\nEND:VCALENDAR`);
      expect(read(mixed).absences.map(({ label }) => label)).toContain('good');
    }
  });

  test('that is cut off says where, and keeps the events that were whole', () => {
    const text = ['BEGIN:VCALENDAR', ...good, 'BEGIN:VEVENT', 'DTSTART:20261123T09'].join('\n');
    const reading = read(text);
    expect(reading.absences.map(({ label }) => label)).toEqual(['good']);
    expect(reading.problems).toEqual([
      { line: 1, message: expect.stringMatching(/VCALENDAR is never closed/) },
      { line: 6, message: expect.stringMatching(/VEVENT is never closed/) },
    ]);
  });

  test('with a lost END costs that event and not the others', () => {
    const reading = read(feed('BEGIN:VEVENT', ...start, ...good));
    expect(reading.absences.map(({ label }) => label)).toEqual(['good']);
    expect(reading.problems).toEqual([
      { line: 3, message: expect.stringMatching(/VEVENT is not closed before line 6/) },
    ]);
  });

  test('whose rules never fall on a date or never end is read in bounded work', { timeout: 60_000 }, () => {
    const rules = [
      ...[
        'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
        'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
        'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      ],
      ...[
        'FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=3',
        'FREQ=DAILY;COUNT=999999999',
        'FREQ=YEARLY;INTERVAL=99999999999999999999',
      ],
      ...['FREQ=MONTHLY;INTERVAL=99999999999999999999;COUNT=5', 'FREQ=WEEKLY;INTERVAL=99999999999999999999'],
    ];
    for (const rule of rules) {
      const reading = read(feed(...event('DTSTART:19010101T090000Z', 'DURATION:PT1H', `RRULE:${rule}`)));
      expect(reading.absences.length).toBeLessThan(740);
    }
    const many = Array.from({ length: 200 }, () =>
      event('DTSTART:19010101T090000Z', 'RRULE:FREQ=YEARLY;BYYEARDAY=366;BYMONTHDAY=1;COUNT=9'),
    ).flat();
    expect(read(feed(...many)).problems.at(-1)?.message).toMatch(/repeat too often/);
  });

  test('made at random is answered with problems on its lines, never with a crash', { timeout: 60_000 }, () => {
    const token = fc.constantFrom(
      ...['BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VTIMEZONE', 'END:VTIMEZONE', 'BEGIN:STANDARD', 'END:STANDARD', 'TZID:X'],
      ...[
        'DTSTART:20261123T090000',
        'DTSTART;TZID=X:20261123T090000',
        'DTSTART;VALUE=DATE:20261123',
        'DTSTART:',
        'DTEND:2026',
      ],
      ...[
        'DTEND:20261124T090000Z',
        'RRULE:FREQ=DAILY',
        'RRULE:',
        'RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1',
        'EXDATE:x',
        ' folded',
      ],
      ...[
        'RDATE;VALUE=PERIOD:a/b',
        'RDATE;VALUE=PERIOD:20261123T090000Z',
        'TZOFFSETFROM:+0100',
        'TZOFFSETTO:+9999',
        'SUMMARY:x',
        ':',
        ';;=:',
      ],
      ...[
        'UID:1',
        'RECURRENCE-ID:20261123T090000',
        'STATUS:CANCELLED',
        'SEQUENCE:x',
        'DURATION:P',
        'END:VCALENDAR',
        'BEGIN:',
      ],
    );
    const line = fc.oneof({ weight: 9, arbitrary: token }, { weight: 1, arbitrary: fc.string({ maxLength: 30 }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const text = feed(...lines);
        const { absences, problems } = read(text, { busy: false });
        const count = text.split(/\r\n|\n|\r/).length;
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.line).toBeLessThanOrEqual(count);
          expect(problem.message).toMatch(/^.{10,}[.]$/s);
        }
        for (const { from, to } of absences) expect(from).toBeLessThan(to);
      }),
      { numRuns: 1000 },
    );
  });
});

const folder = resolve(process.env.BATON_EVAL_DATA ?? '../shared/data', 'people/calendar-ics');

describe('feeds made elsewhere', () => {
  test.skipIf(!existsSync(folder))('load without a problem', () => {
    const files = ['', 'timezones'].flatMap((sub) =>
      readdirSync(join(folder, sub))
        .filter((name) => name.endsWith('.ics'))
        .map((name) => join(folder, sub, name)),
    );
    expect(files.length).toBeGreaterThan(9);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      for (const year of [2012, 2023]) {
        const reading = readAbsences(text, {
          zone: 'Europe/Berlin',
          fromAt: Date.UTC(year, 5, 1),
          away: { busy: false },
        });
        expect(reading.problems, file).toEqual([]);
      }
    }
  });
});
