// Absences from files on a real database: all of a file or nothing of it, the same file twice changes nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase, testServers } from '../databases.ts';
import { type Ran, runBaton } from './run-baton.ts';

describe.each(testServers().slice(0, 1))('absences on $name', (server) => {
  let database: TestDatabase;
  let cwd: string;
  const baton = (...words: string[]): Promise<Ran> =>
    runBaton(words, { cwd, env: { BATON_DATA: join(cwd, 'data'), DATABASE_URL: database.url } });
  const json = async (...words: string[]): Promise<unknown> => JSON.parse((await baton(...words, '--json')).out);

  beforeAll(async () => {
    database = await createDatabase(server);
    cwd = mkdtempSync(join(tmpdir(), 'baton-absence-'));
    await baton(
      'init',
      '--name',
      'Mine',
      '--person',
      'ana',
      '--person-name',
      'Ana',
      '--team',
      'Sales',
      '--zone',
      'Europe/Berlin',
    );
  });
  afterAll(async () => {
    await database.drop();
    rmSync(cwd, { recursive: true });
  });

  const year = new Date().getUTCFullYear() + 1;

  test('a table and a calendar are taken over side by side, each in place of what it was before', async () => {
    writeFileSync(join(cwd, 'leave.csv'), `from,to,label\n${year}-08-03,${year}-08-14,Summer\n`);
    const ics = (day: string) =>
      `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\nDTSTART;VALUE=DATE:${day}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    writeFileSync(join(cwd, 'ana.ics'), ics(`${year}0105`));
    expect(await json('absence', 'import', 'leave.csv', '--person', 'ana', '--dry-run')).toMatchObject({
      taken: false,
    });
    expect(await json('absence', 'import', 'leave.csv', '--person', 'ana')).toMatchObject({
      ok: true,
      source: 'csv',
      absences: [{ from: `${year}-08-02T22:00:00.000Z`, to: `${year}-08-14T22:00:00.000Z`, label: 'Summer' }],
    });
    expect((await baton('absence', 'import', 'ana.ics', '--person', 'ana')).code).toBe(0);
    expect((await baton('absence', 'import', 'ana.ics', '--person', 'ana')).code).toBe(0);
    writeFileSync(join(cwd, 'ana.ics'), ics(`${year}0106`));
    expect((await baton('absence', 'import', 'ana.ics', '--person', 'ana')).code).toBe(0);
    const shown = (await json('calendar', 'show', 'ana')) as { absences: { source: string; from: string }[] };
    expect(shown.absences.map((a) => [a.source, a.from])).toEqual([
      ['csv', `${year}-08-02T22:00:00.000Z`],
      ['ics', `${year}-01-05T23:00:00.000Z`],
    ]);
    expect(JSON.stringify(shown)).not.toContain('Dentist');
  });

  test('a file with one bad row is not taken over at all, and the row is named', async () => {
    writeFileSync(join(cwd, 'bad.csv'), `from,to\n${year}-09-01,${year}-09-02\n1.9.,2.9.\n`);
    const ran = await baton('absence', 'import', 'bad.csv', '--person', 'ana', '--plain');
    expect([ran.code, ran.out]).toEqual([3, expect.stringMatching(/^3\tThe column from holds "1\.9\."/)]);
    const shown = (await json('calendar', 'show', 'ana')) as { absences: unknown[] };
    expect(shown.absences).toHaveLength(2);
    expect((await baton('absence', 'import', 'bad.csv', '--person', 'zoe')).code).toBe(6);
  });

  test('a feed is set without showing its address, and ended', async () => {
    expect((await baton('absence', 'feed', 'webcal://calendar.example/secret', '--person', 'ana')).code).toBe(0);
    const shown = await baton('calendar', 'show', 'ana');
    expect(shown.out).toContain('absences are read from a calendar');
    expect(shown.out).not.toContain('secret');
    expect((await baton('absence', 'feed', '--end', '--person', 'ana')).code).toBe(0);
    expect((await baton('absence', 'feed', '--end', '--person', 'ana')).code).toBe(4);
  });
});
