// What every API test starts from: the real door and window over the real corridor and the in-memory record, with a
// clock that is moved by hand. Every response of every test is checked against the generated OpenAPI document.

import { createHmac } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Answered } from '../../src/arrive/draft.ts';
import type { App } from '../../src/arrive/http/deps.ts';
import type { Limits } from '../../src/arrive/http/limits.ts';
import { openDoor } from '../../src/arrive/http/server.ts';
import { makeKey } from '../../src/arrive/keys.ts';
import { createSessions, type Sessions } from '../../src/arrive/sessions.ts';
import { stampId } from '../../src/arrive/stamp.ts';
import { type MemoryJournal, openMemoryJournal } from '../../src/record/memory.ts';
import { openMemoryReader } from '../../src/record/memory-reader.ts';
import type { DatabaseClock } from '../../src/run/clock.ts';
import { type Live, startLive } from '../../src/run/live.ts';
import { newShelf } from '../../src/run/shelf.ts';
import { createNames } from '../../src/show/names.ts';
import { createVersionOf } from '../../src/show/people-shape.ts';
import { showRoutes } from '../../src/show/routes.ts';
import { WEBHOOKS } from '../../src/show/webhooks.ts';
import type { StandingView } from '../../src/show/window.ts';
import type { Ask } from '../../src/words/arrival.ts';
import { NO_NEEDS } from '../../src/words/journal.ts';
import type { ApiKey, KeyStore, Scope } from '../../src/words/key.ts';
import { DAY } from '../../src/words/time.ts';

export const HERE = '11111111-1111-4111-8111-111111111111';
export const ELSEWHERE = '22222222-2222-4222-8222-222222222222';
/** A Tuesday, 10:00 in Berlin. */
const START = Date.parse('2026-11-24T09:00:00Z');
export const PUBLIC_URL = 'http://localhost:4400';
export const SOURCE = { id: 'hubspot', secret: Buffer.from('a secret of the source, 32 bytes') };

const POLICY = `
baton: 1
name: Test company
hours:
  zone: Europe/Berlin
  weekly: { mon-fri: 09:00-17:30 }
fields:
  company: string
  contact: string
  seats: int
signals:
  meeting-booked: { says: A first meeting was booked, types: [com.example.meeting.booked] }
  by-hand: Opened by hand
pools:
  aes: [ben, cleo]
transitions:
  sdr-to-ae:
    from: SDR
    to: AE
    trigger: [meeting-booked, by-hand]
    criteria:
      right-size: { says: Ten seats or more, when: lead.seats >= 10 }
    required: [company, contact]
    sender: [booker, { person: ana }]
    route: { round-robin: aes }
    fallback: maria
    clocks: { accept: 4h, follow-up: 8h }
    next-step: { first: Call them, then: Agree the next date, every: 7d }
    tasks:
      - { title: Introduce both by mail, for: sender, due: 4h after accepted }
    rejections:
      too-small: { says: Fewer than ten seats, criterion: right-size }
    outcomes: [won, lost]
`;

export class FakeKeys implements KeyStore {
  readonly keys = new Map<string, ApiKey>();
  lookups = 0;
  find = async (hash: string) => {
    this.lookups += 1;
    return this.keys.get(hash);
  };
  add = async (hash: string, key: ApiKey) => void this.keys.set(hash, key);
  revoke = async (workspace: string, id: string, at: number) => {
    const found = [...this.keys.values()].find((key) => key.workspace === workspace && key.id === id);
    if (found === undefined || found.revokedAt !== undefined) return false;
    found.revokedAt = at;
    return true;
  };
  list = async (workspace: string) => [...this.keys.values()].filter((key) => key.workspace === workspace);
  touch = async (id: string, at: number) => {
    for (const key of this.keys.values()) if (key.id === id) key.lastUsedAt = at;
  };
}

export type Api = {
  app: App;
  live: Live;
  journal: MemoryJournal;
  keys: FakeKeys;
  sessions: Sessions;
  forgetKeys(): void;
  now(): number;
  pass(ms: number): void;
  /** Makes a key; a person's, unless it is left out. */
  key(scopes?: Scope[], person?: string, workspace?: string): Promise<string>;
  /** Sends a request; the response is checked against the OpenAPI document. */
  send(options: InjectOptions): Promise<LightMyRequestResponse>;
  post(url: string, key: string, body?: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  get(url: string, key: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Puts an ask through the corridor without HTTP. */
  say(ask: Ask, by?: string, workspace?: string): Promise<Answered>;
  close(): Promise<void>;
};

export type ApiOptions = { limits?: Partial<Limits>; demo?: boolean; people?: boolean };

let count = 0;
/** A fresh Idempotency-Key, quoted. */
export function freshKey(): string {
  count += 1;
  return `"test-${count}"`;
}

export async function openApi({ limits, demo = false, people = true }: ApiOptions = {}): Promise<Api> {
  let at = START;
  const now = () => at;
  const clock: DatabaseClock = { now, read: async () => 0 };
  const journal = openMemoryJournal({ now });
  const shelf = newShelf();
  for (const id of [HERE, ELSEWHERE]) await journal.createWorkspace(id, id === HERE ? 'here' : 'elsewhere');
  const live = startLive({ journal, shelf, clock });
  const reader = openMemoryReader(journal.state);
  const standing = async (workspace: string): Promise<StandingView> => {
    const found = await live.standing(workspace);
    const text = found.live === undefined ? undefined : found.policies.get(found.live);
    const view: StandingView = { roster: found.roster, endpoints: [...found.endpoints.values()] };
    if (found.live !== undefined && text !== undefined) {
      view.policy = { hash: found.live, doc: shelf.policy(found.live, text).doc, text };
    }
    return view;
  };
  const keys = new FakeKeys();
  const sessions = createSessions(now);
  const demoToken = demo
    ? sessions.open({
        workspace: HERE,
        principal: { kind: 'system', id: 'demo' },
        scopes: ['read', 'act'],
        mayActAs: true,
      })
    : undefined;
  const corridor = {
    ...live,
    storeRaw: (workspace: string, raw: Parameters<Parameters<typeof openDoor>[0]['corridor']['storeRaw']>[1]) =>
      journal.storeRaw(
        workspace,
        raw.map((one) => ({ ...one, id: stampId('ar', at), at })),
      ),
    subscribe: (workspace: string, listener: (events: never[]) => void) =>
      live.subscribe((where, events) => where === workspace && listener([...events] as never[])),
  };
  const { app, keys: guard } = await openDoor({
    corridor,
    keys,
    sessions,
    now,
    async signalOfType(workspace, type) {
      const { policy } = await standing(workspace);
      return Object.entries(policy?.doc.signals ?? {}).find(([, signal]) => signal.types.includes(type))?.[0];
    },
    async verifySigned({ source, id, timestamp, signature, body }) {
      const wanted = `v1,${createHmac('sha256', SOURCE.secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
      const inTime = Math.abs(Number(timestamp) * 1_000 - at) <= 300_000;
      return source === SOURCE.id && inTime && signature.split(' ').includes(wanted)
        ? { workspace: HERE, source }
        : undefined;
    },
    versionOf: createVersionOf({ reader, standing }, createNames(reader)),
    firstAnswer: (workspace, command) =>
      journal.turn(workspace, false, async (turn) =>
        (await turn.load({ ...NO_NEEDS, commands: [command] }, 0)).answers.get(command),
      ),
    async replay(workspace, arrival, draft) {
      const found = (await reader.setAside(workspace, 1_000)).find((each) => each.arrival === arrival);
      return found === undefined ? undefined : live.submit(workspace, { ...draft, ask: found.input as Ask });
    },
    publicUrl: PUBLIC_URL,
    ...(limits === undefined ? {} : { limits }),
    log: (line, error) => {
      throw new Error(line, { cause: error });
    },
    window: (server, tools) =>
      showRoutes(server, tools, {
        reader,
        standing,
        subscribe: corridor.subscribe as never,
        eventsAfter: (workspace, seq, limit) => journal.eventsAfter(workspace, seq, limit),
        drill: async (_, person, at) =>
          person === 'ana'
            ? {
                person,
                at,
                items: [],
                roles: [{ path: 'lastRung', what: 'is told', to: 'ben' }],
                alone: [],
                stalls: ['ana is missed.'],
              }
            : undefined,
        whatIf: (decision, person) => `${person} of ${decision.rungs.length}`,
        explain: (_, clock, who) => ({ steps: [who, clock.name], sentence: `${who}: ${clock.name}` }),
        now,
        every: () => () => undefined,
        cursorSecret: Buffer.alloc(32, 7),
        health: async () => ({ ok: true, checks: { database: 'answers' } }),
        log: () => undefined,
        ...(demoToken === undefined
          ? {}
          : {
              demo: {
                company: 'Northlight <b>',
                cookie: `baton_session=${demoToken}; Path=/; HttpOnly; SameSite=Strict`,
              },
            }),
      }),
    webhooks: WEBHOOKS,
  });

  const say = (ask: Ask, by?: string, workspace = HERE) => {
    count += 1;
    return live.submit(workspace, {
      command: `say-${count}`,
      bodyHash: '',
      actor: by === undefined ? { kind: 'system', id: 'test' } : { kind: 'person', id: by },
      via: 'cli',
      ask,
    });
  };
  const conforms = checker(app);
  const send = async (options: InjectOptions) => {
    const response = await app.inject(options);
    conforms(String(options.method ?? 'GET'), String(options.url), response);
    return response;
  };
  const api: Api = {
    app,
    live,
    journal,
    keys,
    sessions,
    forgetKeys: guard.forget,
    now,
    pass: (ms) => {
      at += ms;
    },
    async key(scopes = ['read', 'act', 'admin'], person, workspace = HERE) {
      const { key, hash } = makeKey();
      await keys.add(hash, {
        id: stampId('ke', at),
        workspace,
        principal: person === undefined ? { kind: 'system', id: 'integration' } : { kind: 'person', id: person },
        scopes,
        label: 'test',
        createdAt: at,
        expiresAt: at + 365 * DAY,
      });
      return key;
    },
    send,
    post: (url, key, body, headers = {}) =>
      send({
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${key}`,
          'idempotency-key': freshKey(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
      }),
    get: (url, key, headers = {}) =>
      send({ method: 'GET', url, headers: { authorization: `Bearer ${key}`, ...headers } }),
    say,
    async close() {
      await app.close();
      await live.stop();
    },
  };
  for (const workspace of [HERE, ELSEWHERE]) {
    await say({ ask: 'create-workspace', name: workspace === HERE ? 'here' : 'elsewhere' }, undefined, workspace);
    if (!people) continue;
    for (const [id, name] of [
      ['ana', 'Ana Castillo'],
      ['ben', 'Ben Schuster'],
      ['cleo', 'Cleo Amadi'],
      ['maria', 'Maria Keller'],
    ] as const) {
      const person = { id, roles: ['ae'], weight: 1, active: true };
      await say({ ask: 'set-person', person, name, email: `${id}@example.com` }, undefined, workspace);
    }
    const published = await say({ ask: 'publish-policy', text: POLICY }, undefined, workspace);
    if (published.result !== 'done') throw new Error(`The test's policy was not taken: ${JSON.stringify(published)}`);
  }
  return api;
}

/** A body of POST /events. */
export function booked(value = 'jo@acme.example', more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: `e-${value}`,
    source: '/calendar',
    type: 'com.example.meeting.booked',
    data: {
      subject: { type: 'email', value },
      fields: { company: 'Acme', contact: 'Jo', seats: 25 },
      note: {
        'why-engaged': 'They asked for a demo on Monday',
        'why-now': 'Their contract ends in January',
        'what-we-said': 'Sent the price list',
        'what-next': 'Call on Thursday',
      },
      booker: 'ana',
      ...more,
    },
  };
}

type Described = {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
};

/** Fails when a response is not what the OpenAPI document says. */
function checker(app: App) {
  const document = app.swagger() as unknown as Described;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document as object, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));

  return function conforms(method: string, url: string, response: LightMyRequestResponse): void {
    const route = (url.split('?', 1)[0] ?? '').replace(/^https?:\/\/[^/]+/, '');
    const found = templates
      .filter(({ pattern }) => pattern.test(route))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
    const operation = found === undefined ? undefined : document.paths[found.path]?.[method.toLowerCase()];
    if (found === undefined || operation === undefined) return;
    const status = String(response.statusCode);
    const key = [status, `${status[0]}XX`].find((each) => operation.responses[each] !== undefined);
    if (key === undefined)
      throw new Error(
        `${method} ${found.path} answers ${status}, which the OpenAPI document does not know: ${response.body}`,
      );
    const media = String(response.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    const content = operation.responses[key]?.content ?? {};
    if (content[media] === undefined)
      throw new Error(`${method} ${found.path} answers ${status} as "${media}", not as ${Object.keys(content)}.`);
    const pointer = ['paths', found.path, method.toLowerCase(), 'responses', key, 'content', media, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      validate = ajv.compile({ $ref: `openapi#/${pointer}` });
      compiled.set(pointer, validate);
    }
    if (!validate(response.json())) {
      throw new Error(
        `${method} ${found.path} ${status} does not conform: ${ajv.errorsText(validate.errors)}\n${response.body}`,
      );
    }
  };
}
