// words: units of time. Inside Baton an instant is an integer, epoch milliseconds (UTC); a span is milliseconds.

/** Epoch milliseconds, UTC. Names of such values end in At or By. */
export type Instant = number;
/** Milliseconds. Names of such values end in Ms. */
export type Span = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A half-open span of instants: closed at `from`, open at `to`. */
export type Stretch = { from: Instant; to: Instant };
