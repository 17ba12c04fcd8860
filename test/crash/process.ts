// A server process under test: started, told to open, killed, and what it said.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServerOptions } from './server.ts';

export type ServerProcess = {
  readonly pid: number;
  /** Opens it; answers its URL, or undefined when it died before it served. */
  open(): Promise<string | undefined>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  isGone(): boolean;
  /** Everything it wrote for people. */
  said(): string;
  kill(): Promise<void>;
  /** A clean end; answers the exit code. */
  stop(): Promise<number | null>;
};

const program = fileURLToPath(new URL('./server.ts', import.meta.url));

/** Starts a server process; `crashAt` as in src/run/marks.ts, `more` goes into its environment. */
export function startServer(
  options: ServerOptions,
  crashAt?: string,
  more: Readonly<Record<string, string>> = {},
): ServerProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    env: { ...process.env, ...more, BATON_CRASH_AT: crashAt ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  const gone = new Promise<void>((done) => {
    child.once('close', () => {
      ended = true;
      done();
    });
  });
  const listening = new Promise<string>((done) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const url = /listening (\S+)/.exec(out)?.[1];
      if (url !== undefined) done(url);
    });
  });
  return {
    pid: child.pid ?? 0,
    async open() {
      child.stdin.write('go\n');
      return Promise.race([listening, gone.then(() => undefined)]);
    },
    gone,
    isGone: () => ended,
    said: () => said,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
  };
}
