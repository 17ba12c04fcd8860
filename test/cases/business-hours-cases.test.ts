// The collected business-time cases through the real calendar: normative ones exactly, the others by our rulings.
// The file lies outside the checkout (BATON_EVAL_DATA names the folder); without it one test says so.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeCases } from './judge.ts';

const folder = resolve(import.meta.dirname, '../..', process.env.BATON_EVAL_DATA ?? '../shared/data');
const file = resolve(folder, 'cases/business-hours.json');

test.skipIf(!existsSync(file))('every collected business-time case holds', async () => {
  const results = await judgeCases(JSON.parse(readFileSync(file, 'utf8')));
  expect(results.length).toBeGreaterThanOrEqual(205);
  expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  for (const { normative, ruling, id } of results) if (!normative) expect(ruling, id).toMatch(/^[A-Z].*\.$/);
});

describe('the judge of case files', () => {
  const one = {
    id: 'x',
    operation: 'isOpen',
    schedule: { timeZone: 'Etc/UTC', weekly: { mon: [['09:00', '17:00']] } },
    input: { at: '2026-11-23T10:00:00Z' },
    expected: { open: true },
    normative: true,
  };
  const outcomes = async (...cases: unknown[]) => (await judgeCases({ cases })).map(({ outcome }) => outcome);

  test('fails a normative case that differs in anything', async () => {
    expect(await outcomes(one, { ...one, expected: { open: false } })).toEqual(['passed', 'failed']);
  });

  test('takes the recommendation of a non-normative case, or one of the acceptable answers', async () => {
    const other = { ...one, normative: false, expected: { open: false } };
    expect(
      await outcomes({ ...other, recommended: { open: true } }, { ...other, recommended: { open: false } }),
    ).toEqual(['passed', 'failed']);
  });

  test('fails a case that it cannot answer, also a non-normative one', async () => {
    const odd = { ...one, normative: false, operation: 'isTea' };
    expect(await outcomes(odd, { ...one, input: {} })).toEqual(['failed', 'failed']);
  });

  test('refuses a file without cases', async () => {
    await expect(judgeCases({})).rejects.toThrow(/no list named "cases"/);
  });
});
