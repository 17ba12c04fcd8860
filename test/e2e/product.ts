// test: the product as a person starts it: `up` as a process of its own, on a fresh data folder and a free port.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Product = {
  url: string;
  folder: string;
  lines: string[];
  pid: number;
  /** The demo workspace's API key. */
  key(): string;
  /** Ends it with a signal and answers how it ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

const main = join(import.meta.dirname, '../../src/cli/main.ts');

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'baton-e2e-'));
}

export function forget(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts the product and answers when it says that it is ready. */
export function startProduct(folder: string, args: string[] = []): Promise<Product> {
  const child = spawn(process.execPath, [main, 'up', '--data', folder, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      lines.push(...chunk.toString().split('\n').filter(Boolean));
      const url = lines.map((line) => /^ready in .*: (http\S+)/.exec(line)?.[1]).find((found) => found !== undefined);
      if (url === undefined) return;
      resolve({
        url,
        folder,
        lines,
        pid: child.pid ?? -1,
        key: () => readFileSync(join(folder, 'demo.key'), 'utf8').trim(),
        end(signal) {
          child.kill(signal);
          return ended;
        },
      });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    ended.then(({ code }) => reject(new Error(`The product ended with ${code}:\n${lines.join('\n')}`)));
  });
}

/** Asks the API of a product with its demo key. */
export async function ask<T>(
  product: Product,
  method: string,
  path: string,
  body?: unknown,
  as?: string,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${product.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${product.key()}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': `"${crypto.randomUUID()}"` }),
      ...(as === undefined ? {} : { 'baton-act-as': as }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** True while any process runs whose command line names the folder. */
export function runsSomething(folder: string, processes: string): boolean {
  return processes.split('\n').some((line) => line.includes(folder));
}
