// What a fault run says: one line per fault, and a reason where it cannot run here.

import { existsSync } from 'node:fs';

/** A fault: resolves with what was seen, or throws what was wrong. */
export type FaultCase = {
  name: string;
  says: string;
  /** Why it cannot run here; undefined when it can. */
  cannot(): string | undefined;
  run(): Promise<string>;
};

/** Runs the cases whose name is wanted (all when none is), one after the other. Answers how many failed. */
export async function runCases(cases: readonly FaultCase[], wanted: readonly string[]): Promise<number> {
  let failed = 0;
  for (const one of cases) {
    if (wanted.length > 0 && !wanted.includes(one.name)) continue;
    const reason = one.cannot();
    if (reason !== undefined) {
      say(`skipped  ${one.name}: ${one.says} (${reason})`);
      continue;
    }
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
    try {
      say(`ok       ${one.name}: ${one.says}: ${await one.run()} (${seconds()})`);
    } catch (error) {
      failed += 1;
      say(`FAILED   ${one.name}: ${one.says} (${seconds()})\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return failed;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Throws when the checker found something. */
export function nothingFound(found: readonly string[]): void {
  if (found.length > 0) throw new Error(`The checker found ${found.length}:\n${found.slice(0, 20).join('\n')}`);
}

/** Why loop mounts cannot be made here. */
export function noLoopMounts(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, for loop mounts';
  return existsSync('/dev/loop-control') ? undefined : 'needs loop devices';
}

/** Where libfaketime is installed; BATON_FAKETIME names another place. */
export function faketimeLibrary(): string | undefined {
  const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
    (triple) => `/usr/lib/${triple}/faketime/libfaketime.so.1`,
  );
  return [process.env.BATON_FAKETIME ?? '', ...places].find((place) => place !== '' && existsSync(place));
}
