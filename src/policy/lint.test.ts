import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Person, Roster } from '../words/roster.ts';
import { lintPolicy, RULES } from './lint.ts';
import { readPolicy } from './read.ts';

const here = new URL('.', import.meta.url);
const shipped = new URL('../../policies/', here);

function read(file: URL) {
  const result = readPolicy(readFileSync(file, 'utf8'), file.pathname.split('/').at(-1)!);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function person(id: string, more: Partial<Person> = {}): [string, Person] {
  return [id, { id, roles: [], absences: [], weight: 1, active: true, joinedAt: 0, ...more }];
}

const ROSTER: Roster = {
  version: 1,
  people: new Map([
    person('ana', { team: 't' }),
    person('ben'),
    person('cleo'),
    person('fred', { capacity: 0, team: 't' }),
  ]),
  teams: new Map([['t', { id: 't', name: 'T', lead: 'ana' }]]),
};

const every = read(new URL('fixtures/every-rule.yaml', here));
const at = { file: 'every-rule.yaml', spots: every.spots };

describe('lint', () => {
  test('one file trips every rule', () => {
    const tripped = new Set(lintPolicy(every.doc, at, ROSTER).map((p) => p.code));
    expect(RULES.map((rule) => `lint/${rule.name}`).filter((name) => !tripped.has(name))).toEqual([]);
  });

  test('no rule flags a shipped policy', () => {
    const files = readdirSync(shipped).filter((file) => file.endsWith('.yaml'));
    expect(files.length).toBeGreaterThanOrEqual(7);
    for (const file of files) {
      const { doc, spots } = read(new URL(file, shipped));
      expect(lintPolicy(doc, { file, spots })).toEqual([]);
    }
  });

  test('errors come first, then warnings, then notes', () => {
    const levels = lintPolicy(every.doc, at, ROSTER).map((p) => p.level);
    expect(levels).toEqual(
      [...levels].sort((a, b) => ['error', 'warning', 'note'].indexOf(a) - ['error', 'warning', 'note'].indexOf(b)),
    );
    expect(levels[0]).toBe('error');
  });

  test('a finding stands at its line and has a sentence and a cure', () => {
    const lines = readFileSync(new URL('fixtures/every-rule.yaml', here), 'utf8').split('\n');
    const find = (code: string) => lintPolicy(every.doc, at, ROSTER).find((p) => p.code === code)!;
    expect(lines[find('lint/segment-unreachable').line - 1]).toContain('name: big');
    expect(lines[find('lint/field-fatigue').line - 1]).toContain('required: [company');
    expect(lines[find('lint/vague-criterion').line - 1]).toContain('A good fit');
    expect(lines[find('lint/reminder-storm').line - 1]).toContain('follow-up:');
    expect(find('lint/segment-unreachable').message).toBe('Everyone in "big" is already in "mid", which comes first.');
    for (const p of lintPolicy(every.doc, at, ROSTER)) {
      expect(p.message).toMatch(/[.!]$/);
      expect(p.cure).not.toBe('');
    }
  });

  test('without a roster nothing is said about people', () => {
    const codes = lintPolicy(every.doc).map((p) => p.code);
    for (const code of ['lint/unknown-person', 'lint/empty-pool', 'lint/lead-missing', 'lint/no-capacity'])
      expect(codes).not.toContain(code);
  });

  test('every rule has its own name, its reasons in sentences, and its own file', () => {
    const files = readdirSync(new URL('rules/', here)).map((file) => file.replace('.ts', ''));
    expect(RULES.map((rule) => rule.name).sort()).toEqual(files.sort());
    expect(RULES.length).toBeGreaterThanOrEqual(40);
    for (const rule of RULES) {
      expect(rule.why).toMatch(/\.$/);
      expect(rule.prefer).toMatch(/\.$/);
      expect(rule.avoid).not.toBe('');
    }
  });

  test.each([
    [
      'one signal shared out by size',
      'overlapping-triggers',
      '  b-b: { from: C, to: D, trigger: { on: demo, when: lead.seats >= 50 }, route: owner, fallback: mia }',
      '{ on: demo, when: lead.seats < 50 }',
    ],
    [
      'one signal shared out by size',
      'trigger-on-level',
      '  b-b: { from: C, to: D, trigger: { on: demo, when: lead.seats >= 50 }, route: owner, fallback: mia }',
      '{ on: demo, when: lead.seats < 50 }',
    ],
    [
      'a fallback after a reroute of the hold clock',
      'step-unreachable',
      '    clocks: { hold: { within: 1d, ladder: [reroute at 50%, fallback at due] } }',
      'demo',
    ],
    ['a pool whose other people come by role', 'route-to-sender-only', '    sender: { person: ana }', 'demo'],
    ['a segment that an earlier one only overlaps', 'segment-unreachable', '', 'demo'],
  ])('%s is not flagged by %s', (_, rule, line, trigger) => {
    const text = `baton: 1
name: Y
hours: { zone: Europe/Berlin }
fields: { seats: int, hot: bool }
signals: { demo: Asked for a demo }
segments: [{ name: big, when: lead.seats > 50 && lead.hot }, { name: mid, when: lead.seats > 20 }, rest]
pools: { aes: { members: [ana], role: ae } }
transitions:
  a-b:
    from: A
    to: B
    trigger: ${trigger}
    route: { round-robin: aes }
    fallback: mia
${line}
`;
    const result = readPolicy(text, 'p.yaml');
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(lintPolicy(result.doc).map((p) => p.code)).not.toContain(`lint/${rule}`);
  });
});
