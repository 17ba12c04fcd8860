// cli: baton. Reads the command line, runs one command, and ends with a documented exit code. What a command needs is loaded
// when it runs, so that help and mistakes are there at once.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from './exit.ts';
import { runCommandLine } from './run-command.ts';

// A reader that has seen enough (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 1);
});
// `up` ends itself in order; everything else can simply stop: a change is whole or did not happen.
if (process.argv[2] !== 'up') process.on('SIGINT', () => process.exit(EXIT.interrupted));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  checkout: join(dirname(fileURLToPath(import.meta.url)), '..', '..'),
  out: process.stdout,
  err: process.stderr,
  stdin: () => readFileSync(0),
  attended: process.stdin.isTTY === true && process.stderr.isTTY === true,
});
