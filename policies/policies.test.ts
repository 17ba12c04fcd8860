// The policies that we ship: each is read without problems, is valid for editors, is short, and is not flagged by lint.

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { compilePolicy, segmentFor } from '../src/policy/compile.ts';
import { daysOf } from '../src/policy/language-hours.ts';
import { lintPolicy } from '../src/policy/lint.ts';
import { checkPeople } from '../src/policy/people.ts';
import { readPolicy } from '../src/policy/read.ts';
import { policySchema } from '../src/policy/schema.ts';
import type { Person, Roster, WeeklyHours } from '../src/words/roster.ts';

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(policySchema());
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');

function read(file: string) {
  const result = readPolicy(textOf(file), file);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, undefined, 1));
  return result;
}

describe.each(files)('%s', (file) => {
  test('is read without problems and its conditions compile', () => {
    const { doc } = read(file);
    const policy = compilePolicy(doc, file);
    expect(segmentFor(policy, { lead: {}, signal: '', segment: '', urgency: 'normal' })).toBe(
      doc.segments.at(-1)?.name,
    );
  });

  test('is valid by the JSON Schema for editors', () => {
    validate(parseYaml(textOf(file), { version: '1.2' }));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('says in a comment for whom it is', () => {
    expect(textOf(file)).toMatch(/^# /);
  });
});

test('every shipped policy but the demo has at most 40 lines beside its comments', () => {
  for (const file of files.filter((f) => f !== 'demo.yaml')) {
    const lines = textOf(file)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
    expect([file, lines.length <= 40]).toEqual([file, true]);
  }
});

test('the schema refuses what the reader refuses by shape', () => {
  const good = parseYaml(textOf('starter.yaml'), { version: '1.2' }) as Record<string, unknown>;
  expect(validate(good)).toBe(true);
  for (const change of [
    { nam: 'x' },
    { baton: 2 },
    { hours: {} },
    { transitions: {} },
    { fields: { Company: 'string' } },
    { segments: [] },
  ]) {
    expect([change, validate({ ...good, ...change })]).toEqual([change, false]);
  }
});

type Row = {
  person: string;
  roles: string;
  team: string;
  lead: string;
  zone: string;
  hours: string;
  weight: string;
  capacity: string;
};

const rows = parseCsv(textOf('demo-people.csv'), { columns: true }) as Row[];

/** 'mon-thu 09:00-18:00' as weekly hours. */
function weeklyOf(text: string): WeeklyHours {
  const [days, span] = text.split(' ') as [string, string];
  return Object.fromEntries(daysOf(days).map((day) => [day, [span.split('-') as [string, string]]]));
}

const people = new Map(
  rows.map((row): [string, Person] => [
    row.person,
    {
      id: row.person,
      roles: row.roles.split(';'),
      team: row.team,
      hours: { zone: row.zone, weekly: weeklyOf(row.hours) },
      absences: [],
      weight: Number(row.weight),
      ...(row.capacity === '' ? {} : { capacity: Number(row.capacity) }),
      active: true,
      joinedAt: 0,
    },
  ]),
);
const teams = new Map(rows.map((row) => [row.team, { id: row.team, name: row.team, lead: row.lead }]));
const roster: Roster = { version: 1, people, teams };

describe('the demo company', () => {
  const { doc, spots } = read('demo.yaml');

  test('names only its own people, and lint finds nothing with them at hand', () => {
    expect(checkPeople(doc, roster, spots)).toEqual([]);
    expect(lintPolicy(doc, { file: 'demo.yaml', spots }, roster)).toEqual([]);
  });

  test('has about 25 people in four zones and five transitions', () => {
    expect(rows).toHaveLength(27);
    expect(new Set(rows.map((row) => row.zone)).size).toBe(4);
    expect(Object.values(doc.transitions).map((t) => `${t.from} to ${t.to}`)).toEqual([
      'Marketing to SDR',
      'SDR to AE',
      'Inbound to AE',
      'Founder to AE',
      'AE to CSM',
    ]);
    for (const row of rows) expect(people.get(row.lead)?.team).toBe(row.team);
  });

  test('has somebody at work in every pool at every half-hour of the year, over all clock changes', () => {
    const formats = new Map(
      [...new Set(rows.map((row) => row.zone))].map((zone) => [
        zone,
        new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        }),
      ]),
    );
    const gaps: string[] = [];
    for (let at = Date.UTC(2027, 0, 1); at < Date.UTC(2028, 0, 1); at += 30 * 60_000) {
      const local = new Map(
        [...formats].map(([zone, format]) => {
          const [day, time] = format.format(at).toLowerCase().split(' ') as [keyof WeeklyHours, string];
          return [zone, { day, time }];
        }),
      );
      for (const [pool, { members }] of Object.entries(doc.pools)) {
        const someone = members?.some(({ person }) => {
          const { zone, weekly } = people.get(person)!.hours!;
          const { day, time } = local.get(zone!)!;
          return weekly?.[day]?.some(([from, to]) => from <= time && time < to);
        });
        if (someone !== true) gaps.push(`${pool} ${new Date(at).toISOString()}`);
      }
    }
    expect(gaps).toEqual([]);
  });
});
