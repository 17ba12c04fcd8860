import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from './lint.ts';
import { lintReference } from './lint-reference.ts';
import { policyReference } from './reference.ts';
import { policySchema } from './schema.ts';

const page = `${policyReference(policySchema())}\n${lintReference(RULES)}`;

test('the reference page is what the language and the rules say; update it with BATON_WRITE_DOCS=1', async () => {
  const file = new URL('../../docs/policy.md', import.meta.url);
  if (process.env.BATON_WRITE_DOCS === '1') await (await import('node:fs/promises')).writeFile(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

test('every key has a meaning and an example', () => {
  const looked: string[] = [];
  const walk = (schema: Record<string, unknown>, path: string): void => {
    for (const [key, of] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      expect([`${path}.${key}`, typeof of.description, (of.examples as unknown[]).length]).toEqual([
        `${path}.${key}`,
        'string',
        1,
      ]);
      looked.push(key);
    }
    for (const inner of Object.values(schema)) {
      for (const one of Array.isArray(inner) ? inner : [inner]) {
        if (typeof one === 'object' && one !== null) walk(one as Record<string, unknown>, path);
      }
    }
  };
  walk(policySchema(), '');
  expect(looked.length).toBeGreaterThan(60);
});
