// Calendar room: may this calendar be used at all?
// Answers: why a calendar is refused when it is published, in one sentence, or that it opens. Promises: a calendar that
// passes has an open moment within 400 days of the instant asked about.

import { type Calendar, compileCalendar, nextOpening } from './calendar.ts';
import { CalendarError } from './calendar-error.ts';
import type { CalendarSpec } from './spec.ts';
import { closedMaxMs } from './table.ts';
import { dayOf, textOfDay, zoneRules } from './zone.ts';

/**
 * Why a calendar cannot be used from an instant on, as a sentence; null when it can.
 * The reason is a mistake in what is written, or that it never opens within 400 days.
 */
export function checkCalendar(spec: CalendarSpec, fromAt: number): string | null {
  let calendar: Calendar;
  try {
    calendar = compileCalendar(spec);
    if (opens(calendar, fromAt)) return null;
  } catch (error) {
    if (error instanceof CalendarError) return error.message;
    throw error;
  }
  const date = textOfDay(dayOf(zoneRules(spec.zone), fromAt));
  return `The calendar in ${spec.zone} never opens within 400 days of ${date}: ${whyClosed(spec, fromAt)}`;
}

function opens(calendar: Calendar, fromAt: number): boolean {
  try {
    nextOpening(calendar, fromAt);
    return true;
  } catch (error) {
    // An instant outside the known centuries is the caller's mistake, not a closed calendar.
    if (error instanceof CalendarError && Number.isSafeInteger(fromAt)) return false;
    throw error;
  }
}

function whyClosed(spec: CalendarSpec, fromAt: number): string {
  const hasWeekly = Object.values(spec.weekly).some((spans) => spans.length > 0);
  const hasDates = Object.keys(spec.dateHours ?? {}).length > 0;
  if (!hasWeekly) {
    return hasDates
      ? 'it has no weekly hours, and no date with hours of its own falls in that time. Add weekly hours.'
      : 'it has no weekly hours and no date with hours of its own. Add weekly hours.';
  }
  const { absences, ...present } = spec;
  if (absences && absences.length > 0 && opens(compileCalendar(present), fromAt)) {
    const until = Math.max(...absences.filter(({ from }) => from <= fromAt + closedMaxMs).map(({ to }) => to));
    const date = textOfDay(dayOf(zoneRules(spec.zone), until));
    return `its hours are covered by absences, the last of them until ${date}. Shorten the absence, or use another calendar.`;
  }
  return 'all its hours are taken away by holidays, breaks or dates with hours of their own. Remove what covers them.';
}
