// cli: one command line from its words to its exit code, with everything around it handed in: so that tests and the
// program itself take the same way.

import { CommanderError } from 'commander';
import { openApi } from './api.ts';
import type { Runner } from './command.ts';
import { CliError, EXIT } from './exit.ts';
import { exitOfError, sentenceOfError } from './failure.ts';
import { buildProgram } from './program.ts';
import type { Streams } from './say.ts';
import { startSaying, wantsColor } from './say.ts';
import { readKey, readSettings } from './settings.ts';

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

export type Around = Streams & {
  env: Record<string, string | undefined>;
  cwd: string;
  /** Where this checkout stands: data lies beside it unless told otherwise. */
  checkout: string;
  stdin(): Buffer;
  /** Somebody is there to answer questions. */
  attended: boolean;
};

/** Runs the words after `baton`. Never throws: everything ends as a sentence on stderr and a code. */
export async function runCommandLine(words: readonly string[], around: Around): Promise<number> {
  let code: number = EXIT.ok;
  let carry = (line: string): string => line;
  const run: Runner = async (spec, args, command) => {
    const options = command.optsWithGlobals<Globals & Record<string, unknown>>();
    carry = carrier(options);
    const say = startSaying(around, {
      carry,
      json: options.json === true,
      plain: options.plain === true,
      quiet: options.quiet === true,
      color: wantsColor(around.env, around.out.isTTY === true, options.color),
    });
    const named = {
      server: options.server,
      keyFile: options.keyFile,
      data: options.data,
      workspace: options.workspace,
    };
    const settings = readSettings(
      Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
      around,
    );
    const api = openApi({
      server: settings.server,
      key: () => readKey(settings, () => around.stdin().toString('utf8'), say.tell),
      tell: say.tell,
      ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    });
    await spec.run({
      args,
      options,
      say,
      settings,
      api,
      cwd: around.cwd,
      stdin: () => around.stdin(),
      interactive: options.input !== false && around.attended,
      setExit: (next) => {
        code = next;
      },
    });
  };
  const program = buildProgram(run, {
    out: (text) => {
      around.out.write(text);
    },
    err: (text) => {
      around.err.write(text);
    },
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    around.err.write(`baton: ${sentenceOfError(error)}\n`);
    if (error instanceof CliError && error.next !== undefined) around.err.write(`Next: ${carry(error.next)}\n`);
    return exitOfError(error);
  }
}

const CARRIED = { server: '--server', keyFile: '--key-file', data: '--data', workspace: '--workspace' } as const;

/** Puts the flags that say where and as whom into every suggested command, so that it can be run as it stands. */
function carrier(options: Globals): (line: string) => string {
  const flags = Object.entries(CARRIED).flatMap(([name, flag]) => {
    const value = options[name as keyof typeof CARRIED];
    return value === undefined || value === '-' ? [] : [{ flag, text: `${flag} ${quoted(value)}` }];
  });
  return (line) => {
    const here = flags.filter(({ flag }) => !line.includes(flag)).map(({ text }) => text);
    return here.length === 0 ? line : line.replace(/\bbaton (?=[a-z])/g, `baton ${here.join(' ')} `);
  };
}

function quoted(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
