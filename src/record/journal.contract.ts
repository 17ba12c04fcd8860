// Room: record. What every journal promises, whatever it stands on. PostgreSQL and the in-memory twin both run this.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, Claimed, Journal, Loaded, Needs } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import {
  openingsBatch,
  sampleArrival,
  sampleBatch,
  sampleEntry,
  sampleEvent,
  sampleHandoff,
  sampleRow,
} from './journal.samples.ts';

/** What a journal under test brings along: its clock can be moved, and it can be closed. */
export type JournalUnderTest = {
  journal: Journal /** Lets time pass, where the journal's clock allows; answers the new now. */;
  pass?(ms: number): void;
  close(): Promise<void>;
};

export function journalContract(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`journal: ${name}`, () => {
    let under: JournalUnderTest;
    let journal: Journal;
    let workspaces = 0;

    beforeAll(async () => {
      under = await open();
      journal = under.journal;
    });
    afterAll(() => under.close());

    const fresh = async () => {
      workspaces += 1;
      const workspace = `w${workspaces}`;
      await journal.createWorkspace(workspace, `Workspace ${workspaces}`);
      return workspace;
    };
    const commit = (workspace: string, batch: Batch, exclusive = false) =>
      journal.turn(workspace, exclusive, (turn) => turn.commit(batch));
    const load = (workspace: string, needs: Partial<Needs>, knownSeq = 0): Promise<Loaded> =>
      journal.turn(workspace, false, (turn) => turn.load({ ...NO_NEEDS, ...needs }, knownSeq));
    const jump = (n: number) => sampleEvent(n, n, { kind: 'clock-jumped', byMs: n });
    const mine = async (workspace: string, leaseMs = 30_000) =>
      journal.claim(['alarm', 'message', 'webhook'], 100, leaseMs, [workspace]);

    describe('workspaces', () => {
      it('creates a workspace once and lists it', async () => {
        expect(await journal.createWorkspace('once', 'Once')).toBe('created');
        expect(await journal.createWorkspace('once', 'Again')).toBe('exists');
        expect((await journal.workspaces()).filter((one) => one.id === 'once')).toEqual([{ id: 'once', name: 'Once' }]);
      });

      it('names a workspace that does not exist', async () => {
        await expect(load('nowhere', {})).rejects.toThrow('There is no workspace "nowhere"');
      });

      it('keeps two workspaces apart', async () => {
        const [left, right] = [await fresh(), await fresh()];
        await commit(left, openingsBatch(0, 1, 2));
        const seen = await load(right, {
          handoffs: [sampleHandoff(1).id],
          commands: ['key-ana/events/1'],
          subjects: [{ type: 'email', value: 'person-1@company-1.example' }],
        });
        expect(seen.seq).toBe(0);
        expect([seen.handoffs.size, seen.answers.size, seen.subjects.size, seen.standing.size]).toEqual([0, 0, 0, 0]);
        expect(await journal.eventsAfter(right, 0, 10)).toEqual([]);
      });
    });

    describe('reading and writing', () => {
      it('gives back what a batch wrote', async () => {
        const workspace = await fresh();
        const batch = openingsBatch(0, 10, 3);
        expect(await commit(workspace, batch)).toEqual({ outcome: 'committed', seq: 6 });
        const doc = sampleHandoff(11);
        const seen = await load(workspace, {
          commands: ['key-ana/events/11', 'key-ana/events/99'],
          handoffs: [doc.id],
          messages: [`ms_${doc.id.slice(3)}`],
        });
        expect(seen.seq).toBe(6);
        expect([...seen.answers]).toEqual([
          ['key-ana/events/11', { bodyHash: 'b11', answer: batch.entries[1]?.answer }],
        ]);
        expect([...seen.handoffs]).toEqual([[doc.id, doc]]);
        expect(seen.contexts.get(doc.context.ref)).toEqual(batch.private[1]?.body);
        expect(seen.subjectsById.get(doc.subject)).toEqual(batch.subjects[1]);
        expect(seen.messages.get(`ms_${doc.id.slice(3)}`)).toEqual({
          ...batch.messages[1],
          state: 'waiting',
          attempts: 0,
        });
        expect(Object.fromEntries(seen.standing)).toEqual(
          Object.fromEntries(batch.standing.map(({ key, doc: value }) => [key, value])),
        );
      });

      it('keeps events in order, dense from 1', async () => {
        const workspace = await fresh();
        const batch = openingsBatch(0, 1, 5);
        await commit(workspace, batch);
        await commit(workspace, openingsBatch(10, 6, 2));
        const events = await journal.eventsAfter(workspace, 0, 100);
        expect(events.map((one) => one.seq)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
        expect(events.slice(0, 10)).toEqual(batch.events);
        expect((await journal.eventsAfter(workspace, 12, 1)).map((one) => one.seq)).toEqual([13]);
      });

      it('writes nothing when a name that the batch took for unknown is known', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 20, 1));
        const next = openingsBatch(2, 21, 1);
        const known = { type: 'email', value: 'person-20@company-20.example' };
        expect(await commit(workspace, { ...next, absent: [known] })).toEqual({ outcome: 'moved' });
        expect((await load(workspace, {})).seq).toBe(2);
        const other = { type: 'email', value: 'person-99@company-20.example' };
        expect(await commit(workspace, { ...next, absent: [other] })).toEqual({ outcome: 'committed', seq: 4 });
      });

      it('finds a subject and its live handoffs by outside name', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 20, 2));
        const closed = sampleHandoff(21, { stage: 'closed', outcome: 'won', closedAt: 1 });
        await commit(workspace, sampleBatch(4, { events: [jump(5)], handoffs: [sampleRow(closed)] }));
        const key = (n: number) => ({ type: 'email', value: `person-${n}@company-${n}.example` });
        const seen = await load(workspace, { subjects: [key(20), key(21), key(22)] });
        expect([...seen.subjects.keys()]).toEqual([
          'email:person-20@company-20.example',
          'email:person-21@company-21.example',
        ]);
        expect([...seen.handoffs.keys()]).toEqual([sampleHandoff(20).id]);
        expect(seen.contexts.size).toBe(1);
      });

      it('brings the live handoffs of a subject id, and the subjects of handoffs', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 30, 1));
        const doc = sampleHandoff(30);
        expect([...(await load(workspace, { subjectIds: [doc.subject] })).handoffs.keys()]).toEqual([doc.id]);
        expect([...(await load(workspace, { handoffs: [doc.id] })).subjectsById.keys()]).toEqual([doc.subject]);
      });

      it('finds every live handoff that a person has a part in', async () => {
        const workspace = await fresh();
        const docs = [
          sampleHandoff(1, { sender: 'cleo', owner: 'cleo', tasks: [] }),
          sampleHandoff(2, { stage: 'accepted', sender: 'cleo', receiver: 'dan', owner: 'dan', tasks: [] }),
          sampleHandoff(3, { offer: { id: 'of_3', to: 'cleo', at: 1, run: 'r' }, tasks: [] }),
          sampleHandoff(4),
          sampleHandoff(5, { stage: 'closed', sender: 'cleo', owner: 'cleo' }),
          sampleHandoff(6),
        ];
        const task = {
          id: 'ta_4',
          handoff: sampleHandoff(4).id,
          title: 'Call',
          owner: 'cleo',
          dueAt: 1,
          state: 'open' as const,
        };
        await commit(
          workspace,
          sampleBatch(0, { events: [jump(1)], handoffs: docs.map((doc) => sampleRow(doc)), tasks: [task] }),
        );
        const found = [...(await load(workspace, { people: ['cleo'] })).handoffs.keys()].sort();
        expect(found).toEqual(docs.slice(0, 4).map((doc) => doc.id));
      });

      it('replaces rows of the same id, and the last one in a batch wins', async () => {
        const workspace = await fresh();
        await commit(
          workspace,
          sampleBatch(0, {
            events: [jump(1)],
            handoffs: [sampleRow(sampleHandoff(1)), sampleRow(sampleHandoff(1, { version: 3 }))],
          }),
        );
        expect(
          (await load(workspace, { handoffs: [sampleHandoff(1).id] })).handoffs.get(sampleHandoff(1).id)?.version,
        ).toBe(3);
      });

      it('brings standing documents that changed after a known position, removed ones as null', async () => {
        const workspace = await fresh();
        await commit(
          workspace,
          sampleBatch(0, {
            events: [jump(1)],
            standing: [
              { key: 'team/a', doc: { n: 1 } },
              { key: 'team/b', doc: { n: 1 } },
            ],
          }),
        );
        await commit(workspace, sampleBatch(1, { events: [jump(2)], standing: [{ key: 'team/b', doc: null }] }));
        expect(Object.fromEntries((await load(workspace, {}, 0)).standing)).toEqual({
          'team/a': { n: 1 },
          'team/b': null,
        });
        expect(Object.fromEntries((await load(workspace, {}, 1)).standing)).toEqual({ 'team/b': null });
        expect((await load(workspace, {}, 2)).standing.size).toBe(0);
      });

      it('keeps any text exactly, control characters in documents included', async () => {
        const workspace = await fresh();
        const odd = 'a\u0000b\u001f\u001e\u001d "quoted" \\ 🙂 é ‮';
        const item = { ref: 'px_odd', of: { subject: 'su_odd' }, kind: 'context' as const, body: { fields: { odd } } };
        const doc = sampleHandoff(1, { context: { ref: 'px_odd', have: [odd], missing: [] }, signal: odd });
        await commit(
          workspace,
          sampleBatch(0, {
            events: [sampleEvent(1, 1, { kind: 'workspace-created', name: odd })],
            handoffs: [sampleRow(doc)],
            private: [item],
            standing: [{ key: 'workspace', doc: { odd } }],
          }),
        );
        const seen = await load(workspace, { handoffs: [doc.id] });
        expect(seen.handoffs.get(doc.id)).toEqual(doc);
        expect(seen.contexts.get('px_odd')).toEqual({ fields: { odd } });
        expect(seen.standing.get('workspace')).toEqual({ odd });
        expect((await journal.eventsAfter(workspace, 0, 1))[0]?.event).toEqual({
          kind: 'workspace-created',
          name: odd,
        });
      });

      it('writes an empty batch as nothing', async () => {
        const workspace = await fresh();
        expect(await commit(workspace, sampleBatch(0))).toEqual({ outcome: 'committed', seq: 0 });
      });
    });

    describe('one order', () => {
      it('refuses a batch that was decided at another position, and writes none of it', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 1, 1));
        expect(await commit(workspace, openingsBatch(0, 2, 1))).toEqual({ outcome: 'moved' });
        expect(
          await commit(
            workspace,
            openingsBatch(7, 2, 1).expectSeq === 7 ? sampleBatch(7, { events: [jump(8)] }) : sampleBatch(7),
          ),
        ).toEqual({ outcome: 'moved' });
        const seen = await load(workspace, { commands: ['key-ana/events/2'], handoffs: [sampleHandoff(2).id] });
        expect([seen.seq, seen.answers.size, seen.handoffs.size]).toEqual([2, 0, 0]);
      });

      it('finds the answer of a command that another process answered without an event', async () => {
        const workspace = await fresh();
        const entry = sampleEntry(1, { answer: { result: 'set-aside', arrival: sampleArrival(1), reason: 'first' } });
        await commit(workspace, sampleBatch(0, { entries: [entry] }));
        expect(await commit(workspace, sampleBatch(0, { entries: [{ ...entry, arrival: sampleArrival(2) }] }))).toEqual(
          { outcome: 'moved' },
        );
        expect((await load(workspace, { commands: [entry.command] })).answers.get(entry.command)?.answer).toEqual(
          entry.answer,
        );
      });

      it("calls a gap in a batch's sequence a bug", async () => {
        const workspace = await fresh();
        await expect(commit(workspace, sampleBatch(0, { events: [jump(2)] }))).rejects.toThrow('must be 1');
        await expect(commit(workspace, sampleBatch(0, { standing: [{ key: 'waiting', doc: 1 }] }))).rejects.toThrow(
          'without an event',
        );
      });

      it('refuses a second live handoff of the same subject and transition, except tests', async () => {
        const workspace = await fresh();
        const { subject } = sampleHandoff(1);
        await commit(workspace, openingsBatch(0, 1, 1));
        const second = sampleHandoff(2, { subject });
        await expect(
          commit(workspace, sampleBatch(2, { events: [jump(3)], handoffs: [sampleRow(second)] })),
        ).rejects.toThrow('handoff_live_subject');
        expect((await load(workspace, {})).seq).toBe(2);
        const test = sampleHandoff(3, { subject, marks: ['test'] });
        expect(
          (await commit(workspace, sampleBatch(2, { events: [jump(3)], handoffs: [sampleRow(test)] }))).outcome,
        ).toBe('committed');
      });

      it('lets optimistic turns that collide load again and all succeed', async () => {
        const workspace = await fresh();
        const one = (n: number, exclusive: boolean) =>
          journal.turn(workspace, exclusive, async (turn) => {
            for (;;) {
              const { seq } = await turn.load({ ...NO_NEEDS, commands: [`key-ana/events/${n}`] }, 0);
              const done = await turn.commit(
                sampleBatch(seq, {
                  entries: [sampleEntry(n)],
                  events: [sampleEvent(seq + 1, n, { kind: 'clock-jumped', byMs: n })],
                }),
              );
              if (done.outcome === 'committed') return done.seq;
            }
          });
        const seqs = await Promise.all(Array.from({ length: 24 }, (_, n) => one(n, n % 3 === 0)));
        expect([...seqs].sort((left, right) => left - right)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
      });

      it('holds a workspace through an exclusive turn', async () => {
        const workspace = await fresh();
        const order: string[] = [];
        let entered = () => {};
        const inside = new Promise<void>((resolve) => {
          entered = resolve;
        });
        const first = journal.turn(workspace, true, async (turn) => {
          const { seq } = await turn.load(NO_NEEDS, 0);
          entered();
          for (let i = 0; i < 20; i++) await journal.now();
          const done = await turn.commit(sampleBatch(seq, { events: [jump(1)] }));
          order.push('first');
          return done;
        });
        await inside;
        const second = journal.turn(workspace, true, async (turn) => {
          const { seq } = await turn.load(NO_NEEDS, 0);
          order.push(`second at ${seq}`);
        });
        expect((await first).outcome).toBe('committed');
        await second;
        expect(order).toEqual(['first', 'second at 1']);
      });

      it('leaves nothing of an exclusive turn that throws, and the workspace free', async () => {
        const workspace = await fresh();
        await expect(
          journal.turn(workspace, true, async (turn) => {
            await turn.load(NO_NEEDS, 0);
            throw new Error('decided to fail');
          }),
        ).rejects.toThrow('decided to fail');
        expect((await commit(workspace, openingsBatch(0, 1, 1), true)).outcome).toBe('committed');
      });
    });

    describe('private items', () => {
      it('replaces an item of the same ref', async () => {
        const workspace = await fresh();
        const doc = sampleHandoff(1);
        await commit(workspace, openingsBatch(0, 1, 1));
        const item = {
          ref: doc.context.ref,
          of: { subject: doc.subject },
          kind: 'context' as const,
          body: { fields: { company: 'New name' } },
        };
        await commit(
          workspace,
          sampleBatch(2, {
            events: [
              sampleEvent(3, 3, {
                kind: 'context-completed',
                handoff: doc.id,
                ref: item.ref,
                have: [],
                missing: [],
                by: 'ana',
              }),
            ],
            private: [item],
          }),
        );
        expect((await load(workspace, { handoffs: [doc.id] })).contexts.get(item.ref)).toEqual(item.body);
      });

      it('forgets an erased subject: context, names, inputs; and keeps the rest', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 1, 2));
        const { subject, id } = sampleHandoff(1);
        await commit(
          workspace,
          sampleBatch(4, { events: [sampleEvent(5, 5, { kind: 'subject-erased', subject })], erase: [subject] }),
        );
        const key = (n: number) => ({ type: 'email', value: `person-${n}@company-${n}.example` });
        const seen = await load(workspace, { handoffs: [id, sampleHandoff(2).id], subjects: [key(1), key(2)] });
        expect([...seen.handoffs.keys()].sort()).toEqual([id, sampleHandoff(2).id].sort());
        expect([...seen.contexts.keys()]).toEqual([sampleHandoff(2).context.ref]);
        expect([...seen.subjects.keys()]).toEqual(['email:person-2@company-2.example']);
      });

      it('takes new items of an erased subject, and of people', async () => {
        const workspace = await fresh();
        const item = (ref: string) => ({ ref, of: { subject: 'su_a' }, kind: 'note' as const, body: ref });
        await commit(workspace, sampleBatch(0, { events: [jump(1)], private: [item('px_1')] }));
        await commit(
          workspace,
          sampleBatch(1, { events: [sampleEvent(2, 2, { kind: 'subject-erased', subject: 'su_a' })], erase: ['su_a'] }),
        );
        const profile = { ref: 'px_ana', of: { person: 'ana' }, kind: 'profile' as const, body: { name: 'Ana' } };
        expect(
          (await commit(workspace, sampleBatch(2, { events: [jump(3)], private: [item('px_2'), profile] }))).outcome,
        ).toBe('committed');
        expect(
          (
            await commit(
              workspace,
              sampleBatch(3, { events: [jump(4)], private: [{ ...profile, body: { name: 'Ana B.' } }] }),
              true,
            )
          ).outcome,
        ).toBe('committed');
      });
    });

    describe('messages', () => {
      it('counts attempts and ends in the state that was decided', async () => {
        const workspace = await fresh();
        await commit(workspace, openingsBatch(0, 1, 2));
        const ids = [1, 2].map((n) => `ms_${sampleHandoff(n).id.slice(3)}`);
        const claims = (await journal.claim(['message'], 10, 30_000, [workspace])).filter((claim) =>
          ids.includes(claim.row),
        );
        // The samples are due in 2027: claimed only where the clock can be moved; the row is put to the past otherwise.
        expect(claims).toEqual([]);
        await commit(
          workspace,
          sampleBatch(4, { duePut: ids.map((row) => ({ kind: 'message' as const, row, dueAt: 1 })) }),
        );
        const [first] = await journal.claim(['message'], 10, 30_000, [workspace]);
        expect(await journal.postpone(first as Claimed, 1, '421 later')).toBe(true);
        const waiting = (await load(workspace, { messages: [first?.row ?? ''] })).messages.get(first?.row ?? '');
        expect(waiting).toMatchObject({ state: 'waiting', attempts: 1, reason: '421 later' });
        await commit(
          workspace,
          sampleBatch(4, {
            events: [sampleEvent(5, 5, { kind: 'messages-delivered', messages: [first?.row ?? ''] })],
            messageStates: [{ id: first?.row ?? '', state: 'delivered', at: 77 }],
            dueDrop: [{ kind: 'message', row: first?.row ?? '' }],
          }),
        );
        const delivered = (await load(workspace, { messages: [first?.row ?? ''] })).messages.get(first?.row ?? '');
        expect(delivered).toMatchObject({ state: 'delivered', attempts: 2, deliveredAt: 77 });
        expect(delivered).not.toHaveProperty('reason');
      });
    });

    describe('due rows', () => {
      const put = (workspace: string, rows: [string, number][]) =>
        commit(
          workspace,
          sampleBatch(0, { duePut: rows.map(([row, dueAt]) => ({ kind: 'alarm' as const, row, dueAt })) }),
        );

      it('gives due rows once, soonest first, and not before their time', async () => {
        const workspace = await fresh();
        await put(workspace, [
          ['b', 20],
          ['a', 10],
          ['later', 4_000_000_000_000],
        ]);
        expect((await mine(workspace)).map((claim) => [claim.row, claim.dueAt, claim.attempts])).toEqual([
          ['a', 10, 0],
          ['b', 20, 0],
        ]);
        expect(await mine(workspace)).toEqual([]);
      });

      it('gives a row again when its lease ran out, as one more attempt, and refuses the slow worker', async () => {
        const workspace = await fresh();
        await put(workspace, [['a', 10]]);
        const [slow] = await mine(workspace, 0);
        const [quick] = await mine(workspace);
        expect(quick).toMatchObject({ row: 'a', attempts: 1 });
        expect(quick?.fence).toBeGreaterThan(slow?.fence ?? 0);
        expect(await journal.renew(slow as Claimed, 30_000)).toBe(false);
        expect(await journal.postpone(slow as Claimed, 5, 'slow')).toBe(false);
        expect(await journal.renew(quick as Claimed, 30_000)).toBe(true);
        expect(await mine(workspace)).toEqual([]);
      });

      it('puts a row back with one more attempt', async () => {
        const workspace = await fresh();
        await put(workspace, [['a', 10]]);
        const [claim] = await mine(workspace);
        expect(await journal.postpone(claim as Claimed, 15, 'busy')).toBe(true);
        expect(await journal.postpone(claim as Claimed, 16, 'twice')).toBe(false);
        expect(await mine(workspace)).toMatchObject([{ row: 'a', dueAt: 15, attempts: 1 }]);
      });

      it('ends a lease by putting the row anew, and removes dropped rows', async () => {
        const workspace = await fresh();
        await put(workspace, [
          ['a', 10],
          ['b', 10],
        ]);
        const claims = await mine(workspace);
        await commit(
          workspace,
          sampleBatch(0, {
            duePut: [{ kind: 'alarm', row: 'a', dueAt: 30 }],
            dueDrop: [
              { kind: 'alarm', row: 'b' },
              { kind: 'alarm', row: 'gone' },
            ],
          }),
        );
        for (const claim of claims) expect(await journal.renew(claim, 1)).toBe(false);
        expect(await mine(workspace)).toMatchObject([{ row: 'a', dueAt: 30, attempts: 0 }]);
      });

      it('claims only the kinds and the number asked for', async () => {
        const workspace = await fresh();
        await put(workspace, [
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ]);
        expect(await journal.claim(['message'], 10, 30_000, [workspace])).toEqual([]);
        expect((await journal.claim(['alarm', 'message'], 2, 30_000, [workspace])).map((claim) => claim.row)).toEqual([
          'a',
          'b',
        ]);
        expect((await journal.claim(['alarm'], 2, 30_000, [workspace])).map((claim) => claim.row)).toEqual(['c']);
      });

      it('tells when the next row can be claimed', async () => {
        const workspace = await fresh();
        await put(workspace, [['soonest', -5]]);
        expect(await journal.nextDue()).toBe(-5);
      });
    });

    describe('raw arrivals', () => {
      const raw = (n: number, command: string) => ({
        id: sampleArrival(n),
        at: 1000 + n,
        source: 'crm',
        command,
        bodyHash: `h${n}`,
        headers: { 'webhook-id': command },
        body: new TextEncoder().encode(`{"n":${n}}\u0000`),
      });

      it('stores bytes exactly, queues them once, and knows a repeat', async () => {
        const workspace = await fresh();
        expect(await journal.storeRaw(workspace, [raw(1, 'm1'), raw(2, 'm2'), raw(3, 'm1')])).toEqual([
          { id: sampleArrival(1), repeated: false },
          { id: sampleArrival(2), repeated: false },
          { id: sampleArrival(1), repeated: true },
        ]);
        expect(await journal.storeRaw(workspace, [raw(4, 'm2')])).toEqual([{ id: sampleArrival(2), repeated: true }]);
        expect(await journal.readRaw(workspace, sampleArrival(2))).toEqual(raw(2, 'm2'));
        expect(await journal.readRaw(workspace, sampleArrival(4))).toBeUndefined();
        expect((await mine(workspace)).map((claim) => [claim.kind, claim.row])).toEqual([
          ['webhook', sampleArrival(1)],
          ['webhook', sampleArrival(2)],
        ]);
      });

      it('takes a thousand copies of one arrival as one', async () => {
        const workspace = await fresh();
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            journal.storeRaw(
              workspace,
              Array.from({ length: 50 }, (_unused, j) => raw(i * 50 + j, 'same')),
            ),
          ),
        );
        const news = answers.flat().filter((answer) => !answer.repeated);
        expect(news.length).toBe(1);
        expect(new Set(answers.flat().map((answer) => answer.id))).toEqual(new Set([news[0]?.id]));
      });
    });
  });
}
