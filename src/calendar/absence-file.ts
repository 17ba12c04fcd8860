// Calendar room: absences out of a file or a feed.
// Answers: which absences does this calendar, or this table, hold, by the rule that the policy states. Promises: all or
// nothing: whatever cannot be read is a problem with its line, and then there are no absences at all, because half of a
// calendar would send work to somebody who is away. Titles of entries are never kept, only the policy's own words.

import type { AwaySpec } from '../words/policy.ts';
import type { Absence } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import { DAY } from '../words/time.ts';
import { CalendarError } from './calendar-error.ts';
import { readAbsences } from './ics.ts';
import type { FeedProblem } from './ics-lines.ts';
import { dayFromText, dayMs, instantOfWall, wallToInstant, zoneRules } from './zone.ts';

export type AbsenceReading =
  | { ok: true; absences: Absence[] }
  | { ok: false; isCalendar: boolean; problems: FeedProblem[] };

/** Absences that begin later than this are read when they come closer: a repeating entry has no end. */
const AHEAD_MS = 400 * DAY;

export type AbsenceOptions = {
  /** The person's zone: whole days and floating times are theirs. */
  zone: string;
  nowAt: Instant;
  away: AwaySpec | undefined;
};

/** The absences of an iCalendar text (RFC 5545) that are not over yet. */
export function absencesOfCalendar(text: string, { zone, nowAt, away }: AbsenceOptions): AbsenceReading {
  const { absences, problems } = readAbsences(text, { zone, fromAt: nowAt, away: away ?? {} });
  if (problems.length > 0) return { ok: false, isCalendar: /^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text), problems };
  const labelled = away?.labels !== undefined;
  const kept = absences.filter(({ from }) => from < nowAt + AHEAD_MS);
  return {
    ok: true,
    absences: once(
      kept.map(({ from, to, label }) => ({
        id: `ics-${from}-${to}`,
        from,
        to,
        ...(labelled ? { label } : {}),
        source: 'ics',
      })),
    ),
  };
}

/** A row of a table with the columns from, to and, if there is one, label; `line` is where it stands in the file. */
export type AbsenceRow = { line: number; from: string; to: string; label?: string };

/**
 * The absences of a table. A date is a whole day (`to` is the last day away), a local date and time is the person's own,
 * and an instant carries its offset.
 */
export function absencesOfRows(rows: readonly AbsenceRow[], zone: string): AbsenceReading {
  const problems: FeedProblem[] = [];
  const absences = rows.flatMap((row): Absence[] => {
    try {
      const from = momentOf(row.from, zone, 'from', 0);
      const to = momentOf(row.to, zone, 'to', 1);
      if (to <= from) throw new CalendarError(`The absence ends (${row.to}) before it begins (${row.from}).`);
      const label = row.label?.trim() ?? '';
      return [{ id: `csv-${from}-${to}`, from, to, ...(label === '' ? {} : { label }), source: 'csv' }];
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error;
      problems.push({ line: row.line, message: error.message });
      return [];
    }
  });
  return problems.length > 0 ? { ok: false, isCalendar: false, problems } : { ok: true, absences: once(absences) };
}

function momentOf(text: string, zone: string, what: string, daysOn: number): Instant {
  const written = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(written))
    return instantOfWall(zoneRules(zone), (dayFromText(written, `The column ${what}`) + daysOn) * dayMs);
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(written)) return wallToInstant(zone, written);
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(written)
    ? Date.parse(written)
    : Number.NaN;
  if (Number.isNaN(at))
    throw new CalendarError(
      `The column ${what} holds "${written.slice(0, 40)}"; write a date (2026-12-24), a local time (2026-12-24T12:00) or an instant with an offset.`,
    );
  return at;
}

/** Each stretch once: a feed often holds the same day twice, in two calendars. */
function once(absences: readonly Absence[]): Absence[] {
  return [...new Map(absences.map((absence) => [absence.id, absence])).values()];
}
