// show: people, teams, policy and endpoints as the API shows them, and the entity tags of what can be edited.

import { hash } from 'node:crypto';
import { z } from 'zod';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { Person, Team } from '../words/roster.ts';
import { iso } from './instants.ts';
import type { Names, NamesOf } from './names.ts';
import { FEED_FAULTS } from './sentences.ts';
import type { StandingView, WindowDeps } from './window.ts';

export const person = z.object({ id: z.string(), name: z.string() }).meta({ id: 'PersonRef' });

const hours = z.object({
  zone: z.string().optional(),
  weekly: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).optional(),
  holidays: z
    .object({
      region: z.string().optional(),
      own: z.array(z.object({ date: z.string(), name: z.string() })).optional(),
    })
    .optional(),
  dateHours: z
    .record(
      z.string(),
      z.object({ hours: z.array(z.tuple([z.string(), z.string()])), opensOnHoliday: z.boolean().optional() }),
    )
    .optional(),
  breaks: z.array(z.object({ date: z.string(), from: z.string(), to: z.string() })).optional(),
});

export const personSchema = z
  .object({
    id: z.string(),
    etag: z.string().describe('Send it, in quotes, as If-Match with an edit.'),
    name: z.string().optional(),
    email: z.string().optional(),
    roles: z.array(z.string()),
    team: z.string().optional(),
    hours: hours.optional(),
    weight: z.int(),
    capacity: z.int().optional(),
    windows: z.array(z.object({ withinMs: z.int(), most: z.int() })).optional(),
    ramp: z.object({ from: z.string(), weeks: z.int() }).optional(),
    skills: z.array(z.string()),
    territories: z.array(z.string()),
    active: z.boolean(),
    joinedAt: z.string(),
    feed: z
      .object({
        failed: z
          .object({ at: z.string(), why: z.string(), says: z.string(), line: z.int().optional() })
          .optional()
          .describe('Why the calendar was not taken over when it was read last.'),
      })
      .optional()
      .describe('There is a calendar that absences are read from.'),
    absences: z.array(
      z.object({ id: z.string(), from: z.string(), to: z.string(), label: z.string().optional(), source: z.string() }),
    ),
  })
  .meta({ id: 'Person' });

export const teamSchema = z
  .object({ id: z.string(), etag: z.string(), name: z.string(), lead: person, hours: hours.optional() })
  .meta({ id: 'Team' });

export const endpointSchema = z
  .object({ id: z.string(), etag: z.string(), url: z.string(), kinds: z.array(z.string()), active: z.boolean() })
  .meta({ id: 'Endpoint' });

export function personOf(id: PersonId, names: Names): z.output<typeof person> {
  return { id, name: names.of(id) };
}

export function showPerson(of: Person, names: Names): z.output<typeof personSchema> {
  const profile = names.profile(of.id);
  return {
    id: of.id,
    etag: personTag(of, names),
    name: profile?.name,
    email: profile?.email,
    roles: of.roles,
    team: of.team,
    hours: of.hours as z.output<typeof hours> | undefined,
    weight: of.weight,
    capacity: of.capacity,
    windows: of.windows,
    ramp: of.ramp === undefined ? undefined : { from: iso(of.ramp.from), weeks: of.ramp.weeks },
    skills: of.skills ?? [],
    territories: of.territories ?? [],
    active: of.active,
    joinedAt: iso(of.joinedAt),
    feed: of.feed === undefined ? undefined : { failed: failedOf(of.feed.failed) },
    absences: of.absences.map((absence) => ({ ...absence, from: iso(absence.from), to: iso(absence.to) })),
  };
}

type FeedFailure = NonNullable<Person['feed']>['failed'];

function failedOf(failed: FeedFailure) {
  if (failed === undefined) return undefined;
  return { at: iso(failed.at), why: failed.why, says: FEED_FAULTS[failed.why], line: failed.line };
}

export function showTeam(of: Team, names: Names): z.output<typeof teamSchema> {
  return {
    id: of.id,
    etag: tagOf(of),
    name: of.name,
    lead: personOf(of.lead, names),
    hours: of.hours as z.output<typeof hours> | undefined,
  };
}

export function showEndpoint(of: StandingView['endpoints'][number]): z.output<typeof endpointSchema> {
  return { id: of.id, etag: tagOf(of), url: of.url, kinds: of.kinds, active: of.active };
}

/** The entity tag of what an edit replaces: everything but absences, which have their own acts. */
function personTag({ absences: _, joinedAt: __, ref: ___, feed: ____, ...rest }: Person, names: Names): string {
  const profile = names.profile(rest.id);
  return tagOf({ ...rest, name: profile?.name, email: profile?.email });
}

/** A strong entity tag of a document: equal documents, equal tags, whatever the order of their keys. */
function tagOf(document: unknown): string {
  return hash('sha256', JSON.stringify(sorted(document)), 'hex').slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** Answers which version a thing is at, for edits that say which one they were made from. */
export function createVersionOf({ reader, standing }: Pick<WindowDeps, 'reader' | 'standing'>, namesOf: NamesOf) {
  return async function versionOf(
    workspace: WorkspaceId,
    kind: 'handoff' | 'person' | 'team' | 'policy' | 'endpoint',
    id: string,
  ): Promise<string | undefined> {
    if (kind === 'handoff') {
      const found = await reader.handoff(workspace, id);
      return found === undefined ? undefined : String(found.handoff.version);
    }
    const view = await standing(workspace);
    switch (kind) {
      case 'person': {
        const found = view.roster.people.get(id);
        return found === undefined ? undefined : personTag(found, await namesOf(workspace, view));
      }
      case 'team': {
        const found = view.roster.teams.get(id);
        return found === undefined ? undefined : tagOf(found);
      }
      case 'policy':
        return view.policy?.hash;
      case 'endpoint': {
        const found = view.endpoints.find((endpoint) => endpoint.id === id);
        return found === undefined ? undefined : tagOf(found);
      }
    }
  };
}
