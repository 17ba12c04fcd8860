// Case runner: business-time cases (inputs and expected results, written as data).
// Answers: what does our calendar say to one case, in the words of the case file. Promises: the answer has the shape of the
// case's `expected`, or is a sentence where the calendar refuses the question.

import { addBusinessDates, isBusinessDay } from '../../src/calendar/business-days.ts';
import {
  addOpenTime,
  type Calendar,
  compileCalendar,
  isOpen,
  nextClosing,
  nextOpening,
  nextPeriodStart,
  openTimeBetween,
  previousOpenMoment,
  subtractOpenTime,
} from '../../src/calendar/calendar.ts';
import { type OpenPeriod, openPeriodsAfter, openPeriodsBefore } from '../../src/calendar/periods.ts';
import type { CalendarSpec, DateHours, LocalSpan } from '../../src/calendar/spec.ts';
import { wallToInstant } from '../../src/calendar/zone.ts';

/** The schedule of a case: as a CalendarSpec, with the zone under another name and holidays as bare dates. */
export type CaseSchedule = {
  timeZone: string;
  weekly: Record<string, LocalSpan[]>;
  holidays?: string[];
  dateHours?: Record<string, DateHours>;
  breaks?: { date: string; from: string; to: string }[];
};

export type BusinessHoursCase = {
  id: string;
  operation: string;
  schedule: CaseSchedule;
  input: Record<string, unknown>;
  expected: unknown;
  recommended?: unknown;
  acceptable?: unknown[];
  normative: boolean;
  note?: string;
};

/** Our calendar for the schedule of a case. */
function calendarOfCase(schedule: CaseSchedule): Calendar {
  const spec: CalendarSpec = {
    zone: schedule.timeZone,
    weekly: schedule.weekly,
    holidays: { own: (schedule.holidays ?? []).map((date) => ({ date, name: 'holiday' })) },
    dateHours: schedule.dateHours ?? {},
    breaks: schedule.breaks ?? [],
  };
  return compileCalendar(spec);
}

/** What we answer to a case, in the shape of its `expected`. Throws the calendar's sentence where it refuses. */
export function answerBusinessHours(one: BusinessHoursCase): unknown {
  const answer = operations[one.operation];
  if (!answer) throw new Error(`The operation "${one.operation}" is not known to the case runner.`);
  return answer(one.input, one.schedule);
}

type Input = Record<string, unknown>;

const operations: Record<string, (input: Input, schedule: CaseSchedule) => unknown> = {
  isOpen: (input, schedule) => ({ open: isOpen(calendarOfCase(schedule), at(input.at)) }),
  isBusinessDay: (input, schedule) => ({ businessDay: isBusinessDay(calendarOfCase(schedule), String(input.date)) }),
  addBusinessDays: (input, schedule) => ({
    date: addBusinessDates(calendarOfCase(schedule), String(input.date), Number(input.days)),
  }),
  addDuration: (input, schedule) =>
    instant(addOpenTime(calendarOfCase(schedule), at(input.start), ms(input.durationSeconds))),
  subtractDuration: (input, schedule) =>
    instant(subtractOpenTime(calendarOfCase(schedule), at(input.start), ms(input.durationSeconds))),
  addDurationWithPauses: (input, schedule) =>
    instant(addOpenTime(calendarOfCase(schedule), at(input.start), ms(input.durationSeconds), spans(input.pauses))),
  elapsed: (input, schedule) => ({
    seconds: openTimeBetween(calendarOfCase(schedule), at(input.start), at(input.end)) / 1000,
  }),
  elapsedWithPauses: (input, schedule) => ({
    seconds: openTimeBetween(calendarOfCase(schedule), at(input.start), at(input.end), spans(input.pauses)) / 1000,
  }),
  nextOpen: (input, schedule) => instant(nextOpening(calendarOfCase(schedule), at(input.at))),
  nextClose: (input, schedule) => instant(nextClosing(calendarOfCase(schedule), at(input.at))),
  nextPeriodStart: (input, schedule) => instant(nextPeriodStart(calendarOfCase(schedule), at(input.at))),
  prevWorkingMoment: (input, schedule) => instant(previousOpenMoment(calendarOfCase(schedule), at(input.at))),
  periodsAfter: (input, schedule) =>
    periods(openPeriodsAfter(calendarOfCase(schedule), at(input.at), Number(input.count))),
  periodsBefore: (input, schedule) =>
    periods(openPeriodsBefore(calendarOfCase(schedule), at(input.at), Number(input.count))),
  wallToInstant: (input, schedule) => instant(wallToInstant(schedule.timeZone, String(input.local))),
};

const at = (text: unknown) => Temporal.Instant.from(String(text)).epochMilliseconds;
const ms = (seconds: unknown) => Number(seconds) * 1000;
const text = (value: number) => Temporal.Instant.fromEpochMilliseconds(value).toString();
const instant = (value: number | null) => ({ instant: value === null ? null : text(value) });
const periods = (list: OpenPeriod[]) => ({ periods: list.map(({ from, to }) => [text(from), text(to)]) });
const spans = (list: unknown) => (list as [string, string][]).map(([from, to]) => ({ from: at(from), to: at(to) }));
