import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { bodyText, chainHash, genesisHash, type LedgerBody, placeItems, recordedOf } from './chain.ts';
import { openingsBatch, sampleEvent } from './journal.samples.ts';
import { cleanText, pack } from './pack.ts';
import { allOf, sql, sqlName, statementOf } from './sql.ts';

/** Keys in any order, the same members. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('canonical JSON', () => {
  it('reads back as the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('has sorted keys, no spaces, and leaves undefined members out', () => {
    expect(canonicalJson({ b: [1, -0, 1e21, null, undefined], a: { d: 'x"\n', c: undefined } })).toBe(
      '{"a":{"d":"x\\"\\n"},"b":[1,0,1e+21,null,null]}',
    );
  });

  it('escapes lone surrogates as JSON.stringify does', () => {
    expect(canonicalJson('\ud800')).toBe(JSON.stringify('\ud800'));
    expect(canonicalJson('🙂')).toBe('"🙂"');
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson({ n: Number.NaN })).toThrow('NaN is not a number');
    expect(() => canonicalJson(10n)).toThrow('bigint');
  });
});

describe('chain', () => {
  it('starts differently in every workspace', () => {
    expect(genesisHash('a')).not.toBe(genesisHash('b'));
  });

  it('changes with any letter of a row and with the hash before it', () => {
    const [first] = openingsBatch(0, 1, 1).events;
    if (first === undefined) throw new Error('A batch of one opening has two events.');
    const body = bodyText(first, { px_1: 'abc' });
    const hash = chainHash(genesisHash('w'), body);
    expect(chainHash(genesisHash('w'), body.replace('ana', 'anb'))).not.toBe(hash);
    expect(chainHash(genesisHash('x'), body)).not.toBe(hash);
    expect(recordedOf(JSON.parse(body) as LedgerBody)).toEqual(first);
  });

  it('places each item with the first event that names it, others with the last', () => {
    const events = [
      sampleEvent(1, 1, { kind: 'next-step-set', handoff: 'ho_1', by: 'ana', ref: 'px_1' }),
      sampleEvent(2, 2, { kind: 'next-step-set', handoff: 'ho_1', by: 'ana', ref: 'px_2' }),
    ];
    const item = (ref: string) => ({ ref, of: { person: 'ana' }, kind: 'note' as const, body: ref });
    expect(
      placeItems(events, [item('px_2'), item('px_1'), item('px_3')]).map((place) => place.map((one) => one.ref)),
    ).toEqual([['px_1'], ['px_2', 'px_3']]);
    expect(placeItems([], [item('px_1')])).toEqual([]);
  });
});

describe('packed rows', () => {
  it('keep every value in its place', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            a: fc.string({
              unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', '\u001d', '\u001e', '\u001f', 'é', '🙂'),
            }),
            b: fc.option(fc.maxSafeInteger()),
          }),
          { minLength: 1 },
        ),
        (rows) => {
          const packed = pack(rows, [(row) => row.a, (row) => row.b, { exact: (row) => JSON.stringify(row.a) }]) ?? '';
          const cells = packed.split('\u001e').map((row) => row.split('\u001f'));
          expect(cells.map((row) => row[0])).toEqual(rows.map((row) => cleanText(row.a)));
          expect(cells.map((row) => row[1])).toEqual(rows.map((row) => (row.b === null ? '\u001d' : String(row.b))));
          expect(cells.map((row) => JSON.parse(row[2] ?? '') as string)).toEqual(rows.map((row) => row.a));
        },
      ),
    );
  });

  it('are null for no row, and refuse a number that is not whole', () => {
    expect(pack([], [])).toBeNull();
    expect(() => pack([1.5], [(n) => n])).toThrow('1.5 is not a whole number');
  });
});

describe('statements', () => {
  it('number their values through woven pieces', () => {
    const where = allOf([sql`a = ${1}`, sql`b = ${'x'}`]);
    expect(statementOf(sql`select ${sqlName('name')} from t where ${where} limit ${9}`)).toEqual({
      text: 'select name from t where true and a = $1 and b = $2 limit $3',
      values: [1, 'x', 9],
    });
  });

  it('take only plain names', () => {
    expect(() => sqlName('a; drop')).toThrow('not a plain name');
  });
});
