// How long an import takes: 50,000 leads into an empty workspace on the embedded PostgreSQL with fsync on, then the same file
// again, beside a loop that decides the same rows one by one (a commit each). Medians of the runs; ratios are what count.
// node bench/import.ts [runs]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planImport } from '../src/arrive/import/plan-import.ts';
import { type House, openHouse } from '../src/run/house.ts';
import { importFile } from '../src/run/import-file.ts';
import { EMPTY_ROSTER } from '../src/words/roster.ts';

const ROWS = 50_000;
const ONE_BY_ONE = 2_000;
const runs = Number(process.argv[2] ?? 3);

const csv = Buffer.from(
  `id,stage,fields\n${Array.from({ length: ROWS }, (_, i) => `lead-${i},open,"Company ${i}, ${i % 97} seats"\n`).join('')}`,
);
const mapping = {
  columns: { id: { column: 'id' }, stage: { column: 'stage' }, 'fields.company': { column: 'fields' } },
};

const folder = mkdtempSync(join(tmpdir(), 'baton-bench-import-'));
const house = await openHouse({ folder, log: () => undefined });
const took = { plan: [] as number[], first: [] as number[], again: [] as number[], oneByOne: [] as number[] };
for (let run = 0; run < runs; run++) {
  const workspace = `ws_${randomUUID()}`;
  await house.journal.createWorkspace(workspace, workspace);
  took.plan.push(await time(ROWS, async () => planned()));
  took.first.push(await time(ROWS, () => bring(house, workspace)));
  took.again.push(await time(ROWS, () => bring(house, workspace)));
  took.oneByOne.push(await time(ONE_BY_ONE, () => oneByOne(house)));
}
await house.close();
rmSync(folder, { recursive: true, force: true });

const rate = (values: number[]): number => Math.round(values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
const [plan, first, again, single] = [rate(took.plan), rate(took.first), rate(took.again), rate(took.oneByOne)];
console.log(
  `rows a second, medians of ${runs}: read and mapped ${plan}, imported ${first}, the same file again ${again}, one commit a row ${single}`,
);
console.log(
  `imported / one commit a row: ${(first / single).toFixed(1)} ×; memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
);

async function time(rows: number, work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return rows / ((performance.now() - from) / 1000);
}

function planned(): unknown {
  return planImport({
    kind: 'leads',
    bytes: csv,
    file: 'leads.csv',
    mapping,
    references: new Map(),
    referenceOf: new Map(),
    roster: EMPTY_ROSTER,
  });
}

async function bring(into: House, workspace: string): Promise<void> {
  const report = await importFile(into, {
    workspace,
    kind: 'leads',
    file: 'leads.csv',
    bytes: csv,
    flags: { map: ['id=id', 'stage=stage', 'fields.company=fields'] },
    references: [],
    dryRun: false,
    allOrNothing: false,
  });
  const { created, unchanged } = report.things;
  if (created + unchanged !== ROWS) throw new Error(`${created} new and ${unchanged} unchanged are not ${ROWS} rows.`);
}

async function oneByOne(into: House): Promise<void> {
  const workspace = `ws_${randomUUID()}`;
  await into.journal.createWorkspace(workspace, workspace);
  for (let i = 0; i < ONE_BY_ONE; i++) {
    await into.live.submit(workspace, {
      command: `one:${i}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'bench' },
      via: 'import',
      ask: {
        ask: 'set-subject',
        type: 'lead',
        subject: { type: 'lead', value: `one-${i}` },
        fields: { company: `Company ${i}` },
        marks: [],
      },
    });
  }
}
