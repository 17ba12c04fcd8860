import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts, Fields } from '../words/policy.ts';
import { implies, isImpossible, needsOf, together } from './condition-logic.ts';
import type { Condition } from './conditions.ts';
import { conditionCompiler } from './conditions.ts';

const compile = conditionCompiler({
  fields: { seats: { type: 'int' }, kind: { type: { oneOf: ['a', 'b', 'c'] } }, hot: { type: 'bool' } },
  signals: ['s'],
  segments: ['x', 'y'],
});

function condition(text: string): Condition {
  const result = compile(text);
  if (!result.ok) throw new Error(`${text}: ${result.problem.message}`);
  return result.condition;
}

const needs = (text: string) => needsOf(condition(text));

describe('what must be true', () => {
  test.each([
    'lead.seats > 5 && lead.seats < 3',
    'lead.seats > 5 && lead.seats <= 5',
    'lead.seats == 5 && lead.seats != 5',
    'lead.kind == "a" && lead.kind in ["b", "c"]',
    'lead.hot && !lead.hot',
    '5 > lead.seats && lead.seats >= 5',
    'segment == "x" && segment == "y"',
  ])('%s can never hold', (text) => {
    expect(isImpossible(needs(text))).toBe(true);
  });

  test.each([
    'lead.seats > 5 || lead.seats < 3',
    'lead.seats >= 5 && lead.seats <= 5',
    'true',
    'lead.kind != "a"',
    'has(lead.seats) && lead.seats == 0',
  ])('%s may hold', (text) => {
    expect(isImpossible(needs(text))).toBe(false);
  });

  test.each([
    ['lead.seats >= 500', 'lead.seats >= 50', true],
    ['lead.seats >= 50', 'lead.seats >= 500', false],
    ['lead.seats > 5', 'lead.seats >= 5', true],
    ['lead.seats >= 5', 'lead.seats > 5', false],
    ['lead.kind == "a"', 'lead.kind in ["a", "b"]', true],
    ['lead.kind in ["a", "b"]', 'lead.kind == "a"', false],
    ['lead.kind == "a"', 'lead.kind != "b"', true],
    ['lead.seats == 7 && lead.hot', 'lead.seats > 5', true],
    ['lead.seats > 5', 'lead.seats > 5 && lead.hot', false],
    ['lead.seats > 5', 'lead.seats > 1 || lead.hot', false],
    ['lead.seats > 5', 'has(lead.seats)', true],
    ['lead.hot', 'true', true],
  ])('%s implies %s: %s', (a, b, answer) => {
    expect(implies(needs(a), needs(b))).toBe(answer);
  });

  test('needs together exclude each other where no prospect can meet both', () => {
    expect(isImpossible(together(needs('lead.seats < 50'), needs('lead.seats >= 50')))).toBe(true);
    expect(isImpossible(together(needs('lead.seats < 50'), needs('lead.hot')))).toBe(false);
  });
});

const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.integer({ min: 0, max: 4 }))
    .map(([op, n]) => `lead.seats ${op} ${n}`),
  fc.tuple(fc.constantFrom('==', '!='), fc.constantFrom('a', 'b', 'c')).map(([op, k]) => `lead.kind ${op} "${k}"`),
  fc.constantFrom(
    'lead.hot',
    '!lead.hot',
    'has(lead.kind)',
    'lead.kind in ["a", "c"]',
    '(lead.hot || lead.seats > 2)',
    'true',
  ),
);
const text = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join(' && '));

const leads: Fields[] = [undefined, 0, 1, 2, 3, 4].flatMap((seats) =>
  [undefined, 'a', 'b', 'c'].flatMap((kind) =>
    [undefined, true, false].map((hot) => ({
      ...(seats === undefined ? {} : { seats }),
      ...(kind === undefined ? {} : { kind }),
      ...(hot === undefined ? {} : { hot }),
    })),
  ),
);
const holds = (of: Condition, lead: Fields) =>
  of.test({ lead, signal: 's', segment: 'x', urgency: 'normal' } satisfies Facts).holds;

test('what is called impossible or implied is so for every prospect', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [one, other] = [condition(a), condition(b)];
      if (isImpossible(needsOf(one)))
        for (const lead of leads) expect([a, lead, holds(one, lead)]).toEqual([a, lead, false]);
      if (implies(needsOf(one), needsOf(other))) {
        for (const lead of leads)
          if (holds(one, lead)) expect([a, b, lead, holds(other, lead)]).toEqual([a, b, lead, true]);
      }
    }),
    { numRuns: 1000 },
  );
});
