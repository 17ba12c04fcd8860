// run: live traffic on the in-memory twin: many asks at once, batches that are decided while the one before is written,
// commits that are lost, torn or late. Everybody is answered once, in the order of the ledger, and nothing is doubled.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryFailure } from '../record/memory.ts';
import { openMemoryJournal } from '../record/memory.ts';
import type { Ask } from '../words/arrival.ts';
import { Fault } from '../words/fault.ts';
import type { Journal } from '../words/journal.ts';
import { auditLedger, auditRows } from './audit.ts';
import { startFold } from './fold.ts';
import { startLive } from './live.ts';
import { newShelf } from './shelf.ts';

const POLICY = `
baton: 1
name: Small
hours: { zone: UTC, weekly: { mon-sun: "00:00-24:00" } }
fields: { company: string }
signals: { booked: A meeting was booked }
pools: { aes: [ben, cleo] }
transitions:
  sdr-to-ae: { from: sdr, to: ae, trigger: booked, criteria: { named: has(lead.company) }, required: [company], note: [], route: { round-robin: aes }, fallback: mia }
`;

async function openHouse() {
  const workspace = 'ws_live';
  const memory = openMemoryJournal({ now: () => 1_795_000_000_000 });
  await memory.createWorkspace(workspace, 'Live');
  // Commits take a turn of the event loop, so that batches overlap as they do on a database.
  const journal: Journal = {
    ...memory,
    turn: (id, exclusive, work) =>
      memory.turn(id, exclusive, (turn) =>
        work({
          load: turn.load,
          commit: async (batch, after) => {
            await new Promise((later) => setImmediate(later));
            return turn.commit(batch, after);
          },
        }),
      ),
  };
  const live = startLive({ journal, shelf: newShelf(), clock: { now: () => 1_795_000_000_000, read: async () => 0 } });
  let n = 0;
  const say = (ask: Ask, command = `c${n++}`) =>
    live.submit(workspace, { command, bodyHash: '', actor: { kind: 'system', id: 'test' }, via: 'api', ask });
  await say({ ask: 'create-workspace', name: 'Live' });
  await say({ ask: 'set-team', team: { id: 't', name: 'T', lead: 'mia' } });
  for (const id of ['ana', 'ben', 'cleo', 'mia'])
    await say({ ask: 'set-person', person: { id, roles: ['ae'], team: 't', weight: 1, active: true } });
  const published = await say({ ask: 'publish-policy', text: POLICY });
  expect(published.result).toBe('done');
  return { workspace, memory, live, say };
}

const signal = (name: string): Ask => ({
  ask: 'signal-seen',
  signal: 'booked',
  subject: { type: 'email', value: `${name}@example.com` },
  context: { fields: { company: name } },
  booker: 'ana',
  occurredAt: 1_795_000_000_000,
});

test('200 newcomers at once: one handoff each, turns spread evenly, answers in the order of the ledger', async () => {
  const house = await openHouse();
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => house.say(signal(`lead${i}`))));
  const seqs = answers.map((a) => (a.result === 'done' ? a.seq : -1));
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  const snapshot = house.memory.snapshot(house.workspace);
  expect(snapshot.handoffs).toHaveLength(200);
  const held = snapshot.handoffs.map((h) => h.offeredTo);
  expect(held.filter((p) => p === 'ben')).toHaveLength(100);
  await house.live.stop();
});

test('the same subject in batches that overlap opens one handoff; the others join it', async () => {
  const house = await openHouse();
  const waves: Promise<unknown>[] = [];
  for (let wave = 0; wave < 6; wave++) {
    waves.push(house.say(signal('same')), house.say(signal(`other${wave}`)));
    await new Promise((later) => setImmediate(later));
  }
  await Promise.all(waves);
  const rows = house.memory.snapshot(house.workspace).handoffs;
  expect(rows).toHaveLength(7);
  expect(Math.max(...rows.map((r) => r.doc.signals))).toBe(6);
  await house.live.stop();
});

test('whatever happens to commits, an acknowledged ask is in the ledger once and the rows are what the ledger says', async () => {
  const failures = fc.constantFrom<MemoryFailure | 'none'>('none', 'none', 'none', 'moved', 'torn', 'lost-answer');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), failures, fc.boolean()), { minLength: 1, maxLength: 40 }),
      async (sayings) => {
        const house = await openHouse();
        const waiting: Promise<void>[] = [];
        for (const [i, [lead, failure, pause]] of sayings.entries()) {
          if (failure !== 'none') house.memory.failNext(failure);
          const asked = async (): Promise<void> => {
            for (;;) {
              try {
                expect((await house.say(signal(`lead${lead}`), `k${i}`)).result).toBe('done');
                return;
              } catch (fault) {
                if (!(fault instanceof Fault)) throw fault;
              }
            }
          };
          waiting.push(asked());
          if (pause) await new Promise((later) => setImmediate(later));
        }
        await Promise.all(waiting);
        const snapshot = house.memory.snapshot(house.workspace);
        const fold = startFold();
        for (const recorded of snapshot.ledger) fold.take(recorded);
        expect([...auditLedger(snapshot.ledger), ...auditRows(fold, snapshot, 1_795_000_000_000)]).toEqual([]);
        expect(snapshot.handoffs).toHaveLength(new Set(sayings.map(([lead]) => lead)).size);
        expect(snapshot.handoffs.reduce((sum, h) => sum + h.doc.signals, 0)).toBe(sayings.length);
        await house.live.stop();
      },
    ),
    { numRuns: 60 },
  );
});
