import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../words/time.ts';
import { simulate } from './simulate.ts';
import { USUAL_HABITS } from './simulate-habits.ts';
import type { LeadSimulation } from './simulate-leads.ts';
import { simulateLeads } from './simulate-leads.ts';
import { readPeople } from './simulate-people.ts';
import { simulationText } from './simulate-report.ts';

const FROM = Date.UTC(2026, 10, 24, 8);

const POLICY = `baton: 1
name: Small
hours: { zone: Europe/Berlin, weekly: { mon-fri: 09:00-17:00 } }
fields: { company: string, seats: int, came: date }
signals: { booked: A meeting was booked }
pools: { aes: [ben, cleo] }
transitions:
  sdr-to-ae:
    from: SDR
    to: AE
    trigger: booked
    criteria:
      right-size: { says: Ten seats or more, when: lead.seats >= 10 }
      named: { says: A named company, when: has(lead.company) }
    required: [company, seats]
    sender: [{ person: ana }]
    route: { round-robin: aes }
    fallback: maria
    clocks: { accept: 2h, follow-up: 4h }
    tasks: [{ title: Read the note, for: receiver, due: 1h after accepted }]
`;

const PEOPLE = `person,roles,team,lead,zone,hours,weight
maria,Manager,sales,maria,Europe/Berlin,mon-fri 08:00-18:00,1
ana,SDR,sales,maria,Europe/Berlin,mon-fri 09:00-17:00,1
ben,AE,sales,maria,Europe/Berlin,mon-fri 09:00-17:00,1
cleo,AE,sales,maria,America/New_York,mon-fri 09:00-17:00,1
`;

/** 60 leads over six days; every tenth is too small, every fifteenth has no company. */
const LEADS = `id,company,seats,came\n${Array.from({ length: 60 }, (_, i) => `l${i},${i % 15 === 0 ? '' : `Firm ${i}`},${i % 10 === 0 ? 4 : 20 + i},2025-03-${String(3 + Math.floor(i / 10)).padStart(2, '0')}`).join('\n')}\n`;

const MAPPING = `
kind: leads
columns:
  id: id
  fields.company: { column: company, blank-is-fine: true }
  fields.seats: { column: seats, type: int }
  fields.came: { column: came, type: date, format: YYYY-MM-DD }
`;

const small: LeadSimulation = {
  leads: { file: 'leads.csv', bytes: Buffer.from(LEADS) },
  mapping: { file: 'map.yaml', text: MAPPING },
  policy: { file: 'small.yaml', text: POLICY },
  people: { file: 'people.csv', text: PEOPLE },
  seed: 7,
  from: FROM,
  dateField: 'came',
};

describe('a file of leads through a policy', () => {
  test('accounts for every lead, and every handoff has what it must have', async () => {
    const report = await simulateLeads(small);
    expect(report.rows).toEqual({ read: 60, skipped: 0, repeated: 0, rejected: 0 });
    expect(report.leads).toEqual({ came: 60, opened: 52, attached: 0, notQualified: 8, refused: 0, notTaken: 0 });
    expect(report.notQualified.byCriterion).toEqual({ named: 4, 'right-size': 6 });
    expect(report.notQualified.list[0]).toEqual({
      lead: 'l0',
      transition: 'sdr-to-ae',
      criteria: ['right-size', 'named'],
    });
    expect(report.handoffs.opened).toBe(52 + report.handoffs.woken);
    expect(Object.values(report.lacking).flat()).toEqual([]);
    expect(report.found).toEqual([]);
    expect(report.messages.waiting).toBeLessThan(10);
    const accepted = report.people.reduce((sum, person) => sum + person.accepted, 0);
    expect(accepted).toBe(report.handoffs.acceptedInTime + report.handoffs.acceptedLate);
    expect(accepted).toBeGreaterThan(45);
  });

  test('is the same for the same seed and another for another', async () => {
    const [once, again, other] = [
      await simulateLeads(small),
      await simulateLeads(small),
      await simulateLeads({ ...small, seed: 8 }),
    ];
    expect(again).toEqual(once);
    expect(other.trace).not.toBe(once.trace);
    expect(other.leads).toEqual(once.leads);
  });

  test('spreads leads evenly when nothing says when they came', async () => {
    const { dateField: _, ...undated } = small;
    const report = await simulateLeads({ ...undated, spreadDays: 5, settleDays: 2 });
    expect(report.until - report.from).toBe(Math.floor((59 * 5 * DAY) / 60) + 2 * DAY);
    expect(report.leads.came).toBe(60);
  });

  test('says in words what happened', async () => {
    const text = simulationText(await simulateLeads(small));
    expect(text).toContain('leads.csv: 60 rows, 0 left out, 0 repeats, 0 rejected.');
    expect(text).toMatch(/not qualified +8 {2}named 4, right-size 6/);
    expect(text).toContain('Every handoff had an owner, a clock, a next step, its tasks and its messages.');
    expect(text).toContain('Every invariant holds.');
    expect(text).toMatch(/^ben +\d+ +\d+/m);
  });

  test('refuses a policy whose people are missing, and a date that is none', async () => {
    const withoutCleo = PEOPLE.replace(/cleo.*\n/, '');
    await expect(simulateLeads({ ...small, people: { file: 'people.csv', text: withoutCleo } })).rejects.toThrow(
      'cleo',
    );
    await expect(simulateLeads({ ...small, dateField: 'company' })).rejects.toThrow('leads.csv:2 has "" in company');
  });
});

describe('habits', () => {
  const run = (habits: Partial<typeof USUAL_HABITS>) =>
    simulate({
      policy: { text: POLICY, file: 'small.yaml' },
      organisation: readPeople(PEOPLE, 'people.csv'),
      seed: 1,
      from: FROM,
      until: FROM + 4 * DAY,
      habits: { ...USUAL_HABITS, ...habits },
      leads: Array.from({ length: 12 }, (_, i) => ({
        at: FROM + i * 20 * MINUTE,
        ask: {
          ask: 'signal-seen',
          signal: 'booked',
          subject: { type: 'lead', value: `l${i}` },
          context: { fields: { company: `Firm ${i}`, seats: 30 } },
          occurredAt: FROM,
        },
      })),
    });

  test('of people who ignore every offer lead to re-routes and to the fallback', async () => {
    const report = await run({ offer: { soon: 0, late: 0, ask: 0, reject: 0, ignore: 1 } });
    expect(report.handoffs.acceptedInTime).toBe(0);
    expect(report.handoffs.rerouted).toBe(12);
    expect(report.handoffs.fallbackUsed).toBeGreaterThan(0);
    expect(report.found).toEqual([]);
  });

  test('of people who always decline bring everything back to the sender', async () => {
    const report = await run({ offer: { soon: 0, late: 0, ask: 0, reject: 1, ignore: 0 } });
    expect(report.handoffs.rejected).toBe(12);
    expect(report.handoffs.returned).toBe(12);
    expect(report.found).toEqual([]);
  });

  test('of slow people take longer', async () => {
    const median = async (pace: number) =>
      (
        await run({
          offer: { soon: 1, late: 0, ask: 0, reject: 0, ignore: 0 },
          soonShare: [0.1, 0.3],
          pace: { ben: pace },
        })
      ).people.find((p) => p.person === 'ben')?.medianAcceptMs ?? 0;
    expect(await median(2)).toBeGreaterThan(await median(0.5));
  });
});

describe('people in a CSV', () => {
  test('become teams with leads and people with hours', () => {
    const { teams, people } = readPeople(
      'person,name,roles,team,lead,zone,hours,region,capacity\nmia,Mia May,AE;Manager,sales,mia,Europe/Berlin,"mon-thu 09:00-12:00, 13:00-17:00; fri 09:00-14:00",DE-BE,5\n',
      'p.csv',
    );
    expect(teams).toEqual([{ ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia' } }]);
    expect(people[0]?.person).toMatchObject({
      roles: ['AE', 'Manager'],
      capacity: 5,
      weight: 1,
      hours: {
        zone: 'Europe/Berlin',
        holidays: { region: 'DE-BE' },
        weekly: {
          fri: [['09:00', '14:00']],
          mon: [
            ['09:00', '12:00'],
            ['13:00', '17:00'],
          ],
        },
      },
    });
    expect(people[0]?.name).toBe('Mia May');
  });

  test.each([
    ['person,hours\nmia,nine to five\n', 'p.csv:2 has the hours "nine to five"'],
    ['person,weight\nmia,heavy\n', 'p.csv:2 weight is "heavy"'],
    ['person,team,lead\nmia,sales,tom\n', 'led by "tom"'],
    ['person,colour\nmia,red\n', 'the column "colour"'],
    ['person,roles\n,AE\n', 'names no person'],
  ])('%j is refused with its place', (text, says) => {
    expect(() => readPeople(text, 'p.csv')).toThrow(says);
  });
});

const folder = resolve(import.meta.dirname, '../..', process.env.BATON_EVAL_DATA ?? '../shared/data', 'sales/olist');
const leadsFile = join(folder, 'marketing_qualified_leads.through-2018-03.csv');

test.runIf(existsSync(leadsFile))(
  '5,345 collected leads as if they came now: each one owned, clocked, tasked and told, or not qualified',
  async () => {
    const bytes = readFileSync(leadsFile);
    const rows = parse(bytes, { columns: true }) as { origin: string }[];
    const deals = parse(readFileSync(join(folder, 'closed_deals.through-2018-03.csv')), { columns: true }) as {
      sdr_id: string;
    }[];
    const sdrs = [...new Set(deals.map((deal) => deal.sdr_id).filter((id) => id !== ''))].sort();
    const person = (id: string, role: string): string =>
      `${id},${role},sales,boss,America/Sao_Paulo,mon-fri 09:00-18:00,1`;
    const report = await simulateLeads({
      leads: { file: 'leads.csv', bytes },
      mapping: {
        file: 'map.yaml',
        text: `
kind: leads
columns:
  id: mql_id
  fields.origin: { column: origin, blank-is-fine: true }
  fields.landing_page: landing_page_id
`,
      },
      people: {
        file: 'people.csv',
        text: [
          'person,roles,team,lead,zone,hours,weight',
          person('boss', 'Manager'),
          ...sdrs.map((id) => person(id, 'SDR')),
        ].join('\n'),
      },
      policy: {
        file: 'policy.yaml',
        text: `baton: 1
name: Marketplace
hours: { zone: America/Sao_Paulo, weekly: { mon-fri: 09:00-18:00 } }
fields: { origin: string, landing_page: string }
signals: { lead-qualified: A marketing lead was qualified }
pools: { sdrs: [${sdrs.join(', ')}] }
transitions:
  marketing-to-sdr:
    from: Marketing
    to: SDR
    trigger: lead-qualified
    criteria: { origin-known: { says: Where it comes from is known, when: has(lead.origin) && lead.origin != "unknown" } }
    required: [landing_page]
    note: []
    sender: [{ person: boss }]
    route: { round-robin: sdrs }
    fallback: boss
    tasks: [{ title: Call the lead, for: receiver, due: 2h after accepted }]
`,
      },
      seed: 1,
      from: FROM,
      spreadDays: 12,
      settleDays: 5,
    });
    const unknown = rows.filter(({ origin }) => origin === '' || origin === 'unknown').length;
    expect(report.rows).toEqual({ read: 5_345, skipped: 0, repeated: 0, rejected: 0 });
    expect(report.leads).toEqual({
      came: 5_345,
      opened: 5_345 - unknown,
      attached: 0,
      notQualified: unknown,
      refused: 0,
      notTaken: 0,
    });
    expect(unknown).toBe(812);
    expect(report.notQualified.list).toHaveLength(unknown);
    expect(new Set(report.notQualified.list.flatMap(({ criteria }) => criteria))).toEqual(new Set(['origin-known']));
    expect(Object.values(report.lacking).flat()).toEqual([]);
    expect(report.found).toEqual([]);
    expect(report.people.filter(({ person: id }) => id !== 'boss')).toHaveLength(sdrs.length);
  },
  300_000,
);
