import { openMemoryJournal } from './memory.ts';
import { openMemoryReader } from './memory-reader.ts';
import { readerContract } from './reader.contract.ts';

readerContract('in memory', async () => {
  const journal = openMemoryJournal({ now: () => 1_790_000_000_000 });
  return { journal, reader: openMemoryReader(journal.state), close: () => journal.close() };
});
