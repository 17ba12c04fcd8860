import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failureText, runTextDays } from './text-day.ts';
import { parseTextDays } from './text-day-parse.ts';

const folder = new URL('../../policies/', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const policies = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

describe('the shipped policies do what their days say', () => {
  test.each(policies)('%s', async (name) => {
    const people = name === 'demo' ? textOf('demo-people.csv') : '';
    const { days, passed, failed } = await runTextDays(
      textOf(`${name}.days`),
      `policies/${name}.days`,
      textOf(`${name}.yaml`),
      people,
    );
    expect(failed.map(failureText)).toEqual([]);
    expect(days).toBeGreaterThanOrEqual(3);
    expect(passed).toBeGreaterThan(days);
  });
});

const PEOPLE = `person maria roles=Manager team=sales lead=maria
person sam roles=SDR team=sales lead=maria
person ben roles=AE team=sales lead=maria
person cleo roles=AE team=sales lead=maria
`;

const run = (days: string) => runTextDays(`${PEOPLE}${days}`, 'my.days', textOf('starter.yaml'));

describe('a line that does not go as written', () => {
  test('says where it stands, what was expected and what came', async () => {
    const { passed, failed } = await run(`day 2026-11-24 a mistake
09:00 request h1 from=sam fields=full note=full -> handoff-offered:cleo
09:05 accept h1 -> handoff-rejected
09:10 see h1 -> nothing`);
    expect(passed).toBe(1);
    expect(failed).toEqual([
      {
        file: 'my.days',
        line: 6,
        source: '09:00 request h1 from=sam fields=full note=full -> handoff-offered:cleo',
        expected: 'handoff-offered:cleo',
        got: 'handoff-opened:sam handoff-offered:ben ask-to-accept:ben',
      },
      {
        file: 'my.days',
        line: 7,
        source: '09:05 accept h1 -> handoff-rejected',
        expected: 'handoff-rejected',
        got: 'handoff-accepted:ben tell-accepted:sam',
      },
    ]);
  });

  test.each([
    ['a refusal that nobody expected', '09:05 accept h1 by=cleo', 'no accept/not-yours'],
    ['another refusal than the expected one', '09:05 accept h1 by=cleo -> no accept/old-offer', 'no accept/not-yours'],
    ['more than "only" allows', '09:05 accept h1 -> handoff-accepted only', 'tell-accepted:sam'],
    ['a stage that it does not have', '09:05 accept h1 -> stage:closed', 'stage:accepted owner:ben due:17:05'],
    ['a time that went by', '08:00 accept h1', 'is 2026-11-24T08:00:00.000Z already'],
    ['a verb that does not exist', '09:05 hurry h1', '"hurry" is nothing that a day knows'],
    ['a handoff that was never requested', '09:05 accept h2', '"h2" is no handoff of this day'],
    ['a field that the policy lacks', '09:05 complete h1 colour=red', 'colour='],
    ['a criterion of another transition', '09:05 reject h1 reason=ugly', 'no reject/unknown-reason'],
    ['a missing value', '09:05 reject h1', '"reject" needs reason='],
  ])('%s', async (_what, line, got) => {
    const { failed } = await run(`day 2026-11-24\n09:00 request h1 from=sam fields=full note=full\n${line}`);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.got).toContain(got);
  });
});

describe('the language', () => {
  test('reads words in quotes, comments, dates and zones', () => {
    const { people, days } = parseTextDays(
      'person ben roles=AE # a comment\nday 2026-11-24 in=Asia/Tokyo late shift\n09:00 request h1 company="Bolts # 1" -> nothing\non 2026-11-25\n10:00',
      'a.days',
    );
    expect(people).toEqual([{ line: 1, id: 'ben', values: { roles: 'AE' } }]);
    expect(days[0]).toMatchObject({ title: 'late shift', zone: 'Asia/Tokyo' });
    expect(days[0]?.moments.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-25']);
    expect(days[0]?.moments[0]?.lines[0]).toMatchObject({
      minute: 540,
      verb: 'request',
      handoff: 'h1',
      values: { company: 'Bolts # 1' },
      expects: [{ kind: 'nothing' }],
    });
  });

  test('tells every mistake with its place', () => {
    expect(() =>
      parseTextDays(
        '09:00 accept h1\nday 24.11.2026\nday 2026-11-24\n9:00 accept h1\n09:00 accept h1 loud\n09:00 accept h1 by="ben',
        'a.days',
      ),
    ).toThrow(
      /a\.days:1 stands before the first day.*a\.days:2 names the date "24\.11\.2026".*a\.days:4 begins with "9:00".*a\.days:5 has "loud".*a\.days:6 opens a quote/s,
    );
  });

  test('a policy that cannot be published is named with the day', async () => {
    await expect(runTextDays('day 2026-11-24\n09:00', 'a.days', textOf('starter.yaml'))).rejects.toThrow(
      /a\.days:1 The policy cannot be published.*ben/,
    );
  });

  test('times follow the clock change', async () => {
    const { failed } = await run(
      'day 2026-10-23\n09:00 request h1 from=sam fields=full note=full\n09:10 accept h1\n10:00 follow-up h1\non 2026-10-26\n09:00 next-step h1 due=10:00 -> next-step-set due:10:00\n10:00 -> level-reached:remind',
    );
    expect(failed).toEqual([]);
  });
});
