// arrive: the OpenAPI 3.1 description, made from the same schemas that check requests and responses.

import swagger, { type SwaggerTransform } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './deps.ts';
import { IDEMPOTENCY_SCHEMA } from './idempotency.ts';

const TAGS = [
  { name: 'events', description: 'What happened outside and may start a handoff; and everything that happened, live.' },
  { name: 'handoffs', description: 'The transfer of a prospect from one person to the next.' },
  { name: 'tasks', description: 'What each side still has to do.' },
  { name: 'people', description: 'Who hands over, when they work, and when they are away.' },
  { name: 'policy', description: 'The rules that handoffs are decided under.' },
  { name: 'endpoints', description: 'Where events are posted to.' },
  { name: 'repair', description: 'Messages that failed, arrivals that were set aside, erasure.' },
  { name: 'session', description: 'Browser sessions.' },
  { name: 'service', description: 'The server itself.' },
];

const DESCRIPTION = [
  'Baton hands a prospect from one person to the next without drops.',
  '',
  'Every answer that says no is `application/problem+json`; its `type` leads to a page that says what to do.',
  'Every POST takes an `Idempotency-Key`: the same key with the same body gets the first answer again, with the header `Idempotency-Replayed: true`.',
  'Edits take `If-Match`. Lists are paged with a signed cursor: follow `Link: rel="next"`. Instants are ISO 8601; spans are milliseconds.',
].join('\n');

/** Registers the description; `webhooks` are the events that Baton posts to endpoints. */
export function describe(app: App, publicUrl: string, webhooks: Record<string, object> = {}): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Baton',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, `baton_live_…`, with the scope that the route names.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'baton_session',
            description: "A browser session; only from Baton's own pages.",
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'webhook-signature',
            description: 'Standard Webhooks 1.0.0.',
          },
        },
      },
    },
    transform: transformRoute,
    transformObject: (document) => {
      const described = jsonSchemaTransformObject(document);
      return { ...described, webhooks } as typeof described;
    },
  });
}

/** Adds what a route's config says to what its schemas say: headers and who may call it. */
const transformRoute: SwaggerTransform = (document) => {
  const { schema, url } = jsonSchemaTransform(document as Parameters<typeof jsonSchemaTransform>[0]);
  const { config } = document.route;
  if (config === undefined) return { schema, url };
  const properties: Record<string, object> = {};
  const required: string[] = [];
  if (config.idempotency !== undefined) {
    properties['Idempotency-Key'] = IDEMPOTENCY_SCHEMA;
    if (config.idempotency === 'required') required.push('Idempotency-Key');
  }
  if (config.match !== undefined) {
    properties['If-Match'] = {
      type: 'string',
      description: 'The ETag of the version that the edit was made from. For something new: If-None-Match: *.',
    };
    if (config.match === 'required') properties['If-None-Match'] = { type: 'string', const: '*' };
  }
  const described: Record<string, unknown> = { ...schema };
  if (Object.keys(properties).length > 0) described.headers = { type: 'object', properties, required };
  if (config.scope !== undefined) {
    const scopes: string[] = [config.scope];
    described.security = [{ key: scopes }, { session: scopes }, ...(config.signed === true ? [{ signature: [] }] : [])];
  }
  return { schema: described, url } as ReturnType<SwaggerTransform>;
};
