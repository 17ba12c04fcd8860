// Case runner: `run.ts FILE` answers every case of a file in the format of business-hours.json or routing.json.
// Answers: do our rules hold on cases collected elsewhere. Promises: a line for each failing case, each non-normative case
// listed with our ruling, what we do not offer counted apart, a closing line "N passed, N failed", exit code 0 only when none failed.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type CaseResult, judgeCases } from './judge.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const file = positionals[0];
if (file === undefined || positionals.length > 1) {
  process.stderr.write('Give one case file: npm run cases -- FILE\n');
  process.exit(2);
}

const results = await judgeCases(await readCases(file));
const count = (outcome: CaseResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
const rulings = results.filter((one) => !one.normative && one.outcome !== 'not offered');
for (const one of rulings) {
  print(`ruling       ${one.id} (${one.what}): ${one.ruling} Ours: ${one.answer}; the peer's: ${one.expected}`);
}
for (const one of results.filter(({ outcome }) => outcome === 'not offered')) {
  print(`not offered  ${one.id} (${one.what}): ${one.ruling}`);
}
for (const one of results.filter(({ outcome }) => outcome === 'failed')) {
  print(`failed       ${one.id} (${one.what}): expected ${one.expected}, got ${one.answer}`);
}
if (rulings.length > 0) print(`${rulings.length} non-normative, where peers disagree: answered by our rulings above`);
if (count('not offered') > 0) print(`${count('not offered')} not offered: neither passed nor failed`);
print(`${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 ? 0 : 1;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function readCases(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${path} cannot be read as a case file: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
