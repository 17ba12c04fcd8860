import { expect, test } from 'vitest';
import { absencesOfCalendar, absencesOfRows } from './absence-file.ts';

const nowAt = Date.UTC(2026, 10, 24);
const zone = 'America/New_York';

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

test('a title is kept only as the word of the policy that it contains', () => {
  const text = calendar(
    'BEGIN:VEVENT',
    'UID:1',
    'SUMMARY:Vacation with M.',
    'DTSTART;VALUE=DATE:20261224',
    'END:VEVENT',
  );
  const read = (labels?: string[]) =>
    absencesOfCalendar(text, { zone, nowAt, away: labels === undefined ? undefined : { labels } });
  expect(read()).toMatchObject({ ok: true, absences: [{ source: 'ics' }] });
  expect(JSON.stringify(read())).not.toContain('Vacation');
  expect(read(['vacation'])).toMatchObject({ absences: [{ label: 'vacation' }] });
  expect(read(['parental leave'])).toEqual({ ok: true, absences: [] });
});

test('one entry that cannot be read takes the whole file back, with its line', () => {
  const text = calendar(
    ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20261224', 'END:VEVENT'],
    ...['BEGIN:VEVENT', 'UID:2', 'DTSTART;TZID=Nowhere/Town:20261224T100000', 'DURATION:PT1H', 'END:VEVENT'],
  );
  const read = absencesOfCalendar(text, { zone, nowAt, away: undefined });
  expect(read).toMatchObject({ ok: false, isCalendar: true, problems: [{ line: 9 }] });
});

test('a row is whole days, local times or instants', () => {
  const read = absencesOfRows(
    [
      { line: 2, from: '2026-12-24', to: '2026-12-26', label: 'Holidays' },
      { line: 3, from: '2026-12-01T13:00', to: '2026-12-01T15:30' },
      { line: 4, from: '2026-12-02T09:00Z', to: '2026-12-02T10:00+01:00' },
    ],
    zone,
  );
  expect(read).toMatchObject({ ok: false, problems: [{ line: 4, message: expect.stringContaining('ends') }] });
  const good = absencesOfRows(
    [
      { line: 2, from: '2026-12-24', to: '2026-12-26', label: 'Holidays' },
      { line: 3, from: '2026-12-01T13:00', to: '2026-12-01T15:30' },
    ],
    zone,
  );
  expect(good).toMatchObject({
    ok: true,
    absences: [
      { from: Date.UTC(2026, 11, 24, 5), to: Date.UTC(2026, 11, 27, 5), label: 'Holidays', source: 'csv' },
      { from: Date.UTC(2026, 11, 1, 18), to: Date.UTC(2026, 11, 1, 20, 30) },
    ],
  });
  expect(absencesOfRows([{ line: 9, from: '24.12.2026', to: '26.12.2026' }], zone)).toMatchObject({
    problems: [{ line: 9, message: expect.stringContaining('"24.12.2026"') }],
  });
});
