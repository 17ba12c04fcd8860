import { describe, expect, test } from 'vitest';
import type { Facts } from '../words/policy.ts';
import { canonicalPolicy, compilePolicy, matchTransitions, segmentFor, transitionsFor } from './compile.ts';
import { readPolicy } from './read.ts';

const TEXT = `
baton: 1
name: Y
hours: { zone: Europe/Berlin }
fields: { company: string, seats: int }
signals: { demo: Asked for a demo, webinar: Sat in a webinar }
segments: [{ name: smb, when: lead.seats < 50 }, { name: odd, when: lead.seats / 0 == 1 }, everyone]
transitions:
  fast: { from: A, to: B, trigger: demo, route: owner, fallback: mia }
  slow: { from: M, to: B, trigger: { on: [webinar, demo], when: 'segment == "smb"' }, route: owner, fallback: mia }
`;

function docOf(text: string) {
  const result = readPolicy(text, 'p.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.doc;
}

const policy = compilePolicy(docOf(TEXT), 'h1');
const facts = (seats: number | undefined, segment = ''): Facts => ({
  lead: seats === undefined ? {} : { seats },
  signal: 'demo',
  segment,
  urgency: 'normal',
});

describe('a compiled policy', () => {
  test('a signal finds its transitions in the order of the policy', () => {
    expect(transitionsFor(policy, 'demo').map((t) => t.name)).toEqual(['fast', 'slow']);
    expect(transitionsFor(policy, 'webinar').map((t) => t.name)).toEqual(['slow']);
    expect(transitionsFor(policy, 'constructor')).toEqual([]);
  });

  test('the first segment that holds counts; unknown and failing conditions pass on to the last', () => {
    expect(segmentFor(policy, facts(3))).toBe('smb');
    expect(segmentFor(policy, facts(80))).toBe('everyone');
    expect(segmentFor(policy, facts(undefined))).toBe('everyone');
  });

  test('only transitions whose trigger holds are started', () => {
    expect(matchTransitions(policy, 'demo', facts(3, 'smb')).map((t) => t.name)).toEqual(['fast', 'slow']);
    expect(matchTransitions(policy, 'demo', facts(80, 'everyone')).map((t) => t.name)).toEqual(['fast']);
  });

  test('a condition that is not of this policy is a bug', () => {
    expect(() => policy.test('lead.seats > 1', facts(3))).toThrow('is not one of policy h1');
  });

  test('an unchecked document is refused with the place', () => {
    const doc = docOf(TEXT);
    doc.segments[0]!.when = 'lead.sets < 50';
    expect(() => compilePolicy(doc, 'h2')).toThrow('segments.0.when');
  });
});

describe('the canonical text', () => {
  test('layout, comments and short forms do not change it', () => {
    const other = TEXT.replace('trigger: demo,', 'trigger: { on: demo },')
      .replace('baton: 1', '# ours\nbaton: 1')
      .replace('webinar: Sat in a webinar', 'webinar: { says: Sat in a webinar }');
    expect(canonicalPolicy(docOf(other))).toBe(canonicalPolicy(docOf(TEXT)));
  });

  test('a change of meaning changes it', () => {
    expect(canonicalPolicy(docOf(TEXT.replace('< 50', '< 51')))).not.toBe(canonicalPolicy(docOf(TEXT)));
    const [head, fast, slow] = [
      TEXT.slice(0, TEXT.indexOf('  fast')),
      TEXT.slice(TEXT.indexOf('  fast'), TEXT.indexOf('  slow')),
      TEXT.slice(TEXT.indexOf('  slow')),
    ];
    expect(canonicalPolicy(docOf(head + slow + fast))).not.toBe(canonicalPolicy(docOf(TEXT)));
  });
});
