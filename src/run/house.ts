// run: puts the house together: the database (embedded, joined or your own), the journal on it, and the live corridor.
// Everything that opens here is closed again by `close`, in the opposite order.

import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../record/database.ts';
import { openDatabase } from '../record/database.ts';
import { joinEmbedded, startEmbedded } from '../record/embedded.ts';
import { FolderHeld } from '../record/embedded-lock.ts';
import { openJournal } from '../record/journal.ts';
import { openKeyStore } from '../record/keys.ts';
import { openReader } from '../record/reader.ts';
import { rootKeyFrom } from '../record/vault.ts';
import type { Vaults } from '../record/vaults.ts';
import { openVaults } from '../record/vaults.ts';
import type { Journal } from '../words/journal.ts';
import type { KeyStore } from '../words/key.ts';
import type { Reader } from '../words/reader.ts';
import type { DatabaseClock } from './clock.ts';
import { startClockFrom } from './clock.ts';
import type { Live } from './live.ts';
import { startLive } from './live.ts';
import type { Shelf } from './shelf.ts';
import { newShelf } from './shelf.ts';

export type HouseOptions = {
  /** The data folder: the embedded database, the root key, mail, seals. */
  folder: string;
  /** Use the database of a Baton that runs on this folder, instead of refusing: for commands beside it. */
  join?: boolean;
  /** Your own PostgreSQL instead of the embedded one. */
  databaseUrl?: string;
  /** The database on the server; for tests that share one. */
  database?: string;
  roleSuffix?: string;
  log(line: string): void;
  /** Called after each commit of this process: something may be due, or heard. */
  onCommit?(dueChanged: boolean): void;
};

export type House = {
  folder: string;
  database: Database;
  vaults: Vaults;
  journal: Journal;
  reader: Reader;
  keys: KeyStore;
  clock: DatabaseClock;
  shelf: Shelf;
  live: Live;
  /** embedded: started here; joined: of another process on the same folder; own: DATABASE_URL. */
  kind: 'embedded' | 'joined' | 'own';
  /** A secret for one purpose, derived from the root key: the same in every process of an installation. */
  secret(purpose: string): Uint8Array;
  close(): Promise<void>;
};

/** Opens the record and the corridor. The embedded database of a folder has one owner; commands may join it. */
export async function openHouse(options: HouseOptions): Promise<House> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const server = await openServer(options);
  try {
    const database = await openDatabase({
      adminUrl: server.adminUrl,
      folder: options.folder,
      ...(server.database === undefined ? {} : { database: server.database }),
      ...(options.roleSuffix === undefined ? {} : { roleSuffix: options.roleSuffix }),
    });
    const rootKey = rootKeyFrom(join(options.folder, 'root.key'));
    const vaults = openVaults(database, rootKey);
    const journal = openJournal(database, vaults);
    const clock = await startClockFrom(() => journal.now());
    const shelf = newShelf();
    const live = startLive({
      journal,
      shelf,
      clock,
      ...(options.onCommit === undefined ? {} : { onCommit: options.onCommit }),
    });
    return {
      folder: options.folder,
      database,
      vaults,
      journal,
      reader: openReader(database, vaults),
      keys: openKeyStore(database),
      clock,
      shelf,
      live,
      kind: server.kind,
      secret: (purpose) => createHmac('sha256', rootKey).update(`baton ${purpose}`).digest(),
      async close() {
        await live.stop();
        await journal.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

type Server = { adminUrl: string; database?: string; kind: House['kind']; stop(): Promise<void> };

const EMBEDDED_DATABASE = 'baton';

async function openServer(options: HouseOptions): Promise<Server> {
  const nothing = async (): Promise<void> => undefined;
  if (options.databaseUrl !== undefined) {
    return {
      adminUrl: options.databaseUrl,
      kind: 'own',
      stop: nothing,
      ...(options.database === undefined ? {} : { database: options.database }),
    };
  }
  const database = options.database ?? EMBEDDED_DATABASE;
  try {
    const embedded = await startEmbedded({ dataFolder: options.folder, log: options.log });
    return { adminUrl: embedded.adminUrl, database, kind: 'embedded', stop: () => embedded.stop() };
  } catch (error) {
    if (!(error instanceof FolderHeld) || options.join !== true) throw error;
    const running = await joinEmbedded(options.folder);
    if (running === undefined) throw error;
    return { adminUrl: running.adminUrl, database, kind: 'joined', stop: nothing };
  }
}
