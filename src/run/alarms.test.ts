import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Claimed, Journal } from '../words/journal.ts';
import { DAY, HOUR, SECOND } from '../words/time.ts';
import { startAlarms } from './alarms.ts';
import { startClockFrom } from './clock.ts';
import type { Draft, Live } from './live.ts';

const START = Date.UTC(2026, 2, 2, 8);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A database with a clock that can be pushed, some alarms, and a corridor that writes down what reaches it. */
async function openFakes(alarms: Record<string, number>) {
  const world = { jumpMs: 0, rang: [] as string[], jumps: [] as number[], down: false };
  const databaseNow = () => START + Math.floor(performance.now()) - startedAt + world.jumpMs;
  const startedAt = Math.floor(performance.now());
  const due = new Map(Object.entries(alarms).map(([row, at]) => [row, { at, readyAt: at }]));
  const journal = {
    now: async () => databaseNow(),
    claim: async (_kinds: unknown, limit: number, leaseMs: number): Promise<Claimed[]> => {
      if (world.down) throw new Error('the database is away');
      const ready = [...due].filter(([, d]) => d.readyAt <= databaseNow()).sort(([, a], [, b]) => a.at - b.at);
      return ready.slice(0, limit).map(([row, d]) => {
        d.readyAt = databaseNow() + leaseMs;
        return { kind: 'alarm', row, dueAt: d.at, workspace: 'w', fence: 1, attempts: 0 };
      });
    },
    postpone: async (claim: Claimed, dueAt: number) => {
      const row = due.get(claim.row);
      if (row !== undefined) row.readyAt = dueAt;
      return true;
    },
    nextDue: async () =>
      [...due.values()].reduce<number | undefined>((a, d) => Math.min(a ?? d.readyAt, d.readyAt), undefined),
    workspaces: async () => [{ id: 'w', name: 'w' }],
  } as unknown as Journal;
  const live = {
    submitMany: async (_: string, drafts: readonly Draft[]) => {
      for (const { ask } of drafts) {
        if (ask.ask !== 'alarm') continue;
        due.delete(ask.handoff);
        world.rang.push(ask.handoff);
      }
      return [];
    },
    submit: async (_: string, { ask }: Draft) => {
      if (ask.ask === 'note-clock-jump') world.jumps.push(ask.byMs);
    },
  } as unknown as Live;
  const clock = await startClockFrom(() => journal.now());
  const worker = startAlarms({ journal, live, clock, log: () => undefined });
  const stop = async () => {
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(SECOND);
    await stopped;
  };
  return { world, worker, stop };
}

test('an alarm rings at its time, not before', async () => {
  const { world, stop } = await openFakes({ a: START + 3 * SECOND });
  await vi.advanceTimersByTimeAsync(2_900);
  expect(world.rang).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(world.rang).toEqual(['a']);
  await stop();
});

test('a clock that jumps ahead is recorded, and nothing of the day it skipped rings for a minute', async () => {
  const { world, stop } = await openFakes({ a: START + HOUR, b: START + 5 * HOUR });
  await vi.advanceTimersByTimeAsync(SECOND);
  world.jumpMs = DAY;
  await vi.advanceTimersByTimeAsync(30 * SECOND);
  expect(world.rang).toEqual([]);
  expect(world.jumps).toEqual([DAY]);
  // Somebody sets the clock right again within the minute: still nothing has rung.
  world.jumpMs = 0;
  await vi.advanceTimersByTimeAsync(5 * 60 * SECOND);
  expect(world.rang).toEqual([]);
  expect(world.jumps).toEqual([DAY, -DAY]);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(world.rang).toEqual(['a']);
  await stop();
});

test('a jump that stays is believed after the second reading, and what is due rings once, in order', async () => {
  const { world, stop } = await openFakes({ b: START + 5 * HOUR, a: START + HOUR });
  await vi.advanceTimersByTimeAsync(SECOND);
  world.jumpMs = DAY;
  await vi.advanceTimersByTimeAsync(2 * 60 * SECOND);
  expect(world.rang).toEqual(['a', 'b']);
  expect(world.jumps).toEqual([DAY]);
  await stop();
});

test('a database that goes away holds the alarms up; they ring when it is back', async () => {
  const { world, stop } = await openFakes({ a: START + 2 * SECOND });
  world.down = true;
  await vi.advanceTimersByTimeAsync(10 * SECOND);
  expect(world.rang).toEqual([]);
  world.down = false;
  await vi.advanceTimersByTimeAsync(2 * SECOND);
  expect(world.rang).toEqual(['a']);
  await stop();
});
