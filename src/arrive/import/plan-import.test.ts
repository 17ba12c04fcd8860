import { describe, expect, test } from 'vitest';
import { EMPTY_ROSTER, type Person } from '../../words/roster.ts';
import { commandOf } from './item.ts';
import { type ImportKind, readMapping, withFlags } from './mapping.ts';
import { planImport } from './plan-import.ts';
import { rejectsText } from './rejects.ts';

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  roles: [],
  absences: [],
  weight: 1,
  active: true,
  joinedAt: 0,
  ...more,
});

function plan(kind: ImportKind, csv: string, mapping = '', people: Person[] = [], references = {}) {
  return planImport({
    kind,
    bytes: Buffer.from(csv),
    file: 'f.csv',
    mapping: readMapping(mapping, 'm.yaml'),
    references: new Map(Object.entries(references)),
    referenceOf: new Map(),
    roster: { ...EMPTY_ROSTER, people: new Map(people.map((p) => [p.id, p])) },
  });
}
const reasons = (made: ReturnType<typeof plan>) =>
  [...made.rejects.values()].map((r) => `${r.line} ${r.reasons.join('; ')}`);

describe('people and teams', () => {
  test('columns that are named like targets need no mapping; what is not said keeps its default', () => {
    const made = plan('people', 'id,name,Roles,zone,other\nben,Ben,"ae, lead",Europe/Berlin,x\n');
    expect(made.items[0]?.ask).toEqual({
      ask: 'set-person',
      person: { id: 'ben', roles: ['ae', 'lead'], weight: 1, active: true, hours: { zone: 'Europe/Berlin' } },
      name: 'Ben',
    });
    expect(made.unused).toEqual(['other']);
  });

  test('rows of one person are put together: all roles, one of everything else', () => {
    const made = plan('people', 'id,roles,team\nben,ae,east\nben,sdr,\nben,ae,east\ncleo,ae,west\nben,ae,west\n');
    expect(made.items.map((i) => [i.identity, i.lines])).toEqual([
      ['ben', [2, 3]],
      ['cleo', [5]],
    ]);
    expect(made.items[0]?.ask).toMatchObject({ person: { roles: ['ae', 'sdr'], team: 'east' } });
    expect(made.repeats).toBe(1);
    expect(reasons(made)).toEqual(['6 says that team of "ben" is "west", but line 2 says "east"']);
    expect(made.oddities.count('people with several roles')).toBe(1);
  });

  test('what the file does not mention stays as it is in the roster', () => {
    const known = person('ben', { capacity: 5, hours: { zone: 'Europe/Berlin', weekly: {} } });
    const made = plan('people', 'id,weight\nben,3\n', '', [known]);
    expect(made.items[0]?.ask).toMatchObject({
      person: { weight: 3, capacity: 5, hours: { zone: 'Europe/Berlin', weekly: {} } },
    });
  });

  test('hours and holiday region come as text', () => {
    const made = plan(
      'people',
      'id,hours,region\nben,mon-thu 09:00-12:00 13:00-17:30; fri 09:00-12:00,DE-BE\nana,always,\n',
    );
    expect(made.items[0]?.ask).toMatchObject({
      person: {
        hours: {
          weekly: {
            thu: [
              ['09:00', '12:00'],
              ['13:00', '17:30'],
            ],
            fri: [['09:00', '12:00']],
          },
          holidays: { region: 'DE-BE' },
        },
      },
    });
    expect(reasons(made)).toEqual([
      '3 the column "hours" holds "always", which is no week: "always" is no day; write mon, or mon-fri',
    ]);
  });

  test('a team whose lead nobody knows is rejected', () => {
    expect(reasons(plan('teams', 'id,name,lead\neast,East,ana\n'))).toEqual([
      '2 the lead "ana" of team "east" is not in the roster; import people first',
    ]);
  });
});

describe('leads, accounts and opportunities', () => {
  test('blank words, values, types and defaults are taken from the mapping', () => {
    const made = plan(
      'leads',
      'id,Stage,Seats,Score,Ok,When\n1,Hot,12.0,4.5,yes,2018-02-03\n2,Select,x,1,no,\n',
      `
nulls: [Select]
columns:
  id: id
  stage: { column: Stage, values: { hot: open }, default: cold, else: keep }
  fields.seats: { column: Seats, type: int }
  fields.score: { column: Score, type: double }
  fields.ok: { column: Ok, type: bool }
  fields.when: { column: When, type: date }
`,
    );
    expect(made.items[0]?.ask).toMatchObject({
      stage: 'open',
      fields: { seats: 12, score: 4.5, ok: true, when: '2018-02-03' },
    });
    expect(reasons(made)).toEqual(['3 the column "Seats" holds "x", which is no whole number; write it as 1250']);
  });

  test('an owner whom nobody knows is left out, marked and counted', () => {
    const made = plan('leads', 'id,owner\n1,ben\n2,zoe\n', '', [person('ben')]);
    expect(made.items.map((i) => i.ask)).toMatchObject([{ owner: 'ben', marks: [] }, { marks: ['unknown-owner'] }]);
    expect(made.items[1]?.ask).not.toHaveProperty('owner');
    expect(made.oddities.count('unknown owner')).toBe(1);
  });

  test('a value outside a reference list is counted and marked, or rejected with the likely one', () => {
    const lists = { products: new Set(['GTX Pro', 'GTK 500']) };
    const csv = 'id,product\n1,GTXPro\n2,GTK 500\n';
    const kept = plan(
      'opportunities',
      csv,
      'columns: { id: id, fields.product: { column: product, in: products } }',
      [],
      lists,
    );
    expect(kept.items[0]?.ask).toMatchObject({
      fields: { product: 'GTXPro' },
      marks: ['no-account', 'not-in-products'],
    });
    expect(kept.oddities.count('fields.product not in products')).toBe(1);
    const strict = plan(
      'opportunities',
      csv,
      'columns: { id: id, fields.product: { column: product, in: products, else: reject } }',
      [],
      lists,
    );
    expect(reasons(strict)).toEqual([
      '2 the column "product" holds "GTXPro", which is not in the list "products"; did you mean "GTX Pro"?',
    ]);
  });

  test('the same id with the same words is a repeat, with other words a reject', () => {
    const made = plan('leads', 'id,stage\n1,a\n1,a\n1,b\n');
    expect([made.items.length, made.repeats]).toEqual([1, 1]);
    expect(reasons(made)).toEqual(['4 has the id "1" of line 2, but says something else']);
  });

  test('accounts come before those that belong to them, whatever the order of the file', () => {
    const made = plan('accounts', 'id,account\nc,b\nb,a\na,\nx,y\ny,x\n');
    expect(made.items.map((i) => i.identity)).toEqual(['a', 'b', 'c', 'y', 'x']);
  });

  test('every unmapped column becomes a field under rest, `__proto__` included', () => {
    const made = plan('leads', 'id,a b,__proto__\n1,x,y\n', 'columns: { id: id }\nrest: fields\n');
    const ask = made.items[0]?.ask;
    expect(ask?.ask === 'set-subject' ? Object.entries(ask.fields) : []).toEqual([
      ['a b', 'x'],
      ['__proto__', 'y'],
    ]);
  });

  test('templates put columns together; a blank one makes the whole blank', () => {
    const made = plan(
      'leads',
      'first,last\nÅsa,Öberg-Lee\nBo,\n',
      'columns: { id: { template: "{first|slug}.{last|slug}" } }',
    );
    expect(made.items.map((i) => i.identity)).toEqual(['asa.oberg-lee']);
    expect(reasons(made)).toEqual(['3 has no id: "first" or "last" is blank']);
  });

  test('rows that the mapping skips are counted, and marks by condition too', () => {
    const made = plan(
      'leads',
      'id,kind\n1,test\n2,\n3,real\n',
      'columns: { id: id }\nskip: [{ column: kind, equals: test }]\nmarks: [{ mark: no-kind, when: { column: kind, is: blank } }]\n',
    );
    expect([made.read, made.skipped, made.items.length, made.oddities.count('no-kind')]).toEqual([3, 1, 2, 1]);
    expect(made.items[0]?.ask).toMatchObject({ marks: ['no-kind'] });
  });

  test('NUL and half surrogates, long names and long texts are rejected with the column', () => {
    const made = plan(
      'leads',
      `id,fields\n1\0,x\n${'y'.repeat(201)},x\n3,${'z'.repeat(20_000)}\n4,${'z'.repeat(20_001)}\n`,
      'columns: { id: id, fields.note: fields }',
    );
    expect(made.items.map((i) => i.identity)).toEqual(['3']);
    expect(reasons(made)).toEqual([
      '2 the column "id" holds a NUL character or half of a surrogate pair, which cannot be stored',
      '3 the column "id" holds 201 bytes; at most 200 fit',
      '5 the column "fields" holds 20001 bytes; at most 20000 fit',
    ]);
  });
});

describe('past handoffs', () => {
  const mapping = `
dates: { format: ISO, zone: UTC }
columns: { subject: lead, transition: { constant: sdr-to-ae }, sender: from, receiver: to, opened: a, accepted: b, closed: c, outcome: { constant: won } }
`;
  const both = [person('ana'), person('ben')];

  test('both people must be in the roster; a handoff to oneself is kept and counted', () => {
    const made = plan(
      'handoffs',
      'lead,from,to,a,b,c\n1,ana,ben,2018-01-01,2018-01-02,2018-01-03\n2,ana,zoe,2018-01-01,,2018-01-03\n3,ana,ana,2018-01-01,,2018-01-03\n',
      mapping,
      both,
    );
    expect(made.items.map((i) => i.ask)).toMatchObject([
      { sender: 'ana', receiver: 'ben', acceptedAt: Date.parse('2018-01-02Z') },
      { sender: 'ana', receiver: 'ana' },
    ]);
    expect(reasons(made)).toEqual(['3 names "zoe", who is not in the roster; import people first']);
    expect(made.oddities.count('self-handoff')).toBe(1);
    expect(made.oddities.count('people on both sides')).toBe(1);
  });

  test('times out of order are rejected', () => {
    const made = plan(
      'handoffs',
      'lead,from,to,a,b,c\n1,ana,ben,2018-01-03,,2018-01-02\n2,ana,ben,2018-01-01,2018-01-05,2018-01-03\n',
      mapping,
      both,
    );
    expect(reasons(made).every((reason) => reason.includes('is out of order'))).toBe(true);
    expect(made.rejects.size).toBe(2);
  });

  test('times without an offset and without a declared zone refuse the import, with a line', () => {
    const noZone = mapping.replace(', zone: UTC', '');
    expect(() =>
      plan('handoffs', 'lead,from,to,a,b,c\n1,ana,ben,2018-01-01 10:00,,2018-01-02 10:00\n', noZone, both),
    ).toThrow(
      'The column "a" holds times without an offset (line 2 "2018-01-01 10:00"), and no zone is declared. Say --zone',
    );
  });
});

describe('identities', () => {
  test('a command depends on who and what, not on file, order or line; of a handoff only on who', () => {
    const one = plan('leads', 'id,stage\n1,a\n2,b\n').items;
    const two = plan('leads', 'stage,id\nb,2\na,1\n').items;
    const command = (items: typeof one, id: string) =>
      commandOf('w', 'leads', items.find((i) => i.identity === id) ?? one[0]!);
    expect(command(one, '1')).toBe(command(two, '1'));
    expect(command(one, '1')).not.toBe(command(plan('leads', 'id,stage\n1,c\n').items, '1'));
    const item = one[0]!;
    expect(commandOf('w', 'handoffs', item)).toBe(commandOf('w', 'handoffs', { ...item, content: 'other' }));
    expect(commandOf('w', 'leads', item)).not.toBe(commandOf('other', 'leads', item));
  });
});

describe('rejects', () => {
  test('the rows stand as they stood, with line and reason behind them', () => {
    const made = plan('leads', 'id,name\n,"a, ""b"""\n1,2,3\n');
    expect(rejectsText(made.header, made.rejects.values())).toBe(
      'id,name,reject_line,reject_reason\r\n,"a, ""b""",2,"has no id: ""id"" is blank"\r\n1,2,3,3,"has 3 cells, the header has 2"\r\n',
    );
  });
});

describe('mappings', () => {
  test('every mistake is told with file, line and column', () => {
    const text = 'columns:\n  id: { column: id, typ: int }\ndates: { zone: Mars }\nsurplus: 1\n';
    let message = '';
    try {
      readMapping(text, 'm.yaml');
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message.split('\n')).toHaveLength(3);
    expect(message).toContain('m.yaml:2:');
    expect(message).toContain('"typ"');
    expect(message).toContain('m.yaml:3:16 dates.zone: "Mars" is not a time zone');
    expect(message).toContain('"surplus"');
  });

  test('a column or target that does not exist is refused, with the likely one', () => {
    expect(() => plan('leads', 'lead_id\n1\n', 'columns: { id: lead_idd }')).toThrow(
      'f.csv has no column "lead_idd"; did you mean "lead_id"?',
    );
    expect(() => plan('leads', 'a\n1\n', 'columns: { id: a, owners: a }')).toThrow('Did you mean "owner"?');
    expect(() => plan('leads', 'a\n1\n')).toThrow('Nothing is mapped to id, which leads need.');
    expect(() => plan('leads', 'a\n1\n', 'kind: people\ncolumns: { id: a }')).toThrow('The mapping is for people');
  });

  test('flags stand over the file', () => {
    const made = withFlags(readMapping('columns: { id: a }\ndates: { zone: UTC }\n', 'm'), {
      map: ['stage=b'],
      constant: ['owner=ben'],
      zone: 'Europe/Berlin',
      dateFormat: 'DD/MM/YYYY',
      delimiter: 'tab',
    });
    expect(made).toMatchObject({
      columns: { id: { column: 'a' }, stage: { column: 'b' }, owner: { constant: 'ben' } },
      dates: { zone: 'Europe/Berlin', format: { text: 'DD/MM/YYYY' } },
      file: { delimiter: '\t' },
    });
    expect(() => withFlags({}, { map: ['id'] })).toThrow('is not target=value');
  });
});
