// How fast does the record write? Openings committed per second in batches of 32, against the same rows written by one
// statement and one commit per opening, on the embedded PostgreSQL with fsync on. Ratios count, not the machine.
// Usage: node bench/record.ts [--seconds 3] [--rounds 5] [--batch 32]

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/record/database.ts';
import { startEmbedded } from '../src/record/embedded.ts';
import { openingsBatch } from '../src/record/journal.samples.ts';
import { openJournal } from '../src/record/journal.ts';
import { openVaults } from '../src/record/vaults.ts';
import { NO_NEEDS } from '../src/words/journal.ts';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    batch: { type: 'string', default: '32' },
  },
});
const seconds = Number(flags.seconds);
const batchSize = Number(flags.batch);

// Not below a temporary folder that lives in memory: fsync would cost nothing there.
const folder = mkdtempSync(join(process.env.BATON_BENCH_FOLDER ?? tmpdir(), 'baton-bench-'));
const server = await startEmbedded({ dataFolder: folder, log: () => undefined });
const database = await openDatabase({ adminUrl: server.adminUrl, folder, database: 'baton' });
const journal = openJournal(database, openVaults(database, randomBytes(32)));

/** Openings per second of one writer that commits `size` at a time, reading what it needs before each batch. */
async function measure(workspace: string, size: number): Promise<number> {
  await journal.createWorkspace(workspace, workspace);
  let n = 0;
  let seq = 0;
  let known = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const batch = openingsBatch(seq, n, size);
    await journal.turn(workspace, false, async (turn) => {
      const commands = batch.entries.map((entry) => entry.command);
      const subjects = batch.names.flatMap((name) => name.keys);
      const loaded = await turn.load({ ...NO_NEEDS, commands, subjects }, known);
      known = loaded.seq;
      const done = await turn.commit(batch);
      if (done.outcome !== 'committed') throw new Error('The bench is the only writer of its workspace.');
      seq = done.seq;
      known = seq;
    });
    n += size;
  }
  return (n * 1000) / (performance.now() - start);
}

const median = (numbers: number[]) =>
  numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;
const rounds: { batched: number; single: number; eight: number }[] = [];
for (let round = 0; round < Number(flags.rounds); round++) {
  const batched = await measure(`batched-${round}`, batchSize);
  const single = await measure(`single-${round}`, 1);
  const eight = (await Promise.all(Array.from({ length: 8 }, (_, i) => measure(`eight-${round}-${i}`, 1)))).reduce(
    (sum, one) => sum + one,
    0,
  );
  rounds.push({ batched, single, eight });
  console.log(
    `round ${round + 1}: ${batched.toFixed(0)} openings/s in batches of ${batchSize}, ${single.toFixed(0)} one by one, ${eight.toFixed(0)} one by one on 8 connections`,
  );
}
const batched = median(rounds.map((one) => one.batched));
const single = median(rounds.map((one) => one.single));
const eight = median(rounds.map((one) => one.eight));
console.log(
  `median: batched ${batched.toFixed(0)}/s = ${(batched / single).toFixed(1)} x one by one, ${(batched / eight).toFixed(1)} x one by one on 8 connections`,
);
await journal.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
