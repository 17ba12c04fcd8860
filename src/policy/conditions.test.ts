import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts, Fields } from '../words/policy.ts';
import type { Condition, ConditionProblem } from './conditions.ts';
import { conditionCompiler } from './conditions.ts';

const WORDS = {
  fields: {
    company: { type: 'string' },
    seats: { type: 'int' },
    score: { type: 'double' },
    hot: { type: 'bool' },
    renewal: { type: 'date' },
    tags: { type: { list: 'string' } },
    source: { type: { oneOf: ['inbound', 'event'] } },
  },
  signals: ['meeting-booked', 'demo'],
  segments: ['smb', 'rest'],
} as const;

const compile = conditionCompiler({ ...WORDS, fields: structuredClone(WORDS.fields) as never });

function facts(lead: Fields): Facts {
  return { lead, signal: 'demo', segment: 'smb', urgency: 'normal' };
}

function sound(source: string): Condition {
  const result = compile(source);
  if (!result.ok) throw new Error(`${source}: ${result.problem.message}`);
  return result.condition;
}

function problem(source: string): ConditionProblem {
  const result = compile(source);
  if (result.ok) throw new Error(`${source} was taken`);
  return result.problem;
}

const answer = (source: string, lead: Fields = {}) => sound(source).test(facts(lead));

describe('what a condition answers', () => {
  test('comparisons, lists, texts and names', () => {
    const lead = {
      company: 'Acme',
      seats: 12,
      score: 0.5,
      hot: true,
      renewal: '2026-12-31',
      tags: ['crm', 'eu'],
      source: 'event',
    };
    for (const source of [
      'lead.seats >= 10 && lead.company == "Acme"',
      'lead.company.startsWith("A") && lead.company.endsWith("e") && lead.company.contains("cm")',
      'lead.company.lowerAscii() == "acme" && size(lead.company) == 4',
      'lead.renewal < "2027-01-01"',
      'lead.hot ? lead.score > 0.2 : false',
      '"crm" in lead.tags && lead.tags.size() == 2 && lead.tags[0] == "crm"',
      'lead.tags.exists(t, t == "eu") && lead.tags.all(t, t.size() < 4) && lead.tags.exists_one(t, t == "crm")',
      'lead.tags.filter(t, t.startsWith("c")).map(t, t + "!")[0] == "crm!"',
      'lead.tags == ["crm", "eu"]',
      'signal == "demo" && segment != "rest" && urgency == "normal"',
      'lead.seats in [1, 12] && !(lead.source in ["inbound"])',
      'lead.seats / 5 == 2 && lead.seats % 5 == 2 && -lead.seats < 0 && double(lead.seats) > 11.5 && int(lead.score) == 0',
      'lead.company.matches("^Ac.e$")',
      'string(lead.seats) == "12"',
    ]) {
      expect([source, answer(source, lead)]).toEqual([source, { holds: true }]);
    }
  });

  test('a field that is not filled makes the answer no, names the field, and is no error', () => {
    expect(answer('lead.seats >= 10')).toEqual({ holds: false, missing: 'seats' });
    expect(answer('lead.seats < 10')).toEqual({ holds: false, missing: 'seats' });
    expect(answer('!(lead.seats >= 10)')).toEqual({ holds: false, missing: 'seats' });
    expect(answer('lead.company != "x"')).toEqual({ holds: false, missing: 'company' });
    expect(answer('"x" in lead.tags')).toEqual({ holds: false, missing: 'tags' });
    expect(answer('lead.seats >= 10 || signal == "demo"')).toEqual({ holds: true });
    expect(answer('!has(lead.seats) || lead.seats >= 10')).toEqual({ holds: true });
    expect(answer('lead.seats >= 10 && false')).toEqual({ holds: false });
  });

  test('anything that goes wrong makes the answer no, and says why', () => {
    expect(answer('10 / lead.seats == 1', { seats: 0 })).toEqual({ holds: false, error: 'a division by zero' });
    expect(answer('lead.seats * lead.seats > 0', { seats: 2 ** 40 })).toEqual({
      holds: false,
      error: 'a number beyond 2^53',
    });
    expect(answer('lead.tags[5] == "x"', { tags: [] })).toEqual({ holds: false, error: 'no entry 5 in a list of 0' });
    expect(answer('lead.seats > 1', { seats: '12' })).toEqual({ holds: false, error: 'lead.seats is not int' });
    expect(answer('lead.seats > 1', { seats: 1.5 }).holds).toBe(false);
    expect(answer('lead.tags.exists(t, t == "x")', { tags: [1] as never })).toEqual({
      holds: false,
      error: 'lead.tags is not list of text',
    });
  });

  test('an error elsewhere does not hide which field was missing', () => {
    expect(answer('(1 / 0 == 1 || true) && lead.seats > 1')).toEqual({ holds: false, missing: 'seats' });
  });
});

describe('what a condition may not be', () => {
  test.each([
    ['lead.seat > 1', 'condition/unknown-field', 5, 'Did you mean "seats"?'],
    ['seats > 1', 'condition/unknown-name', 0, 'Write lead.seats.'],
    ['signl == "demo"', 'condition/unknown-name', 0, 'Did you mean "signal"?'],
    ['lead.source == "inbund"', 'condition/unknown-name', 15, 'Did you mean "inbound"?'],
    ['"demmo" == signal', 'condition/unknown-name', 0, 'Did you mean "demo"?'],
    ['signal in ["demo", "metting-booked"]', 'condition/unknown-name', 19, 'Did you mean "meeting-booked"?'],
    ['segment == "mid"', 'condition/unknown-name', 11, 'Use one of: smb, rest.'],
    ['lead.score == 5', 'condition/type', 0, 'Give both the same type: write 5.0 beside a double and 5 beside an int.'],
    ['lead.seats == null', 'condition/type', 0, 'Ask has(lead.field) to know whether a field is filled.'],
    ['lead.company > 5', 'condition/type', 0, 'Compare texts with quoted texts and numbers with numbers.'],
    [
      'lead.company.size() > 1 &&',
      'condition/syntax',
      26,
      'Check quotes, brackets and operators (==, !=, <, <=, >, >=, in, &&, ||, !).',
    ],
    ['lead.seats', 'condition/not-boolean', 0, 'Compare it with something, for example lead.seats >= 10.'],
    ['lead["company"] == "x"', 'condition/not-allowed', 0, 'Write lead.field.'],
    [
      'lead.company.split(",").size() == 1',
      'condition/not-allowed',
      0,
      'Use one of: size, has, string, int, double, startsWith, endsWith, contains, matches, lowerAscii, upperAscii, trim, exists, all, exists_one, filter, map.',
    ],
    ['lead.company.matches(lead.company)', 'condition/not-allowed', 21, 'Put the pattern in quotes.'],
    [
      'lead.company.matches("(?=a)")',
      'condition/not-allowed',
      21,
      'Patterns are RE2: no look-ahead, no back-references, repeats up to 1000.',
    ],
    [
      'cel.bind(x, 1, x == 1)',
      'condition/not-allowed',
      0,
      'Use one of: size, has, string, int, double, startsWith, endsWith, contains, matches, lowerAscii, upperAscii, trim, exists, all, exists_one, filter, map.',
    ],
    [
      'timestamp("2026-01-01T00:00:00Z") > timestamp("2025-01-01T00:00:00Z")',
      'condition/not-allowed',
      0,
      'Use one of: size, has, string, int, double, startsWith, endsWith, contains, matches, lowerAscii, upperAscii, trim, exists, all, exists_one, filter, map.',
    ],
    [
      'lead.seats == 12345678901234567890',
      'condition/not-allowed',
      14,
      'Ids longer than 15 digits are texts: put them in quotes.',
    ],
    ['b"x" == b"x"', 'condition/not-allowed', 0, 'Use a plain text or number.'],
    ['{"a": 1}["a"] == 1', 'condition/too-large', 1, 'Split it into several criteria.'],
  ])('%s', (source, code, offset, cure) => {
    const { message, ...rest } = problem(source);
    expect(message).not.toBe('');
    expect(rest).toEqual({ code, offset, cure });
  });

  test('a segment cannot be defined by the segment', () => {
    const result = conditionCompiler({ fields: {}, signals: ['demo'] })('segment == "smb"');
    expect(result.ok ? '' : result.problem.message).toBe('A segment cannot be defined by the segment.');
  });
});

describe('attacks', () => {
  test.each([
    ['too long', `lead.company == "${'x'.repeat(5000)}"`, 'condition/too-long'],
    ['brackets without end', '('.repeat(4000), 'condition/too-large'],
    ['negations', `${'!'.repeat(40)}true`, 'condition/too-deep'],
    ['brackets in each other', `${'(1 + '.repeat(13)}1${')'.repeat(13)} == 1`, 'condition/too-deep'],
    ['a giant list', `lead.seats in [${Array.from({ length: 201 }, (_, i) => i).join(',')}]`, 'condition/too-large'],
    [
      'loops in loops in loops',
      'lead.tags.exists(a, lead.tags.exists(b, lead.tags.exists(c, a == b && b == c)))',
      'condition/too-deep',
    ],
    [
      'two loops with a long body',
      `lead.tags.exists(a, lead.tags.exists(b, ${Array.from({ length: 12 }, (_, i) => `a == b + "${i}"`).join(' || ')}))`,
      'condition/too-costly',
    ],
    ['a pattern that expands', 'lead.company.matches("((a{40}){25}){1}b")', 'condition/not-allowed'],
    ['a long pattern', `lead.company.matches("${'a'.repeat(300)}")`, 'condition/not-allowed'],
    ['__proto__', '__proto__ == 1', 'condition/syntax'],
    ['lead.__proto__', 'lead.__proto__ == "x"', 'condition/unknown-field'],
    ['lead.constructor', 'lead.constructor == "x"', 'condition/unknown-field'],
    ['constructor', 'constructor == 1', 'condition/unknown-name'],
    ['toString', 'lead.company.toString() == "x"', 'condition/type'],
  ])('%s is refused', (_, source, code) => {
    expect(problem(source).code).toBe(code);
  });

  test('a pattern that ruins other engines is matched in linear time', () => {
    expect(answer('lead.company.matches("^(a+)+$")', { company: `${'a'.repeat(2000)}!` })).toEqual({ holds: false });
  });

  test('fuel ends what is long only at run time', () => {
    const tags = Array.from({ length: 2000 }, (_, i) => `t${i}`);
    expect(answer('lead.tags.all(a, lead.tags.exists(b, a == b))', { tags })).toEqual({
      holds: false,
      error: 'more than 100000 steps',
    });
    expect(answer('lead.company.matches("(a|b|c|d){50}x")', { company: 'abcd'.repeat(5000) }).error).toBe(
      'more than 100000 steps',
    );
    expect(answer('lead.tags.map(t, t + lead.company).size() > 0', { tags, company: 'x'.repeat(9999) }).error).toMatch(
      /steps|longer/,
    );
    expect(answer('(lead.company + lead.company) == "x"', { company: 'x'.repeat(6000) }).error).toBe(
      'a text longer than 10000 letters',
    );
  });

  test('fuel cannot be talked away by an or', () => {
    const tags = Array.from({ length: 2000 }, (_, i) => `t${i}`);
    expect(answer('lead.tags.all(a, lead.tags.exists(b, a == b)) || true', { tags }).holds).toBe(false);
  });

  test('poisoned leads are plain data', () => {
    const lead = JSON.parse('{"__proto__": {"seats": 99}, "constructor": "x", "company": "Acme"}') as Fields;
    expect(answer('has(lead.seats)', lead)).toEqual({ holds: false });
    expect(answer('lead.seats > 1', lead)).toEqual({ holds: false, missing: 'seats' });
    expect(answer('lead.company == "Acme"', Object.assign(Object.create(null) as Fields, lead))).toEqual({
      holds: true,
    });
    expect(answer('has(lead.seats)', Object.create({ seats: 99 }) as Fields)).toEqual({ holds: false });
  });

  test('a chain of many conditions is not deep', () => {
    expect(answer(Array.from({ length: 100 }, (_, i) => `lead.seats != ${i}`).join(' && '), { seats: 100 })).toEqual({
      holds: true,
    });
  });
});

const env = new Environment({ unlistedVariablesAreDyn: false });
env.registerVariable('lead', {
  schema: {
    company: 'string',
    seats: 'int',
    score: 'double',
    hot: 'bool',
    renewal: 'string',
    tags: 'list<string>',
    source: 'string',
  },
});
for (const name of ['signal', 'segment', 'urgency']) env.registerVariable(name, 'string');

/** cel-js's own answer; anything but true or false is "no answer". */
function celAnswer(source: string, lead: Fields): boolean | 'none' {
  try {
    const withInts = { ...lead, ...('seats' in lead ? { seats: BigInt(lead.seats as number) } : {}) };
    const result: unknown = env.evaluate(source, { lead: withInts, signal: 'demo', segment: 'smb', urgency: 'normal' });
    return typeof result === 'boolean' ? result : 'none';
  } catch {
    return 'none';
  }
}

const word = fc.constantFrom('"a"', '"ab"', '"B"', '""', '"crm"');
const { bool: expression } = fc.letrec<{ bool: string; int: string; double: string; text: string; texts: string }>(
  (tie) => ({
    bool: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        'true',
        'false',
        'lead.hot',
        'has(lead.company)',
        'has(lead.tags)',
        'signal == "demo"',
        'segment in ["smb", "rest"]',
      ),
      fc.tuple(tie('bool'), fc.constantFrom('&&', '||'), tie('bool')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('bool').map((a) => `!(${a})`),
      fc
        .tuple(tie('int'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('int'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie('double'), fc.constantFrom('<', '>=', '=='), tie('double')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc
        .tuple(tie('text'), fc.constantFrom('==', '!=', '<', '>'), tie('text'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc
        .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), word)
        .map(([a, f, b]) => `${a}.${f}(${b})`),
      fc.tuple(tie('text'), tie('texts')).map(([a, b]) => `(${a} in ${b})`),
      fc
        .tuple(tie('texts'), fc.constantFrom('exists', 'all', 'exists_one'), tie('text'))
        .map(([a, f, b]) => `${a}.${f}(t, t == ${b})`),
      fc.tuple(tie('texts'), tie('texts')).map(([a, b]) => `(${a} == ${b})`),
      fc.tuple(tie('bool'), tie('bool'), tie('bool')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
    int: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('0', '1', '7', 'lead.seats'),
      fc
        .tuple(tie('int'), fc.constantFrom('+', '-', '*', '/', '%'), tie('int'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('int').map((a) => `-(${a})`),
      tie('text').map((a) => `size(${a})`),
      tie('texts').map((a) => `${a}.size()`),
      tie('double').map((a) => `int(${a})`),
    ),
    double: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('0.5', '2.0', 'lead.score'),
      fc
        .tuple(tie('double'), fc.constantFrom('+', '-', '*', '/'), tie('double'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('int').map((a) => `double(${a})`),
    ),
    text: fc.oneof(
      { maxDepth: 2 },
      word,
      fc.constantFrom('lead.company', 'lead.renewal'),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
      tie('text').map((a) => `${a}.lowerAscii()`),
      tie('int').map((a) => `string(${a})`),
      tie('texts').map((a) => `${a}[0]`),
    ),
    texts: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('lead.tags', '["a", "crm"]'),
      fc.tuple(tie('texts'), word).map(([a, b]) => `${a}.filter(x, x != ${b})`),
      fc.tuple(tie('texts'), word).map(([a, b]) => `${a}.map(x, x + ${b})`),
    ),
  }),
);

const leads = fc.record(
  {
    company: fc.constantFrom('a', 'ab', 'Acme', ''),
    seats: fc.integer({ min: -9, max: 9 }),
    score: fc.constantFrom(0, 0.5, 2, -1.25),
    hot: fc.boolean(),
    renewal: fc.constantFrom('2026-01-01', 'a'),
    tags: fc.array(fc.constantFrom('a', 'ab', 'crm'), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

test("every random condition answers as cel-js's own evaluator does", () => {
  let taken = 0;
  fc.assert(
    fc.property(expression, leads, (source, lead) => {
      const result = compile(source);
      if (!result.ok) {
        expect(['condition/too-deep', 'condition/too-costly', 'condition/too-long']).toContain(result.problem.code);
        return;
      }
      taken += 1;
      const verdict = result.condition.test(facts(lead as Fields));
      const mine = verdict.error === undefined && verdict.missing === undefined ? verdict.holds : 'none';
      expect([source, mine]).toEqual([source, celAnswer(source, lead as Fields)]);
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(1500);
});
