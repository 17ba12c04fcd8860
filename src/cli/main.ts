// cli: baton. Reads the command line, runs one command, and ends with a documented exit code. What a command needs is loaded
// when it runs, so that help and mistakes are there at once.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { openApi } from './api.ts';
import type { Runner } from './command.ts';
import { CliError, EXIT } from './exit.ts';
import { exitOfError, sentenceOfError } from './failure.ts';
import { buildProgram } from './program.ts';
import { startSaying, wantsColor } from './say.ts';
import { readKey, readSettings } from './settings.ts';

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

type Globals = {
  json?: boolean;
  plain?: boolean;
  quiet?: boolean;
  color?: boolean;
  input?: boolean;
  server?: string;
  keyFile?: string;
  data?: string;
  workspace?: string;
  idempotencyKey?: string;
};

const run: Runner = async (spec, args, command) => {
  const options = command.optsWithGlobals<Globals & Record<string, unknown>>();
  const say = startSaying(
    { out: process.stdout, err: process.stderr },
    {
      json: options.json === true,
      plain: options.plain === true,
      quiet: options.quiet === true,
      color: wantsColor(process.env, process.stdout.isTTY === true, options.color),
    },
  );
  const settings = readSettings(
    {
      ...(options.server === undefined ? {} : { server: options.server }),
      ...(options.keyFile === undefined ? {} : { keyFile: options.keyFile }),
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    },
    { env: process.env, cwd: process.cwd(), checkout },
  );
  const stdin = (): Buffer => readFileSync(0);
  const api = openApi({
    server: settings.server,
    key: () => readKey(settings, () => stdin().toString('utf8'), say.tell),
    tell: say.tell,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
  });
  await spec.run({
    args,
    options,
    say,
    settings,
    api,
    stdin,
    interactive: options.input !== false && process.stdin.isTTY === true && process.stderr.isTTY === true,
    setExit: (code) => {
      process.exitCode = code;
    },
  });
};

// A reader that has seen enough (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 1);
});

const program = buildProgram(run);
// `up` ends itself in order; everything else can simply stop: a change is whole or did not happen.
if (process.argv[2] !== 'up') process.on('SIGINT', () => process.exit(EXIT.interrupted));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    process.exitCode = exitOfError(error);
    process.stderr.write(`baton: ${sentenceOfError(error)}\n`);
    if (error instanceof CliError && error.next !== undefined) process.stderr.write(`Next: ${error.next}\n`);
  }
}
