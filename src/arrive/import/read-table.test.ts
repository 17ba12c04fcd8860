import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BYTES_MAX, decodeText } from './decode-text.ts';
import { COLUMNS_MAX, delimiterNamed, type Layout, ROWS_MAX, readTable } from './read-table.ts';

const layout: Layout = { delimiter: ',', quote: '"', header: true };
const read = (text: string, more: Partial<Layout> = {}) => readTable(text, 'f.csv', { ...layout, ...more });
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

describe('rows and the lines they stand on', () => {
  test('mixed line ends, quoted line breaks and blank lines are counted as an editor counts them', () => {
    const table = read('id,name\r\n1,"two\nlines"\n\n2,b\r3,c\r\n\r\n4,d');
    expect(table.header).toEqual(['id', 'name']);
    expect(table.rows).toEqual([
      { line: 2, cells: ['1', 'two\nlines'] },
      { line: 5, cells: ['2', 'b'] },
      { line: 6, cells: ['3', 'c'] },
      { line: 8, cells: ['4', 'd'] },
    ]);
    expect(table.blankLines).toBe(2);
    expect(table.bad).toEqual([]);
  });

  test('a row with too few or too many cells costs that row only', () => {
    const table = read('a,b\n1\n2,3\n4,5,6\n');
    expect(table.rows).toEqual([{ line: 3, cells: ['2', '3'] }]);
    expect(table.bad).toEqual([
      { line: 2, cells: ['1'], reason: 'has 1 cell, the header has 2' },
      { line: 4, cells: ['4', '5', '6'], reason: 'has 3 cells, the header has 2' },
    ]);
  });

  test('text behind a closing quote costs that row only', () => {
    const table = read('a,b\n1,"x"y\n2,"z"\n3,w\n');
    expect(table.rows.map((r) => r.line)).toEqual([3, 4]);
    expect(table.bad).toMatchObject([{ line: 2, cells: ['1,"x"y'] }]);
    expect(table.bad[0]?.reason).toContain('behind a closing quote');
  });

  test('a quote that is never closed costs the line it stands on, not the rest of the file', () => {
    const table = read('a,b\n1,"x\n2,y\n3,z\n');
    expect(table.rows.map((r) => r.line)).toEqual([3, 4]);
    expect(table.bad).toMatchObject([{ line: 2, cells: ['1,"x'] }]);
    expect(table.bad[0]?.reason).toContain('never closed');
  });

  test('a quote that swallows lines until a later quote gives those lines back', () => {
    const table = read('a,b\n1,"x\n2,y\n3,z",w\n4,v\n');
    expect(table.rows.map((r) => r.line)).toEqual([3, 5]);
    expect(table.bad.map((r) => r.line)).toEqual([2, 4]);
  });

  test('quotes mean nothing where the mapping says so', () => {
    expect(read('a,b\n1,say "hi" now\n', { quote: false }).rows[0]?.cells).toEqual(['1', 'say "hi" now']);
    expect(read('a,b\n1,say "hi" now\n').bad[0]?.reason).toContain('quote: none');
  });

  test('a file without a header names its cells by the list of columns', () => {
    const table = read('1\tAna\n', { delimiter: '\t', header: false, columns: ['id', 'name'] });
    expect(table).toMatchObject({ header: ['id', 'name'], rows: [{ line: 1, cells: ['1', 'Ana'] }] });
    expect(() => read('1,2,3\n', { header: false, columns: ['id', 'name'] })).toThrow(
      'has 2 names, but the first row of f.csv has 3 cells',
    );
  });

  const cell = fc.constantFrom('a', '1', '', '"q"', '"', 'x"y', '"a\nb"', ' ', ';');
  const line = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));

  test('where quotes mean nothing, every line is a row, a bad row or blank, whatever the text is', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const text = ['h1,h2', ...lines.map((one) => one.replaceAll('\n', ''))].join(end);
        const table = read(text, { quote: false });
        const whole = text.replace(/(\r\n|\n|\r)$/, '').split(end);
        expect(1 + table.rows.length + table.bad.length + table.blankLines).toBe(whole.length);
        for (const { line: at, cells } of [...table.rows, ...table.bad]) expect(cells.join(',')).toBe(whole[at - 1]);
      }),
    );
  });

  test('with quotes, no line is in two rows, and a line without quotes next to none is never lost', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const table = read(`h1,h2\n${lines.join('\n')}\n9,9\n`);
        const numbers = [...table.rows, ...table.bad].map((r) => r.line);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(table.rows.at(-1)?.cells ?? table.bad.at(-1)?.cells.join('')).toBeDefined();
        for (const row of table.rows) expect(row.cells).toHaveLength(2);
      }),
    );
  });
});

describe('files that are refused as a whole', () => {
  test('duplicate headers are named with both places', () => {
    expect(() => read('id,name,id\n1,2,3\n')).toThrow(
      'The column "id" stands twice in the header of f.csv, as number 1 and as number 3.',
    );
  });

  test.each([COLUMNS_MAX - 1, COLUMNS_MAX])('%i columns are read', (columns) => {
    const header = Array.from({ length: columns }, (_, i) => `c${i}`).join(',');
    expect(read(`${header}\n`).header).toHaveLength(columns);
  });

  test.each([COLUMNS_MAX + 1, 10_000])('%i columns are refused', (columns) => {
    const header = Array.from({ length: columns }, (_, i) => `c${i}`).join(',');
    expect(() => read(`${header}\n`)).toThrow(`at most ${COLUMNS_MAX}`);
  });

  test.each([ROWS_MAX - 1, ROWS_MAX])('%i rows are read', (rows) => {
    expect(read(`a,b\n${'1,2\n'.repeat(rows)}`).rows).toHaveLength(rows);
  });

  test('one row more than the most is refused, with its line', () => {
    expect(() => read(`a,b\n${'1,2\n'.repeat(ROWS_MAX + 1)}`)).toThrow(`line ${ROWS_MAX + 2} is one too many`);
  });

  test('a wrong delimiter is seen in the first line', () => {
    expect(() => read('id;name;mail\n1;2;3\n')).toThrow('Say --delimiter semicolon.');
    expect(() => read('id\tname\n')).toThrow('Say --delimiter tab.');
  });

  test('an empty file is refused', () => {
    expect(() => read('')).toThrow('f.csv is empty');
    expect(() => read('\n\n')).toThrow('f.csv is empty');
  });

  test('delimiters have names', () => {
    expect(['comma', 'tab', 'semicolon', 'pipe', '^', '\\t'].map(delimiterNamed)).toEqual([
      ',',
      '\t',
      ';',
      '|',
      '^',
      '\t',
    ]);
    expect(() => delimiterNamed('two')).toThrow('"two" is not a delimiter');
  });
});

describe('bytes and their encoding', () => {
  test('a byte order mark is no part of the first column', () => {
    const { text } = decodeText(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes('id,b\n')]), 'f.csv');
    expect(text).toBe('id,b\n');
  });

  test('UTF-16 with its mark is decoded, and said so', () => {
    const decoded = decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), bytes('id,é\n', 'utf16le')]), 'f.csv');
    expect(decoded).toEqual({ text: 'id,é\n', encoding: 'utf-16le', notes: ['f.csv is in utf-16le, read as such.'] });
  });

  test('UTF-16 without its mark is refused, with the encoding it looks like', () => {
    expect(() => decodeText(bytes('id,name\n1,2\n', 'utf16le'), 'f.csv')).toThrow('say --encoding utf-16le');
    expect(decodeText(bytes('id,name\n1,2\n', 'utf16le'), 'f.csv', 'utf-16le').text).toBe('id,name\n1,2\n');
  });

  test('bytes that are no UTF-8 are refused with their line', () => {
    const latin = Buffer.concat([bytes('id,name\n1,'), Buffer.from([0xe9]), bytes('\n')]);
    expect(() => decodeText(latin, 'f.csv')).toThrow('f.csv is not in UTF-8: line 2');
    expect(decodeText(latin, 'f.csv', 'windows-1252').text).toBe('id,name\n1,é\n');
  });

  test.each([BYTES_MAX - 1, BYTES_MAX])('%i bytes are read', (size) => {
    expect(decodeText(Buffer.alloc(size, 0x61), 'f.csv').text).toHaveLength(size);
  });

  test('one byte more than the most is refused', () => {
    expect(() => decodeText(Buffer.alloc(BYTES_MAX + 1, 0x61), 'f.csv')).toThrow('at most 20,000,000 (20 MB)');
  });
});
