// deliver: when a failed message is tried again, and when Baton stops trying. Pure.
// Promises: eight tries over about 28 hours, spread by jitter so that a recovered endpoint is not met by everything at
// once; never before the other side's Retry-After; the end of the schedule is a visible dead letter, not silence.

import type { Instant, Span } from '../words/time.ts';
import { HOUR, MINUTE, SECOND } from '../words/time.ts';

/** Pause before each try. */
const PAUSES_MS: readonly Span[] = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];

export const TRIES_MAX = PAUSES_MS.length;

/** Tries of a message at which Baton itself fails: that does not mend itself in a day. */
export const BUG_TRIES_MAX = 3;

const JITTER = 0.2;

/**
 * The instant of the next try after `tries` failed ones, or undefined when that was the last.
 * @param random from 0 up to 1; lengthens the pause by up to a fifth.
 */
export function nextTryAt(
  tries: number,
  failedAt: Instant,
  random: number,
  retryAfterMs: Span = 0,
): Instant | undefined {
  const pauseMs = PAUSES_MS[tries];
  if (pauseMs === undefined) return undefined;
  return failedAt + stretched(Math.max(pauseMs, retryAfterMs), random);
}

/** A span lengthened by up to a fifth. */
export function stretched(spanMs: Span, random: number): Span {
  return spanMs + Math.floor(spanMs * JITTER * random);
}
