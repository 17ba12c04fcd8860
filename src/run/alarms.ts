// run: rings alarms. Due rows are claimed under a lease and walk the corridor like any other arrival; the commit that
// decides them sets the next one. Woken by a commit, by the earliest due row, and by looking once a second anyway.

import type { WorkspaceId } from '../words/ids.ts';
import type { Claimed, Journal } from '../words/journal.ts';
import { SECOND } from '../words/time.ts';
import type { DatabaseClock } from './clock.ts';
import type { Draft, Live } from './live.ts';
import { mark } from './marks.ts';

export type AlarmDeps = { journal: Journal; live: Live; clock: DatabaseClock; log(line: string): void };

export type Worker = { wake(): void; stop(): Promise<void> };

const LEASE_MS = 30 * SECOND;
const IDLE_MS = SECOND;
const CLAIM_MAX = 500;
const NAP_BUSY_MS = 5;
/** What is due may belong to another worker: the post, or another process. It is not asked for more often than this. */
const NAP_MIN_MS = 25;
/** A clock that jumps this far is recorded, and alarms wait until a second reading agrees (RELIABILITY, design rule 6). */
const JUMP_MS = 5 * SECOND;
const JUMP_PAUSE_MS = 60 * SECOND;
const READ_EVERY_MS = 5 * SECOND;

export function startAlarms(deps: AlarmDeps): Worker {
  const nap = startNap();
  let stopped = false;
  let readAt = performance.now();
  let heldUntil = 0;

  const readClock = async (): Promise<void> => {
    readAt = performance.now();
    const jump = await deps.clock.read();
    if (Math.abs(jump) <= JUMP_MS) return;
    heldUntil = performance.now() + JUMP_PAUSE_MS;
    deps.log(`The database's clock jumped by ${Math.round(jump / 1000)} s. Alarms wait a minute for a second reading.`);
    await noteJump(deps, jump);
  };

  const look = async (): Promise<number> => {
    if (performance.now() - readAt >= READ_EVERY_MS) await readClock();
    if (performance.now() < heldUntil) return 0;
    const claims = await deps.journal.claim(['alarm'], CLAIM_MAX, LEASE_MS);
    // Due by the database's clock and not by ours: it went ahead since the last reading. Nothing rings before we know.
    if (claims.some((claim) => claim.dueAt > deps.clock.now() + JUMP_MS)) {
      await readClock();
      for (const claim of claims) await deps.journal.postpone(claim, claim.dueAt, 'the clock jumped', false);
      return 0;
    }
    if (claims.length > 0) mark('alarm claimed');
    await Promise.all(
      [...byWorkspace(claims)].map(([workspace, rows]) => deps.live.submitMany(workspace, rows.map(draftOf))),
    );
    return claims.length;
  };

  const loop = async (): Promise<void> => {
    while (!stopped) {
      let rang = 0;
      try {
        rang = await look();
      } catch (error) {
        deps.log(`Alarms wait for the database: ${error instanceof Error ? error.message : String(error)}`);
        await nap.sleep(IDLE_MS);
      }
      if (rang === CLAIM_MAX || stopped) continue;
      const next = await deps.journal.nextDue().catch(() => undefined);
      const wanted = next === undefined ? IDLE_MS : next - deps.clock.now();
      await nap.sleep(Math.max(rang > 0 ? NAP_BUSY_MS : NAP_MIN_MS, Math.min(IDLE_MS, wanted)));
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

function draftOf(claim: Claimed): Draft {
  return {
    command: `alarm:${claim.row}:${claim.dueAt}:${claim.fence}`,
    bodyHash: '',
    actor: { kind: 'system', id: 'clock' },
    via: 'alarm',
    ask: { ask: 'alarm', handoff: claim.row, dueAt: claim.dueAt },
  };
}

async function noteJump(deps: AlarmDeps, jump: number): Promise<void> {
  const byMs = Math.round(jump);
  for (const { id } of await deps.journal.workspaces()) {
    await deps.live.submit(id, {
      command: `clock-jump:${deps.clock.now()}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'clock' },
      via: 'alarm',
      ask: { ask: 'note-clock-jump', byMs },
    });
  }
}

export function byWorkspace(claims: readonly Claimed[]): Map<WorkspaceId, Claimed[]> {
  const groups = new Map<WorkspaceId, Claimed[]>();
  for (const claim of claims) {
    const group = groups.get(claim.workspace);
    if (group === undefined) groups.set(claim.workspace, [claim]);
    else group.push(claim);
  }
  return groups;
}

export type Nap = { sleep(ms: number): Promise<void>; wake(): void };

/** A sleep that can be cut short. A wake during work is remembered, so that nothing waits for the next poll. */
export function startNap(): Nap {
  let wakeNow: (() => void) | undefined;
  let woken = false;
  return {
    sleep(ms) {
      if (woken) {
        woken = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(done, ms);
        function done(): void {
          clearTimeout(timer);
          wakeNow = undefined;
          woken = false;
          resolve();
        }
        wakeNow = done;
      });
    },
    wake() {
      if (wakeNow === undefined) woken = true;
      else wakeNow();
    },
  };
}
