// Runs a command line as the program does, with its surroundings handed in: settings, streams, stdin.
import { runCommandLine } from '../../src/cli/run-command.ts';

export type Ran = { code: number; out: string; err: string };

export async function runBaton(
  words: string[],
  more: { cwd: string; env?: Record<string, string>; stdin?: string; checkout?: string },
): Promise<Ran> {
  const ran: Ran = { code: 0, out: '', err: '' };
  ran.code = await runCommandLine(words, {
    env: { HOME: more.cwd, ...more.env },
    cwd: more.cwd,
    checkout: more.checkout ?? more.cwd,
    out: {
      write: (text) => {
        ran.out += typeof text === 'string' ? text : Buffer.from(text).toString();
      },
    },
    err: {
      write: (text) => {
        ran.err += text;
      },
    },
    stdin: () => Buffer.from(more.stdin ?? ''),
    attended: false,
  });
  return ran;
}
