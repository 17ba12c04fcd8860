// lab: npm run storm -- --seed 42 [--seeds 100] [--steps 400]. Prints one line per storm; exit 1 when anything was found.

import { parseArgs } from 'node:util';
import { runStorm } from './storm.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '400' },
  },
});
const first = Number(values.seed);
let bad = 0;
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const report = await runStorm(seed, Number(values.steps));
  console.log(
    `seed ${seed}: ${report.steps} steps, ${report.handoffs} handoffs, ${report.events} events, ${report.refused} refusals, ${report.faults} faults, trace ${report.trace.slice(0, 16)}`,
  );
  for (const line of report.found.slice(0, 10)) console.log(`  found: ${line}`);
  if (report.found.length > 0) bad += 1;
}
process.exitCode = bad === 0 ? 0 : 1;
