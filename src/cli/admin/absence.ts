// cli: somebody's absences out of a file, taken over at once or not at all, and the address of their calendar.

import { createHash, randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { AbsenceReading, AbsenceRow } from '../../calendar/absence-file.ts';
import { absencesOfCalendar, absencesOfRows } from '../../calendar/absence-file.ts';
import type { StepAnswer } from '../../run/decide-batch.ts';
import type { House } from '../../run/house.ts';
import { specOf } from '../../run/shelf.ts';
import type { Ask } from '../../words/arrival.ts';
import type { PersonId, WorkspaceId } from '../../words/ids.ts';
import type { Absence } from '../../words/roster.ts';

/** A file of a person's absences: undefined when there is no such person. */
export async function readAbsenceFile(
  house: House,
  workspace: WorkspaceId,
  person: PersonId,
  text: string,
): Promise<(AbsenceReading & { source: 'csv' | 'ics' }) | undefined> {
  const standing = await house.live.standing(workspace);
  if (!standing.roster.people.has(person)) return undefined;
  const policyText = standing.live === undefined ? undefined : standing.policies.get(standing.live);
  const policy =
    standing.live === undefined || policyText === undefined ? undefined : house.shelf.policy(standing.live, policyText);
  const { zone } = specOf(standing.roster, person, policy);
  if (/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text))
    return { ...absencesOfCalendar(text, { zone, nowAt: house.clock.now(), away: policy?.doc.away }), source: 'ics' };
  const rows = rowsOf(text);
  return 'problem' in rows
    ? { ok: false, isCalendar: false, problems: [{ line: 1, message: rows.problem }], source: 'csv' }
    : { ...absencesOfRows(rows, zone), source: 'csv' };
}

function rowsOf(text: string): AbsenceRow[] | { problem: string } {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      bom: true,
      columns: (heads: string[]) => heads.map((head) => head.trim().toLowerCase()),
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    if (records.some(({ record }) => record.from === undefined || record.to === undefined))
      return { problem: 'The table needs the columns from and to (and may have label). Name them in its first line.' };
    return records.map(({ record, info }) => ({
      line: info.lines,
      from: record.from ?? '',
      to: record.to ?? '',
      ...(record.label === undefined ? {} : { label: record.label }),
    }));
  } catch (error) {
    return {
      problem: `The file is neither a calendar nor a table: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Replaces what was read from this kind of file before. */
export function takeAbsences(
  house: House,
  workspace: WorkspaceId,
  person: PersonId,
  source: 'csv' | 'ics',
  absences: Absence[],
): Promise<StepAnswer> {
  return submit(house, workspace, { ask: 'set-absences', person, source, absences });
}

/** Keeps the address of a person's calendar, or forgets it. */
export function setFeed(
  house: House,
  workspace: WorkspaceId,
  person: PersonId,
  url: string | undefined,
): Promise<StepAnswer> {
  return submit(house, workspace, { ask: 'set-feed', person, ...(url === undefined ? {} : { url }) });
}

function submit(house: House, workspace: WorkspaceId, ask: Ask): Promise<StepAnswer> {
  return house.live.submit(workspace, {
    command: `cli:${randomUUID()}`,
    bodyHash: createHash('sha256').update(JSON.stringify(ask)).digest('hex'),
    actor: { kind: 'system', id: 'operator' },
    via: 'cli',
    ask,
  });
}
