import { describe, expect, it } from 'vitest';
import type { Recorded } from '../words/event.ts';
import { BACKLOG_MAX, BUFFER_MAX, createStreams, type Sink } from './stream.ts';

const event = (seq: number): Recorded => ({
  seq,
  at: seq,
  arrival: 'ar_1',
  actor: { kind: 'system', id: 'test' },
  via: 'api',
  event: { kind: 'clock-jumped', byMs: 1 },
});

/** A ledger that announces what it commits, unless told not to. */
function ledgerOf(size: number) {
  const events = Array.from({ length: size }, (_, i) => event(i + 1));
  const listeners = new Set<(events: Recorded[]) => void>();
  const ticks = new Set<() => void>();
  const streams = createStreams({
    subscribe(_, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    eventsAfter: async (_, seq, limit) => events.slice(seq, seq + limit),
    every(_, work) {
      ticks.add(work);
      return () => ticks.delete(work);
    },
    head: async () => events.length,
    describe: async (_, some) => some.map(({ seq }) => seq),
    log: (line, error) => {
      throw new Error(line, { cause: error });
    },
  });
  return {
    streams,
    listeners,
    ticks,
    commit(count: number, announced = true) {
      const added = Array.from({ length: count }, (_, i) => event(events.length + i + 1));
      events.push(...added);
      if (announced) for (const listener of listeners) listener(added);
    },
  };
}

/** A socket that can be stopped. */
function socket() {
  const texts: string[] = [];
  let open = true;
  let wake: () => void = () => undefined;
  const made = {
    texts,
    dropped: false,
    ids: () => texts.flatMap((text) => /^id: (\d+)/m.exec(text)?.[1] ?? []).map(Number),
    stop() {
      open = false;
    },
    go() {
      open = true;
      wake();
    },
    sink: {
      write(text) {
        texts.push(text);
        return open;
      },
      drained: () =>
        open
          ? Promise.resolve()
          : new Promise<void>((resolve) => {
              wake = resolve;
            }),
      drop() {
        made.dropped = true;
      },
    } satisfies Sink,
  };
  return made;
}

const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('streams', () => {
  it('give a new reader what comes from now on', async () => {
    const ledger = ledgerOf(5);
    const reader = socket();
    await ledger.streams.join('w', undefined, reader.sink);
    await settle();
    ledger.commit(3);
    await settle();
    expect(reader.ids()).toEqual([6, 7, 8]);
  });

  it('catch a reader up while events go on, each exactly once', async () => {
    const ledger = ledgerOf(1_000);
    const reader = socket();
    const joined = ledger.streams.join('w', 10, reader.sink);
    for (let i = 0; i < 50; i++) {
      ledger.commit(7);
      await settle();
    }
    await joined;
    await settle();
    expect(reader.ids()).toEqual(upTo(11, 1_350));
  });

  it('read from the record what was not announced', async () => {
    const ledger = ledgerOf(2);
    const reader = socket();
    await ledger.streams.join('w', undefined, reader.sink);
    await settle();
    ledger.commit(500, false);
    ledger.commit(1);
    await settle();
    await settle();
    expect(reader.ids()).toEqual(upTo(3, 503));
    ledger.commit(2, false);
    for (const tick of ledger.ticks) tick();
    await settle();
    expect(reader.ids()).toEqual(upTo(3, 505));
    expect(reader.texts).toContain(': ping\n\n');
  });

  it.each([
    [BACKLOG_MAX - 1, undefined],
    [BACKLOG_MAX, undefined],
    [BACKLOG_MAX + 1, 'reset'],
  ])('a reader %i events behind gets them, up to the bound', async (behind, expected) => {
    const ledger = ledgerOf(BACKLOG_MAX + 5);
    const reader = socket();
    await ledger.streams.join('w', BACKLOG_MAX + 5 - behind, reader.sink);
    for (let i = 0; i < 60; i++) await settle();
    expect(reader.texts.some((text) => text.startsWith('event: reset'))).toBe(expected === 'reset');
    expect(reader.ids()).toHaveLength(expected === 'reset' ? 1 : behind);
  });

  it.each([
    [BUFFER_MAX, false],
    [BUFFER_MAX + 1, false],
    [BUFFER_MAX + 2, true],
  ])('a reader that does not read, with %i events for it, is dropped beyond the buffer', async (count, dropped) => {
    const ledger = ledgerOf(1);
    const [slow, quick] = [socket(), socket()];
    await ledger.streams.join('w', undefined, slow.sink);
    await ledger.streams.join('w', undefined, quick.sink);
    await settle();
    slow.stop();
    // The first of them is in the socket's own buffer, the rest waits here.
    ledger.commit(count);
    await settle();
    expect(slow.dropped).toBe(dropped);
    expect(quick.ids()).toHaveLength(count);
    if (dropped) return;
    slow.go();
    await settle();
    expect(slow.ids()).toEqual(upTo(2, count + 1));
  });

  it('stop listening when the last reader leaves', async () => {
    const ledger = ledgerOf(1);
    const first = await ledger.streams.join('w', undefined, socket().sink);
    const second = await ledger.streams.join('w', undefined, socket().sink);
    first.leave();
    expect([ledger.listeners.size, ledger.ticks.size]).toEqual([1, 1]);
    second.leave();
    second.leave();
    expect([ledger.listeners.size, ledger.ticks.size]).toEqual([0, 0]);
  });

  it('drop every reader when the server closes', async () => {
    const ledger = ledgerOf(1);
    const reader = socket();
    await ledger.streams.join('w', undefined, reader.sink);
    await ledger.streams.close();
    expect([reader.dropped, ledger.listeners.size]).toEqual([true, 0]);
  });
});
