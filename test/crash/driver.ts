// The world outside: sends commands with ids that it made and wrote down before, again and again until each is answered,
// and keeps every answer in a file of its own, synced before the next step. What stands there was promised (I1).

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandId } from '../../src/arrive/draft.ts';
import { signWebhook } from '../../src/deliver/standard-webhooks.ts';
import type { Actor } from '../../src/words/event.ts';
import type { Site } from './site.ts';
import { SOURCE, WORKSPACE } from './site.ts';

export type Done = { result?: string; sequence?: number; handoff?: string; facts?: Record<string, unknown> };

export type Ack = {
  /** The command's name in the inbox; of a signed body, its name as a stored arrival. */
  command: string;
  kind: 'command' | 'stored';
  status: number;
  body: Done & { code?: string; arrival?: string; duplicate?: boolean };
};

export type Driver = {
  /** An act of a person (or `operator`), under a key; answers once the server has. */
  send(who: string, path: string, key: string, body?: unknown): Promise<Ack>;
  /** One event; its outcome is the answer's body. */
  event(key: string, data: unknown, type?: string): Promise<Ack>;
  /** An event with a signature: stored first, decided later. */
  signed(id: string, data: unknown, type?: string): Promise<Ack>;
  /** Every answer so far, read back from the file. */
  acks(): Ack[];
  /** Answers that said "not now" (503 and the like), and requests that got none. */
  readonly refusedForNow: { status: number; retryAfter: string | null }[];
  readonly unanswered: number;
  close(): void;
};

const RETRY_MS = 20;
const ANSWER_MAX_MS = 20_000;

/** `urlOf` answers where a server listens now, and waits while none does. */
export function startDriver(site: Site, file: string, urlOf: () => Promise<string>): Driver {
  const journal = openSync(file, 'a+', 0o600);
  const refusedForNow: Driver['refusedForNow'] = [];
  let unanswered = 0;

  const write = (line: unknown): void => {
    writeSync(journal, `${JSON.stringify(line)}\n`);
    fsyncSync(journal);
  };

  /** Sends until there is an answer that is not "later". */
  const insist = async (path: string, init: RequestInit): Promise<{ status: number; body: unknown }> => {
    for (;;) {
      try {
        const url = await urlOf();
        const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MAX_MS) });
        const text = await response.text();
        if (response.status < 500 && response.status !== 429)
          return { status: response.status, body: JSON.parse(text) };
        refusedForNow.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
      } catch {
        unanswered += 1;
      }
      await sleep(RETRY_MS);
    }
  };

  const actorOf = (who: string): Actor =>
    who === 'operator' ? { kind: 'system', id: who } : { kind: 'person', id: who };

  const ask = async (who: string, path: string, key: string, body: unknown): Promise<Ack> => {
    const command = commandId(WORKSPACE, actorOf(who), `POST ${path}`, key);
    write({ sends: command });
    const answer = await insist(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${site.keys.get(who)}`,
        'content-type': 'application/json',
        'idempotency-key': `"${key}"`,
      },
      body: JSON.stringify(body),
    });
    const results = (answer.body as { results?: Ack['body'][] }).results;
    const ack: Ack = {
      command,
      kind: 'command',
      status: answer.status,
      body: results?.[0] ?? (answer.body as Ack['body']),
    };
    write(ack);
    return ack;
  };

  return {
    send: (who, path, key, body = {}) => ask(who, path, key, body),
    event: (key, data, type = 'meeting-booked') => ask('operator', '/api/v1/events', key, { type, data }),
    async signed(id, data, type = 'meeting-booked') {
      const command = commandId(WORKSPACE, { kind: 'system', id: SOURCE }, 'POST /api/v1/events', id);
      write({ sends: command });
      const bytes = Buffer.from(
        JSON.stringify({ specversion: '1.0', id, source: '/crm', type, time: new Date().toISOString(), data }),
      );
      const headers = signWebhook([site.secret], id, Date.now(), bytes);
      const answer = await insist(`/api/v1/events?source=${WORKSPACE}:${SOURCE}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/cloudevents+json' },
        body: bytes,
      });
      const ack: Ack = { command, kind: 'stored', status: answer.status, body: answer.body as Ack['body'] };
      write(ack);
      return ack;
    },
    acks: () => readAcks(file),
    refusedForNow,
    get unanswered() {
      return unanswered;
    },
    close: () => closeSync(journal),
  };
}

/** The answers in an acknowledgement file. */
function readAcks(file: string): Ack[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"status"'))
    .map((line) => JSON.parse(line) as Ack);
}

/** What an event says about a lead of that name. */
export function lead(name: string): unknown {
  return {
    subject: { type: 'email', value: `${name}@lead.example` },
    fields: { company: 'Acme', contact: name, seats: 20 },
    note: { 'why-engaged': 'Jo asked how seats are billed.' },
    booker: 'ana',
  };
}
