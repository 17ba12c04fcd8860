import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord, type TestRecord } from '../../test/record-databases.ts';
import { DAY } from '../words/time.ts';
import {
  openingsBatch,
  sampleArrival,
  sampleBatch,
  sampleEntry,
  sampleEvent,
  sampleHandoff,
  sampleRow,
} from './journal.samples.ts';
import { openJournal } from './journal.ts';
import { verifyLedger } from './ledger.ts';
import { listenForWork } from './listen.ts';
import { retain, TIMETABLE } from './retain.ts';

describe.each(testServers())('housekeeping on $name', (server) => {
  let record: TestRecord;
  const startedAt = 1_800_000_000_000;

  beforeAll(async () => {
    record = await createRecord(server);
  });
  afterAll(() => record.close());

  it('removes what is past its time, and nothing that still waits', async () => {
    const w = 'kept';
    await record.journal.createWorkspace(w, w);
    const raw = (n: number) => ({
      id: sampleArrival(n),
      at: startedAt,
      source: 's',
      command: `c${n}`,
      bodyHash: 'h',
      headers: {},
      body: new Uint8Array([n]),
    });
    // 0 to 2: decided webhooks with their bodies; 3: a webhook that nobody decided yet.
    await record.journal.storeRaw(w, [0, 1, 2, 3].map(raw));
    const opened = openingsBatch(0, 0, 3);
    await record.journal.turn(w, false, (turn) =>
      turn.commit({ ...opened, dueDrop: [0, 1, 2].map((n) => ({ kind: 'webhook', row: sampleArrival(n) })) }),
    );
    const aside = sampleEntry(50, {
      answer: { result: 'set-aside', arrival: sampleArrival(50), reason: 'a bug' },
      input: {},
    });
    const closed = sampleHandoff(1, { stage: 'closed', closedAt: startedAt });
    const message = (n: number) => `ms_${sampleHandoff(n).id.slice(3)}`;
    await record.journal.turn(w, false, (turn) =>
      turn.commit(
        sampleBatch(6, {
          entries: [aside, sampleEntry(51)],
          events: [sampleEvent(7, 51, { kind: 'clock-jumped', byMs: 1 })],
          handoffs: [sampleRow(closed)],
          messageStates: [
            { id: message(0), state: 'delivered', at: startedAt },
            { id: message(1), state: 'dead', reason: 'gone', at: startedAt },
          ],
          dueDrop: [0, 1].map((n) => ({ kind: 'message', row: message(n) })),
        }),
      ),
    );
    const at = (days: number) => retain(record.database, w, TIMETABLE, startedAt + days * DAY);
    expect(await at(6)).toEqual({ inbox_raw: 0, inbox: 0, outbox: 0, notice: 0, private_item: 0 });
    // The answer without a stored body goes after a week; those of webhooks stay with their bodies.
    expect(await at(8)).toEqual({ inbox_raw: 0, inbox: 1, outbox: 0, notice: 0, private_item: 0 });
    expect(await at(31)).toEqual({ inbox_raw: 3, inbox: 3, outbox: 0, notice: 0, private_item: 0 });
    expect((await record.reader.setAside(w, 9)).length).toBe(1);
    expect(await at(91)).toEqual({ inbox_raw: 0, inbox: 1, outbox: 1, notice: 3, private_item: 0 });
    expect(await record.journal.readRaw(w, sampleArrival(3))).toBeDefined();
    expect((await record.reader.counts(w)).deadMessages).toBe(1);
    // After two years the closed handoff's context goes, those of live ones stay.
    expect(await at(731)).toEqual({ inbox_raw: 0, inbox: 0, outbox: 0, notice: 0, private_item: 1 });
    expect(
      (
        await record.reader.privateItems(
          w,
          [0, 1, 2].map((n) => sampleHandoff(n).context.ref),
        )
      ).size,
    ).toBe(2);
    expect((await verifyLedger(record.database, record.vaults, w)).problems).toEqual([]);
  });

  it('goes through more rows than one transaction takes', async () => {
    const w = 'many';
    await record.journal.createWorkspace(w, w);
    for (let n = 0; n < 5; n++)
      await record.journal.turn(w, false, (turn) => turn.commit(openingsBatch(n * 1000, n * 500, 500)));
    expect(await retain(record.database, w, TIMETABLE, startedAt + 8 * DAY)).toMatchObject({ inbox: 2500 });
  });

  it('tells another process which workspace was written to', async () => {
    const heard: (string | undefined)[] = [];
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const listening = listenForWork(record.database.appUrl, (workspace) => {
      heard.push(workspace);
      tell();
    });
    await listening.ready;
    try {
      await record.journal.createWorkspace('loud', 'Loud');
      await openJournal(record.database, record.vaults, { notify: true }).turn('loud', false, (turn) =>
        turn.commit(openingsBatch(0, 0, 1)),
      );
      await told;
      expect(heard).toEqual(['loud']);
    } finally {
      await listening.stop();
    }
  });
});
