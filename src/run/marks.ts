// run: step markers, for the crash loop. A process started with BATON_CRASH_AT=7 is killed (SIGKILL, nothing runs
// afterwards) at the seventh marker that it reaches, one with BATON_CRASH_AT='2 after commit' when it comes to that
// marker for the second time. Every other process passes markers without a trace.

import { writeSync } from 'node:fs';

/** The places on the way of an arrival at which a process may die. */
export const MARKS = [
  'arrival queued',
  'before load',
  'after load',
  'decided',
  'before commit',
  'after commit',
  'answered',
  'alarm claimed',
  'message claimed',
  'message sent',
  'raw stored',
  'raw decided',
] as const;

export type Mark = (typeof MARKS)[number];

const [wanted = '', only] = (process.env.BATON_CRASH_AT ?? '').split(/ (.*)/);
const crashAt = Number(wanted);
let reached = 0;

/** Passes a marker. Does nothing, unless this process was started to die at this one. */
export function mark(name: Mark): void {
  if (crashAt === 0 || (only !== undefined && only !== name)) return;
  reached += 1;
  if (reached !== crashAt) return;
  writeSync(2, `killed at marker ${reached}: ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}
