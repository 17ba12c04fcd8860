import { describe, expect, test } from 'vitest';
import type { MemoryJournal } from '../record/memory.ts';
import { openMemoryJournal } from '../record/memory.ts';
import { openMemoryReader } from '../record/memory-reader.ts';
import { auditLedger, auditRows } from '../run/audit.ts';
import { startFold } from '../run/fold.ts';
import type { Live } from '../run/live.ts';
import { startLive } from '../run/live.ts';
import { newShelf } from '../run/shelf.ts';
import type { Context } from '../words/arrival.ts';
import { isLive } from '../words/handoff.ts';
import { HOUR, MINUTE, SECOND } from '../words/time.ts';
import { foundDemo, startDemo } from './demo.ts';
import { foundingAsks } from './demo-company.ts';
import { liveHistory } from './demo-history.ts';
import { drawCompany, prospectOf } from './demo-story.ts';
import { throwDice } from './dice.ts';

const WORKSPACE = 'ws_demo';
const TUESDAY_NOON = Date.UTC(2026, 10, 24, 12);
const SUNDAY_NIGHT = Date.UTC(2026, 10, 29, 3);

type World = { journal: MemoryJournal; live: Live; now(): number; advance(ms: number): Promise<void> };

/** A record on the twin, with a clock that only `advance` moves; it rings alarms on the way. */
async function openWorld(at: number): Promise<World> {
  let now = at;
  const journal = openMemoryJournal({ now: () => now });
  await journal.createWorkspace(WORKSPACE, 'Northlight');
  const live = startLive({ journal, shelf: newShelf(), clock: { now: () => now, read: async () => 0 } });
  return {
    journal,
    live,
    now: () => now,
    async advance(ms) {
      now += ms;
      const claims = await journal.claim(['alarm'], 500, 30 * SECOND);
      await live.submitMany(
        WORKSPACE,
        claims.map((claim) => ({
          command: `alarm:${claim.row}:${claim.dueAt}:${claim.fence}`,
          bodyHash: '',
          actor: { kind: 'system', id: 'clock' },
          via: 'alarm',
          ask: { ask: 'alarm', handoff: claim.row, dueAt: claim.dueAt },
        })),
      );
    },
  };
}

/** Runs the day until `hours` have passed. */
async function workFor(world: World, hours: number, seed: number): Promise<string[]> {
  const until = world.now() + hours * HOUR;
  const lines: string[] = [];
  let over: () => void = () => undefined;
  const passed = new Promise<void>((done) => {
    over = done;
  });
  const day = startDemo({
    live: world.live,
    reader: openMemoryReader(world.journal.state),
    workspace: WORKSPACE,
    now: world.now,
    seed,
    log: (line) => lines.push(line),
    wait: async () => {
      await world.advance(12 * SECOND);
      if (world.now() >= until) {
        over();
        await new Promise((go) => setImmediate(go));
      }
    },
  });
  await passed;
  await day.stop();
  return lines;
}

function audit(world: World): string[] {
  const snapshot = world.journal.snapshot(WORKSPACE);
  const fold = startFold();
  for (const recorded of snapshot.ledger) fold.take(recorded);
  return [...auditRows(fold, snapshot, world.now()), ...auditLedger(snapshot.ledger)];
}

function stagesOf(world: World): Set<string> {
  return new Set(world.journal.snapshot(WORKSPACE).handoffs.map((row) => row.stage));
}

describe('the demo company is founded', () => {
  test.each([
    ['on a Tuesday at noon', TUESDAY_NOON],
    ['in the night to Sunday', SUNDAY_NIGHT],
  ])('%s with live handoffs in every stage and nothing dropped', async (_name, at) => {
    const world = await openWorld(at);
    await foundDemo(world, WORKSPACE, at);
    const { handoffs, ledger, entries } = world.journal.snapshot(WORKSPACE);
    expect(stagesOf(world)).toEqual(new Set(['preparing', 'offered', 'accepted', 'returned', 'closed']));
    expect(handoffs.filter((row) => isLive(row.doc)).length).toBeGreaterThanOrEqual(20);
    expect(handoffs.some((row) => row.breached && isLive(row.doc))).toBe(true);
    expect(handoffs.some((row) => row.doc.context.missing.length > 0 && row.stage === 'preparing')).toBe(true);
    expect(handoffs.some((row) => row.doc.facts.followedUpAt !== undefined && row.stage === 'accepted')).toBe(true);
    const kinds = new Set(ledger.map(({ event }) => event.kind));
    for (const kind of ['handoff-rejected', 'meeting-held', 'clock-breached', 'signal-noted', 'offer-withdrawn'])
      expect([kind, kinds.has(kind as never)]).toEqual([kind, true]);
    expect(entries.filter((entry) => entry.answer.result === 'set-aside')).toEqual([]);
    expect(audit(world)).toEqual([]);
  });

  test('once: a second start says nothing new', async () => {
    const world = await openWorld(TUESDAY_NOON);
    await foundDemo(world, WORKSPACE, world.now());
    const before = world.journal.snapshot(WORKSPACE).seq;
    await world.advance(5 * MINUTE);
    const rung = world.journal.snapshot(WORKSPACE).seq;
    await foundDemo(world, WORKSPACE, world.now());
    expect(world.journal.snapshot(WORKSPACE).seq).toBe(rung);
    expect(rung).toBeGreaterThanOrEqual(before);
  });

  test('the same instant and seed give the same history', async () => {
    expect(await liveHistory(TUESDAY_NOON, 7)).toEqual(await liveHistory(TUESDAY_NOON, 7));
  });

  test('with names that differ from command to command', () => {
    const commands = foundingAsks().map(({ command }) => command);
    expect(new Set(commands).size).toBe(commands.length);
  });
});

describe('the demo day', () => {
  test('goes on, through a restart, without a double or a drop', async () => {
    const world = await openWorld(TUESDAY_NOON);
    await foundDemo(world, WORKSPACE, world.now());
    const opened = world.journal.snapshot(WORKSPACE).handoffs.length;
    expect(await workFor(world, 1, 1)).toEqual([]);
    world.live.known(WORKSPACE);
    expect(await workFor(world, 2, 2)).toEqual([]);
    const { handoffs, entries } = world.journal.snapshot(WORKSPACE);
    expect(handoffs.length).toBeGreaterThan(opened + 60);
    const live = handoffs.filter((row) => isLive(row.doc));
    expect(live.length).toBeGreaterThan(15);
    expect(live.length).toBeLessThan(120);
    const refused = entries.filter((entry) => entry.answer.result === 'refused');
    expect(refused.length).toBeLessThan(entries.length / 50);
    expect(audit(world)).toEqual([]);
  });

  test('nobody acts outside of their hours', async () => {
    const world = await openWorld(SUNDAY_NIGHT);
    await foundDemo(world, WORKSPACE, world.now());
    await workFor(world, 1, 3);
    const standing = await world.live.standing(WORKSPACE);
    const shelf = newShelf();
    const policy = shelf.policy(standing.live!, standing.policies.get(standing.live!)!);
    const { isOpen } = await import('../calendar/calendar.ts');
    for (const { actor, at, event } of world.journal.snapshot(WORKSPACE).ledger) {
      if (actor.kind !== 'person') continue;
      const open = isOpen(shelf.calendar(standing.roster, actor.id, policy), at);
      expect([event.kind, actor.id, new Date(at).toISOString(), open]).toEqual([
        event.kind,
        actor.id,
        new Date(at).toISOString(),
        true,
      ]);
    }
  });
});

describe('the prospects', () => {
  test('come from more than a thousand names, each with one story', () => {
    const dice = throwDice(3);
    const names = new Set(Array.from({ length: 3_000 }, () => drawCompany(dice)));
    expect(names.size).toBeGreaterThan(1_000);
    for (const name of names) expect(prospectOf(name, TUESDAY_NOON)).toEqual(prospectOf(name, TUESDAY_NOON));
  });

  test('no sentence keeps an empty slot, and few notes read alike', async () => {
    const { arrivals } = await liveHistory(TUESDAY_NOON, 11);
    const texts: string[] = [];
    for (const { ask } of arrivals) {
      if ('context' in ask && ask.context !== undefined)
        texts.push(...Object.values((ask.context as Context).note ?? {}));
      if ('text' in ask && ask.text !== undefined) texts.push(ask.text);
    }
    const sentences = texts.filter((text) => !text.startsWith('# '));
    expect(sentences.filter((text) => /\{\w+\}|undefined/.test(text) && text.length < 1_000)).toEqual([]);
    expect(new Set(sentences).size / sentences.length).toBeGreaterThan(0.8);
  });
});
