// lab: the people of a simulated organisation, from a small CSV: person, roles, team, lead, zone, hours and so on.
// Promises the asks that would set them up through the ordinary door, or a sentence with file and line.

import { parse } from 'csv-parse/sync';
import { daysOf } from '../policy/language-hours.ts';
import type { AskOf } from '../words/arrival.ts';
import type { WeeklyHours } from '../words/roster.ts';

export type Organisation = { teams: AskOf<'set-team'>[]; people: AskOf<'set-person'>[] };

const COLUMNS = ['person', 'name', 'email', 'roles', 'team', 'lead', 'zone', 'hours', 'region', 'weight', 'capacity'];

/**
 * Reads people: one row each. Columns: person (id) and roles are required; name, email, team, lead (of the team), zone
 * (IANA), hours ("mon-thu 09:00-17:30; fri 09:00-14:00"), region (of holidays), weight and capacity may be left out.
 * @throws Error with file and line when a row cannot be used.
 */
export function readPeople(text: string, file: string): Organisation {
  const rows = parse(text, { columns: true, trim: true, bom: true, skip_empty_lines: true, info: true }) as {
    record: Record<string, string>;
    info: { lines: number };
  }[];
  const unknown = Object.keys(rows[0]?.record ?? {}).filter((column) => !COLUMNS.includes(column));
  if (unknown.length > 0)
    throw new Error(`${file}:1 has the column "${unknown[0]}", which is none of ${COLUMNS.join(', ')}.`);
  return organisationOf(
    rows.map(({ record, info }) => ({ record, place: `${file}:${info.lines}` })),
    file,
  );
}

/** The same from rows that were read elsewhere; `place` is where a row stands. @throws Error with that place. */
export function organisationOf(
  rows: readonly { record: Record<string, string>; place: string }[],
  file: string,
): Organisation {
  const leads = new Map<string, string>();
  const people = rows.map(({ record, place }): AskOf<'set-person'> => {
    const id = record.person ?? '';
    if (id === '') throw new Error(`${place} names no person. Give an id in the column "person".`);
    if (has(record.team) && has(record.lead)) leads.set(record.team, record.lead);
    return {
      ask: 'set-person',
      person: {
        id,
        roles: (record.roles ?? '').split(';').map((role) => role.trim()),
        weight: numberAt(record.weight, 1, `${place} weight`),
        active: true,
        hours: hoursOf(record, place),
        ...(has(record.team) ? { team: record.team } : {}),
        ...(has(record.capacity) ? { capacity: numberAt(record.capacity, 0, `${place} capacity`) } : {}),
      },
      ...(has(record.name) ? { name: record.name } : {}),
      ...(has(record.email) ? { email: record.email } : {}),
    };
  });
  const ids = new Set(people.map(({ person }) => person.id));
  for (const [team, lead] of leads)
    if (!ids.has(lead)) throw new Error(`${file}: the team ${team} is led by "${lead}", who is in no row.`);
  const teams = [...leads].map(
    ([id, lead]): AskOf<'set-team'> => ({ ask: 'set-team', team: { id, name: titleOf(id), lead } }),
  );
  return { teams, people };
}

function has(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function titleOf(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1).replace(/[-_]/g, ' ')}`;
}

function numberAt(written: string | undefined, otherwise: number, place: string): number {
  if (!has(written)) return otherwise;
  const value = Number(written);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${place} is "${written}". Give a whole number.`);
  return value;
}

function hoursOf(record: Record<string, string>, place: string): NonNullable<AskOf<'set-person'>['person']['hours']> {
  return {
    ...(has(record.zone) ? { zone: record.zone } : {}),
    ...(has(record.hours) ? { weekly: weeklyOf(record.hours, place) } : {}),
    ...(has(record.region) ? { holidays: { region: record.region } } : {}),
  };
}

const DAYS = '(?:mon|tue|wed|thu|fri|sat|sun)';
const SPAN = '\\d{2}:\\d{2}-\\d{2}:\\d{2}';
const PART = new RegExp(`^(${DAYS}(?:-${DAYS})?) (${SPAN}(?:, ?${SPAN})*)$`);

function weeklyOf(written: string, place: string): WeeklyHours {
  const weekly: WeeklyHours = {};
  for (const part of written.split(';')) {
    const match = PART.exec(part.trim());
    if (match === null)
      throw new Error(`${place} has the hours "${part.trim()}". Write them as "mon-thu 09:00-17:30; fri 09:00-14:00".`);
    const [, days = '', spans = ''] = match;
    for (const day of daysOf(days)) weekly[day] = spans.split(/, ?/).map((span) => span.split('-') as [string, string]);
  }
  return weekly;
}
