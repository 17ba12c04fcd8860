import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord, type TestRecord } from '../../test/record-databases.ts';
import type { Journal } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import { openingsBatch, sampleBatch, sampleEntry, sampleEvent } from './journal.samples.ts';
import { verifyLedger } from './ledger.ts';

describe.each(testServers())('two processes on $name', (server) => {
  let record: TestRecord;
  let journals: Journal[];

  beforeAll(async () => {
    record = await createRecord(server);
    journals = [record.journal, (await record.another()).journal];
  });
  afterAll(() => record.close());

  it('decides 200 concurrent commands once each, in one dense order', async () => {
    await record.journal.createWorkspace('dense', 'Dense');
    const decide = async (n: number) => {
      const journal = journals[n % 2] ?? record.journal;
      const command = `key-ana/events/${n >> 1}`;
      return journal.turn('dense', n % 3 === 0, async (turn) => {
        for (;;) {
          const loaded = await turn.load({ ...NO_NEEDS, commands: [command] }, 0);
          if (loaded.answers.has(command)) return 'repeated';
          const seq = loaded.seq + 1;
          const done = await turn.commit(
            sampleBatch(loaded.seq, {
              entries: [sampleEntry(n, { command })],
              events: [sampleEvent(seq, n, { kind: 'clock-jumped', byMs: n >> 1 })],
            }),
          );
          if (done.outcome === 'committed') return 'decided';
        }
      });
    };
    // Each of 100 commands comes twice, once to each process.
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, n) => decide(n)));
    expect(outcomes.filter((one) => one === 'decided').length).toBe(100);
    const events = await record.journal.eventsAfter('dense', 0, 1000);
    expect(events.map((one) => one.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(new Set(events.map((one) => (one.event.kind === 'clock-jumped' ? one.event.byMs : -1))).size).toBe(100);
    expect((await verifyLedger(record.database, record.vaults, 'dense')).problems).toEqual([]);
  });

  it('claims each due row for one worker only', async () => {
    await record.journal.createWorkspace('claims', 'Claims');
    const rows = Array.from({ length: 300 }, (_, i) => ({ kind: 'alarm' as const, row: `r${i}`, dueAt: i }));
    await record.journal.turn('claims', false, (turn) => turn.commit(sampleBatch(0, { duePut: rows })));
    const claims = (
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          (journals[i % 2] ?? record.journal).claim(['alarm'], 10, 30_000, ['claims']),
        ),
      )
    ).flat();
    expect(claims.length).toBe(300);
    expect(new Set(claims.map((claim) => claim.row)).size).toBe(300);
    expect(new Set(claims.map((claim) => claim.fence)).size).toBe(300);
  });

  it('writes under the key of a person whom the other process met first, and not under one that it erased', async () => {
    await record.journal.createWorkspace('keys', 'Keys');
    const [one, other] = journals as [Journal, Journal];
    const item = (ref: string) => ({ ref, of: { subject: 'su_k' }, kind: 'note' as const, body: `about ${ref}` });
    const commit = (journal: Journal, seq: number, ref: string, erase: string[] = []) =>
      journal.turn('keys', seq % 2 === 0, (turn) =>
        turn.commit(
          sampleBatch(seq, {
            events: [sampleEvent(seq + 1, seq, { kind: 'clock-jumped', byMs: seq })],
            private: ref === '' ? [] : [item(ref)],
            erase,
          }),
        ),
      );
    await commit(one, 0, 'px_1');
    await commit(other, 1, 'px_2');
    await commit(one, 2, 'px_3');
    expect([...(await record.reader.privateItems('keys', ['px_1', 'px_2', 'px_3'])).values()]).toEqual([
      'about px_1',
      'about px_2',
      'about px_3',
    ]);
    await commit(other, 3, '', ['su_k']);
    await commit(one, 4, 'px_5');
    await commit(other, 5, 'px_6');
    expect([...(await record.reader.privateItems('keys', ['px_1', 'px_5', 'px_6']))]).toEqual([
      ['px_5', 'about px_5'],
      ['px_6', 'about px_6'],
    ]);
    expect((await verifyLedger(record.database, record.vaults, 'keys')).problems).toEqual([]);
  });

  it('recovers by itself when the server ends its sessions, and says that a request can be sent again', async () => {
    await record.journal.createWorkspace('cut', 'Cut');
    await Promise.all(Array.from({ length: 5 }, () => record.journal.now()));
    const admin = new pg.Client({ connectionString: record.adminUrl });
    await admin.connect();
    const inside = record.journal.turn('cut', true, async (turn) => {
      await turn.load(NO_NEEDS, 0);
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'baton_app'",
      );
      return turn.commit(openingsBatch(0, 1, 1));
    });
    await expect(inside).rejects.toMatchObject({ name: 'Fault', code: 'record/unavailable', retry: true });
    await admin.end();
    // Idle connections that were ended may each fail one call before the pool has replaced them.
    let alive = false;
    for (let i = 0; i < 20 && !alive; i++)
      alive = await record.journal.now().then(
        () => true,
        () => false,
      );
    expect(alive).toBe(true);
    expect(await record.journal.turn('cut', true, (turn) => turn.commit(openingsBatch(0, 1, 1)))).toEqual({
      outcome: 'committed',
      seq: 2,
    });
  });
});
