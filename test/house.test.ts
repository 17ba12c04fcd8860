// The rules of the house catch what they are there to catch: each is shown a small tree that breaks it.
// A rule that never fires would look the same as a clean house.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const checkout = join(import.meta.dirname, '..');
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-house-'));
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(checkout, 'package.json'), join(root, 'package.json'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function clear(): void {
  for (const folder of ['src', 'web', 'test']) rmSync(join(root, folder), { recursive: true, force: true });
}

/** The broken rules as `rule: from`, by running dependency-cruiser with the house's own table. */
function arrows(files: Readonly<Record<string, string>>): string[] {
  clear();
  write(files);
  const tool = join(checkout, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(checkout, '.dependency-cruiser.cjs');
  const folders = ['src', 'web', 'test'].filter((folder) => Object.keys(files).some((path) => path.startsWith(folder)));
  const run = spawnSync(process.execPath, [tool, '--config', config, '--output-type', 'json', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(run.stderr).toBe('');
  const told = JSON.parse(run.stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return told.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
}

/** The lines that one of the house's scripts prints about a tree. */
function script(name: string, files: Readonly<Record<string, string>>): { lines: string[]; status: number | null } {
  clear();
  write(files);
  const run = spawnSync(process.execPath, [join(checkout, 'scripts', name), root], { encoding: 'utf8' });
  return { lines: run.stdout.trim().split('\n'), status: run.status };
}

describe('arrows', () => {
  it('lets the allowed imports pass, and tests import what they like', () => {
    const found = arrows({
      'src/words/event.ts': 'export type Event = { at: number };',
      'src/policy/read.ts': "import type { Event } from '../words/event.ts';\nexport const read = (e: Event) => e.at;",
      'src/decide/accept.ts': "import { read } from '../policy/read.ts';\nexport const accept = read;",
      'src/record/pool.ts': "import pg from 'pg';\nexport const pool = pg.Pool;",
      'src/deliver/dialer.ts': "import { request } from 'undici';\nexport const dial = request;",
      'src/run/step.ts':
        "import { accept } from '../decide/accept.ts';\nimport { pool } from '../record/pool.ts';\nexport const step = { accept, pool };",
      'src/cli/main.ts': "import { step } from '../run/step.ts';\nexport const main = step;",
      'src/decide/accept.test.ts': "import { pool } from '../record/pool.ts';\nimport 'node:fs';\nexport { pool };",
      'web/desk/desk.tsx':
        "import type { Event } from '../../src/words/event.ts';\nexport const Desk = (e: Event) => <p>{e.at}</p>;",
    });
    expect(found).toEqual([]);
  });

  const target = (room: string) => ({
    [`src/${room}/thing.ts`]: 'export const thing = 1;\nexport type Thing = number;',
  });
  const bad: [string, string, Record<string, string>][] = [
    ['arrow-words', 'src/words/a.ts', { 'src/words/a.ts': "export { thing } from '../policy/thing.ts';" }],
    ['arrow-policy', 'src/policy/a.ts', { 'src/policy/a.ts': "export { thing } from '../calendar/thing.ts';" }],
    ['arrow-calendar', 'src/calendar/a.ts', { 'src/calendar/a.ts': "export { thing } from '../policy/thing.ts';" }],
    ['arrow-routing', 'src/routing/a.ts', { 'src/routing/a.ts': "export { thing } from '../calendar/thing.ts';" }],
    ['arrow-coach', 'src/coach/a.ts', { 'src/coach/a.ts': "export { thing } from '../policy/thing.ts';" }],
    ['arrow-measure', 'src/measure/a.ts', { 'src/measure/a.ts': "export { thing } from '../project/thing.ts';" }],
    [
      'arrow-connectors',
      'src/connectors/a.ts',
      { 'src/connectors/a.ts': "export { thing } from '../deliver/thing.ts';" },
    ],
    ['arrow-decide', 'src/decide/a.ts', { 'src/decide/a.ts': "export { thing } from '../record/thing.ts';" }],
    ['arrow-project', 'src/project/a.ts', { 'src/project/a.ts': "export { thing } from '../decide/thing.ts';" }],
    [
      'arrow-record',
      'src/record/a.ts',
      { 'src/record/a.ts': "import type { Thing } from '../decide/thing.ts';\nexport const a: Thing = 1;" },
    ],
    ['arrow-arrive', 'src/arrive/a.ts', { 'src/arrive/a.ts': "export { thing } from '../record/thing.ts';" }],
    ['arrow-deliver', 'src/deliver/a.ts', { 'src/deliver/a.ts': "export { thing } from '../record/thing.ts';" }],
    ['arrow-show', 'src/show/a.ts', { 'src/show/a.ts': "export const load = () => import('../record/thing.ts');" }],
    ['arrow-lab', 'src/lab/a.ts', { 'src/lab/a.ts': "export { thing } from '../record/thing.ts';" }],
    ['arrow-cli', 'src/cli/a.ts', { 'src/cli/a.ts': "export { thing } from '../deliver/thing.ts';" }],
    ['arrow-run', 'src/run/a.ts', { 'src/run/a.ts': "export { thing } from '../cli/thing.ts';" }],
  ];

  it('fires for every room of the table', () => {
    const rooms = ['policy', 'calendar', 'project', 'deliver', 'decide', 'record', 'cli'];
    const found = arrows(Object.assign({}, ...rooms.map(target), ...bad.map(([, , files]) => files)));
    for (const [rule, from] of bad) expect(found).toContain(`${rule}: ${from}`);
    expect(found).toHaveLength(bad.length);
  });

  it('fires for every other rule', () => {
    const found = arrows({
      'src/shelf/a.ts': "export { thing } from '../words/thing.ts';",
      'src/words/thing.ts': 'export const thing = 1;',
      'src/words/ring-a.ts': "export { b } from './ring-b.ts';\nexport const a = 1;",
      'src/words/ring-b.ts': "export { a } from './ring-a.ts';\nexport const b = 1;",
      'src/words/lost.ts': "export { gone } from './gone.ts';",
      'src/words/tested.ts': "export { t } from './tested.test.ts';",
      'src/words/tested.test.ts': 'export const t = 1;',
      'src/decide/reads.ts': "import { readFileSync } from 'node:fs';\nexport const r = readFileSync;",
      'src/decide/serves.ts': "import fastify from 'fastify';\nexport const f = fastify;",
      'src/arrive/dials.ts': "import { request } from 'undici';\nexport const r = request;",
      'src/deliver/dials.ts': "import { get } from 'node:https';\nexport const g = get;",
      'src/arrive/mails.ts': "import { createTransport } from 'nodemailer';\nexport const c = createTransport;",
      'src/show/asks.ts': "import pg from 'pg';\nexport const p = pg;",
      'src/run/checks.ts': "import fc from 'fast-check';\nexport const f = fc;",
      'web/desk/desk.ts': "import type { r } from '../../src/decide/reads.ts';\nexport type R = typeof r;",
      'web/desk/runs.ts': "import { thing } from '../../src/words/thing.ts';\nexport const t = thing;",
    });
    expect(found).toEqual(
      [
        'known-rooms: src/shelf/a.ts',
        'no-cycles: src/words/ring-a.ts',
        'not-found: src/words/lost.ts',
        'no-tests-in-product: src/words/tested.ts',
        'pure-no-node: src/decide/reads.ts',
        'pure-packages: src/decide/serves.ts',
        'one-dialer: src/arrive/dials.ts',
        'one-dialer: src/deliver/dials.ts',
        'mail-only-in-deliver: src/arrive/mails.ts',
        'sql-only-in-record: src/show/asks.ts',
        'dev-packages: src/run/checks.ts',
        'web-public-contract: web/desk/desk.ts',
        'web-types-only: web/desk/runs.ts',
      ].sort(),
    );
  });
});

describe('purity', () => {
  it.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new Date(2027, 1, 1)', 'new Date(y, m, …)'],
    ['Date()', 'Date()'],
    ['new Date(5).getHours()', 'getHours'],
    ['Math.random()', 'Math.random'],
    ['Temporal.Now.instant()', 'Temporal.Now'],
    ['setTimeout(() => 1, 5)', 'setTimeout'],
    ['setInterval(() => 1, 5)', 'setInterval'],
    ['crypto.randomUUID()', 'crypto'],
    ['globalThis.crypto', 'globalThis'],
    ['performance.now()', 'performance'],
    ['process.env.HOME', 'process'],
    ["console.log('a')", 'console'],
    ["fetch('https://a.example')", 'fetch'],
    ["'a'.localeCompare('b')", 'localeCompare'],
  ])('refuses %s in a pure room', (code, says) => {
    const { lines, status } = script('purity.mjs', { 'src/decide/a.ts': `export const a = ${code};\n` });
    expect(status).toBe(1);
    expect(lines[0]).toContain('src/decide/a.ts:1:');
    expect(lines[0]).toContain(says);
  });

  it('refuses a type imported inside an expression, which the arrows do not see', () => {
    const { lines, status } = script('purity.mjs', {
      'src/show/a.ts': "export type A = import('../record/a.ts').A;\n",
    });
    expect(status).toBe(1);
    expect(lines[0]).toContain('import it at the top');
  });

  it('lets pure code, its tests and the other rooms be', () => {
    const { lines, status } = script('purity.mjs', {
      'src/decide/a.ts':
        'export type Step = { process: string; crypto?: number };\nexport const a = (s: Step, at: number) => ({ process: s.process, d: new Date(at).toISOString(), m: Math.max(1, 2) });\n',
      'src/decide/a.test.ts': 'export const now = Date.now();\n',
      'src/arrive/stamp.ts': 'export const now = () => Date.now();\n',
      'src/deliver/dialer.ts': "export const dial = () => fetch('https://a.example');\n",
    });
    expect({ lines, status }).toEqual({ lines: ['the pure rooms are pure, and one dialer dials'], status: 0 });
  });

  it('refuses a connection to the outside anywhere but in the dialer', () => {
    const { lines, status } = script('purity.mjs', {
      'src/run/ping.ts': "export const p = fetch('https://a.example');\n",
    });
    expect(status).toBe(1);
    expect(lines[0]).toContain('only src/deliver/dialer.ts does');
  });
});

describe('test titles', () => {
  it('refuses a wish, a title twice in one place, and an empty one', () => {
    const { lines, status } = script('titles.mjs', {
      'src/words/a.test.ts': [
        "describe('a', () => { it('should work', f); it('stays', f); it('stays', f); it.each([1])('  ', f); });",
        "describe('b', () => { it('stays', f); });",
      ].join('\n'),
    });
    expect(status).toBe(1);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('without "should"');
    expect(lines[1]).toContain('"stays" stands here twice, first at 1:');
    expect(lines[2]).toContain('a test without a title');
  });
});
