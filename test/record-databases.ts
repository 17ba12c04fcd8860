// What the record's tests start from: a fresh Baton database on a test server, with its journal, reader and vaults.
// Promises: roles, schema and files are its own; closing it leaves nothing behind.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../src/record/database.ts';
import { openJournal } from '../src/record/journal.ts';
import { openReader } from '../src/record/reader.ts';
import { openVaults, type Vaults } from '../src/record/vaults.ts';
import type { Journal } from '../src/words/journal.ts';
import type { Reader } from '../src/words/reader.ts';
import { createDatabase, type TestServer } from './databases.ts';

export type TestRecord = {
  /** Superuser URL of the database. */
  adminUrl: string;
  folder: string;
  rootKey: Buffer;
  database: Database;
  vaults: Vaults;
  journal: Journal;
  reader: Reader;
  /** A second process's view: its own pool, caches and journal. */
  another(): Promise<{ database: Database; journal: Journal }>;
  close(): Promise<void>;
};

/** A Baton database of its own, under a new root key or a given one. */
export async function createRecord(server: TestServer, rootKey: Buffer = randomBytes(32)): Promise<TestRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-record-'));
  const base = await createDatabase(server);
  const open = () => openDatabase({ adminUrl: base.url, folder });
  const database = await open();
  const vaults = openVaults(database, rootKey);
  const others: Database[] = [];
  return {
    adminUrl: base.url,
    folder,
    rootKey,
    database,
    vaults,
    journal: openJournal(database, vaults),
    reader: openReader(database, vaults),
    async another() {
      const other = await open();
      others.push(other);
      return { database: other, journal: openJournal(other, openVaults(other, rootKey)) };
    },
    async close() {
      for (const one of [database, ...others]) await one.close();
      await base.drop();
      rmSync(folder, { recursive: true });
    },
  };
}
