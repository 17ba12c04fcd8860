// run: whose turn is it? The line of each pool as routing would take it now, with who is next and why. Looking changes
// nothing.

import { availabilityOf } from '../decide/offer.ts';
import { lastRung } from '../decide/people.ts';
import type { Seat } from '../routing/fairness.ts';
import { lineOf } from '../routing/line.ts';
import { route } from '../routing/route.ts';
import { saySkip } from '../routing/sentence.ts';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import { NO_NEEDS } from '../words/journal.ts';
import type { Candidate } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import type { House } from './house.ts';
import { NEW_WORKSPACE, readStanding } from './standing.ts';
import { openBench } from './world.ts';

export type PoolLine = {
  pool: string;
  /** Who would get the next handoff, and the sentence that its record would have. */
  next?: PersonId;
  why: string;
  members: {
    person: PersonId;
    weight: number;
    /** Open handoffs they hold now. */
    load: number;
    capacity?: number;
    active: boolean;
    /** Why they cannot take one now; absent when they can. */
    kept?: string;
    /** How far behind the front of the line, in turns of a member of weight 1. */
    behind: number;
    /** Turns that they will not be charged for. */
    owed: number;
    lastAt?: Instant;
  }[];
};

/** Every pool of the live policy, or the one of that name; in each whoever is next stands first. */
export async function linesOf(
  { journal, shelf }: Pick<House, 'journal' | 'shelf'>,
  workspace: WorkspaceId,
  at: Instant,
  name?: string,
): Promise<PoolLine[]> {
  const loaded = await journal.turn(workspace, false, (turn) => turn.load(NO_NEEDS, 0));
  const { world } = openBench(readStanding(NEW_WORKSPACE, loaded.seq, loaded.standing), loaded, shelf);
  const doc = world.policy?.doc;
  if (doc === undefined) return [];
  const pools = Object.keys(doc.pools).filter((pool) => name === undefined || pool === name);
  return pools.map((pool) => {
    const { record } = route({
      at,
      policy: world.policy?.hash ?? '',
      segment: '',
      rungs: [{ use: 'round-robin', pool }],
      fallback: doc.lastRung,
      lastRung: lastRung(world),
      sender: '',
      allowSelf: true,
      declined: [],
      test: () => ({ holds: true }),
      roster: world.roster,
      poolSpecs: doc.pools,
      pools: world.pools,
      load: (person) => world.load(person),
      availability: (person) => availabilityOf(world, person, at),
      holdMaxMs: 0,
    });
    const candidates = record.rungs[0]?.candidates ?? [];
    const known = candidates.filter(({ person }) => world.roster.people.has(person));
    const seats = known.map((candidate): Seat => {
      const backAt = lastLeave(world.roster.people.get(candidate.person)?.absences ?? [], at);
      return {
        person: candidate.person,
        weight: candidate.weight ?? 1,
        open: isFree(candidate),
        ...(backAt === undefined ? {} : { backAt }),
      };
    });
    const line = lineOf(pool, world.pools.get(pool) ?? {}, seats, at);
    const byPerson = new Map(candidates.map((candidate) => [candidate.person, candidate]));
    return {
      pool,
      ...(record.usedFallback || record.picked === undefined ? {} : { next: record.picked }),
      why: record.usedFallback ? 'nobody of it can take one now' : record.sentence,
      members: line.map(({ person, weight, behind, owed, lastAt }) => {
        const candidate = byPerson.get(person);
        const someone = world.roster.people.get(person);
        return {
          person,
          weight,
          load: world.load(person),
          active: someone?.active === true,
          behind,
          owed,
          ...(someone?.capacity === undefined ? {} : { capacity: someone.capacity }),
          ...(candidate === undefined || isFree(candidate) ? {} : { kept: saySkip(candidate) }),
          ...(world.pools.get(pool)?.[person] === undefined ? {} : { lastAt }),
        };
      }),
    };
  });
}

function isFree({ skip }: Candidate): boolean {
  return skip === undefined || skip === 'later-in-turn';
}

function lastLeave(absences: readonly { to: Instant }[], at: Instant): Instant | undefined {
  const ended = absences.map(({ to }) => to).filter((to) => to <= at);
  return ended.length === 0 ? undefined : Math.max(...ended);
}
