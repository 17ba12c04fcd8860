import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyDoc } from '../words/policy.ts';
import { readPolicy } from './read.ts';

const SMALL = `
baton: 1
name: Y
hours: { zone: Europe/Berlin }
fields: { company: string, seats: int, source: [inbound, event], tags: list }
signals: { demo: Asked for a demo }
segments: [{ name: smb, when: lead.seats < 50 }, everyone]
pools: { aes: [ana, { person: ben, weight: 2 }] }
transitions:
  a-b:
    from: A
    to: B
    trigger: demo
    criteria: { big: lead.seats >= 10, real: { says: They said why, when: has(lead.company) } }
    required: [company]
    route: { round-robin: aes }
    fallback: mia
`;

function doc(text: string): PolicyDoc {
  const result = readPolicy(text, 'p.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.doc;
}

/** Problems as 'line:column code'. */
function problems(text: string): string[] {
  const result = readPolicy(text, 'p.yaml');
  return result.ok ? [] : result.problems.map((p) => `${p.line}:${p.column} ${p.code}`);
}

/** The small policy with one line replaced or added; its problems, where the first line of SMALL is 2. */
function changed(from: string, to: string): string[] {
  if (!SMALL.includes(from)) throw new Error(`the small policy has no ${from}`);
  return problems(SMALL.replace(from, to));
}

describe('short forms become the whole policy', () => {
  test('names, types, pools, criteria and segments', () => {
    const policy = doc(SMALL);
    expect(policy.fields).toEqual({
      company: { type: 'string' },
      seats: { type: 'int' },
      source: { type: { oneOf: ['inbound', 'event'] } },
      tags: { type: { list: 'string' } },
    });
    expect(policy.signals).toEqual({ demo: { says: 'Asked for a demo', types: ['demo'] } });
    expect(policy.segments).toEqual([{ name: 'smb', when: 'lead.seats < 50' }, { name: 'everyone' }]);
    expect(policy.pools).toEqual({ aes: { members: [{ person: 'ana' }, { person: 'ben', weight: 2 }] } });
    expect(policy.transitions['a-b']?.criteria).toEqual([
      { name: 'big', says: 'Big', when: 'lead.seats >= 10' },
      { name: 'real', says: 'They said why', when: 'has(lead.company)' },
    ]);
  });

  test('what is left out gets its default, and every default ladder ends with telling or moving to a person', () => {
    const t = doc(SMALL).transitions['a-b']!;
    expect(doc(SMALL).lastRung).toBe('mia');
    expect(doc(SMALL).hours.weekly.fri).toEqual([['09:00', '17:00']]);
    expect(t.sender).toEqual(['booker', 'owner', { person: 'mia' }]);
    expect(t.clocks.accept).toEqual({
      withinMs: 4 * 3_600_000,
      hours: 'business',
      ladder: [
        { at: { fraction: 0.5 }, do: 'remind' },
        { at: { fraction: 0.8 }, do: 'warn-lead' },
        { at: { fraction: 1 }, do: 'reroute' },
      ],
    });
    expect(t.clocks['next-step']).toMatchObject({ hours: 'wall', withinMs: 7 * 86_400_000 });
    expect(t.holdMaxMs).toBe(3 * 86_400_000);
    expect(t.rejections.map((r) => [r.name, r.criterion])).toEqual([
      ['not-big', 'big'],
      ['not-real', 'real'],
    ]);
    expect(t.tasks).toHaveLength(2);
    expect(t.note).toHaveLength(4);
    for (const clock of Object.values(t.clocks))
      expect(['warn-lead', 'reroute', 'fallback']).toContain(clock.ladder.at(-1)?.do);
  });

  test('clocks, ladders, tasks, rungs and rejections in their long forms', () => {
    const t = doc(
      `${SMALL}
    sender: [booker, { lead: sdr }]
    clocks:
      accept: { within: 1h30m, except: [{ urgency: high, within: 15m }], ladder: [remind at 25%, reroute at due, fallback 1h after, warn-lead 10m before] }
      follow-up: { within: 2d, hours: wall }
      hold: 12h
    next-step: { first: Call, every: 16h }
    tasks: [{ title: Confirm, for: sender, due: 8h before meeting }, { title: Thank, for: { person: mia }, due: at accepted }]
    rejections: { small: big, later: { criterion: big, then: recycle, recycle: 90d, creditable: true } }
`.replace(
        '    route: { round-robin: aes }\n',
        '    route: [owner, { owner: 90d, when: "lead.seats > 5" }, { round-robin: aes, name: Turn }, { lead: sales }]\n',
      ),
    ).transitions['a-b']!;
    expect(t.sender).toEqual(['booker', { lead: 'sdr' }]);
    expect(t.clocks.accept).toEqual({
      withinMs: 5_400_000,
      except: [{ urgency: 'high', withinMs: 900_000 }],
      hours: 'business',
      ladder: [
        { at: { fraction: 0.25 }, do: 'remind' },
        { at: { fraction: 1 }, do: 'reroute' },
        { at: { afterMs: 3_600_000 }, do: 'fallback' },
        { at: { beforeMs: 600_000 }, do: 'warn-lead' },
      ],
    });
    expect(t.clocks['follow-up'].hours).toBe('wall');
    expect(t.clocks.hold).toMatchObject({ withinMs: 43_200_000, hours: 'wall' });
    expect(t.holdMaxMs).toBe(43_200_000);
    expect(t.nextStep).toEqual({ first: 'Call', then: 'Agree the next step with the prospect', everyMs: 57_600_000 });
    expect(t.clocks['next-step']).toMatchObject({ hours: 'business', withinMs: 57_600_000 });
    expect(t.tasks).toEqual([
      { title: 'Confirm', for: 'sender', after: 'meeting', offsetMs: -28_800_000 },
      { title: 'Thank', for: { person: 'mia' }, after: 'accepted', offsetMs: 0 },
    ]);
    expect(t.route).toEqual([
      { use: 'owner' },
      { use: 'owner', withinMs: 7_776_000_000, when: 'lead.seats > 5' },
      { use: 'round-robin', pool: 'aes', name: 'Turn' },
      { use: 'lead', team: 'sales' },
    ]);
    expect(t.rejections).toEqual([
      { name: 'small', says: 'Small', criterion: 'big', creditable: false, then: 'return' },
      { name: 'later', says: 'Later', criterion: 'big', creditable: true, then: 'recycle', recycleMs: 7_776_000_000 },
    ]);
  });

  test('working hours by ranges of days, closed days and overnight spans', () => {
    const { hours } = doc(
      SMALL.replace(
        '{ zone: Europe/Berlin }',
        '{ zone: Asia/Kolkata, weekly: { mon-thu: "09:00-12:00, 13:00-18:00", fri-mon: 22:00-06:00, sun: closed }, holidays: { region: IN, own: [{ date: 2026-12-24, name: Eve }] } }',
      ),
    );
    expect(hours.weekly.mon).toEqual([
      ['09:00', '12:00'],
      ['13:00', '18:00'],
      ['22:00', '06:00'],
    ]);
    expect(hours.weekly.sat).toEqual([['22:00', '06:00']]);
    expect(hours.holidays).toEqual({ region: 'IN', own: [{ date: '2026-12-24', name: 'Eve' }] });
  });

  test('lookups by name never find what every object has', () => {
    const policy = doc(SMALL);
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(policy.signals[name]).toBeUndefined();
      expect(policy.transitions[name]).toBeUndefined();
    }
  });
});

describe('problems stand at their place', () => {
  test.each([
    ['unknown key', 'name: Y', 'name: Y\nnam: X', '4:1 policy/unknown-key'],
    ['key twice', 'name: Y', 'name: Y\nname: X', '4:1 policy/twice'],
    ['missing key', '    fallback: mia\n', '', '10:3 policy/missing-key'],
    ['unknown zone', 'Europe/Berlin', 'Europe/Berln', '4:16 policy/wrong-value'],
    ['offset as zone', 'Europe/Berlin', '"+02:00"', '4:16 policy/wrong-value'],
    ['unknown type', 'company: string', 'company: strin', '5:20 policy/wrong-value'],
    ['field named like a word of CEL', 'seats: int', 'in: int', '5:28 policy/wrong-value'],
    ['name that objects have', 'signals: { demo', 'signals: { constructor', '6:12 policy/wrong-value'],
    ['number where a text belongs', 'from: A', 'from: 3', '11:11 policy/wrong-value'],
    ['unknown signal', 'trigger: demo', 'trigger: demmo', '13:14 policy/unknown-name'],
    ['unknown signal in a list', 'trigger: demo', 'trigger: [demo, demmo]', '13:21 policy/unknown-name'],
    ['unknown pool', 'round-robin: aes', 'round-robin: ae', '16:27 policy/unknown-name'],
    ['unknown field', 'required: [company]', 'required: [company, compny]', '15:25 policy/unknown-name'],
    ['unknown field in a condition', 'lead.seats >= 10', 'lead.seat >= 10', '14:27 condition/unknown-field'],
    [
      'wrong type in a quoted condition',
      'when: has(lead.company)',
      'when: "lead.company == 1"',
      '14:76 condition/type',
    ],
    ['two strategies', '{ round-robin: aes }', '{ round-robin: aes, person: mia }', '16:12 policy/one-strategy'],
    ['no strategy', '{ round-robin: aes }', '{ when: "true" }', '16:12 policy/one-strategy'],
    ['last segment with a condition', ', everyone]', ']', '7:25 policy/no-default-segment'],
    ['default segment before the last', 'everyone]', 'everyone, rest]', '7:50 policy/early-default-segment'],
    ['segment twice', 'everyone]', '{ name: smb, when: "true" }, everyone]', '7:50 policy/twice'],
    ['empty pool', '{ aes: [ana, { person: ben, weight: 2 }] }', '{ aes: { } }', '8:10 policy/empty-pool'],
    [
      'days on working hours',
      '    fallback: mia',
      '    fallback: mia\n    clocks: { accept: 2d }',
      '18:23 policy/days',
    ],
    [
      'days on a task',
      '    fallback: mia',
      '    fallback: mia\n    tasks: [{ title: x, for: sender, due: 1d before meeting }]',
      '18:43 policy/days',
    ],
    [
      'before an acceptance',
      '    fallback: mia',
      '    fallback: mia\n    tasks: [{ title: x, for: sender, due: 1h before accepted }]',
      '18:43 policy/wrong-value',
    ],
    [
      'clock of no length',
      '    fallback: mia',
      '    fallback: mia\n    clocks: { accept: 0m }',
      '18:23 policy/wrong-value',
    ],
    ['unknown clock', '    fallback: mia', '    fallback: mia\n    clocks: { acept: 4h }', '18:15 policy/unknown-key'],
    [
      'exception for nobody',
      '    fallback: mia',
      '    fallback: mia\n    clocks: { accept: { within: 4h, except: [{ segment: smbb, within: 1h }] } }',
      '18:57 policy/unknown-name',
    ],
    [
      'reason without its criterion',
      '    fallback: mia',
      '    fallback: mia\n    rejections: { small: bigg }',
      '18:26 policy/unknown-name',
    ],
    ['field required and later', '    fallback: mia', '    fallback: mia\n    later: [company]', '18:13 policy/twice'],
    [
      'sender rule that names two',
      '    fallback: mia',
      '    fallback: mia\n    sender: [{ lead: x, person: y }]',
      '18:14 policy/one-strategy',
    ],
    [
      'impossible date',
      '{ zone: Europe/Berlin }',
      '{ zone: Europe/Berlin, holidays: { own: [{ date: 2026-02-30, name: x }] } }',
      '4:57 policy/wrong-value',
    ],
    ['anchor', 'name: Y', 'name: &x Y', '3:10 policy/anchor'],
    ['tag', 'name: Y', 'name: !x Y', '3:10 policy/tag'],
    ['not YAML', 'name: Y', 'name: [Y', '4:1 policy/yaml'],
  ])('%s', (_, from, to, place) => {
    expect(changed(from, to)).toContain(place);
  });

  test('a folded condition is placed on its own line and column', () => {
    const text = SMALL.replace(
      'criteria: { big: lead.seats >= 10, real: { says: They said why, when: has(lead.company) } }',
      'criteria:\n      big: >-\n        lead.seats >= 10\n        && lead.compny == "x"\n      real: |\n        lead.seats > 1\n          || lead.sets > 2\n      quoted: "lead.company == \\"a\\" && lead.seat > 1"',
    );
    expect(problems(text)).toEqual([
      '17:17 condition/unknown-field',
      '20:19 condition/unknown-field',
      '21:46 condition/unknown-field',
    ]);
  });

  test('every problem has a sentence and a cure; all of them are told at once', () => {
    const result = readPolicy(
      SMALL.replace('from: A', 'from: 3').replace('to: B', 'two: B').replace('trigger: demo', 'trigger: 7'),
      'p.yaml',
    );
    const found = result.ok ? [] : result.problems;
    expect(found.map((p) => p.code)).toEqual([
      'policy/missing-key',
      'policy/wrong-value',
      'policy/unknown-key',
      'policy/wrong-value',
    ]);
    for (const p of found) {
      expect(p.message).toMatch(/\.$/);
      expect(p.cure).not.toBe('');
      expect(p.file).toBe('p.yaml');
    }
  });
});

describe('any text', () => {
  test.each([
    ['nothing', ''],
    ['a list', '- a'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['brackets without end', '['.repeat(50_000)],
    ['aliases that multiply', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]'],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['poisoned keys', '__proto__: { baton: 1 }\nconstructor: 1'],
    ['odd keys', '? [a]\n: 1'],
    ['control letters', 'a: "\\u0000"\n\u0001: 2'],
  ])('%s gives problems, not an exception', (_, text) => {
    expect(problems(text).length).toBeGreaterThan(0);
  });

  test('a policy with any part cut out or doubled never throws, and its places are in the file', () => {
    fc.assert(
      fc.property(fc.nat(SMALL.length), fc.nat(40), fc.boolean(), (from, length, twice) => {
        const part = SMALL.slice(from, from + length);
        const text = SMALL.slice(0, from) + (twice ? part + part : '') + SMALL.slice(from + length);
        const result = readPolicy(text, 'p.yaml');
        const lines = text.split('\n');
        for (const p of result.ok ? [] : result.problems) {
          expect(p.line).toBeLessThanOrEqual(lines.length);
          expect(p.column).toBeLessThanOrEqual((lines[p.line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('lint can place a path of the whole policy in the text', () => {
  const result = readPolicy(SMALL, 'p.yaml');
  if (!result.ok) throw new Error('not read');
  expect(result.spots(['transitions', 'a-b', 'criteria', 'big', 'when'])).toEqual({ line: 14, column: 17 });
  expect(result.spots(['transitions', 'a-b', 'clocks', 'accept', 'withinMs'])).toEqual({ line: 10, column: 3 });
  expect(result.spots(['lastRung'])).toEqual({ line: 2, column: 1 });
});
