// lab: how people of a simulated organisation behave: how fast, how often they decline, ask, forget. Shares are of the
// limit of the clock that runs; weights are relative. One table for the demo's busy day, one for plain simulations.

import type { Span } from '../words/time.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';

export type Range = [from: number, to: number];

export type Habits = {
  /** What somebody does with an offer; `ignore` lets it expire. */
  offer: Record<'soon' | 'late' | 'ask' | 'reject' | 'ignore', number>;
  soonShare: Range;
  lateShare: Range;
  followUp: Record<'soon' | 'late' | 'never', number>;
  followShare: Range;
  /** Of a late follow-up: above 1. */
  followLateShare: Range;
  /** Spans in the working hours of whoever acts. */
  completeMs: Range;
  answerMs: Range;
  returnMs: Range;
  /** Between two acts after the first follow-up. */
  betweenMs: Range;
  /** From the booking to the meeting. */
  meetingInMs: Range;
  /** No act waits longer than this, however long its clock allows. */
  longestMs: Span;
  returned: Record<'resend' | 'recycle' | 'close', number>;
  meeting: Record<'held' | 'no-show' | 'rescheduled', number>;
  /** Probabilities. */
  book: number;
  succeed: number;
  taskDone: number;
  /** Ends what is in hand before the working day ends. */
  wrapUp: boolean;
  /** How much slower (above 1) or faster a person is; 1 where nobody is named. */
  pace: Readonly<Record<string, number>>;
};

/** A normal organisation: days between acts, most offers taken in time. */
export const USUAL_HABITS: Habits = {
  offer: { soon: 78, late: 7, ask: 5, reject: 6, ignore: 4 },
  soonShare: [0.04, 0.7],
  lateShare: [0.75, 0.98],
  followUp: { soon: 86, late: 11, never: 3 },
  followShare: [0.1, 0.9],
  followLateShare: [1.05, 2],
  completeMs: [10 * MINUTE, 3 * HOUR],
  answerMs: [5 * MINUTE, 2 * HOUR],
  returnMs: [20 * MINUTE, 6 * HOUR],
  betweenMs: [2 * HOUR, 16 * HOUR],
  meetingInMs: [DAY, 7 * DAY],
  longestMs: 20 * DAY,
  returned: { resend: 55, recycle: 20, close: 25 },
  meeting: { held: 72, 'no-show': 16, rescheduled: 12 },
  book: 0.6,
  succeed: 0.55,
  taskDone: 0.9,
  wrapUp: false,
  pace: {},
};

/** The demo company's day: what takes days elsewhere takes minutes, so that every stage can be seen within one sitting. */
export const BUSY_DAY: Habits = {
  offer: { soon: 62, late: 9, ask: 9, reject: 16, ignore: 4 },
  soonShare: [0.08, 0.55],
  lateShare: [0.78, 0.97],
  followUp: { soon: 66, late: 32, never: 2 },
  followShare: [0.15, 0.85],
  followLateShare: [1.2, 3],
  completeMs: [8 * MINUTE, 50 * MINUTE],
  answerMs: [2 * MINUTE, 11 * MINUTE],
  returnMs: [25 * MINUTE, 2 * HOUR],
  betweenMs: [2 * MINUTE, 12 * MINUTE],
  meetingInMs: [15 * MINUTE, 50 * MINUTE],
  longestMs: 75 * MINUTE,
  returned: { resend: 62, recycle: 18, close: 20 },
  meeting: { held: 74, 'no-show': 14, rescheduled: 12 },
  book: 0.6,
  succeed: 0.58,
  taskDone: 0.9,
  wrapUp: true,
  pace: { ben: 0.7, kavya: 0.8, andre: 1.5, tom: 1.3, otto: 1.4, jule: 0.8 },
};
