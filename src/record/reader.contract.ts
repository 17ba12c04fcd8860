// Room: record. What every reader promises. PostgreSQL's and the in-memory twin's both run this.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claimed, Journal } from '../words/journal.ts';
import type { Reader } from '../words/reader.ts';
import {
  openingsBatch,
  sampleArrival,
  sampleBatch,
  sampleEntry,
  sampleEvent,
  sampleHandoff,
  sampleRow,
} from './journal.samples.ts';

export type ReaderUnderTest = { journal: Journal; reader: Reader; close(): Promise<void> };

export function readerContract(name: string, open: () => Promise<ReaderUnderTest>): void {
  describe(`reader: ${name}`, () => {
    let under: ReaderUnderTest;
    let reader: Reader;
    const w = 'reading';
    const batch = openingsBatch(0, 1, 7);
    const docs = [1, 2, 3, 4, 5, 6, 7].map((n) => sampleHandoff(n));
    const closed = sampleHandoff(7, { stage: 'closed', outcome: 'won', closedAt: 5, tasks: [] });
    const message = (n: number) => `ms_${docs[n - 1]?.id.slice(3)}`;
    const profile = (ref: string, body: object) => ({ ref, of: { person: 'ana' }, kind: 'profile' as const, body });
    const aside = sampleEntry(50, {
      answer: { result: 'set-aside', arrival: sampleArrival(50), reason: 'a bug' },
      input: { odd: 'input' },
    });

    beforeAll(async () => {
      under = await open();
      reader = under.reader;
      const { journal } = under;
      await journal.createWorkspace(w, 'Reading');
      await journal.createWorkspace('other', 'Other');
      await journal.turn(w, false, (turn) => turn.commit(batch));
      await journal.turn('other', false, (turn) => turn.commit(openingsBatch(0, 100, 2)));
      const late = sampleRow(docs[1] ?? closed, { breached: true });
      const { dueAt: _, ...undated } = sampleRow(sampleHandoff(3, { stage: 'preparing', owner: 'cleo' }));
      await journal.turn(w, false, (turn) =>
        turn.commit(
          sampleBatch(14, {
            entries: [aside],
            events: [sampleEvent(15, 50, { kind: 'handoff-seen', handoff: docs[0]?.id ?? '', by: 'ben' })],
            handoffs: [late, undated, sampleRow(closed)],
            tasks: [
              { id: 'ta_x', handoff: docs[4]?.id ?? '', title: 'Call', owner: 'dan', dueAt: 3, state: 'open' },
              { id: 'ta_y', handoff: docs[4]?.id ?? '', title: 'Wait', owner: 'dan', dueAt: 2, state: 'done' },
            ],
            messageStates: [
              { id: message(1), state: 'delivered', at: 9 },
              { id: message(2), state: 'dead', reason: '550 no such person', at: 9 },
            ],
            dueDrop: [
              { kind: 'message', row: message(1) },
              { kind: 'message', row: message(2) },
            ],
            private: [profile('px_p1', { name: 'Ana', email: 'ana@old.example' })],
          }),
        ),
      );
      await journal.turn(w, false, (turn) =>
        turn.commit(
          sampleBatch(15, {
            events: [sampleEvent(16, 51, { kind: 'clock-jumped', byMs: 1 })],
            private: [profile('px_p2', { name: 'Ana', email: 'ana@new.example' })],
          }),
        ),
      );
    });
    afterAll(() => under.close());

    it('shows a handoff with its private items, and none that is elsewhere', async () => {
      const [doc] = docs;
      expect(await reader.handoff(w, doc?.id ?? '')).toEqual({
        handoff: doc,
        private: { [doc?.context.ref ?? '']: batch.private[0]?.body },
      });
      expect(await reader.handoff('other', doc?.id ?? '')).toBeUndefined();
    });

    it('pages handoffs newest first', async () => {
      const first = await reader.handoffs(w, {}, 'newest', undefined, 3);
      expect(first.rows.map((row) => row.id)).toEqual([docs[6]?.id, docs[5]?.id, docs[4]?.id]);
      const second = await reader.handoffs(w, {}, 'newest', first.next, 3);
      const third = await reader.handoffs(w, {}, 'newest', second.next, 3);
      expect([...second.rows, ...third.rows].map((row) => row.id)).toEqual([3, 2, 1, 0].map((i) => docs[i]?.id));
      expect(third.next).toBeUndefined();
      expect(first.rows[0]).toEqual(sampleRow(closed));
    });

    it('pages handoffs by due time, those without one last', async () => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await reader.handoffs(w, { live: true }, 'due', after, 2);
        seen.push(...page.rows.map((row) => row.id));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual([0, 1, 3, 4, 5, 2].map((i) => docs[i]?.id));
    });

    it.each([
      ['stage', { stage: ['preparing' as const, 'closed' as const] }, [7, 3]],
      ['live', { live: false }, [7]],
      ['owner', { owner: 'cleo' }, [3]],
      ['late', { late: true }, [2]],
      ['not late', { late: false }, [7, 6, 5, 4, 3, 1]],
      ['transition', { transition: 'other' }, []],
      ['a person with a task', { person: 'dan' }, [5]],
      ['a person with a task, live', { person: 'dan', live: true }, [5]],
      ['a person with an offer, live', { person: 'ben', live: true }, [6, 5, 4, 3, 2, 1]],
      ['a person as sender', { person: 'ana' }, [7, 6, 5, 4, 3, 2, 1]],
      ['several', { person: 'ana', live: true, late: true }, [2]],
    ])('filters handoffs by %s', async (_name, filter, numbers) => {
      expect((await reader.handoffs(w, filter, 'newest', undefined, 50)).rows.map((row) => row.id)).toEqual(
        numbers.map((n) => docs[n - 1]?.id),
      );
    });

    it('refuses a cursor that is not one', async () => {
      await expect(reader.handoffs(w, {}, 'due', 'nonsense', 5)).rejects.toThrow('is not a place in a list');
    });

    it('shows the timeline of a handoff in order', async () => {
      expect((await reader.timeline(w, docs[0]?.id ?? '')).map((one) => [one.seq, one.event.kind])).toEqual([
        [1, 'handoff-opened'],
        [2, 'handoff-offered'],
        [15, 'handoff-seen'],
      ]);
    });

    it('lists tasks by owner and state, soonest first', async () => {
      expect((await reader.tasks(w, 'dan', undefined, 10)).map((task) => task.id)).toEqual(['ta_y', 'ta_x']);
      expect(await reader.tasks(w, 'dan', 'open', 10)).toEqual([
        { id: 'ta_x', handoff: docs[4]?.id, title: 'Call', owner: 'dan', dueAt: 3, state: 'open' },
      ]);
      expect((await reader.tasks(w, undefined, 'open', 3)).map((task) => task.id)[0]).toBe('ta_x');
    });

    it('knows people by their newest profile', async () => {
      expect([...(await reader.profiles(w))]).toEqual([
        ['ana', { person: 'ana', name: 'Ana', email: 'ana@new.example' }],
      ]);
    });

    it('gives private items that are there', async () => {
      expect([...(await reader.privateItems(w, [docs[1]?.context.ref ?? '', 'px_gone']))]).toEqual([
        [docs[1]?.context.ref, batch.private[1]?.body],
      ]);
      expect((await reader.privateItems(w, [])).size).toBe(0);
    });

    it('pages subjects by id and finds one', async () => {
      const first = await reader.subjects(w, 'lead', undefined, 4);
      const second = await reader.subjects(w, 'lead', first.next, 4);
      expect([...first.rows, ...second.rows]).toEqual(batch.subjects);
      expect((await reader.subjects(w, 'account', undefined, 4)).rows).toEqual([]);
      expect(await reader.subject(w, batch.subjects[0]?.id ?? '')).toEqual(batch.subjects[0]);
      expect(await reader.subject('other', batch.subjects[0]?.id ?? '')).toBeUndefined();
    });

    it('lists messages by state with their attempts', async () => {
      expect((await reader.messages(w, 'delivered', undefined, 9)).rows).toMatchObject([
        { id: message(1), state: 'delivered', attempts: 1, deliveredAt: 9 },
      ]);
      expect((await reader.messages(w, 'dead', undefined, 9)).rows).toMatchObject([
        { id: message(2), state: 'dead', attempts: 1, reason: '550 no such person' },
      ]);
      const first = await reader.messages(w, 'waiting', undefined, 3);
      const second = await reader.messages(w, 'waiting', first.next, 3);
      expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual([7, 6, 5, 4, 3].map(message));
      expect((await reader.messages(w, undefined, undefined, 50)).rows.length).toBe(7);
    });

    it('shows what was set aside, with its input', async () => {
      expect(await reader.setAside(w, 5)).toEqual([
        { arrival: sampleArrival(50), at: aside.at, reason: 'a bug', input: { odd: 'input' } },
      ]);
    });

    it("lists a person's notices, newest first", async () => {
      const seen = await reader.notices(w, 'ben', 2);
      expect(seen).toEqual([batch.notices[6], batch.notices[5]]);
      expect(await reader.notices(w, 'ana', 2)).toEqual([]);
    });

    it('counts', async () => {
      expect(await reader.counts(w)).toEqual({
        preparing: 1,
        offered: 5,
        accepted: 0,
        returned: 0,
        closed: 1,
        late: 1,
        deadMessages: 1,
        waitingMessages: 5,
        setAside: 1,
      });
    });

    it('knows the head', async () => {
      const head = await reader.head(w);
      expect(head.seq).toBe(16);
      expect(head.hash).toMatch(/^[0-9a-f]{64}$/);
    });

    it("shows an erased subject's handoff without the items", async () => {
      const doc = docs[3] ?? closed;
      await under.journal.turn(w, false, (turn) =>
        turn.commit(
          sampleBatch(16, {
            events: [sampleEvent(17, 60, { kind: 'subject-erased', subject: doc.subject })],
            erase: [doc.subject],
          }),
        ),
      );
      expect(await reader.handoff(w, doc.id)).toEqual({ handoff: doc, private: {} });
      expect(await under.journal.claim(['webhook'], 1, 1, [w])).toEqual([] satisfies Claimed[]);
    });
  });
}
