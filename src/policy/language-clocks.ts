// policy: how time limits are written: clocks with their ladders ('remind at 50%'), and moments that tasks are due.

import type { Level, LevelAction } from '../words/policy.ts';
import { CLOCK_NAMES } from '../words/policy.ts';
import type { Duration } from './duration.ts';
import { readDuration } from './duration.ts';
import { name } from './language-names.ts';
import { becomes, choice, duration, either, group, list, may, must, notation } from './shape.ts';

export const urgency = choice('normal', 'high');

const LEVEL_PATTERN =
  '^(remind|warn-lead|reroute|fallback|return) (?:at (?:(\\d{1,3})%|due)|(\\d[0-9dhms]*) (before|after))$';

/** 'remind at 50%', 'warn-lead at due', 'fallback 1h after' */
const level = notation<Level>(
  'a step such as "remind at 50%", "warn-lead at due" or "fallback 1h after"',
  LEVEL_PATTERN,
  ([, act, percent, span, side]) => {
    const step = act as LevelAction;
    if (span === undefined) {
      const fraction = percent === undefined ? 1 : Number(percent) / 100;
      return fraction > 0 && fraction <= 1 ? { at: { fraction }, do: step } : undefined;
    }
    const ms = readDuration(span)?.ms;
    if (ms === undefined || ms === 0) return undefined;
    return { at: side === 'before' ? { beforeMs: ms } : { afterMs: ms }, do: step };
  },
);

const CLOCK_SAYS = {
  prepare: 'Until the sender has completed the context.',
  hold: 'How long it may wait for somebody to be at work before the fallback person gets it.',
  accept: 'Until the receiver accepts, asks or rejects.',
  'follow-up': 'Until the receiver has followed up, from the acceptance.',
  context: 'Until context that was allowed to follow is there.',
  'meeting-prep': 'How long before the meeting the receiver has done the tasks for it; runs only where it is named.',
  'next-step': 'Until the next step after the first follow-up.',
  return: 'Until the sender has dealt with a returned handoff.',
  recycle: 'Reserved for the date on which a recycled prospect wakes.',
};

const CLOCK_DEFAULT = {
  prepare: '4h.',
  hold: '3d.',
  accept: '4h.',
  'follow-up': '8h.',
  context: '8h.',
  'meeting-prep': 'no such clock.',
  'next-step': 'next-step.every.',
  return: '8h.',
  recycle: 'the date that is given when it is recycled.',
};

const clockOf = either(
  duration,
  group('a clock', {
    within: must(duration, 'How long it runs.', '4h'),
    hours: may(
      choice('business', 'wall'),
      'business counts the working hours of whoever must act; wall counts every hour.',
      'business',
      'business (wall for hold and recycle).',
    ),
    except: may(
      list(
        group('a limit for a segment or urgency', {
          segment: may(name, 'For this segment.', 'enterprise', 'any.'),
          urgency: may(urgency, 'For this urgency.', 'high', 'any.'),
          within: must(duration, 'How long it runs then.', '15m'),
        }),
        1,
      ),
      'Other limits; the first that matches counts.',
      [{ urgency: 'high', within: '15m' }],
      'none.',
    ),
    ladder: may(
      list(level, 1, 12),
      'What happens on the way: remind, warn-lead, reroute, fallback, return.',
      ['remind at 50%', 'warn-lead at due'],
      'the default ladder of this clock.',
    ),
  }),
);

export const clocks = becomes(
  group(
    'clocks',
    Object.fromEntries(
      CLOCK_NAMES.map((clock) => [
        clock,
        may(clockOf, CLOCK_SAYS[clock], clock === 'accept' ? '4h' : '8h', CLOCK_DEFAULT[clock]),
      ]),
    ) as Record<(typeof CLOCK_NAMES)[number], ReturnType<typeof may<ClockWritten>>>,
  ),
  (written) => written as Partial<Record<(typeof CLOCK_NAMES)[number], ClockWritten>>,
);

const DUE_PATTERN = '^(?:at|(\\d[0-9dhms]*) (before|after)) (offered|accepted|meeting)$';

type Due = { after: 'offered' | 'accepted' | 'meeting'; offset: Duration; sign: 1 | -1 };

export const due = notation<Due>(
  'a moment such as "at accepted", "8h before meeting" or "1h after accepted"',
  DUE_PATTERN,
  ([, span, side, after]) => {
    const offset = span === undefined ? { ms: 0, hasDays: false } : readDuration(span);
    if (offset === undefined || (side === 'before' && after !== 'meeting')) return undefined;
    return { after: after as Due['after'], offset, sign: side === 'before' ? -1 : 1 };
  },
);

export type ClockWritten = ReturnType<typeof clockOf.read> & {};
