// A clock that stands still until it is told to move. Waits end in their order, and everything that a wait sets off
// has run before the clock moves on, so a day passes in milliseconds and always in the same way.

export type FakeClock = {
  now(): number;
  wait(spanMs: number, signal?: AbortSignal): Promise<void>;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
  /** Moves on by a span, stopping at each wait on the way. */
  advance(spanMs: number): Promise<void>;
  /** How many waits are under way. */
  waits(): number;
};

const TURNS = 25;

export function fakeClock(startAt = 1_790_000_000_000): FakeClock {
  let nowAt = startAt;
  const waiting = new Set<{ at: number; end: () => void }>();

  const settle = async () => {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((done) => setImmediate(done));
  };

  return {
    now: () => nowAt,
    wait: (spanMs, signal) =>
      new Promise((done) => {
        if (signal?.aborted) return done();
        const end = () => {
          waiting.delete(one);
          signal?.removeEventListener('abort', end);
          done();
        };
        const one = { at: nowAt + spanMs, end };
        waiting.add(one);
        signal?.addEventListener('abort', end);
      }),
    settle,
    async advance(spanMs) {
      const untilAt = nowAt + spanMs;
      await settle();
      for (;;) {
        const next = [...waiting].filter(({ at }) => at <= untilAt).toSorted((a, b) => a.at - b.at)[0];
        if (!next) break;
        nowAt = Math.max(nowAt, next.at);
        next.end();
        await settle();
      }
      nowAt = untilAt;
      await settle();
    },
    waits: () => waiting.size,
  };
}
