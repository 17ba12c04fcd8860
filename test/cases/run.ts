// Case runner: `run.ts FILE` answers every case of a file in the format of business-hours.json or routing.json.
// Answers: do our rules hold on cases collected elsewhere. Promises: a line for each failing case, each non-normative case
// listed with our ruling, a closing line "N passed, N failed", and exit code 0 only when nothing failed.

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
const normative = results.filter((result) => result.normative);
for (const result of results.filter((one) => !one.normative)) process.stdout.write(`${describeRuling(result)}\n`);
const others = results.length - normative.length;
if (others > 0) {
  process.stdout.write(
    `${others} non-normative cases, where peers disagree: answered by our rulings as listed above.\n`,
  );
}
for (const result of results.filter((one) => !one.passed)) process.stdout.write(`${describeFailure(result)}\n`);
const failed = results.filter((result) => !result.passed).length;
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function readCases(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${path} cannot be read as a case file: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

function describeRuling(result: CaseResult): string {
  return `ruling  ${result.id} (${result.what}): ${result.ruling} Ours: ${result.answer}; the peer's: ${result.expected}`;
}

function describeFailure(result: CaseResult): string {
  return `failed  ${result.id} (${result.what}): expected ${result.expected}, got ${result.answer}`;
}
