// A house on a fresh test database for imports: opened as the command line opens it, with one workspace.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type House, openHouse } from '../../src/run/house.ts';
import { type ImportReport, type ImportRequest, importFile, readBytes } from '../../src/run/import-file.ts';
import { createDatabase, type TestServer } from '../databases.ts';
import { dataFolder, FILES, MAPPINGS } from './mappings.ts';

export const WORKSPACE = 'ws_import';

export type ImportHouse = {
  house: House;
  folder: string;
  databaseUrl: string;
  /** Brings one of the collected files in with one of the mappings. */
  bring(
    kind: ImportRequest['kind'],
    file: keyof typeof FILES,
    mapping: keyof typeof MAPPINGS,
    more?: Partial<ImportRequest>,
  ): Promise<ImportReport>;
  /** The ledger's position. */
  position(): Promise<number>;
  close(): Promise<void>;
};

export async function openImportHouse(server: TestServer): Promise<ImportHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-import-'));
  const database = await createDatabase(server);
  const house = await openHouse({ folder, databaseUrl: database.url, log: () => undefined });
  await house.journal.createWorkspace(WORKSPACE, 'Import');
  return {
    house,
    folder,
    databaseUrl: database.url,
    async bring(kind, file, mapping, more = {}) {
      const path = join(folder, `${mapping}.yaml`);
      writeFileSync(path, MAPPINGS[mapping]);
      return importFile(house, {
        workspace: WORKSPACE,
        kind,
        file,
        bytes: await readBytes(join(dataFolder, FILES[file])),
        mapping: path,
        flags: {},
        references: [],
        dryRun: false,
        allOrNothing: false,
        ...more,
      });
    },
    position: async () => (await house.reader.head(WORKSPACE)).seq,
    async close() {
      await house.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The oddities of a report as counts by name. */
export function odd(report: ImportReport): Record<string, number> {
  return Object.fromEntries(report.oddities.map((one) => [one.code, one.count]));
}
