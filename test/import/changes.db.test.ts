// What a second import does: nothing for what is the same, a change for what is different, also back and forth; and an
// import that was killed goes on where it stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportKind } from '../../src/arrive/import/mapping.ts';
import { eventsOf } from '../../src/cli/admin/ledger.ts';
import { verifyLedger } from '../../src/record/ledger.ts';
import { type ImportReport, type ImportRequest, importFile } from '../../src/run/import-file.ts';
import { testServers } from '../databases.ts';
import { type ImportHouse, odd, openImportHouse, WORKSPACE } from './import-house.ts';

const LEADS = 6_000;

describe.each(testServers())('imports on $name', (server) => {
  let here: ImportHouse;

  beforeEach(async () => {
    here = await openImportHouse(server);
  });
  afterEach(() => here.close());

  const bring = (kind: ImportKind, csv: string, more: Partial<ImportRequest> = {}): Promise<ImportReport> =>
    importFile(here.house, {
      workspace: WORKSPACE,
      kind,
      file: 'f.csv',
      bytes: Buffer.from(csv),
      flags: {},
      references: [],
      dryRun: false,
      allOrNothing: false,
      ...more,
    });
  const stageOf = async () =>
    (await here.house.reader.subjects(WORKSPACE, 'lead', undefined, 10)).rows.map((r) => r.stage);

  test('a lead that goes from A to B and back to A ends as A, and only real changes are written', async () => {
    const [a, b] = ['id,stage\n1,A\n', 'id,stage\n1,B\n'];
    const counts: unknown[] = [];
    for (const csv of [a, a, b, a, a, b, b, a]) {
      const { created, changed, unchanged } = (await bring('leads', csv)).things;
      counts.push([created, changed, unchanged]);
    }
    expect(counts).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(await stageOf()).toEqual(['A']);
    expect(await here.position()).toBe(5);
  });

  test('a person who was changed by hand in between gets what the file says again; one who left stays away', async () => {
    const csv = 'id,roles,weight\nben,ae,1\nana,ae,1\n';
    await bring('people', csv);
    const by = { actor: { kind: 'system' as const, id: 'test' }, via: 'cli' as const, bodyHash: '' };
    await here.house.live.submit(WORKSPACE, {
      ...by,
      command: 'x1',
      ask: { ask: 'set-person', person: { id: 'ben', roles: ['ae'], weight: 5, active: true } },
    });
    await here.house.live.submit(WORKSPACE, { ...by, command: 'x2', ask: { ask: 'depart', person: 'ana' } });
    expect((await bring('people', csv)).things).toMatchObject({ changed: 1, unchanged: 1 });
    const { roster } = await here.house.live.standing(WORKSPACE);
    expect([roster.people.get('ben')?.weight, roster.people.get('ana')?.active]).toEqual([1, false]);
  });

  test('history is said once: the same handoff with other content is rejected, not rewritten and not doubled', async () => {
    await bring('people', 'id\nana\nben\n');
    const csv = (outcome: string) =>
      `id,subject,transition,sender,receiver,opened,closed,outcome\nd1,l1,sdr-to-ae,ana,ben,2018-01-01,2018-01-02,${outcome}\n`;
    const flags = { zone: 'UTC' };
    expect((await bring('handoffs', csv('won'), { flags })).things.created).toBe(1);
    const other = await bring('handoffs', csv('lost'), { flags });
    expect(other.things).toMatchObject({ created: 0, refused: 1 });
    expect(other.rejects).toEqual([
      { line: 2, reasons: ['was imported before with other content; history is not rewritten'] },
    ]);
    expect((await here.house.reader.counts(WORKSPACE)).closed).toBe(1);
  });

  test('an account that nobody knows is left out and marked; once it is there, the same row links it', async () => {
    const csv = 'id,account\no1,Acme\n';
    const first = await bring('opportunities', csv);
    expect(odd(first)).toEqual({ 'unknown account': 1 });
    await bring('accounts', 'id\nAcme\n');
    const second = await bring('opportunities', csv);
    expect([second.things.changed, odd(second)]).toEqual([1, {}]);
    const [row] = (await here.house.reader.subjects(WORKSPACE, 'opportunity', undefined, 10)).rows;
    expect([row?.account !== undefined, row?.marks]).toEqual([true, []]);
  });

  test('a dry run writes nothing and counts the same; all-or-nothing writes nothing when a row is rejected', async () => {
    const csv = 'id,stage\n1,A\n,B\n2,C\n';
    const trial = await bring('leads', csv, { dryRun: true });
    const held = await bring('leads', csv, { allOrNothing: true });
    expect(await here.position()).toBe(0);
    expect([trial.things.created, trial.rows.rejected, held.heldBack]).toEqual([2, 1, true]);
    expect((await bring('leads', csv)).things).toEqual(trial.things);
    expect(await here.position()).toBe(2);
  });

  test('kill -9 in the middle, again and again: each lead is there once, and the ledger verifies', async () => {
    const mapping = join(here.folder, 'm.yaml');
    const file = join(here.folder, 'leads.csv');
    writeFileSync(mapping, 'columns: { id: id, fields.company: company }\n');
    writeFileSync(file, `id,company\n${Array.from({ length: LEADS }, (_, i) => `l${i},Company ${i}\n`).join('')}`);
    const start = (): ChildProcess =>
      spawn(
        process.execPath,
        [fileURLToPath(new URL('./resume-child.ts', import.meta.url)), here.folder, here.databaseUrl, mapping, file],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
    let killed = 0;
    for (const steps of [1, 2]) {
      const child = start();
      let seen = 0;
      child.stdout?.on('data', (data: Buffer) => {
        seen += data.toString().split('\n').length - 1;
        if (seen >= steps) child.kill('SIGKILL');
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (signal === 'SIGKILL') killed += 1;
    }
    expect(killed).toBe(2);
    const partial = await here.position();
    expect(partial).toBeGreaterThan(0);
    expect(partial).toBeLessThan(LEADS);

    const last = start();
    let text = '';
    last.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
    });
    expect((await once(last, 'exit'))[0]).toBe(0);
    const things = JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as ImportReport['things'];
    // What the killed process had sent may still have been committed after its death.
    expect(things.unchanged).toBeGreaterThanOrEqual(partial);
    expect(things).toEqual({
      created: LEADS - things.unchanged,
      changed: 0,
      unchanged: things.unchanged,
      refused: 0,
      repeated: 0,
    });
    const subjects = new Set<string>();
    for await (const { event } of eventsOf(here.house, WORKSPACE))
      if (event.kind === 'subject-set') subjects.add(event.subject);
    expect([subjects.size, await here.position()]).toEqual([LEADS, LEADS]);
    const report = await verifyLedger(here.house.database, here.house.vaults, WORKSPACE);
    expect(report.problems).toEqual([]);
  });
});
