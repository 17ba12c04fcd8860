// run: whose calendars are to be read, in every workspace of the house: everybody active who has a feed.

import type { Fed } from './feeds.ts';
import type { House } from './house.ts';
import { specOf } from './shelf.ts';

/** Active people with a feed, with their zone and what their policy counts as away. */
export async function fedPeople({ journal, live, shelf }: Pick<House, 'journal' | 'live' | 'shelf'>): Promise<Fed[]> {
  const found: Fed[] = [];
  for (const { id: workspace } of await journal.workspaces()) {
    const standing = await live.standing(workspace);
    const fed = [...standing.roster.people.values()].filter((p) => p.active && p.feed !== undefined);
    if (fed.length === 0) continue;
    const text = standing.live === undefined ? undefined : standing.policies.get(standing.live);
    const policy = standing.live === undefined || text === undefined ? undefined : shelf.policy(standing.live, text);
    for (const person of fed)
      found.push({
        workspace,
        person,
        zone: specOf(standing.roster, person.id, policy).zone,
        away: policy?.doc.away,
      });
  }
  return found;
}
