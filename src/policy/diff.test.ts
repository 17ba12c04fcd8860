import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PolicyDoc } from '../words/policy.ts';
import { diffPolicies, sayDiff } from './diff.ts';
import { readPolicy } from './read.ts';

const folder = new URL('../../policies/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');

function docOf(text: string): PolicyDoc {
  const result = readPolicy(text, 'p.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.doc;
}

const demo = textOf('demo.yaml');

/** The changes between the demo and itself with one text replaced. */
function changes(from: string, to: string): string[] {
  if (!demo.includes(from)) throw new Error(`the demo has no ${from}`);
  return diffPolicies(docOf(demo), docOf(demo.replace(from, to))).flatMap((g) => g.changes);
}

describe('the difference in words', () => {
  test.each([
    ['accept: { within: 30m, except', 'accept: { within: 20m, except', ['Accept within 20 min (was 30 min).']],
    [
      '{ segment: enterprise, within: 15m }',
      '{ segment: enterprise, within: 10m }',
      ['Enterprise: accept within 10 min (was 15 min).'],
    ],
    [
      '{ segment: enterprise, within: 15m }',
      '{ segment: enterprise, within: 15m }, { segment: smb, within: 25m }',
      ['Smb: accept within 25 min (was 30 min).'],
    ],
    [
      'trigger: [webinar-attended, pricing-visited]',
      'trigger: pricing-visited',
      ['"Sat through a webinar" no longer opens a handoff from Marketing to SDR.'],
    ],
    [
      'trigger: meeting-booked',
      'trigger: { on: meeting-booked, when: lead.seats > 3 }',
      ['It opens only if lead.seats > 3 (was always).'],
    ],
    [
      'when: lead.seats >= 10 }',
      'when: lead.seats >= 20 }',
      ['Right size is now lead.seats >= 20 (was lead.seats >= 10).'],
    ],
    [
      'required: [company, contact, use_case, seats]\n    later: [current_stack, timeline]',
      'required: [company, contact, seats]\n    later: [current_stack, timeline, use_case]',
      ['May come after the acceptance now (was required): use_case.'],
    ],
    [
      'sender: { person: nora }',
      'sender: [booker, { lead: founders }]',
      ['The sender is now whoever booked it, else the lead of founders (was nora).'],
    ],
    ['fallback: sam', 'fallback: rita', ['When the route gives nobody, rita gets it (was sam).']],
    [
      'sdrs: [tom, tara,',
      'sdrs: [tom, new1, new2,',
      ['tara leaves the pool sdrs.', 'new1 and new2 join the pool sdrs.'],
    ],
    [
      'too-early: { says: "A need, but not this half-year", criterion: real-need, then: recycle, recycle: 90d }',
      '',
      ['No longer a rejection reason: "A need, but not this half-year".'],
    ],
    [
      'outcomes: [onboarded, at-risk, cancelled]',
      'outcomes: [onboarded, cancelled]',
      ['It can no longer end as at-risk.'],
    ],
    [
      'when: lead.seats >= 500',
      'when: lead.seats >= 400',
      ['The segment enterprise is now lead.seats >= 400 (was lead.seats >= 500).'],
    ],
    [
      'mon-fri: 09:00-17:30',
      'mon-thu: 09:00-17:30',
      [
        'Working hours are now mon-thu 09:00-17:30 in Europe/Berlin, no holidays (was mon-fri 09:00-17:30 in Europe/Berlin, no holidays).',
      ],
    ],
    ['last-rung: rita', 'last-rung: alma', ['When nothing else is left, alma is told (was rita).']],
    [
      'context-may-follow: true',
      'context-may-follow: false',
      ['The context must now be complete before the offer, even when it is urgent.'],
    ],
    [
      'due: 2h after accepted',
      'due: 3h after accepted',
      [
        'The task is now "Follow up on the signal that mattered" for the receiver, 3 h after the acceptance (was "Follow up on the signal that mattered" for the receiver, 2 h after the acceptance).',
      ],
    ],
  ])('%s → %s', (from, to, says) => {
    expect(changes(from, to)).toEqual(says);
  });

  test('comments, layout and short forms are no difference', () => {
    expect(
      diffPolicies(
        docOf(demo),
        docOf(
          demo.replaceAll(/^#.*$/gm, '# other').replace('follow-up: 4h', 'follow-up: { within: 4h, hours: business }'),
        ),
      ),
    ).toEqual([]);
    expect(sayDiff([])).toBe('Nothing changes.\n');
  });

  test('changes are grouped by transition with the people who may receive', () => {
    const groups = diffPolicies(
      docOf(demo),
      docOf(
        demo
          .replace('accept: 1h', 'accept: 1h')
          .replace(
            'clocks: { accept: 2h, follow-up: 8h }\n    next-step',
            'clocks: { accept: 1h, follow-up: 8h }\n    next-step',
          ),
      ),
    );
    expect(groups).toEqual([
      {
        transition: 'ae-to-cs',
        title: 'AE to CSM (ae-to-cs)',
        changes: ['Accept within 1 h (was 2 h).'],
        affected: ['carla', 'chris', 'cora', 'frieda', 'fritz', 'olga', 'otto'],
      },
    ]);
  });

  test('the difference of every pair of shipped policies is told in whole sentences', () => {
    for (const a of files) {
      for (const b of files) {
        const groups = diffPolicies(docOf(textOf(a)), docOf(textOf(b)));
        expect([a, b, groups.length > 0]).toEqual([a, b, a !== b]);
        for (const change of groups.flatMap((g) => g.changes)) {
          expect(change).toMatch(/^\S.*[.]$/);
          expect(change).not.toMatch(/undefined|\[object|null/);
        }
      }
    }
  });
});

/** Every place in a value that holds a text, number or yes/no. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Words of the language change into their neighbours, so that the changed policy is one that could be written. */
const CIRCLES = [
  ['booker', 'owner'],
  ['round-robin', 'least-loaded'],
  ['business', 'wall'],
  ['remind', 'warn-lead', 'reroute', 'fallback', 'return'],
  ['recycle', 'disqualify', 'return'],
  ['normal', 'high'],
  ['sender', 'receiver', 'lead'],
  ['offered', 'accepted', 'meeting'],
  ['string', 'int', 'double', 'bool', 'date'],
];

function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value / 2;
  const circle = CIRCLES.find((words) => words.includes(String(value)));
  return circle === undefined ? `${String(value)}x` : circle[(circle.indexOf(String(value)) + 1) % circle.length];
}

test('no value of a policy can change unseen', () => {
  const doc = docOf(demo);
  // The same facts under a second name, and keys that repeat the name under which they stand.
  const twice = (path: (string | number)[]) =>
    ['baton', 'holdMaxMs', 'everyMs'].includes(String(path.at(-1))) ||
    (path[0] === 'transitions' && path.length === 3 && path[2] === 'name');
  const unseen = leaves(doc).filter((path) => {
    // The kind of a rung comes with other keys; those that share their keys are changed into each other.
    if (twice(path) || (path.at(-1) === 'use' && path.join('.') === 'transitions.sdr-to-ae.route.0.use')) return false;
    const changed = structuredClone(doc) as unknown as Record<string | number, unknown>;
    const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string | number, unknown>, changed);
    const last = path.at(-1)!;
    parent[last] = other(parent[last]);
    return diffPolicies(doc, changed as unknown as PolicyDoc).length === 0;
  });
  expect(unseen.map((path) => path.join('.'))).toEqual([]);
});
