// policy: when does a step of a ladder come, counted from the start of its clock?

import type { Level } from '../words/policy.ts';
import type { Span } from '../words/time.ts';

/** The clock's own time from its start to a step, ms; negative for a step that lies before the start. */
export function momentOf(level: Level, withinMs: Span): Span {
  if ('fraction' in level.at) return withinMs * level.at.fraction;
  return 'beforeMs' in level.at ? withinMs - level.at.beforeMs : withinMs + level.at.afterMs;
}
