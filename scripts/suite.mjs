// Everything that must hold, one step after another: node scripts/suite.mjs all | check
// `check` looks at the sources (types, style, arrows, purity, dead code, titles); `all` then runs every test. A failing
// step does not stop the others, so that one run shows everything. The last line counts: N passed, N failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserWanted, findBrowser } from './browser.mjs';
import { root, say } from './install.mjs';

const bin = (path) => join(root, 'node_modules', path);
const tsc = bin('typescript/bin/tsc');
const folders = ['src', 'test', 'bench', 'web', 'scripts'].filter((folder) => existsSync(join(root, folder)));

const checks = [
  ['types', [tsc, '-p', 'tsconfig.json']],
  ['types of the pure rooms, without Node or DOM', [tsc, '-p', 'tsconfig.pure.json']],
  ['style', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=200', '.']],
  ['arrows', [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', ...folders]],
  ['purity', ['scripts/purity.mjs']],
  ['dead code', [bin('knip/bin/knip.js'), '--no-progress']],
  ['test titles', ['scripts/titles.mjs']],
];

const count = { passed: 0, failed: 0, skipped: 0 };
let running;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running?.kill(signal);
    process.exitCode = 130;
    count.failed += 1;
  });
}

for (const [name, args] of checks) {
  if (process.exitCode === 130) break;
  const code = await step(name, args);
  count[code === 0 ? 'passed' : 'failed'] += 1;
}
if (process.argv[2] === 'all' && process.exitCode !== 130) await runTests();

const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`);
process.exitCode ||= count.failed > 0 ? 1 : 0;

async function runTests() {
  const browser = browserWanted() ? await findBrowser() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'baton-results-'));
  const results = join(folder, 'results.json');
  const args = [
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ];
  const code = await step('tests', args, browser === undefined ? {} : { CHROMIUM: browser });
  try {
    const told = JSON.parse(readFileSync(results, 'utf8'));
    count.passed += told.numPassedTests;
    count.failed += told.numFailedTests;
    count.skipped += told.numPendingTests + told.numTodoTests;
    // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
    if (code !== 0 && told.numFailedTests === 0) count.failed += 1;
  } catch {
    say('the test run ended without its results');
    count.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function step(name, args, env = {}) {
  console.log(`\n— ${name}`);
  return new Promise((resolve) => {
    running = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    running.once('error', (error) => {
      say(`${name}: ${error.message}`);
      resolve(1);
    });
    running.once('exit', (code) => {
      if (code !== 0) console.log(`— ${name}: FAILED`);
      resolve(code ?? 1);
    });
  });
}
