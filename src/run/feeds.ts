// run: reads people's calendars (iCalendar feeds) every quarter of an hour, through the outbound door, and hands what they
// hold to the corridor as one ask. Promises: all of a feed or nothing of it; a feed that did not change costs one
// conditional request; one that fails is shown on the person, once, and leaves what was known as it is.

import { absencesOfCalendar } from '../calendar/absence-file.ts';
import type { Dialer, Reply } from '../deliver/dialer.ts';
import type { Ask } from '../words/arrival.ts';
import { Fault } from '../words/fault.ts';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { AwaySpec } from '../words/policy.ts';
import type { FeedFault, Person } from '../words/roster.ts';
import type { Instant } from '../words/time.ts';
import { MINUTE, SECOND } from '../words/time.ts';
import type { Worker } from './alarms.ts';
import { startNap } from './alarms.ts';

/** A person whose calendar is read, with what reading it depends on. */
export type Fed = { workspace: WorkspaceId; person: Person; zone: string; away: AwaySpec | undefined };

export type FeedDeps = {
  dialer: Pick<Dialer, 'call'>;
  /** Everybody active who has a feed, in every workspace. */
  fed(): Promise<Fed[]>;
  /** The address behind the reference; undefined when it is gone. */
  address(workspace: WorkspaceId, ref: string): Promise<string | undefined>;
  submit(workspace: WorkspaceId, command: string, ask: Ask): Promise<unknown>;
  now(): Instant;
  log(line: string): void;
};

const EVERY_MS = 15 * MINUTE;
const LOOK_MS = 30 * SECOND;
const AT_ONCE = 4;

/** What the last reading left: when to read again, and what makes the next request conditional. */
type Memory = { key: string; nextAt: Instant; etag?: string; modified?: string };

export type FeedReader = { look(): Promise<number> };

/** Reads what is due. `look` answers how many calendars it read. */
export function openFeedReader(deps: FeedDeps): FeedReader {
  const memories = new Map<string, Memory>();

  const readOne = async (fed: Fed): Promise<void> => {
    const { workspace, person, zone, away } = fed;
    const ref = person.feed?.ref ?? '';
    const slot = `${workspace}/${person.id}`;
    const key = keyOf(fed);
    const known = memories.get(slot);
    const memory: Memory = known?.key === key ? known : { key, nextAt: 0 };
    memories.set(slot, memory);
    memory.nextAt = deps.now() + EVERY_MS;
    const failed = (why: FeedFault, line?: number): Promise<unknown> => {
      delete memory.etag;
      delete memory.modified;
      deps.log(`The calendar of ${person.id} was not taken over: ${why}${line === undefined ? '' : `, line ${line}`}.`);
      return ask(deps, workspace, person.id, {
        ask: 'feed-failed',
        person: person.id,
        why,
        ...(line === undefined ? {} : { line }),
      });
    };
    const url = await deps.address(workspace, ref);
    if (url === undefined) return;
    let reply: Reply;
    try {
      reply = await deps.dialer.call({ method: 'GET', url, headers: headersFor(memory, person) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      await failed(error.code === 'deliver/refused-address' ? 'refused-address' : 'unreachable');
      return;
    }
    if (reply.status === 304) return;
    if (reply.status !== 200) return void (await failed('answered-error'));
    if (!reply.complete) return void (await failed('too-large'));
    const reading = absencesOfCalendar(new TextDecoder().decode(reply.body), { zone, nowAt: deps.now(), away });
    if (!reading.ok)
      return void (await failed(reading.isCalendar ? 'bad-line' : 'not-a-calendar', reading.problems[0]?.line));
    await ask(deps, workspace, person.id, {
      ask: 'set-absences',
      person: person.id,
      source: 'ics',
      absences: reading.absences,
    });
    const { etag, 'last-modified': modified } = reply.headers;
    if (etag !== undefined) memory.etag = etag;
    if (modified !== undefined) memory.modified = modified;
  };

  return {
    async look() {
      const now = deps.now();
      const due = (await deps.fed()).filter((fed) => {
        const { workspace, person } = fed;
        const memory = memories.get(`${workspace}/${person.id}`);
        return memory === undefined || memory.nextAt <= now || memory.key !== keyOf(fed);
      });
      for (let i = 0; i < due.length; i += AT_ONCE)
        await Promise.all(
          due.slice(i, i + AT_ONCE).map((fed) =>
            readOne(fed).catch((error: unknown) => {
              deps.log(
                `The calendar of ${fed.person.id} waits: ${error instanceof Error ? error.message : String(error)}`,
              );
            }),
          ),
        );
      return due.length;
    },
  };
}

/** Another address, zone or rule makes the same bytes mean something else: then it is read at once and in full. */
function keyOf({ person, zone, away }: Fed): string {
  return JSON.stringify([person.feed?.ref, zone, away]);
}

/** A feed that failed is asked for in full, so that its answer can end the failure. */
function headersFor(memory: Memory, person: Person): Record<string, string> {
  const whole = person.feed?.failed !== undefined;
  return {
    accept: 'text/calendar',
    'user-agent': 'Baton',
    ...(memory.etag === undefined || whole ? {} : { 'if-none-match': memory.etag }),
    ...(memory.modified === undefined || whole ? {} : { 'if-modified-since': memory.modified }),
  };
}

function ask(deps: FeedDeps, workspace: WorkspaceId, person: PersonId, what: Ask): Promise<unknown> {
  return deps.submit(workspace, `feed:${person}:${deps.now()}`, what);
}

/** Reads calendars again and again until it is stopped. */
export function startFeeds(deps: FeedDeps): Worker {
  const reader = openFeedReader(deps);
  const nap = startNap();
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await reader.look();
      } catch (error) {
        deps.log(`Calendars wait for the database: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (!stopped) await nap.sleep(LOOK_MS);
    }
  };
  const running = loop();
  return {
    wake: () => nap.wake(),
    async stop() {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}
