// Workers that race for due rows (RELIABILITY, F13): one of them has a row, a fence tells the others that they lost it,
// and an alarm has one effect however many ring it.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAlarms } from '../../src/run/alarms.ts';
import type { Ask } from '../../src/words/arrival.ts';
import type { Claimed } from '../../src/words/journal.ts';
import { NO_NEEDS } from '../../src/words/journal.ts';
import { testServers } from '../databases.ts';
import { checkRecord } from './checker.ts';
import { leasesEnd } from './loop.ts';
import type { Site } from './site.ts';
import { openSite, WORKSPACE } from './site.ts';

const WORKERS = 20;
const ROUNDS = 1_000;
const URGENT = 10;

describe.each(testServers())('workers race on $name', (server) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(server);
  }, 120_000);
  afterAll(() => site.close());

  it('of 20 workers one gets the row in each of 1,000 rounds, and its older fences open nothing', {
    timeout: 240_000,
  }, async () => {
    const { journal } = site.house;
    await journal.createWorkspace('race', 'Race');
    await journal.turn('race', false, async (turn) => {
      const { seq } = await turn.load(NO_NEEDS, 0);
      await turn.commit(emptyBatch(seq));
    });
    let outrun: Claimed | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const claims = (
        await Promise.all(
          Array.from({ length: WORKERS }, () => journal.claim(['alarm'], 5, round % 2 === 0 ? 0 : 30_000, ['race'])),
        )
      ).flat();
      const newest = claims.toSorted((a, b) => a.fence - b.fence).at(-1);
      // Without a lease several may have had it in turn; with one, exactly one has it.
      if (round % 2 === 1) expect(claims.length).toBe(1);
      expect(new Set(claims.map((c) => c.fence)).size).toBe(claims.length);
      if (newest === undefined) throw new Error(`In round ${round} nobody got the row.`);
      for (const old of [...claims.filter((c) => c !== newest), ...(outrun === undefined ? [] : [outrun])]) {
        expect(await journal.renew(old, 30_000)).toBe(false);
        expect(await journal.postpone(old, 0, 'late')).toBe(false);
      }
      outrun = newest;
      // The winner gives it back every other time; the other times its lease (of no length) has ended.
      if (round % 2 === 1) expect(await journal.postpone(newest, 0, 'again')).toBe(true);
    }
  });

  it('alarms that 20 workers ring have one effect each, also when one of them slept past its lease', {
    timeout: 120_000,
  }, async () => {
    const { live, journal, clock } = site.house;
    const said = (command: string, ask: Ask) =>
      live.submit(WORKSPACE, { command, bodyHash: '', actor: { kind: 'system', id: 'test' }, via: 'alarm', ask });
    const urgent = Array.from({ length: URGENT }, (_, n) => signalOf(`ring-${n}`, clock.now()));
    const opened = await Promise.all(urgent.map((ask, n) => said(`open-${n}`, ask)));
    expect(opened.filter((answer) => answer.result !== 'done')).toEqual([]);
    // The sleepers take every row the moment it is due, and do nothing with it.
    const slept: Claimed[] = [];
    while (slept.length < URGENT) {
      slept.push(...(await journal.claim(['alarm'], 100, 60_000, [WORKSPACE])));
      await sleep(20);
    }
    await leasesEnd(site);
    const workers = Array.from({ length: WORKERS }, () => startAlarms({ journal, live, clock, log: () => undefined }));
    const count = async (kind: string) =>
      (await journal.eventsAfter(WORKSPACE, 0, 1_000)).filter(({ event }) => event.kind === kind).length;
    while ((await count('level-reached')) < 2 * URGENT) await sleep(100);
    for (const worker of workers) await worker.stop();
    const head = await site.house.reader.head(WORKSPACE);
    for (const claim of slept) {
      expect(await journal.renew(claim, 1_000)).toBe(false);
      const late = await said(`late-${claim.row}`, { ask: 'alarm', handoff: claim.row, dueAt: claim.dueAt });
      expect(late).toMatchObject({ result: 'refused', refusal: { code: 'alarm/early' } });
    }
    expect(await site.house.reader.head(WORKSPACE)).toEqual(head);
    expect((await checkRecord(site.house, [])).found).toEqual([]);
    expect([await count('level-reached'), await count('clock-breached')]).toEqual([2 * URGENT, URGENT]);
  });
});

function signalOf(name: string, occurredAt: number): Ask {
  return {
    ask: 'signal-seen',
    signal: 'demo',
    subject: { type: 'email', value: `${name}@lead.example` },
    context: { fields: { company: 'Acme', seats: 20 }, note: { 'why-engaged': 'They asked for a demo.' } },
    booker: 'ana',
    occurredAt,
  };
}

function emptyBatch(expectSeq: number) {
  return {
    expectSeq,
    entries: [],
    events: [],
    handoffs: [],
    tasks: [],
    standing: [],
    duePut: [{ kind: 'alarm' as const, row: 'ho_race', dueAt: 0 }],
    dueDrop: [],
    messages: [],
    messageStates: [],
    notices: [],
    private: [],
    names: [],
    subjects: [],
    erase: [],
  };
}
