import { describe } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord } from '../../test/record-databases.ts';
import { journalContract } from './journal.contract.ts';
import { readerContract } from './reader.contract.ts';

describe.each(testServers())('$name', (server) => {
  journalContract('PostgreSQL', () => createRecord(server));
  readerContract('PostgreSQL', () => createRecord(server));
});
