// The collected files, brought in whole: exact counts, every oddity counted, the same file again changes nothing.
// The counts were taken from the files with another tool.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf } from '../../src/cli/admin/ledger.ts';
import { verifyLedger } from '../../src/record/ledger.ts';
import { testServers } from '../databases.ts';
import { type ImportHouse, odd, openImportHouse, WORKSPACE } from './import-house.ts';
import { dataFolder, FILES, hasData } from './mappings.ts';

const nothingNew = { created: 0, changed: 0, refused: 0 };

test.runIf(!hasData)('the collected files are not here; BATON_EVAL_DATA names their folder', () => {
  expect(hasData).toBe(false);
});

describe.runIf(hasData).each(testServers())('collected files on $name', (server) => {
  let here: ImportHouse;

  beforeEach(async () => {
    here = await openImportHouse(server);
  });
  afterEach(() => here.close());

  async function countEvents(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for await (const { event } of eventsOf(here.house, WORKSPACE)) counts[event.kind] = (counts[event.kind] ?? 0) + 1;
    return counts;
  }

  test('Olist: 22 people of whom two hold both roles, 5,345 leads, 336 handoffs from SDR to rep', async () => {
    const people = await here.bring('people', 'olistDeals', 'olistPeople');
    expect(people.rows).toEqual({ read: 336, skipped: 0, rejected: 0, blankLines: 0 });
    expect(people.things).toEqual({ created: 22, changed: 0, unchanged: 0, refused: 0, repeated: 648 });
    expect(odd(people)).toEqual({ 'people with several roles': 2 });
    const { roster } = await here.house.live.standing(WORKSPACE);
    const holding = (role: string) => [...roster.people.values()].filter((p) => p.roles.includes(role)).length;
    expect([holding('sdr'), holding('ae')]).toEqual([13, 11]);

    const leads = await here.bring('leads', 'olistLeads', 'olistLeads');
    expect(leads.rows).toEqual({ read: 5_345, skipped: 0, rejected: 0, blankLines: 0 });
    expect(leads.things).toEqual({ created: 5_345, changed: 0, unchanged: 0, refused: 0, repeated: 0 });
    expect(odd(leads)).toEqual({ 'blank fields.origin': 33 });

    const handoffs = await here.bring('handoffs', 'olistDeals', 'olistHandoffs');
    expect(handoffs.things).toEqual({ created: 336, changed: 0, unchanged: 0, refused: 0, repeated: 0 });
    expect(odd(handoffs)).toEqual({ 'date-only': 24, 'blank fields.lead_type': 3, 'people on both sides': 2 });
    expect(await countEvents()).toEqual({ 'person-set': 22, 'subject-set': 5_345, 'handoff-imported': 336 });
    expect(await here.house.reader.counts(WORKSPACE)).toMatchObject({
      closed: 336,
      preparing: 0,
      offered: 0,
      accepted: 0,
      setAside: 0,
    });

    const before = await here.position();
    for (const [kind, file, mapping, unchanged] of [
      ['people', 'olistDeals', 'olistPeople', 22],
      ['leads', 'olistLeads', 'olistLeads', 5_345],
      ['handoffs', 'olistDeals', 'olistHandoffs', 336],
    ] as const) {
      expect((await here.bring(kind, file, mapping)).things).toMatchObject({ ...nothingNew, unchanged });
    }
    expect(await here.position()).toBe(before);
    const report = await verifyLedger(here.house.database, here.house.vaults, WORKSPACE);
    expect([report.events, report.problems]).toEqual([before, []]);
  });

  test('Maven: 41 people in 6 teams and 3 regions, 85 accounts, 8,800 opportunities', async () => {
    const people = await here.bring('people', 'mavenTeams', 'mavenPeople');
    expect([people.rows.read, people.things.created]).toEqual([35, 41]);
    expect((await here.bring('teams', 'mavenTeams', 'mavenTeams')).things.created).toBe(6);
    const { roster } = await here.house.live.standing(WORKSPACE);
    expect(new Set([...roster.people.values()].flatMap((p) => p.territories ?? []))).toEqual(
      new Set(['Central', 'East', 'West']),
    );

    const accounts = await here.bring('accounts', 'mavenAccounts', 'mavenAccounts');
    expect(accounts.rows).toEqual({ read: 85, skipped: 0, rejected: 0, blankLines: 0 });
    expect(accounts.things.created).toBe(85);
    const linked = (await here.house.reader.subjects(WORKSPACE, 'account', undefined, 200)).rows;
    expect(linked.filter((row) => row.account !== undefined)).toHaveLength(15);

    const products = [`${join(dataFolder, FILES.mavenProducts)}:product`];
    const trial = await here.bring('opportunities', 'mavenPipeline', 'mavenOpportunities', {
      references: products,
      dryRun: true,
    });
    const before = await here.position();
    const pipeline = await here.bring('opportunities', 'mavenPipeline', 'mavenOpportunities', { references: products });
    expect(pipeline.rows).toEqual({ read: 8_800, skipped: 0, rejected: 0, blankLines: 0 });
    expect(pipeline.things).toEqual({ created: 8_800, changed: 0, unchanged: 0, refused: 0, repeated: 0 });
    expect(odd(pipeline)).toEqual({ 'blank account': 1_425, 'fields.product not in products': 1_480 });
    expect({ ...pipeline, dryRun: true }).toEqual(trial);
    expect(await here.position()).toBe(before + 8_800);

    const again = await here.bring('opportunities', 'mavenPipeline', 'mavenOpportunities', { references: products });
    expect(again.things).toMatchObject({ ...nothingNew, unchanged: 8_800 });
    expect(await here.position()).toBe(before + 8_800);
  });

  test('Adventure Works: 17 people without a header, 696 stores and five malformed rows', async () => {
    const people = await here.bring('people', 'worksPeople', 'worksPeople');
    expect(people.things.created).toBe(17);
    expect(odd(people)).toEqual({ 'blank territories': 3 });

    const stores = await here.bring('accounts', 'worksStores', 'worksStores');
    expect(stores.rows).toEqual({ read: 701, skipped: 0, rejected: 5, blankLines: 0 });
    expect(stores.things.created).toBe(696);
    expect(stores.rejects.map((r) => r.line)).toEqual([90, 449, 454, 550, 564]);
    expect(stores.rejects[0]?.reasons).toEqual(['has 8 cells, the first row has 6']);
    expect(stores.rejectsCsv.split('\r\n')).toHaveLength(7);

    const quoted = await here.bring('accounts', 'worksStores', 'worksStores', { flags: { quote: '^' } });
    expect(quoted.rows.rejected).toBe(0);
    expect(quoted.things).toMatchObject({ created: 5, changed: 0, unchanged: 696 });
  });

  test('education leads: "Select" means nothing, in 78 cells of four columns', async () => {
    const leads = await here.bring('leads', 'education', 'education');
    expect(leads.rows).toEqual({ read: 49, skipped: 0, rejected: 0, blankLines: 0 });
    expect(leads.things.created).toBe(49);
    const subjects = (await here.house.reader.subjects(WORKSPACE, 'lead', undefined, 200)).rows;
    const items = await here.house.reader.privateItems(
      WORKSPACE,
      subjects.map((row) => row.ref ?? ''),
    );
    const fields = [...items.values()].map((item) => (item as { fields: Record<string, unknown> }).fields);
    expect(fields).toHaveLength(49);
    expect(fields.flatMap(Object.values)).not.toContain('Select');
    const filled = (name: string) => fields.filter((f) => f[name] !== undefined).length;
    const blank = (name: string) => odd(leads)[`blank fields.${name}`] ?? 0;
    for (const name of ['Specialization', 'City', 'Lead Profile', 'How did you hear about X Education'])
      expect(filled(name) + blank(name)).toBe(49);
  });
});
