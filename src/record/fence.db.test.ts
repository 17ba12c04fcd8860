import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServers } from '../../test/databases.ts';
import { createRecord, type TestRecord } from '../../test/record-databases.ts';
import { openDatabase } from './database.ts';
import { openingsBatch } from './journal.samples.ts';
import { migrate, migrations } from './migrate.ts';
import { roleNames } from './roles.ts';
import { describeSchema } from './schema.ts';

/** Tables outside the fence, and why. The only place that lists them. */
const UNFENCED = {
  workspace: 'ids and names, to list them',
  due: 'ids and times, to claim across workspaces',
  migration: 'nothing of a workspace',
  api_key: 'a key is looked up before its workspace is known',
};

describe.each(testServers())('fence on $name', (server) => {
  let record: TestRecord;
  let admin: pg.Client;
  let app: pg.Client;

  const connect = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    record = await createRecord(server);
    for (const workspace of ['mine', 'theirs']) {
      await record.journal.createWorkspace(workspace, workspace);
      await record.journal.turn(workspace, false, (turn) =>
        turn.commit(openingsBatch(0, workspace === 'mine' ? 1 : 1000, 3)),
      );
      await record.journal.storeRaw(workspace, [
        {
          id: `ar_${workspace}`,
          at: 1,
          source: 's',
          command: 'c',
          bodyHash: 'h',
          headers: {},
          body: new Uint8Array([1]),
        },
      ]);
    }
    admin = await connect(record.adminUrl);
    app = await connect(record.database.appUrl);
  });
  afterAll(async () => {
    await admin.end();
    await app.end();
    await record.close();
  });

  const fenced = async () => {
    const rows = await admin.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'baton'::regnamespace and relkind in ('r', 'p') order by 1",
    );
    return rows.rows.map((row) => row.name).filter((name) => !(name in UNFENCED));
  };

  it('has forced row-level security on every table but the listed ones', async () => {
    const rows = await admin.query<{ name: string; on: boolean; forced: boolean; policies: number }>(
      `select c.relname as name, c.relrowsecurity as on, c.relforcerowsecurity as forced, (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
       from pg_class c where c.relnamespace = 'baton'::regnamespace and c.relkind in ('r', 'p')`,
    );
    for (const row of rows.rows) {
      if (row.name in UNFENCED) continue;
      expect(row).toEqual({ name: row.name, on: true, forced: true, policies: 1 });
    }
    expect(rows.rows.map((row) => row.name)).toEqual(expect.arrayContaining(Object.keys(UNFENCED)));
  });

  it('starts every key of a fenced table with the workspace', async () => {
    const rows = await admin.query<{ name: string; first: string }>(
      `select i.indexrelid::regclass::text as name, a.attname as first from pg_index i join pg_class c on c.oid = i.indrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where c.relnamespace = 'baton'::regnamespace and i.indisunique and not (c.relname = any ($1))`,
      [Object.keys(UNFENCED)],
    );
    expect(rows.rows.filter((row) => row.first !== 'workspace_id')).toEqual([]);
  });

  it('gives the working roles no way around it', async () => {
    const rows = await admin.query(
      "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname in ('baton_app', 'baton_report') order by 1",
    );
    const weak = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    expect(rows.rows).toEqual([
      { rolname: 'baton_app', ...weak },
      { rolname: 'baton_report', ...weak },
    ]);
    const owned = await admin.query(
      "select count(*)::int as n from pg_class where relnamespace = 'baton'::regnamespace and pg_get_userbyid(relowner) <> 'baton_owner'",
    );
    expect(owned.rows).toEqual([{ n: 0 }]);
    await expect(app.query('set role baton_owner')).rejects.toThrow('permission denied');
    await expect(app.query('alter table baton.ledger disable row level security')).rejects.toThrow('must be owner');
    await expect(app.query('create table baton.mine (a int)')).rejects.toThrow('permission denied');
    const definers = await admin.query(
      "select proname from pg_proc where pronamespace = 'baton'::regnamespace and prosecdef",
    );
    expect(definers.rows).toEqual([]);
  });

  it('shows nothing without a workspace, and only its own rows inside one', async () => {
    for (const table of await fenced()) {
      await app.query('begin');
      expect((await app.query(`select * from baton.${table}`)).rowCount, table).toBe(0);
      await app.query("select set_config('app.workspace', 'mine', true)");
      const rows = await app.query<{ workspace_id: string }>(`select workspace_id from baton.${table}`);
      expect(rows.rowCount, table).toBeGreaterThan(0);
      expect(new Set(rows.rows.map((row) => row.workspace_id)), table).toEqual(new Set(['mine']));
      await app.query('commit');
      // After the transaction the setting reads as '' and must not match anything.
      expect((await app.query(`select * from baton.${table}`)).rowCount, table).toBe(0);
    }
  });

  it('refuses rows for another workspace', async () => {
    await app.query('begin');
    await app.query("select set_config('app.workspace', 'mine', true)");
    await expect(
      app.query("insert into baton.subject (workspace_id, id, type, doc) values ('theirs', 'su_x', 'lead', '{}')"),
    ).rejects.toThrow('row-level security');
    await app.query('rollback');
    await app.query('begin');
    await app.query("select set_config('app.workspace', 'mine', true)");
    expect((await app.query("update baton.handoff set owner = 'eve' where workspace_id = 'theirs'")).rowCount).toBe(0);
    await app.query('rollback');
  });

  it('keeps the ledger append-only for the application, and even for its owner', async () => {
    for (const statement of [
      "update baton.ledger set kind = 'x'",
      'delete from baton.ledger',
      'truncate baton.ledger',
    ]) {
      await expect(app.query(statement)).rejects.toThrow('permission denied');
      await expect(admin.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('lets reports read facts of one workspace, and nothing private', async () => {
    const report = await connect(record.database.reportUrl);
    try {
      await report.query('begin');
      await report.query("select set_config('app.workspace', 'mine', true)");
      expect((await report.query('select * from baton.handoff')).rowCount).toBe(3);
      await report.query('commit');
      expect((await report.query('select * from baton.handoff')).rowCount).toBe(0);
      for (const table of ['private_item', 'private_key', 'workspace_key', 'inbox', 'inbox_raw', 'subject_name']) {
        await expect(report.query(`select * from baton.${table}`)).rejects.toThrow('permission denied');
      }
      await expect(report.query('delete from baton.due')).rejects.toThrow('permission denied');
      await expect(report.query("select baton.claim_due(array['alarm'], 1, 1, null)")).rejects.toThrow(
        'permission denied',
      );
    } finally {
      await report.end();
    }
  });

  it('keeps names, fields, notes and raw bodies out of the database in clear', async () => {
    for (const table of [...(await fenced()), ...Object.keys(UNFENCED)]) {
      const rows = await admin.query<{ row: string }>(`select t::text as row from baton.${table} t`);
      const text = rows.rows.map((row) => row.row).join('\n');
      for (const fragment of ['person-1@company-1.example', 'Replace spreadsheets', 'A first look on Thursday'])
        expect(text, table).not.toContain(fragment);
    }
  });

  it('has the schema of the golden file', async () => {
    await expect(await describeSchema(admin)).toMatchFileSnapshot('./schema.golden.txt');
  });

  it('opens an existing database without a change, and for several processes at once', async () => {
    const before = await describeSchema(admin);
    const opened = await Promise.all(
      [1, 2, 3].map(() => openDatabase({ adminUrl: record.adminUrl, folder: record.folder })),
    );
    for (const database of opened) await database.close();
    expect(await describeSchema(admin)).toBe(before);
  });

  it('refuses a migration that was changed, and a database that is newer', async () => {
    const steps = migrations();
    const changed = steps.map((step, i) => (i === 1 ? { ...step, hash: 'other' } : step));
    await expect(migrate(admin, roleNames(''), changed)).rejects.toThrow('was changed after it ran');
    await expect(migrate(admin, roleNames(''), steps.slice(0, 2))).rejects.toThrow('newer than this Baton');
  });

  it('numbers migrations without a gap and puts no role name into them', () => {
    for (const step of migrations())
      expect(readFileSync(new URL(`./migrations/${step.name}.sql`, import.meta.url), 'utf8')).not.toMatch(
        /baton_(app|owner|report)/,
      );
  });

  it('tells an administrator without rights what to do', async () => {
    const name = `weak_${Math.abs(record.folder.split('').reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000, 7))}`;
    await admin.query(`create role ${name} login password 'weak'`);
    try {
      const url = new URL(record.adminUrl);
      url.username = name;
      url.password = 'weak';
      await expect(
        openDatabase({ adminUrl: url.toString(), folder: record.folder, roleSuffix: '_weak' }),
      ).rejects.toThrow("may not set up Baton's roles");
    } finally {
      await admin.query(`drop role ${name}`);
    }
  });
});
