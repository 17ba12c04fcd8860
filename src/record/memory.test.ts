import { describe, expect, it } from 'vitest';
import { Fault } from '../words/fault.ts';
import { NO_NEEDS } from '../words/journal.ts';
import { journalContract } from './journal.contract.ts';
import { openingsBatch, sampleBatch, sampleEvent } from './journal.samples.ts';
import { openMemoryJournal } from './memory.ts';

const open = () => openMemoryJournal({ now: () => 1_790_000_000_000 });

journalContract('in memory', async () => {
  const journal = open();
  return { journal, close: () => journal.close() };
});

describe('in-memory twin', () => {
  it('gives the same hash for the same batches', async () => {
    const hashes = await Promise.all(
      [1, 2].map(async () => {
        const journal = open();
        await journal.createWorkspace('w', 'W');
        await journal.turn('w', false, (turn) => turn.commit(openingsBatch(0, 1, 3)));
        return journal.snapshot('w').hash;
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('fails as ordered, once', async () => {
    const journal = open();
    await journal.createWorkspace('w', 'W');
    const commit = (seq: number) =>
      journal.turn('w', false, (turn) =>
        turn.commit(sampleBatch(seq, { events: [sampleEvent(seq + 1, seq, { kind: 'clock-jumped', byMs: 1 })] })),
      );
    journal.failNext('moved');
    expect(await commit(0)).toEqual({ outcome: 'moved' });
    journal.failNext('torn');
    await expect(commit(0)).rejects.toThrow(Fault);
    expect(journal.snapshot('w').seq).toBe(0);
    journal.failNext('lost-answer');
    await expect(commit(0)).rejects.toThrow(Fault);
    expect(journal.snapshot('w').seq).toBe(1);
    expect(await commit(1)).toEqual({ outcome: 'committed', seq: 2 });
  });

  it('hands out copies: changing what was loaded changes nothing', async () => {
    const journal = open();
    await journal.createWorkspace('w', 'W');
    await journal.turn('w', false, (turn) => turn.commit(openingsBatch(0, 1, 1)));
    const read = () => journal.turn('w', false, (turn) => turn.load({ ...NO_NEEDS, people: ['ana'] }, 0));
    const first = await read();
    for (const handoff of first.handoffs.values()) handoff.stage = 'closed';
    expect([...(await read()).handoffs.values()].map((handoff) => handoff.stage)).toEqual(['offered']);
  });
});
