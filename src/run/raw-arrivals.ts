// run: decides what was stored raw: signed events and webhooks, whose bytes were durable and acknowledged before
// anybody read them. What cannot be read is set aside with its bytes, never dropped.

import { createHash } from 'node:crypto';
import type { Ask } from '../words/arrival.ts';
import type { Claimed, Journal, RawArrival } from '../words/journal.ts';
import { SECOND } from '../words/time.ts';
import type { Worker } from './alarms.ts';
import { byWorkspace, startNap } from './alarms.ts';
import type { Draft, Live } from './live.ts';
import { mark } from './marks.ts';

export type RawDeps = {
  journal: Journal;
  live: Live;
  /** The asks in a raw body, each with a name that is the same for every repeat. Throws a sentence when it cannot be read. */
  read(workspace: string, raw: RawArrival): Promise<{ command: string; ask: Ask }[]>;
  log(line: string): void;
};

const LEASE_MS = 30 * SECOND;
const CLAIM_MAX = 200;

export function startRawArrivals(deps: RawDeps): Worker {
  const nap = startNap();
  let stopped = false;

  const decide = async (claim: Claimed): Promise<void> => {
    const raw = await deps.journal.readRaw(claim.workspace, claim.row);
    const drafts = raw === undefined ? [lost(claim)] : await draftsOf(deps, claim, raw);
    const last = drafts.at(-1);
    // The due row goes with the commit that decides the last of its events.
    if (last !== undefined) last.settles = { kind: 'webhook', row: claim.row };
    await deps.live.submitMany(claim.workspace, drafts);
    mark('raw decided');
  };

  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        const claims = await deps.journal.claim(['webhook'], CLAIM_MAX, LEASE_MS);
        for (const [, group] of byWorkspace(claims)) await Promise.all(group.map(decide));
        if (claims.length === CLAIM_MAX) continue;
      } catch (error) {
        deps.log(`Stored arrivals wait for the database: ${error instanceof Error ? error.message : String(error)}`);
      }
      await nap.sleep(SECOND);
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

async function draftsOf(deps: RawDeps, claim: Claimed, raw: RawArrival): Promise<Draft[]> {
  try {
    const asks = await deps.read(claim.workspace, raw);
    if (asks.length === 0) return [unreadable(claim, 'The body holds no event.')];
    return asks.map(({ command, ask }) => ({
      command,
      bodyHash: hashOf(ask),
      actor: { kind: 'system', id: raw.source },
      via: 'webhook',
      ask,
    }));
  } catch (error) {
    return [unreadable(claim, error instanceof Error ? error.message : String(error))];
  }
}

function hashOf(ask: Ask): string {
  return createHash('sha256').update(JSON.stringify(ask)).digest('hex');
}

function unreadable(claim: Claimed, reason: string): Draft {
  return {
    command: `unreadable:${claim.row}`,
    bodyHash: '',
    actor: { kind: 'system', id: 'door' },
    via: 'webhook',
    ask: { ask: 'unreadable', raw: claim.row, reason },
  };
}

function lost(claim: Claimed): Draft {
  return unreadable(claim, 'Its stored bytes are gone; retention or an erasure removed them.');
}
