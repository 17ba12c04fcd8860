// decide: how the small standing facts change when an event is recorded: the roster, the turns in pools, how much each
// person holds, which handoffs wait for somebody to be free. Folding only, like evolve.ts.

import type { Event } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Person, Roster } from '../words/roster.ts';
import type { Pools, TurnChange } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';

/** The roster after an event; the same object when the event does not concern it. */
export function evolveRoster(roster: Roster, event: Event, at: Instant): Roster {
  switch (event.kind) {
    case 'person-set':
      return withPerson(roster, event.person);
    case 'team-set':
      return { ...roster, version: roster.version + 1, teams: new Map(roster.teams).set(event.team.id, event.team) };
    case 'absence-set':
      return changePerson(roster, event.person, (p) => ({
        ...p,
        absences: [...p.absences.filter((a) => a.id !== event.absence.id), event.absence],
      }));
    case 'absence-ended':
      return changePerson(roster, event.person, (p) => ({
        ...p,
        absences: p.absences.flatMap((a) =>
          a.id !== event.absence ? [a] : a.from >= at ? [] : [{ ...a, to: Math.min(a.to, event.at) }],
        ),
      }));
    case 'absences-replaced':
      return changePerson(roster, event.person, (p) => ({
        ...withoutFault(p, event.source),
        absences: [...p.absences.filter((a) => a.source !== event.source), ...event.absences],
      }));
    case 'feed-set':
      return changePerson(roster, event.person, ({ feed: _old, ...p }) =>
        event.ref === undefined ? p : { ...p, feed: { ref: event.ref } },
      );
    case 'feed-failed':
      return changePerson(roster, event.person, (p) =>
        p.feed === undefined
          ? p
          : {
              ...p,
              feed: {
                ref: p.feed.ref,
                failed: { at, why: event.why, ...(event.line === undefined ? {} : { line: event.line }) },
              },
            },
      );
    case 'person-departed':
      return changePerson(roster, event.person, (p) => ({ ...p, active: false }));
    default:
      return roster;
  }
}

function withPerson(roster: Roster, person: Person): Roster {
  return { ...roster, version: roster.version + 1, people: new Map(roster.people).set(person.id, person) };
}

function changePerson(roster: Roster, id: PersonId, change: (person: Person) => Person): Roster {
  const person = roster.people.get(id);
  if (person === undefined) throw new Error(`The ledger changes ${id}, who is not in the roster.`);
  return withPerson(roster, change(person));
}

/** A calendar that was taken over has no fault any more. */
function withoutFault(person: Person, source: 'hand' | 'csv' | 'ics'): Person {
  return source === 'ics' && person.feed?.failed !== undefined ? { ...person, feed: { ref: person.feed.ref } } : person;
}

/** The pools after turns moved; the same object when none did. */
export function evolvePools(pools: Pools, turns: readonly TurnChange[] | undefined): Pools {
  if (turns === undefined || turns.length === 0) return pools;
  const next = new Map(pools);
  for (const change of turns) next.set(change.pool, { ...next.get(change.pool), [change.person]: change.turn });
  return next;
}

/**
 * Who holds this handoff as open work: whoever it is offered to, then whoever accepted it, until it is closed. What waits
 * to be claimed is held by nobody yet.
 */
export function loadHolder(h: Handoff | undefined): PersonId | undefined {
  if (h === undefined) return undefined;
  if (h.stage === 'offered') return h.offer?.pool === undefined ? h.offer?.to : undefined;
  return h.stage === 'accepted' ? h.receiver : undefined;
}

/** Whether the handoff waits for somebody to be free. */
export function isWaiting(h: Handoff | undefined): boolean {
  return (
    h !== undefined && h.stage === 'preparing' && h.clocks.hold !== undefined && h.clocks.hold.stoppedAt === undefined
  );
}
