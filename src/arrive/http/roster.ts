// arrive: edits of people, teams, absences, policy and endpoints. An edit replaces the whole thing and must say which
// version it was made from; a departure or an absence is an act and needs none.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { idFromCommand } from './derived-id.ts';
import { instant, name, text } from './text.ts';
import type { WriteRoute } from './write-route.ts';

const POLICY_BYTES_MAX = 500_000;
const idParams = z.object({ id: name });
const idOf = (params: Record<string, string>) => params.id ?? '';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'is not a time of day such as 09:00' });
const spans = z
  .array(z.tuple([time, time]))
  .max(10)
  .optional();
const zone = text(100).refine(isZone, { error: 'is not an IANA time zone such as Europe/Berlin' });

const hours = z.strictObject({
  zone: zone.optional(),
  weekly: z
    .strictObject({ mon: spans, tue: spans, wed: spans, thu: spans, fri: spans, sat: spans, sun: spans })
    .optional(),
  holidays: z
    .strictObject({
      region: text(20).optional(),
      own: z
        .array(z.strictObject({ date: z.iso.date(), name: text(100) }))
        .max(400)
        .optional(),
    })
    .optional(),
  dateHours: z
    .record(
      z.iso.date(),
      z.strictObject({ hours: z.array(z.tuple([time, time])).max(10), opensOnHoliday: z.boolean().optional() }),
    )
    .optional()
    .describe('Dates with hours of their own; a holiday still closes them unless they open on it.'),
  breaks: z
    .array(z.strictObject({ date: z.iso.date(), from: time, to: time }))
    .max(400)
    .optional()
    .describe('Hours of a date in which nobody works.'),
});

const person = z.strictObject({
  name: text(200).optional(),
  email: z.email().max(320).optional(),
  roles: z.array(name).max(20),
  team: name.optional(),
  hours: hours.optional(),
  weight: z.int().min(1).max(100).default(1),
  capacity: z.int().min(0).max(10_000).optional(),
  windows: z
    .array(z.strictObject({ withinMs: z.int().min(1), most: z.int().min(1).max(1_000) }))
    .max(10)
    .optional()
    .describe('At most so many offers in any span of so many milliseconds, in all pools together.'),
  ramp: z
    .strictObject({ from: instant, weeks: z.int().min(1).max(104) })
    .optional()
    .describe('Turns grow to the full weight over so many weeks, in equal weekly steps.'),
  skills: z.array(name).max(100).optional(),
  territories: z.array(name).max(100).optional(),
  active: z.boolean().default(true),
});

export function rosterRoutes(route: WriteRoute): void {
  route({
    method: 'PUT',
    url: '/api/v1/people/:id',
    scope: 'admin',
    operationId: 'setPerson',
    tag: 'people',
    summary: 'Set a person',
    params: idParams,
    body: person,
    thing: { kind: 'person', idOf, required: true },
    ask: ({ name: called, email, ...rest }, { params }) => ({
      ask: {
        ask: 'set-person',
        person: { id: idOf(params), ...rest },
        ...(called === undefined ? {} : { name: called }),
        ...(email === undefined ? {} : { email }),
      },
    }),
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/depart',
    scope: 'admin',
    operationId: 'departPerson',
    tag: 'people',
    summary: 'A person leaves: everything they hold goes to somebody at once',
    params: idParams,
    body: z.strictObject({}),
    ask: (_, { params }) => ({ ask: { ask: 'depart', person: idOf(params) } }),
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/absences',
    scope: 'admin',
    operationId: 'setAbsence',
    tag: 'people',
    summary: 'Set an absence',
    params: idParams,
    body: z.strictObject({ id: name.optional(), from: instant, to: instant, label: text(200).optional() }),
    more: { absence: z.string() },
    ask: ({ id, ...rest }, { params, command }) => {
      const absence = { id: id ?? idFromCommand('en', command), ...rest, source: 'hand' as const };
      return { ask: { ask: 'set-absence', person: idOf(params), absence }, more: { absence: absence.id } };
    },
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/absences/:absence/end',
    scope: 'admin',
    operationId: 'endAbsence',
    tag: 'people',
    summary: 'End an absence now',
    params: idParams.extend({ absence: name }),
    body: z.strictObject({}),
    ask: (_, { params }) => ({ ask: { ask: 'end-absence', person: idOf(params), absence: params.absence ?? '' } }),
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/absences/replace',
    scope: 'admin',
    operationId: 'replaceAbsences',
    tag: 'people',
    summary: 'Replace every absence of one source at once',
    description: 'The same ones again change nothing. Absences that are over, and those of other sources, stay.',
    params: idParams,
    body: z.strictObject({
      source: z.enum(['csv', 'ics']),
      absences: z
        .array(z.strictObject({ id: name.optional(), from: instant, to: instant, label: text(200).optional() }))
        .max(1_000),
    }),
    ask: ({ source, absences }, { params }) => ({
      ask: {
        ask: 'set-absences',
        person: idOf(params),
        source,
        absences: absences.map(({ id, ...rest }) => ({
          id: id ?? `${source}-${rest.from}-${rest.to}`,
          ...rest,
          source,
        })),
      },
    }),
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/feed',
    scope: 'admin',
    operationId: 'setFeed',
    tag: 'people',
    summary: "Read a person's absences from their calendar's address (iCalendar)",
    description: 'The address is a secret: it is kept encrypted and never shown again.',
    params: idParams,
    body: z.strictObject({ url: z.url({ protocol: /^(https?|webcal)$/ }).max(2_000) }),
    ask: ({ url }, { params }) => ({
      ask: { ask: 'set-feed', person: idOf(params), url: url.replace(/^webcal:/, 'https:') },
    }),
  });
  route({
    method: 'POST',
    url: '/api/v1/people/:id/feed/end',
    scope: 'admin',
    operationId: 'endFeed',
    tag: 'people',
    summary: "Stop reading a person's calendar",
    params: idParams,
    body: z.strictObject({}),
    ask: (_, { params }) => ({ ask: { ask: 'set-feed', person: idOf(params) } }),
  });
  route({
    method: 'PUT',
    url: '/api/v1/teams/:id',
    scope: 'admin',
    operationId: 'setTeam',
    tag: 'people',
    summary: 'Set a team',
    params: idParams,
    body: z.strictObject({ name: text(200), lead: name, hours: hours.optional() }),
    thing: { kind: 'team', idOf, required: true },
    ask: (team, { params }) => ({ ask: { ask: 'set-team', team: { id: idOf(params), ...team } } }),
  });
  route({
    method: 'POST',
    url: '/api/v1/policy',
    scope: 'admin',
    operationId: 'publishPolicy',
    tag: 'policy',
    summary: 'Publish a policy',
    description: 'New handoffs are decided under it from now on; handoffs that are open keep theirs.',
    params: z.object({}),
    body: z.strictObject({ text: text(POLICY_BYTES_MAX) }),
    thing: { kind: 'policy', idOf: () => 'live', required: true },
    ask: ({ text: source }) => ({ ask: { ask: 'publish-policy', text: source } }),
  });
  endpointRoutes(route);
}

function endpointRoutes(route: WriteRoute): void {
  const url = z.url({ protocol: /^https?$/ }).max(2_000);
  const kinds = z.array(name).max(100).default([]).describe('Kinds of events; empty: all of them.');
  route({
    method: 'POST',
    url: '/api/v1/endpoints',
    scope: 'admin',
    operationId: 'addEndpoint',
    tag: 'endpoints',
    summary: 'Add an endpoint that events are posted to',
    description: 'Answers with the signing secret, once.',
    params: z.object({}),
    body: z.strictObject({ url, kinds }),
    more: { endpoint: z.string(), secret: z.string().optional() },
    ask: (body, { command }) => {
      const id = idFromCommand('en', command);
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      return {
        ask: { ask: 'set-endpoint', endpoint: { id, ...body, active: true }, secret },
        more: { endpoint: id },
        once: { secret },
      };
    },
  });
  route({
    method: 'PUT',
    url: '/api/v1/endpoints/:id',
    scope: 'admin',
    operationId: 'setEndpoint',
    tag: 'endpoints',
    summary: 'Change an endpoint, or switch it off',
    params: idParams,
    body: z.strictObject({ url, kinds, active: z.boolean() }),
    thing: { kind: 'endpoint', idOf, required: true },
    ask: (body, { params }) => ({ ask: { ask: 'set-endpoint', endpoint: { id: idOf(params), ...body } } }),
  });
}

function isZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(value);
  } catch {
    return false;
  }
}
