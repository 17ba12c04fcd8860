// run: hears committed events, of this process at once and of other processes by looking at the ledger's head now and
// then. Subscribers get every event of their workspace once, in order, without a gap.

import type { Recorded } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { SECOND } from '../words/time.ts';
import type { House } from './house.ts';

type Listener = (events: Recorded[]) => void;
type Channel = { seq: number; listeners: Set<Listener>; reading: Promise<void> };

const LOOK_MS = SECOND;
const READ_MAX = 500;

export type Ears = { subscribe(workspace: WorkspaceId, listener: Listener): () => void; stop(): void };

export function startEars(house: Pick<House, 'live' | 'journal' | 'reader'>, log: (line: string) => void): Ears {
  const channels = new Map<WorkspaceId, Channel>();

  const tell = (channel: Channel, events: readonly Recorded[]): void => {
    const fresh = events.filter((e) => e.seq > channel.seq);
    const last = fresh.at(-1);
    if (last === undefined) return;
    channel.seq = last.seq;
    for (const listener of channel.listeners) listener(fresh);
  };

  /** Reads what is missing up to the head; one reading at a time, so that nothing comes twice or out of order. */
  const catchUp = (workspace: WorkspaceId, channel: Channel): void => {
    channel.reading = channel.reading.then(async () => {
      try {
        for (;;) {
          const events = await house.journal.eventsAfter(workspace, channel.seq, READ_MAX);
          tell(channel, events);
          if (events.length < READ_MAX) return;
        }
      } catch (error) {
        log(`The event stream waits for the database: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  };

  const unsubscribe = house.live.subscribe((workspace, events) => {
    const channel = channels.get(workspace);
    if (channel === undefined) return;
    // Another process may have written in between: then the ledger fills the gap.
    if (events[0]?.seq === channel.seq + 1) tell(channel, events);
    else catchUp(workspace, channel);
  });
  const timer = setInterval(() => {
    for (const [workspace, channel] of channels) if (channel.listeners.size > 0) catchUp(workspace, channel);
  }, LOOK_MS);

  return {
    subscribe(workspace, listener) {
      let channel = channels.get(workspace);
      if (channel === undefined) {
        channel = { seq: Number.MAX_SAFE_INTEGER, listeners: new Set(), reading: Promise.resolve() };
        const made = channel;
        channel.reading = house.reader.head(workspace).then(({ seq }) => {
          made.seq = seq;
        });
        channels.set(workspace, channel);
      }
      channel.listeners.add(listener);
      return () => {
        channel.listeners.delete(listener);
        if (channel.listeners.size === 0) channels.delete(workspace);
      };
    },
    stop() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
