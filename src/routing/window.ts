// Routing room: how much has somebody been offered lately?
// Counts offers in sliding windows ("at most three in any 24 hours"). The instants stand in a turn: that of the pool for a
// pool's window, that of a row of the person's own for a person's. Promises: exact at every instant, no more instants kept
// than the window with the most can need.

import type { PersonId } from '../words/ids.ts';
import type { Window } from '../words/roster.ts';
import type { Pools, Turn, TurnChange } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { EMPTY_TURN } from './place.ts';

/** Under this name stands what a person was offered whatever the pool; no pool of a policy can have it. */
export function ownRow(person: PersonId): string {
  return `person:${person}`;
}

/** What is full, as "3/3 in 24 h", and when there is room again; undefined while there is room in every window. */
export function fullWindow(
  windows: readonly Window[] | undefined,
  recent: readonly Instant[] | undefined,
  at: Instant,
): { load: string; until: Instant } | undefined {
  let full: { load: string; until: Instant } | undefined;
  for (const { withinMs, most } of windows ?? []) {
    const inside = (recent ?? []).filter((then) => then > at - withinMs && then <= at);
    if (inside.length < most) continue;
    // There is room again once so many have slid out that one fewer than the limit is left.
    const leaving = inside.toSorted((a, b) => a - b)[inside.length - most];
    const until = leaving === undefined ? at + withinMs : leaving + withinMs;
    if (full === undefined || until > full.until)
      full = { load: `${inside.length}/${most} in ${saySpan(withinMs)}`, until };
  }
  return full;
}

/** A turn that remembers one more offer, and forgets what no window counts any more. */
export function counted(turn: Turn, windows: readonly Window[], at: Instant): Turn {
  const longestMs = Math.max(...windows.map(({ withinMs }) => withinMs));
  const recent = [...(turn.recent ?? []).filter((then) => then > at - longestMs), at];
  return { ...turn, recent: recent.slice(-Math.max(1, ...windows.map(({ most }) => most))) };
}

/** The change that counts an offer in the person's own windows; none where the person has no windows. */
export function countOwn(
  pools: Pools,
  person: PersonId,
  windows: readonly Window[] | undefined,
  at: Instant,
): TurnChange[] {
  if (windows === undefined || windows.length === 0) return [];
  const pool = ownRow(person);
  const turn = counted({ ...(pools.get(pool)?.[person] ?? EMPTY_TURN), lastAt: at }, windows, at);
  return [{ pool, person, turn, why: 'counted' }];
}

function saySpan(ms: number): string {
  const hours = ms / 3_600_000;
  if (Number.isInteger(hours)) return `${hours} h`;
  return `${Math.round(ms / 60_000)} min`;
}
