// A process of its own that imports the collected leads, so that a test can kill it in the middle.
// Arguments: data folder, database URL, mapping file, CSV file. Tells each step of progress on stdout.
import { openHouse } from '../../src/run/house.ts';
import { importFile, readBytes } from '../../src/run/import-file.ts';

const [folder = '', databaseUrl = '', mapping = '', file = ''] = process.argv.slice(2);
const house = await openHouse({ folder, databaseUrl, log: () => undefined });
const report = await importFile(house, {
  workspace: 'ws_import',
  kind: 'leads',
  file,
  bytes: await readBytes(file),
  mapping,
  flags: {},
  references: [],
  dryRun: false,
  allOrNothing: false,
  onProgress: (done) => process.stdout.write(`${done}\n`),
});
process.stdout.write(`${JSON.stringify(report.things)}\n`);
await house.close();
