// run: a departure tried on the record of today. Reads what the departure would read, decides it, and writes nothing.

import { drillDeparture, drillEverybody } from '../decide/drill.ts';
import type { Drill } from '../words/drill.ts';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { Journal } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import type { Shelf } from './shelf.ts';
import { NEW_WORKSPACE, readStanding } from './standing.ts';
import { openBench } from './world.ts';

/** What would happen if this person left at `at`, or, without a person, each of the active people. Undefined: unknown. */
export async function runDrill(
  { journal, shelf }: { journal: Pick<Journal, 'turn'>; shelf: Shelf },
  workspace: WorkspaceId,
  person: PersonId | undefined,
  at: Instant,
): Promise<Drill[] | undefined> {
  return journal.turn(workspace, false, async (turn) => {
    const first = await turn.load(NO_NEEDS, 0);
    const standing = readStanding(NEW_WORKSPACE, first.seq, first.standing);
    const { people } = standing.roster;
    if (person !== undefined && !people.has(person)) return undefined;
    const loaded = await turn.load(
      { ...NO_NEEDS, people: person === undefined ? [...people.keys()] : [person] },
      first.seq,
    );
    const { world } = openBench(standing, loaded, shelf);
    return person === undefined ? drillEverybody(world, at) : [drillDeparture(world, person, at)];
  });
}
