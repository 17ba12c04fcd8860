// cli: baton storm: the laboratory's own programs, started with the caller's arguments.

import type { Spec } from '../command.ts';

export const stormCommand: Spec = {
  name: 'storm',
  says: 'Run random months with faults through the corridor, in memory',
  more: 'The same seed gives the same trace. Ends with 3 when an invariant broke.',
  examples: [
    ['One seed', 'baton storm --seed 42'],
    ['A hundred of them', 'baton storm --seed 1 --seeds 100'],
  ],
  options: [
    ['--seed <n>', 'The first seed; 1 when left out'],
    ['--seeds <n>', 'How many; 1 when left out'],
    ['--steps <n>', 'Steps in each; 400 when left out'],
  ],
  async run({ options, say, setExit }) {
    const { runStorm } = await import('../../lab/storm.ts');
    const [first, count, steps] = [options.seed ?? 1, options.seeds ?? 1, options.steps ?? 400].map(Number);
    const reports = [];
    for (let seed = first ?? 1; seed < (first ?? 1) + (count ?? 1); seed++) {
      const report = await runStorm(seed, steps ?? 400);
      reports.push(report);
      say.progress(`seed ${seed}: ${report.steps} steps, ${report.handoffs} handoffs, ${report.found.length} findings`);
    }
    const found = reports.filter((report) => report.found.length > 0);
    say.data({
      json: { ok: found.length === 0, storms: reports },
      human: () =>
        found.length === 0
          ? `${reports.length} storms, nothing found.`
          : found.map((r) => `seed ${r.seed}: ${r.found.slice(0, 10).join(' · ')}`).join('\n'),
    });
    if (found.length > 0) {
      setExit(3);
      say.next(`baton storm --seed ${found[0]?.seed} shows the same again.`);
    }
  },
};
