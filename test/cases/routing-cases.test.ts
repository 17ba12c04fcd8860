// The collected routing cases through the real functions: normative ones exactly, strategies that we do not offer by name.
// The file lies outside the checkout (BATON_EVAL_DATA names the folder); without it one test says so.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RoutingCase, runRoutingCase } from './routing-cases.ts';

const folder = resolve(import.meta.dirname, '../..', process.env.BATON_EVAL_DATA ?? '../shared/data');
const file = resolve(folder, 'cases/routing.json');
const isThere = existsSync(file);
const cases: RoutingCase[] = isThere ? JSON.parse(readFileSync(file, 'utf8')).cases : [];

/** Where we do not follow: each has a ruling in the answer. A new case that we cannot answer fails until it is listed here. */
const notOffered = [
  'frappe-condition-turns-false-unassigns',
  'chatwoot-rate-window-drops',
  'chatwoot-queue-limit',
  'chatwoot-stale-excluded',
  'chatwoot-rate-limited-goes-to-other',
  'calcom-period-month-utc',
  'calcom-threshold-zero-invalid',
  'calcom-owner-no-routing',
  'calcom-owner-empty-routing',
  'calcom-owner-included',
  'calcom-owner-none-match',
  'calcom-fixed-always',
  'odoo-quota-45',
  'odoo-quota-45-used-30',
  'odoo-quota-forced',
  'odoo-at-quota-gets-none',
];

describe.runIf(isThere)('collected routing cases', () => {
  test.each(cases.filter(({ id }) => !notOffered.includes(id)))('$id', (one) => {
    const result = runRoutingCase(one);
    expect(result.offered).toBe(true);
    expect(result.ok, result.message).toBe(true);
  });

  test('strategies that we do not offer are exactly those listed, each with a ruling', () => {
    const found = cases.map(runRoutingCase).filter(({ offered }) => !offered);
    expect(found.map(({ id }) => id).toSorted()).toEqual(notOffered.toSorted());
    for (const { ruling } of found) expect(ruling).toMatch(/\.$/);
  });
});

test.runIf(!isThere)('the collected routing cases are not here; BATON_EVAL_DATA names their folder', () => {
  expect(isThere).toBe(false);
});
