// run: database time without asking the database each time. The last answer plus the monotonic time since; it never runs
// backwards. Stamps, deadlines, leases and expiry use it; the process's own clock is used for nothing.

import type { Instant } from '../words/time.ts';

export type DatabaseClock = {
  now(): Instant;
  /** Takes a fresh reading; answers how far the database's clock jumped against monotonic time, in ms. */
  read(): Promise<number>;
};

export async function startClockFrom(databaseNow: () => Promise<Instant>): Promise<DatabaseClock> {
  let readAt = performance.now();
  let base = await databaseNow();
  let last = base;
  return {
    now() {
      last = Math.max(last, Math.floor(base + (performance.now() - readAt)));
      return last;
    },
    async read() {
      const before = performance.now();
      const database = await databaseNow();
      const middle = (before + performance.now()) / 2;
      const jump = database - (base + (middle - readAt));
      base = database;
      readAt = middle;
      return jump;
    },
  };
}
