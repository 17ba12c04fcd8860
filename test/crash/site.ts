// What a crash test starts from: a database of its own with a small company in it, keys for its people, and the record
// opened beside the processes that are killed, so that a checker can look.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '../../src/arrive/keys.ts';
import { stampId } from '../../src/arrive/stamp.ts';
import { formatSecret } from '../../src/deliver/standard-webhooks.ts';
import type { House } from '../../src/run/house.ts';
import { openHouse } from '../../src/run/house.ts';
import type { Ask } from '../../src/words/arrival.ts';
import { DAY } from '../../src/words/time.ts';
import type { TestServer } from '../databases.ts';
import { createDatabase } from '../databases.ts';
import type { ServerOptions } from './server.ts';

export const WORKSPACE = 'ws_crash';
export const SOURCE = 'en_crm';
const PEOPLE = ['ana', 'ben', 'cleo', 'dan', 'mia'] as const;

/** Normal offers have hours; urgent ones have a second, so that alarms ring while processes die. */
export const POLICY = `
baton: 1
name: Two teams
hours: { zone: UTC, weekly: { mon-sun: 00:00-24:00 } }
fields: { company: string, contact: string, seats: int }
signals:
  meeting-booked: A meeting was booked
  demo: { says: Asked for a demo, urgency: high }
pools: { aes: [ben, cleo, dan] }
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: [meeting-booked, demo]
    criteria: { budget: lead.seats >= 5 }
    required: [company]
    note: [why-engaged]
    route: { round-robin: aes }
    fallback: mia
    clocks:
      accept:
        within: 4h
        except: [{ urgency: high, within: 2s }]
        ladder: [remind at 50%, warn-lead at due]
      follow-up: 8h
    tasks:
      - { title: Review the note, for: receiver, due: 1h after accepted }
    rejections:
      no-budget: { says: There is no budget, criterion: budget, then: return }
      not-mine: { says: Somebody else knows them, criterion: budget, then: reroute }
    outcomes: [opportunity, no-opportunity]
`;

export type Site = {
  house: House;
  /** For `startServer`. */
  options: ServerOptions;
  /** API keys by person, and `operator`. */
  keys: ReadonlyMap<string, string>;
  /** Of the signed source. */
  secret: string;
  close(): Promise<void>;
};

/** A company on a fresh database of a test server. */
export async function openSite(server: TestServer, policy = POLICY): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-crash-'));
  const base = await createDatabase(server);
  const site = await foundSite({ folder, databaseUrl: base.url }, policy);
  return {
    ...site,
    async close() {
      await site.close();
      await base.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A company on whatever database the options name. */
export async function foundSite(options: ServerOptions, policy = POLICY): Promise<Site> {
  const house = await openHouse({
    folder: options.folder,
    log: () => undefined,
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  });
  const secret = formatSecret(randomBytes(32));
  await house.journal.createWorkspace(WORKSPACE, 'Crash');
  const asks: Ask[] = [
    { ask: 'create-workspace', name: 'Crash' },
    { ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia' } },
    ...PEOPLE.map(
      (id): Ask => ({
        ask: 'set-person',
        person: { id, roles: ['ae'], team: 'sales', weight: 1, active: true },
        name: id,
        email: `${id}@acme.example`,
      }),
    ),
    { ask: 'publish-policy', text: policy },
    {
      ask: 'set-endpoint',
      endpoint: { id: SOURCE, url: 'https://crm.example/', kinds: [], active: true },
      secret,
    },
  ];
  for (const [i, ask] of asks.entries()) {
    const answer = await house.live.submit(WORKSPACE, {
      command: `found-${i}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'operator' },
      via: 'api',
      ask,
    });
    if (answer.result !== 'done') throw new Error(`${ask.ask}: ${JSON.stringify(answer)}`);
  }
  const keys = new Map<string, string>();
  for (const id of [...PEOPLE, 'operator']) {
    const { key, hash } = makeKey();
    const at = house.clock.now();
    await house.keys.add(hash, {
      id: stampId('ke', at),
      workspace: WORKSPACE,
      principal: id === 'operator' ? { kind: 'system', id } : { kind: 'person', id },
      scopes: ['read', 'act', 'admin'],
      label: id,
      createdAt: at,
      expiresAt: at + DAY,
    });
    keys.set(id, key);
  }
  return { house, options, keys, secret, close: () => house.close() };
}
