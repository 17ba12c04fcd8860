import { describe, expect, test } from 'vitest';
import { dateFormat, inferFormat, instantOf, zoneNamed } from './dates.ts';

const at = (format: string, text: string, zone: string) => {
  const stamp = dateFormat(format).read(text);
  return stamp === undefined ? undefined : instantOf(stamp, zone);
};
const iso = (found: { at: number } | undefined) => (found === undefined ? undefined : new Date(found.at).toISOString());
const cells = (...values: string[]) => values.map((value, i) => ({ line: i + 2, value }));

describe('declared formats', () => {
  test.each([
    ['YYYY-MM-DD HH:mm:ss', '2018-02-26 19:58:54', 'America/Sao_Paulo', '2018-02-26T22:58:54.000Z'],
    ['YYYY-MM-DD', '2018-02-26', 'America/Sao_Paulo', '2018-02-26T03:00:00.000Z'],
    ['DD/MM/YYYY', '03/04/2018', 'UTC', '2018-04-03T00:00:00.000Z'],
    ['MM/DD/YYYY', '03/04/2018', 'UTC', '2018-03-04T00:00:00.000Z'],
    ['D.M.YYYY H:mm', '3.4.2018 9:05', 'Europe/Berlin', '2018-04-03T07:05:00.000Z'],
    ['M/D/YYYY h:mm A', '3/4/2018 12:05 AM', 'UTC', '2018-03-04T00:05:00.000Z'],
    ['M/D/YYYY h:mm A', '3/4/2018 12:05 PM', 'UTC', '2018-03-04T12:05:00.000Z'],
    ['YYYY-MM-DD HH:mm:ss.SSS', '2014-09-12 11:15:07.497000000', 'UTC', '2014-09-12T11:15:07.497Z'],
    ['YYYY-MM-DDTHH:mm:ssZ', '2018-02-26T19:58:54+05:30', 'UTC', '2018-02-26T14:28:54.000Z'],
    ['ISO', '2018-02-26T19:58:54.25-03:00', 'UTC', '2018-02-26T22:58:54.250Z'],
    ['ISO', '2018-02-26 19:58', 'UTC', '2018-02-26T19:58:00.000Z'],
  ])('%s reads %s in %s', (format, text, zone, expected) => {
    expect(iso(at(format, text, zone))).toBe(expected);
  });

  test.each([
    ['YYYY-MM-DD', '2018-13-01'],
    ['YYYY-MM-DD', '2018-02-30'],
    ['YYYY-MM-DD', '18-02-03'],
    ['YYYY-MM-DD', '2018-02-03 09:00'],
    ['ISO', '2018-02-03T25:00:00Z'],
    ['ISO', '03/04/2018'],
    ['M/D/YYYY h:mm A', '3/4/2018 13:05 PM'],
  ])('%s does not read %s', (format, text) => {
    expect(at(format, text, 'UTC')).toBeUndefined();
  });

  test.each([
    ['YY-MM-DD', 'names no century'],
    ['DD/MM', 'has no year'],
    ['YYYY-MM-DD hh:mm', '24 hours'],
    ['YYYY-MM-DD nn', 'stands for nothing'],
    ['DD DD YYYY MM', 'names the day twice'],
  ])('the format %s is refused', (format, why) => {
    expect(() => dateFormat(format)).toThrow(why);
  });

  test('a wall time that does not exist moves later by the gap, one that occurs twice is the first; both are told', () => {
    expect(at('ISO', '2018-03-25 02:30', 'Europe/Berlin')).toEqual({
      at: Date.parse('2018-03-25T01:30:00Z'),
      shifted: 'gap',
    });
    expect(at('ISO', '2018-10-28 02:30', 'Europe/Berlin')).toEqual({
      at: Date.parse('2018-10-28T00:30:00Z'),
      shifted: 'twice',
    });
  });

  test('a date alone is its first moment, also where midnight does not exist', () => {
    expect(iso(at('ISO', '2018-11-04', 'America/Sao_Paulo'))).toBe('2018-11-04T03:00:00.000Z');
  });

  test('a zone is a name of the list, never an offset', () => {
    expect(zoneNamed('America/Sao_Paulo')).toBe('America/Sao_Paulo');
    for (const zone of ['+02:00', 'Mars/Base', '', "UTC'; drop"])
      expect(() => zoneNamed(zone)).toThrow('is not a time zone');
  });
});

describe('columns without a declared format', () => {
  test('ISO 8601 has one reading', () => {
    expect(inferFormat('won', cells('2018-02-26', '2018-02-26T10:00:00Z')).format.text).toBe('ISO');
  });

  test('where every cell can be both, the import is refused with cells as evidence', () => {
    expect(() => inferFormat('won', cells('03/04/2018', '05/06/2018'))).toThrow(
      'day and month cannot be told apart: every cell can be both, for example line 2 "03/04/2018", line 3 "05/06/2018". Say which it is: --date-format DD/MM/YYYY or --date-format MM/DD/YYYY.',
    );
  });

  test('where cells contradict each other, both are shown', () => {
    expect(() => inferFormat('won', cells('13/04/2018', '04/13/2018'))).toThrow(
      'line 2 "13/04/2018" can only be day first, line 3 "04/13/2018" only month first',
    );
  });

  test('one deciding cell among many may be a typing error: refused', () => {
    const many = cells('13/04/2018', ...Array.from({ length: 20 }, () => '03/04/2018'));
    expect(() => inferFormat('won', many)).toThrow('only 1 of 21 cells decide (line 2 "13/04/2018")');
  });

  test('where the cells decide, the order is taken and said', () => {
    const { format, note } = inferFormat('won', cells('25.03.2018', '1.2.2018'));
    expect(format.text).toBe('D.M.YYYY');
    expect(note).toContain('line 2 "25.03.2018" can be nothing else');
  });

  test('anything else asks for a format', () => {
    expect(() => inferFormat('won', cells('2018-02-26', 'yesterday'))).toThrow('line 3 "yesterday"');
  });
});
