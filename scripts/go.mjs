// The one door to every habit of this checkout: node scripts/go.mjs <verb> [arguments].
// Runs under any Node from 18 on; installs what is missing, then hands over to the pinned Node. Promises: the exit code
// of what it ran, signals passed through, and nothing left running.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root, say } from './install.mjs';

const verbs = {
  up: { does: 'start the product', node: ['src/cli/main.ts', 'up'] },
  dev: { does: 'start the product, again after every change of a file', node: ['--watch', 'src/cli/main.ts', 'up'] },
  cli: { does: 'run the command line, as ./baton does', node: ['src/cli/main.ts'] },
  test: { does: 'check and test everything', node: ['scripts/suite.mjs', 'all'] },
  check: { does: 'check types, style, arrows, purity, dead code, titles', node: ['scripts/suite.mjs', 'check'] },
  fix: {
    does: 'format and repair what a machine can',
    node: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'],
  },
  bench: { does: 'measure, side by side', node: ['bench/run.ts'] },
  storm: { does: 'random months through the corridor: --seed N', node: ['src/lab/storm-main.ts'] },
  cases: { does: 'run the tables of cases', node: ['test/cases/run.ts'] },
  faults: { does: 'kill and restart the real thing', node: ['test/faults/run.ts'] },
  install: { does: 'only install what is missing', node: [] },
};

const [verb = '', ...rest] = process.argv.slice(2);
const chosen = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
if (chosen === undefined) {
  say(`Usage: node scripts/go.mjs <verb> [arguments]\n`);
  for (const [name, { does }] of Object.entries(verbs)) say(`  ${name.padEnd(8)} ${does}`);
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 18) {
  say(
    `Node ${process.versions.node} is too old to start from: install Node 18 or later (Baton brings its own Node 26).`,
  );
  process.exit(1);
}

let node;
try {
  node = ensureInstalled();
} catch (error) {
  say(error.message);
  process.exit(1);
}
if (chosen.node.length > 0) run(node, [...chosen.node, ...rest]);

function run(program, args) {
  const file = args.find((arg) => !arg.startsWith('-'));
  // The command line is used from anywhere: its relative paths are the caller's. Everything else works in the checkout.
  const cwd = verb === 'cli' ? process.cwd() : root;
  if (!existsSync(join(root, file))) {
    say(`"${verb}" needs ${file}, which this checkout does not have.`);
    process.exit(1);
  }
  const absolute = args.map((arg) => (arg === file ? join(root, file) : arg));
  // Node remembers what it made of the sources: a third of the time of a start.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env };
  const child = spawn(program, absolute, { cwd, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, the child included; a second copy would read as impatience.
      const fromTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY;
      if (!fromTerminal) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    say(`${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0));
  });
}
