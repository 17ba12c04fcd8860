// `npm run faults`: the fault cases that need minutes, root or loop mounts. Names as arguments run only those; what cannot
// run on this machine says so. The rest of the fault tests runs in `npm test` (test/crash).

import { clockJumps } from './clock-jumps.ts';
import { crashEverywhere } from './crash-everywhere.ts';
import { diskFull } from './disk-full.ts';
import { systemPrograms } from './places.ts';
import { powerLoss } from './power-loss.ts';
import type { FaultCase } from './report.ts';
import { faketimeLibrary, noLoopMounts, runCases } from './report.ts';

const system = systemPrograms();
const noSystem = () => (system === undefined ? 'there is no PostgreSQL on this machine' : undefined);

const cases: FaultCase[] = [
  {
    name: 'F01',
    says: 'killed at every marker, embedded PostgreSQL',
    cannot: () => undefined,
    run: () => crashEverywhere(),
  },
  {
    name: 'F01-system',
    says: "killed at every marker, the machine's PostgreSQL",
    cannot: noSystem,
    run: () => crashEverywhere(system),
  },
  { name: 'X1', says: 'power loss, embedded PostgreSQL', cannot: noLoopMounts, run: () => powerLoss() },
  {
    name: 'X1-system',
    says: "power loss, the machine's PostgreSQL",
    cannot: () => noLoopMounts() ?? noSystem(),
    run: () => powerLoss(system),
  },
  {
    name: 'F07',
    says: 'the clock of the process jumps',
    cannot: () => (faketimeLibrary() === undefined ? 'libfaketime is not installed' : undefined),
    run: () => clockJumps(faketimeLibrary() ?? ''),
  },
  { name: 'F16', says: 'disk full', cannot: noLoopMounts, run: () => diskFull() },
];

// Ends the databases that were started here (src/record/embedded.ts does it at exit).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const failed = await runCases(cases, process.argv.slice(2));
// After a failure clients may still be asking for answers.
process.exit(failed === 0 ? 0 : 1);
