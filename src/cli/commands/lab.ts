// cli: baton simulate and baton storm: the same corridor in memory, with a clock that is moved by hand.

import { readFileSync } from 'node:fs';
import type { Call, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { wordsOf } from '../settings.ts';
import { instantText } from '../times.ts';
import { needed } from './acts.ts';

export const simulateCommand: Spec = {
  name: 'simulate',
  says: 'Run past leads through a policy as if they came in now',
  more: 'In memory, on the same corridor as live traffic; the same seed gives the same report. Ends with 3 when something was dropped.',
  examples: [
    [
      'Leads of a file, under a draft',
      'baton simulate --from leads.csv --mapping leads.yaml --policy policy.yaml --people people.csv',
    ],
    [
      'As they came, day by day',
      'baton simulate --from leads.csv --mapping leads.yaml --date-field first_contact --policy policy.yaml --people people.csv --seed 7',
    ],
  ],
  options: [
    ['--from <file>', 'CSV file of leads; "-" reads stdin'],
    ['--mapping <file>', 'What its columns mean (docs/import.md)'],
    ['--policy <file>', 'The policy file'],
    ['--people <file>', 'CSV file of people: person, name, roles, team, lead, zone, hours …'],
    ['--signal <name>', "The signal that each lead is; the policy's only one when left out"],
    ['--date-field <name>', 'The field that says when a lead came; without it they are spread evenly'],
    ['--spread-days <n>', 'Over how many days leads without a date are spread; 30 when left out'],
    ['--settle-days <n>', 'How long people go on working after the last lead; 14 when left out'],
    ['--at <time>', 'When the first lead comes in: ISO 8601 with an offset; now when left out'],
    ['--seed <n>', 'What decides chance; 1 when left out'],
  ],
  run: simulate,
};

async function simulate(call: Call): Promise<void> {
  const { options, say } = call;
  const { simulateLeads } = await import('../../lab/simulate-leads.ts');
  const { simulationText } = await import('../../lab/simulate-report.ts');
  const text = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined);
  const number = (name: string): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw new CliError(
      `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} "${value}" is not a whole number.`,
      EXIT.usage,
    );
  };
  const file = needed(options.from, '--from');
  const mapping = text('mapping');
  const [signal, dateField] = [text('signal'), text('dateField')];
  const [spreadDays, settleDays] = [number('spreadDays'), number('settleDays')];
  const now = Date.now();
  const report = await simulateLeads({
    leads: { file: file === '-' ? 'stdin' : file, bytes: file === '-' ? call.stdin() : read(file) },
    policy: textFile(needed(options.policy, '--policy')),
    people: textFile(needed(options.people, '--people')),
    seed: number('seed') ?? 1,
    from: text('at') === undefined ? now : Date.parse(instantText(text('at') ?? '', '--at', now)),
    ...(mapping === undefined ? {} : { mapping: textFile(mapping) }),
    ...(signal === undefined ? {} : { signal }),
    ...(dateField === undefined ? {} : { dateField }),
    ...(spreadDays === undefined ? {} : { spreadDays }),
    ...(settleDays === undefined ? {} : { settleDays }),
  });
  say.data({ json: report, human: () => simulationText(report) });
  if (report.found.length > 0) call.setExit(EXIT.problems);
  say.next('baton policy publish POLICY --dry-run');
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${wordsOf(error)}.`, EXIT.usage);
  }
}

function textFile(file: string): { file: string; text: string } {
  return { file, text: read(file).toString('utf8') };
}

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
