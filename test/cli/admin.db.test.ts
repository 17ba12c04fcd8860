// The operator's commands on a real database: from an empty folder to a workspace that verifies, is backed up, restored and
// has forgotten somebody.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase, testServers } from '../databases.ts';
import { type Ran, runBaton } from './run-baton.ts';

describe.each(testServers())('operator commands on $name', (server) => {
  let database: TestDatabase;
  let cwd: string;

  beforeAll(async () => {
    database = await createDatabase(server);
    cwd = mkdtempSync(join(tmpdir(), 'baton-admin-'));
    const made = await baton(
      'init',
      '--name',
      'My company',
      '--person',
      'ana',
      '--person-name',
      'Ana Silva',
      '--team',
      'Sales',
      '--zone',
      'Europe/Berlin',
    );
    expect([made.code, made.err]).toEqual([0, expect.stringContaining('Next: baton import people')]);
  });
  afterAll(async () => {
    await database.drop();
    rmSync(cwd, { recursive: true });
  });

  const path = (name: string) => join(cwd, name);
  const baton = (...words: string[]): Promise<Ran> =>
    runBaton(words, { cwd, env: { BATON_DATA: join(cwd, 'data'), DATABASE_URL: database.url } });
  const json = async (...words: string[]): Promise<unknown> => JSON.parse((await baton(...words, '--json')).out);

  test('init leaves a key for this user alone, settings and a policy that can be published', async () => {
    const settings = JSON.parse(readFileSync(path('.baton.json'), 'utf8')) as { keyFile: string };
    expect(statSync(settings.keyFile).mode & 0o777).toBe(0o600);
    expect((await baton('init', '--name', 'My company', '--person', 'x', '--team', 'y')).code).toBe(4);
    expect((await baton('init')).code).toBe(2);
    expect((await baton('policy', 'check', path('policy.yaml'), '--people')).code).toBe(0);
    expect(await json('policy', 'publish', path('policy.yaml'), '--dry-run')).toMatchObject({ dryRun: true });
    expect(await json('policy', 'publish', path('policy.yaml'))).toMatchObject({ unchanged: false });
    expect(await json('policy', 'publish', path('policy.yaml'))).toMatchObject({ unchanged: true });
    writeFileSync(path('broken.yaml'), 'baton: 1\n');
    expect((await baton('policy', 'publish', path('broken.yaml'))).code).toBe(3);
  });

  test('imports take a mapping or flags, count, and put rejected rows into a file', async () => {
    writeFileSync(
      path('people.csv'),
      'person,name,roles,zone\nben,Ben,ae,Europe/Berlin\ncleo,Cleo,ae;lead,Mars/Base\n',
    );
    const people = await baton('import', 'people', path('people.csv'), '--rejects', path('people.rejects.csv'));
    expect([people.code, people.out]).toEqual([3, expect.stringContaining('2 rows read, 1 rejected\n  1 new')]);
    expect(readFileSync(path('people.rejects.csv'), 'utf8')).toContain('""Mars/Base"" is not a time zone');
    writeFileSync(path('leads.csv'), 'lead_id,mail,seats\n1,Jo@acme.example,40\n');
    const flags = ['--map', 'id=lead_id', '--map', 'email=mail', '--rest', 'fields'];
    expect(await json('import', 'leads', path('leads.csv'), ...flags)).toMatchObject({
      rows: { read: 1, rejected: 0 },
      things: { created: 1 },
    });
    expect((await baton('import', 'leads', path('leads.csv'), ...flags, '--plain')).out).toContain('unchanged\t1\n');
    writeFileSync(path('dates.csv'), 'id,when\n1,03/04/2018\n');
    const dated = await baton('import', 'leads', path('dates.csv'), '--map', 'id=id', '--map', 'stage=nope');
    expect([dated.code, dated.err]).toEqual([2, expect.stringContaining('has no column "nope"')]);
  });

  test('calendars and pools are shown; unknown people end with 6', async () => {
    expect(await json('calendar', 'show', 'ana')).toMatchObject({ zone: 'Europe/Berlin' });
    const next = await baton('calendar', 'next', 'ana', '--after', '4h', '--from', '2026-11-23T09:00+01:00');
    expect(next.out).toContain('13:00');
    expect((await baton('calendar', 'check')).out).toMatch(/^All \d+ calendars open\.\n$/);
    expect((await baton('calendar', 'show', 'zoe')).code).toBe(6);
    expect(await json('pool', 'show', 'aes')).toMatchObject({
      pools: [{ pool: 'aes', members: [{ person: 'ana', load: 0 }] }],
    });
    expect((await baton('pool', 'show', 'none')).code).toBe(6);
  });

  test('keys are made into a file, listed without the key, and revoked', async () => {
    const made = (await json('key', 'create', '--person', 'ben', '--out', path('ben.key'))) as { key: string };
    const key = readFileSync(path('ben.key'), 'utf8').trim();
    expect([key, statSync(path('ben.key')).mode & 0o777]).toEqual([expect.stringMatching(/^baton_live_/), 0o600]);
    const listed = await baton('key', 'list');
    expect([listed.out.includes(made.key), listed.out.includes(key)]).toEqual([true, false]);
    expect((await baton('key', 'create', '--person', 'zoe', '--out', path('z.key'))).code).toBe(6);
    expect((await baton('key', 'create', '--person', 'ben', '--out', path('ben.key'))).code).toBe(4);
    expect((await baton('key', 'revoke', made.key)).code).toBe(0);
    expect((await baton('key', 'revoke', made.key)).code).toBe(6);
  });

  test('the ledger verifies, is sealed, exported, and the rows are what it says', async () => {
    expect(await json('ledger', 'verify')).toMatchObject({ ok: true, problems: [], findings: [] });
    expect(await json('ledger', 'seal')).toHaveProperty('hash');
    expect(await json('ledger', 'verify')).toMatchObject({ ok: true, sealsChecked: 1 });
    await baton('ledger', 'export', '--out', path('ledger.jsonl'));
    const lines = readFileSync(path('ledger.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ body: { seq: 1, event: { kind: 'workspace-created' } } });
    expect(await json('ledger', 'rebuild', '--check')).toMatchObject({ ok: true, differing: 0 });
  });

  test('doctor says what is safe, and knows of the backup once it was taken and checked', async () => {
    const before = (await json('doctor')) as { findings: { what: string; state: string }[] };
    expect(before.findings.find((f) => f.what === 'fence between workspaces')?.state).toBe('good');
    expect(before.findings.find((f) => f.what === 'backup')?.state).toBe('note');
    expect((await baton('backup', path('all.backup'))).code).toBe(0);
    expect((await baton('backup', path('all.backup'))).code).toBe(4);
    expect(await json('restore', path('all.backup'), '--verify')).toMatchObject({ ok: true, problems: [] });
    const after = (await json('doctor')) as { findings: { what: string; state: string }[] };
    expect(after.findings.filter((f) => ['backup', 'restore test'].includes(f.what)).map((f) => f.state)).toEqual([
      'good',
      'good',
    ]);
  });

  test('a prospect is exported and forgotten; severe acts want the name once more', async () => {
    const found = (await json('subject', 'export', 'email=jo@acme.example')) as {
      subject: { id: string };
      items: object;
    };
    expect(JSON.stringify(found.items)).toContain('"seats":"40"');
    const { id } = found.subject;
    expect((await baton('subject', 'erase', id)).code).toBe(2);
    expect((await baton('subject', 'erase', id, '--confirm', 'yes')).code).toBe(2);
    expect(await json('subject', 'erase', id, '--dry-run')).toMatchObject({ dryRun: true, items: 1 });
    expect((await baton('subject', 'erase', id, `--confirm=${id}`)).code).toBe(0);
    expect((await baton('subject', 'export', 'email=jo@acme.example')).code).toBe(6);
    expect(await json('ledger', 'verify')).toMatchObject({ ok: true });
  });

  test('a backup comes back into an empty database, only with its root key and its name typed', async () => {
    const other = await createDatabase(server);
    const there = (...words: string[]) =>
      runBaton(words, { cwd, env: { BATON_DATA: join(cwd, 'new'), DATABASE_URL: other.url } });
    const file = path('all.backup');
    expect((await there('restore', file)).code).toBe(2);
    expect((await there('restore', file, '--root-key', join(cwd, 'data', 'root.key'))).code).toBe(2);
    const restored = await there('restore', file, '--root-key', join(cwd, 'data', 'root.key'), `--confirm=${file}`);
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('Restored My company at event')]);
    expect(JSON.parse((await there('ledger', 'verify', '--json')).out)).toMatchObject({ ok: true });
    await other.drop();
  });

  test('several workspaces: the one that is meant is named', async () => {
    expect(
      (
        await baton(
          'init',
          '--name',
          'Second',
          '--person',
          'zoe',
          '--team',
          'west',
          '--zone',
          'UTC',
          '--policy',
          path('second.yaml'),
        )
      ).code,
    ).toBe(0);
    rmSync(path('.baton.json'));
    expect((await baton('ledger', 'verify')).code).toBe(2);
    expect((await baton('ledger', 'verify', '--workspace', 'Second')).code).toBe(0);
    expect((await baton('ledger', 'verify', '--workspace', 'Third')).code).toBe(6);
  });
});
