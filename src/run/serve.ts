// run: opens the door and the window on a house, and sets its workers going: alarms, stored arrivals, the post.

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Corridor, Draft } from '../arrive/draft.ts';
import { askOfEvent } from '../arrive/http/event-schema.ts';
import { readEvents } from '../arrive/http/events.ts';
import type { Limits } from '../arrive/http/limits.ts';
import { openDoor } from '../arrive/http/server.ts';
import { createSessions, sessionCookie } from '../arrive/sessions.ts';
import { explainClock } from '../calendar/explain-clock.ts';
import { parseNetwork } from '../deliver/addresses.ts';
import { openDialer } from '../deliver/dialer.ts';
import type { SmtpSettings } from '../deliver/email.ts';
import { openMailFolder, openSmtpOutlet } from '../deliver/email.ts';
import { openPost } from '../deliver/post.ts';
import { verifyWebhook } from '../deliver/standard-webhooks.ts';
import { openWebhookOutlet } from '../deliver/webhook.ts';
import { whatWouldHaveChanged } from '../routing/explain.ts';
import { createNames } from '../show/names.ts';
import { createVersionOf } from '../show/people-shape.ts';
import { showRoutes } from '../show/routes.ts';
import { WEBHOOKS } from '../show/webhooks.ts';
import type { StandingView } from '../show/window.ts';
import type { Ask } from '../words/arrival.ts';

import type { WorkspaceId } from '../words/ids.ts';
import { formatUlid } from '../words/ids.ts';
import type { Journal, RawArrival } from '../words/journal.ts';
import { startAlarms } from './alarms.ts';
import { runDrill } from './drill.ts';
import { startEars } from './ears.ts';
import { fedPeople } from './fed-people.ts';
import { startFeeds } from './feeds.ts';
import type { House } from './house.ts';
import { startHousekeeping } from './housekeeping.ts';
import { mark } from './marks.ts';
import { gatherFacts } from './message-facts.ts';
import { startRawArrivals } from './raw-arrivals.ts';
import type { Standing } from './standing.ts';

export type ServeOptions = {
  host: string;
  port: number;
  publicUrl?: string;
  smtp?: SmtpSettings;
  /** Networks that the dialer may call although they are private. */
  allowNetworks?: string[];
  /** Plain http to those networks. */
  allowHttp?: boolean;
  /** A workspace that everybody who opens the page may act in. */
  demo?: { workspace: WorkspaceId; company: string };
  limits?: Partial<Limits>;
  /** web: door and window; worker: alarms, stored arrivals, post. Both by default. */
  services: readonly ('web' | 'worker')[];
  log(line: string): void;
};

export type Serving = { url: string; wake(): void; stop(): Promise<void> };

/** A calendar may be larger than an answer to a webhook. */
const FEED_MAX_BYTES = 8 * 1_048_576;

const FROM = { name: 'Baton', address: 'baton@localhost' };

/** Alarms read the database's time as they go; a process without them reads it this often. */
const READ_CLOCK_MS = 5_000;

/**
 * Serves a house. `stop` lets running work end: answers are given, leases returned.
 * @throws Error with a sentence when the port cannot be listened on; then nothing is left running.
 */
export async function serve(house: House, asked: ServeOptions): Promise<Serving> {
  const port = asked.port === 0 ? await freePort(asked.host) : asked.port;
  const options = { ...asked, port };
  const ears = startEars(house, options.log);
  const door = options.services.includes('web') ? await openWeb(house, options, ears.subscribe) : undefined;
  const url = await door?.app.listen({ host: options.host, port }).catch((error: unknown) => {
    ears.stop();
    throw new Error(listenSentence(options.host, port, error));
  });
  const workers = options.services.includes('worker') ? startWorkers(house, options) : undefined;
  const clock = workers === undefined ? startClockReading(house, options.log) : undefined;
  return {
    url: options.publicUrl ?? url ?? '',
    wake: () => workers?.wake(),
    async stop() {
      await door?.app.close();
      await workers?.stop();
      clearInterval(clock);
      ears.stop();
    },
  };
}

function startClockReading(house: House, log: (line: string) => void): NodeJS.Timeout {
  return setInterval(() => {
    house.clock.read().catch((error: unknown) => {
      log(`The database does not tell the time: ${error instanceof Error ? error.message : String(error)}`);
    });
  }, READ_CLOCK_MS);
}

/** Links in messages name the port, so it is chosen before anything is sent. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function listenSentence(host: string, port: number, error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use by another program. Stop it, or choose another: baton up --port ${port + 1}`;
  }
  return `Baton cannot listen on ${host}, port ${port}: ${message}. Choose another with --host and --port.`;
}

function startWorkers(house: House, options: ServeOptions) {
  const { journal, live, clock } = house;
  const log = options.log;
  const publicUrl = options.publicUrl ?? `http://${options.host}:${options.port}`;
  const alarms = startAlarms({ journal, live, clock, log });
  const raw = startRawArrivals({ journal, live, log, read: (workspace, one) => readRaw(house, workspace, one) });
  const dialer = openDialer({
    allowed: (options.allowNetworks ?? []).map(parseNetwork),
    allowHttp: options.allowHttp === true,
  });
  const feedDialer = openDialer({
    allowed: (options.allowNetworks ?? []).map(parseNetwork),
    allowHttp: options.allowHttp === true,
    answerMaxBytes: FEED_MAX_BYTES,
  });
  const feeds = startFeeds({
    dialer: feedDialer,
    fed: () => fedPeople(house),
    address: async (workspace, ref) => {
      const url = (await house.reader.privateItems(workspace, [ref])).get(ref);
      return typeof url === 'string' ? url : undefined;
    },
    submit: (workspace, command, ask) =>
      live.submit(workspace, { command, bodyHash: '', actor: { kind: 'system', id: 'feed' }, via: 'receipt', ask }),
    now: () => clock.now(),
    log,
  });
  const post = openPost({
    claim: async (limit, leaseMs) => {
      const claims = await journal.claim(['message'], limit, leaseMs);
      if (claims.length > 0) mark('message claimed');
      return claims;
    },
    renew: (claim, leaseMs) => journal.renew(claim, leaseMs),
    postpone: (claim, dueAt, reason, tried) => journal.postpone(claim, dueAt, reason, tried),
    message: async (workspace, id) => {
      const loaded = await journal.turn(workspace, false, (turn) =>
        turn.load(
          { commands: [], handoffs: [], subjects: [], subjectIds: [], people: [], messages: [id] },
          Number.MAX_SAFE_INTEGER,
        ),
      );
      return loaded.messages.get(id);
    },
    facts: (workspace, intent) => gatherFacts(house, publicUrl, workspace, intent),
    outlets: {
      email: (options.smtp === undefined
        ? openMailFolder(join(house.folder, 'mail'), FROM)
        : openSmtpOutlet(options.smtp)
      ).send,
      webhook: openWebhookOutlet(dialer).send,
    },
    report: async (workspace, ask) => {
      mark('message sent');
      await live.submit(workspace, {
        command: `receipt:${createHash('sha256').update(JSON.stringify(ask)).digest('hex')}`,
        bodyHash: '',
        actor: { kind: 'system', id: 'post' },
        via: 'receipt',
        ask,
      });
    },
    now: async () => clock.now(),
    random: () => Math.random(),
    wait: async (spanMs, signal) => {
      await wait(spanMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    },
    log: (level, text, facts) => log(`${level === 'info' ? '' : `${level}: `}${text} ${JSON.stringify(facts)}`),
  });
  post.start();
  const housekeeping = startHousekeeping(house, log);
  return {
    wake() {
      alarms.wake();
      post.wake();
      raw.wake();
    },
    async stop() {
      await Promise.all([alarms.stop(), raw.stop(), feeds.stop(), post.stop(), housekeeping.stop()]);
      dialer.close();
      feedDialer.close();
    },
  };
}

async function openWeb(house: House, options: ServeOptions, subscribe: Corridor['subscribe']) {
  const { journal, live, clock, reader, shelf } = house;
  const sessions = createSessions(() => clock.now());
  const policyOf = (standing: Standing) =>
    standing.live === undefined ? undefined : shelf.policy(standing.live, standing.policies.get(standing.live) ?? '');
  const standingView = async (workspace: WorkspaceId): Promise<StandingView> => {
    const standing = await live.standing(workspace);
    const policy = policyOf(standing);
    return {
      roster: standing.roster,
      endpoints: [...standing.endpoints.values()],
      ...(policy === undefined
        ? {}
        : { policy: { hash: policy.hash, doc: policy.doc, text: standing.policies.get(policy.hash) ?? '' } }),
    };
  };
  const corridor: Corridor = {
    submit: (workspace, draft) => live.submit(workspace, draft),
    submitMany: (workspace, drafts) => live.submitMany(workspace, drafts),
    storeRaw: async (workspace, raw) => {
      const stamped = raw.map(
        (one): RawArrival => ({ ...one, id: `ar_${formatUlid(clock.now(), randomBytes(10))}`, at: clock.now() }),
      );
      const stored = await journal.storeRaw(workspace, stamped);
      mark('raw stored');
      return stored;
    },
    subscribe,
  };
  const log = (line: string, error: unknown): void =>
    options.log(`${line} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const demo = options.demo;
  const demoCookie =
    demo === undefined
      ? undefined
      : sessionCookie(
          sessions.open({
            workspace: demo.workspace,
            principal: { kind: 'system', id: 'demo' },
            scopes: ['read', 'act'],
            mayActAs: true,
          }),
          false,
        );
  return openDoor({
    corridor,
    keys: house.keys,
    sessions,
    now: () => clock.now(),
    signalOfType: async (workspace, type) => {
      const doc = policyOf(live.known(workspace) ?? (await live.standing(workspace)))?.doc;
      return doc === undefined ? undefined : signalOf(doc.signals, type);
    },
    verifySigned: async ({ source, id, timestamp, signature, body }) => {
      const [workspace = '', endpoint = ''] = source.split(':');
      const secret = await reader.privateItems(workspace, [endpoint]).then(
        (items) => items.get(endpoint),
        () => undefined,
      );
      if (typeof secret !== 'string') return undefined;
      const verified = verifyWebhook(
        [secret],
        { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
        body,
        clock.now(),
      );
      return verified.ok ? { workspace, source: endpoint } : undefined;
    },
    versionOf: createVersionOf({ reader, standing: standingView }, createNames(reader)),
    firstAnswer: async (workspace, command) => {
      const loaded = await journal.turn(workspace, false, (turn) =>
        turn.load(
          { commands: [command], handoffs: [], subjects: [], subjectIds: [], people: [], messages: [] },
          Number.MAX_SAFE_INTEGER,
        ),
      );
      return loaded.answers.get(command);
    },
    replay: (workspace, arrival, draft) => replaySetAside(house, workspace, arrival, draft),
    publicUrl: options.publicUrl ?? `http://${options.host}:${options.port}`,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    log,
    webhooks: WEBHOOKS,
    window: (app, tools) =>
      showRoutes(app, tools, {
        reader,
        standing: standingView,
        subscribe,
        eventsAfter: (workspace, seq, limit) => journal.eventsAfter(workspace, seq, limit),
        whatIf: whatWouldHaveChanged,
        drill: async (workspace, person, at) => (await runDrill(house, workspace, person, at))?.[0],
        explain: (view, one, who) => {
          const policy = view.policy === undefined ? undefined : shelf.policy(view.policy.hash, view.policy.text);
          const calendar = shelf.calendar(view.roster, one.owner, policy);
          return explainClock({ clock: one, who, calendar, nowAt: clock.now() });
        },
        now: () => clock.now(),
        every: (ms, work) => {
          const timer = setInterval(work, ms);
          return () => clearInterval(timer);
        },
        cursorSecret: house.secret('cursors'),
        health: () => healthOf(journal),
        log,
        ...(demo === undefined || demoCookie === undefined
          ? {}
          : { demo: { company: demo.company, cookie: demoCookie } }),
      }),
  });
}

function signalOf(signals: Record<string, { types: string[] }>, type: string): string | undefined {
  if (signals[type] !== undefined) return type;
  return Object.entries(signals).find(([, s]) => s.types.includes(type))?.[0];
}

async function healthOf(journal: Journal): Promise<{ ok: boolean; checks: Record<string, string> }> {
  try {
    await journal.now();
    return { ok: true, checks: { database: 'answers' } };
  } catch (error) {
    return { ok: false, checks: { database: error instanceof Error ? error.message : String(error) } };
  }
}

/** The asks of a stored body, named so that a repeat of the body gives the same names. */
async function readRaw(
  house: House,
  workspace: WorkspaceId,
  raw: RawArrival,
): Promise<{ command: string; ask: Ask }[]> {
  const standing = await house.live.standing(workspace);
  const text = standing.live === undefined ? undefined : standing.policies.get(standing.live);
  const signals =
    standing.live === undefined || text === undefined ? {} : house.shelf.policy(standing.live, text).doc.signals;
  return readEvents(raw.body, raw.headers['content-type'] ?? 'application/json').map((event, i) => ({
    command: `${raw.command}:${i}`,
    ask: askOfEvent(event, signalOf(signals, event.type), raw.at),
  }));
}

async function replaySetAside(house: House, workspace: WorkspaceId, arrival: string, draft: Omit<Draft, 'ask'>) {
  const rows = await house.reader.setAside(workspace, 200);
  const row = rows.find((r) => r.arrival === arrival);
  return row === undefined || row.input === undefined || row.input === null
    ? undefined
    : house.live.submit(workspace, { ...draft, ask: row.input as Ask });
}
