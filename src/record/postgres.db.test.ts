import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { createDatabase, testServers } from '../../test/databases.ts';
import { openDatabase } from './database.ts';
import { journalContract } from './journal.contract.ts';
import { openJournal } from './journal.ts';
import { openVaults } from './vaults.ts';

describe.each(testServers())('$name', (server) => {
  journalContract('PostgreSQL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-record-'));
    const base = await createDatabase(server);
    const database = await openDatabase({ adminUrl: base.url, folder });
    return {
      journal: openJournal(database, openVaults(database, randomBytes(32))),
      async close() {
        await database.close();
        await base.drop();
        rmSync(folder, { recursive: true });
      },
    };
  });
});
