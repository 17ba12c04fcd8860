// policy: can each territory have one owner on each day? Two owners at one time are reported with both entries, because
// which of them is meant only their authors know.

import type { TerritoryOwner } from '../words/policy.ts';

/** Two entries of different people that own something at one time: their places in the list, the days both included. */
export type Clash = { first: number; second: number; from?: string; until?: string };

/** Every pair of entries that own at one time, each once. */
export function clashesOf(owners: readonly TerritoryOwner[]): Clash[] {
  return owners.flatMap((second, j) =>
    owners.slice(0, j).flatMap((first, i): Clash[] => {
      if (first.person === second.person) return [];
      const from = [first.from, second.from]
        .filter((day) => day !== undefined)
        .toSorted()
        .at(-1);
      const until = [first.until, second.until].filter((day) => day !== undefined).toSorted()[0];
      if (from !== undefined && until !== undefined && from > until) return [];
      return [
        { first: i, second: j, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) },
      ];
    }),
  );
}

/** "since 2012-05-30", "from 2012-05-30 to 2012-06-30", "always" */
export function sayDays({ from, until }: { from?: string; until?: string }): string {
  if (from === undefined) return until === undefined ? 'always' : `until ${until}`;
  return until === undefined ? `since ${from}` : `from ${from} to ${until}`;
}
