import { appendFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord, type TestRecord } from '../../test/record-databases.ts';
import type { HandoffRow } from '../words/journal.ts';
import { chainHash, genesisHash } from './chain.ts';
import { openingsBatch, sampleBatch, sampleEvent, sampleHandoff, sampleRow } from './journal.samples.ts';
import { exportLedger, readSeals, sealLedger, sealsPath, verifyLedger } from './ledger.ts';
import { type Fold, rebuild } from './rebuild.ts';

describe.each(testServers())('ledger on $name', (server) => {
  let record: TestRecord;
  let admin: pg.Client;
  let w = '';
  let count = 0;

  beforeAll(async () => {
    record = await createRecord(server);
    admin = new pg.Client({ connectionString: record.adminUrl });
    await admin.connect();
  });
  beforeEach(async () => {
    count += 1;
    w = `l${count}`;
    await record.journal.createWorkspace(w, w);
    await record.journal.turn(w, false, (turn) => turn.commit(openingsBatch(0, 1, 4)));
  });
  afterEach(() => admin.query('alter table baton.ledger enable trigger append_only'));
  afterAll(async () => {
    await admin.end();
    await record.close();
  });

  const verify = () => verifyLedger(record.database, record.vaults, w, readSeals(record.folder));
  const tamper = async (statement: string) => {
    await admin.query('alter table baton.ledger disable trigger append_only');
    await admin.query(statement);
  };

  it('verifies, items included, and still after an erasure', async () => {
    expect(await verify()).toMatchObject({ events: 8, items: 4, itemsGone: 0, problems: [] });
    const { subject } = sampleHandoff(2);
    await record.journal.turn(w, false, (turn) =>
      turn.commit(
        sampleBatch(8, { events: [sampleEvent(9, 9, { kind: 'subject-erased', subject })], erase: [subject] }),
      ),
    );
    expect(await verify()).toMatchObject({ events: 9, items: 3, itemsGone: 1, problems: [] });
  });

  it.each([
    [
      'a changed body',
      (ws: string) =>
        `update baton.ledger set body = replace(body, 'mid-market', 'enterprise') where workspace_id = '${ws}' and seq = 3`,
      'Event 3 does not follow',
    ],
    [
      'a changed hash',
      (ws: string) => `update baton.ledger set hash = '\\x00' where workspace_id = '${ws}' and seq = 4`,
      'Event 4 does not follow',
    ],
    [
      'a missing event',
      (ws: string) => `delete from baton.ledger where workspace_id = '${ws}' and seq = 5`,
      'Event 5 is missing',
    ],
    [
      'a cut end',
      (ws: string) => `delete from baton.ledger where workspace_id = '${ws}' and seq = 8`,
      'the ledger ends at 7',
    ],
    [
      'a wrong copy',
      (ws: string) => `update baton.ledger set kind = 'handoff-closed' where workspace_id = '${ws}' and seq = 2`,
      'is filed as handoff-closed',
    ],
    [
      'a moved head',
      (ws: string) => `update baton.workspace_head set hash = '\\x00' where workspace_id = '${ws}'`,
      "head's hash",
    ],
    [
      'a private item put elsewhere',
      (ws: string) =>
        `update baton.private_item i set body = j.body from baton.private_item j where i.workspace_id = '${ws}' and j.workspace_id = '${ws}' and i.seq = 1 and j.seq = 3`,
      'cannot be decrypted',
    ],
    [
      'a private item of another event',
      (ws: string) => `update baton.private_item set seq = 2 where workspace_id = '${ws}' and seq = 1`,
      'does not commit to',
    ],
  ])('finds %s', async (_name, statement, sentence) => {
    await tamper(statement(w));
    expect((await verify()).problems.join('\n')).toContain(sentence);
  });

  it('finds a ledger that was rewritten whole, by its seal', async () => {
    const seal = await sealLedger(record.database, w, record.folder, 77);
    expect(seal).toMatchObject({ workspace: w, seq: 8, at: 77 });
    await record.journal.turn(w, false, (turn) => turn.commit(openingsBatch(8, 20, 1)));
    expect(await verify()).toMatchObject({ events: 10, sealsChecked: 1, problems: [] });
    const rows = await admin.query<{ seq: number; body: string }>(
      'select seq::int, body from baton.ledger where workspace_id = $1 order by seq',
      [w],
    );
    let hash = genesisHash(w);
    for (const row of rows.rows) {
      const body = row.body.replaceAll('"sender":"ana"', '"sender":"eve"');
      hash = chainHash(hash, body);
      await admin.query('alter table baton.ledger disable trigger append_only');
      await admin.query(
        "update baton.ledger set body = $1, hash = decode($2, 'hex') where workspace_id = $3 and seq = $4",
        [body, hash, w, row.seq],
      );
    }
    await admin.query("update baton.workspace_head set hash = decode($1, 'hex') where workspace_id = $2", [hash, w]);
    expect((await verify()).problems).toEqual([expect.stringContaining('Event 8 is not the one that was sealed')]);
  });

  it('reads seals past a line that a crash tore', async () => {
    await sealLedger(record.database, w, record.folder, 1);
    const before = readSeals(record.folder);
    appendFileSync(sealsPath(record.folder), '{"workspace":"l1","se');
    expect(readSeals(record.folder)).toEqual(before);
    appendFileSync(sealsPath(record.folder), 'q":1,"hash":"00","at":1}\n');
    expect(readSeals(record.folder).length).toBe(before.length + 1);
  });

  it('exports rows that verify without the database', async () => {
    let text = '';
    const rows = await exportLedger(record.database, w, (chunk) => {
      text += chunk;
    });
    expect(rows).toBe(8);
    let hash = genesisHash(w);
    for (const line of text.trimEnd().split('\n')) {
      const said = (JSON.parse(line) as { hash: string }).hash;
      const body = line.slice(line.indexOf('"body":') + 7, -1);
      hash = chainHash(hash, body);
      expect(said).toBe(hash);
    }
    expect(hash).toBe((await record.reader.head(w)).hash);
    expect(text).not.toContain('Replace spreadsheets');
  });

  describe('rebuild', () => {
    const batch = openingsBatch(0, 1, 4);
    /** The sample's own fold: every opening leaves the rows that the sample made for it. */
    const fold: Fold = async function* (events) {
      const opened = new Set<string>();
      for await (const { event } of events) if (event.kind === 'handoff-opened') opened.add(event.handoff);
      const rows: HandoffRow[] = batch.handoffs.filter((row) => opened.has(row.id));
      for (const row of rows) yield { table: 'handoff', row };
      for (const row of batch.tasks) yield { table: 'task', row };
      for (const row of batch.standing) yield { table: 'standing', row };
      for (const row of batch.duePut) if (row.kind === 'alarm') yield { table: 'alarm', row };
    };

    it('finds equal rows equal', async () => {
      expect(await rebuild(record.database, w, fold, { check: true })).toEqual({
        rows: { handoff: 4, task: 8, standing: 2, alarm: 4 },
        differences: [],
        differing: 0,
        replaced: false,
      });
    });

    it('names rows that differ, are missing or too many, and then repairs them', async () => {
      const [first, second] = batch.handoffs as [HandoffRow, HandoffRow];
      await admin.query("update baton.handoff set owner = 'eve' where workspace_id = $1 and id = $2", [w, first.id]);
      await admin.query('delete from baton.handoff where workspace_id = $1 and id = $2', [w, second.id]);
      await record.journal.turn(w, false, (turn) =>
        turn.commit(
          sampleBatch(8, {
            handoffs: [sampleRow(sampleHandoff(99))],
            duePut: [{ kind: 'alarm', row: 'stray', dueAt: 1 }],
          }),
        ),
      );
      await admin.query("update baton.standing set doc = '{}' where workspace_id = $1 and key = 'load/ben'", [w]);
      const report = await rebuild(record.database, w, fold, { check: true });
      expect(report.differences).toEqual([
        `handoff ${first.id} differs: owner is "eve", should be "ana".`,
        `handoff ${second.id} is missing.`,
        expect.stringContaining('standing load/ben differs: doc.open is undefined'),
        `handoff ${sampleHandoff(99).id} does not follow from the ledger.`,
        'alarm stray does not follow from the ledger.',
      ]);
      expect(await rebuild(record.database, w, fold, { check: false })).toMatchObject({ differing: 5, replaced: true });
      expect(await rebuild(record.database, w, fold, { check: true })).toMatchObject({ differing: 0 });
      expect((await verify()).problems).toEqual([]);
    });
  });
});
