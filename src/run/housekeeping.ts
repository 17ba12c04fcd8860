// run: housekeeping by the timetable: raw bodies, old answers, delivered messages and notes go when their time is over.
// Once an hour, in small transactions, one workspace after the other; any number of processes may do it.

import { retain, TIMETABLE } from '../record/retain.ts';
import { HOUR } from '../words/time.ts';
import type { Worker } from './alarms.ts';
import { startNap } from './alarms.ts';
import type { House } from './house.ts';

export function startHousekeeping(
  house: Pick<House, 'database' | 'journal' | 'clock'>,
  log: (line: string) => void,
): Worker {
  const nap = startNap();
  let stopped = false;
  const loop = async (): Promise<void> => {
    for (;;) {
      await nap.sleep(HOUR);
      if (stopped) return;
      try {
        for (const { id } of await house.journal.workspaces()) {
          await retain(house.database, id, TIMETABLE, house.clock.now());
        }
      } catch (error) {
        log(`Housekeeping waits for an hour: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const running = loop();
  return {
    wake: () => undefined,
    async stop() {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}
