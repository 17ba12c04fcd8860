import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord, type TestRecord } from '../../test/record-databases.ts';
import { backup, DATA_TABLES, KEY_TABLES } from './backup.ts';
import { openingsBatch, sampleBatch, sampleEvent, sampleHandoff } from './journal.samples.ts';
import { verifyLedger } from './ledger.ts';
import { restore, verifyBackup } from './restore.ts';

describe.each(testServers())('backup on $name', (server) => {
  let record: TestRecord;
  let path: string;

  const all = async (adminUrl: string) => {
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    try {
      const rows: Record<string, string[]> = {};
      for (const table of ['workspace', ...DATA_TABLES, ...KEY_TABLES]) {
        rows[table] = (
          await admin.query<{ row: string }>(`select t::text as row from baton.${table} t order by 1`)
        ).rows.map((one) => one.row);
      }
      return rows;
    } finally {
      await admin.end();
    }
  };

  beforeAll(async () => {
    record = await createRecord(server);
    path = join(record.folder, 'monday.baton');
    const odd = 'a\\b "c" \u0001 🙂\u2028';
    for (const [i, workspace] of ['one', 'two', 'empty'].entries()) {
      await record.journal.createWorkspace(workspace, `Workspace ${odd}`);
      if (workspace === 'empty') continue;
      for (let n = 0; n < 3; n++)
        await record.journal.turn(workspace, false, (turn) =>
          turn.commit(openingsBatch(n * 200, i * 10_000 + n * 100, 100)),
        );
      await record.journal.storeRaw(workspace, [
        { id: 'ar_raw', at: 1, source: 's', command: odd, bodyHash: 'h', headers: { odd }, body: randomBytes(99) },
      ]);
    }
    const { subject } = sampleHandoff(3);
    await record.journal.turn('one', false, (turn) =>
      turn.commit(
        sampleBatch(600, { events: [sampleEvent(601, 9, { kind: 'subject-erased', subject })], erase: [subject] }),
      ),
    );
    await backup(record.database, path, 1_790_000_000_000);
  });
  afterAll(() => record.close());

  it('knows every table of the schema', async () => {
    const admin = new pg.Client({ connectionString: record.adminUrl });
    await admin.connect();
    const tables = await admin.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'baton'::regnamespace and relkind in ('r', 'p')",
    );
    await admin.end();
    expect([...DATA_TABLES, ...KEY_TABLES, 'workspace', 'migration'].sort()).toEqual(
      tables.rows.map((row) => row.name).sort(),
    );
  });

  it('verifies without a database, with and without the root key', async () => {
    expect(await verifyBackup(path, record.rootKey)).toMatchObject({ events: 1201, items: 599, problems: [] });
    expect(await verifyBackup(path)).toMatchObject({ events: 1201, items: 599, problems: [] });
    await expect(verifyBackup(path, randomBytes(32))).rejects.toThrow('The root key does not open');
  });

  it('keeps the keys in a file of their own, readable by its owner only, and no draft behind', () => {
    const [data, keys] = [path, `${path}.keys`].map((file) => gunzipSync(readFileSync(file)).toString('utf8')) as [
      string,
      string,
    ];
    expect(data).not.toContain('"wrapped"');
    expect(keys).toContain('"wrapped"');
    for (const file of [path, `${path}.keys`]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(existsSync(`${file}.draft`)).toBe(false);
    }
    expect(data + keys).not.toContain('company-12.example');
  });

  it('restores equal rows that verify, decrypt and go on', async () => {
    const other = await createRecord(server, record.rootKey);
    try {
      const report = await restore(other.database, path);
      expect(report.workspaces.map((one) => [one.id, one.seq])).toEqual([
        ['one', 601],
        ['two', 600],
        ['empty', 0],
      ]);
      expect(report.rows).toMatchObject({ ledger: 1201, handoff: 600, private_item: 599, inbox_raw: 2 });
      expect(await all(other.adminUrl)).toEqual(await all(record.adminUrl));
      expect((await verifyLedger(other.database, other.vaults, 'one')).problems).toEqual([]);
      const { id, context } = sampleHandoff(1);
      expect((await other.reader.handoff('one', id))?.private[context.ref]).toMatchObject({
        fields: { company: 'Company 1' },
      });
      expect(await other.journal.turn('one', false, (turn) => turn.commit(openingsBatch(601, 900, 1)))).toEqual({
        outcome: 'committed',
        seq: 603,
      });
      await expect(restore(other.database, path)).rejects.toThrow('The database is not empty');
    } finally {
      await other.close();
    }
  });

  it.each([
    ['a cut file', (bytes: Buffer) => bytes.subarray(0, bytes.length - 200), 'cannot be unpacked'],
    [
      'a changed row',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString('utf8').replace('mid-market', 'Mid-market')),
      'its content was changed',
    ],
    [
      'a missing end',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString('utf8').split('\n').slice(0, -2).join('\n')),
      'its end is missing',
    ],
    ['something else', () => gzipSync('{"hello":1}\n'), 'it does not start like one'],
    ['no gzip', () => Buffer.from('hello'), 'cannot be unpacked'],
  ])('refuses %s, and restores none of it', async (_name, spoil, sentence) => {
    const spoilt = join(record.folder, 'spoilt.baton');
    writeFileSync(spoilt, spoil(readFileSync(path)));
    writeFileSync(`${spoilt}.keys`, readFileSync(`${path}.keys`));
    await expect(verifyBackup(spoilt)).rejects.toThrow(sentence);
    const other = await createRecord(server, record.rootKey);
    try {
      await expect(restore(other.database, spoilt)).rejects.toThrow(sentence);
      expect(await other.journal.workspaces()).toEqual([]);
      expect(Object.values(await all(other.adminUrl)).flat()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('refuses the two files of different backups, and the files the wrong way round', async () => {
    const mixed = join(record.folder, 'mixed.baton');
    await backup(record.database, mixed, 1_790_000_000_001);
    writeFileSync(mixed, readFileSync(path));
    expect((await verifyBackup(mixed)).problems).toEqual([expect.stringContaining('belongs to another backup')]);
    writeFileSync(mixed, readFileSync(`${path}.keys`));
    await expect(verifyBackup(mixed)).rejects.toThrow('it holds the keys, not the data');
  });

  it('tells a file that is not there by its name', async () => {
    await expect(verifyBackup(join(record.folder, 'nowhere'))).rejects.toThrow('nowhere');
  });
});
