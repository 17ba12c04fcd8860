// show: the live stream of events: one channel per workspace, any number of readers. A reader resumes where it left
// off, without a gap and without a repeat; one that is too far behind is told to start afresh; one that does not read
// is let go, with its place known to itself (the id of the last event it got).

import type { Recorded } from '../words/event.ts';
import type { WorkspaceId } from '../words/ids.ts';
import { SECOND } from '../words/time.ts';
import type { WindowDeps } from './window.ts';

/** Events that may wait for a reader that does not read. */
export const BUFFER_MAX = 256;
/** Events that a returning reader gets again; beyond that it starts afresh. */
export const BACKLOG_MAX = 10_000;
const PING_MS = 15 * SECOND;
const RETRY_MS = 2_000;
const READ_AT_ONCE = 200;

/** The socket's side of a reader. */
export type Sink = {
  /** False when the socket's own buffer is full; then `drained` resolves once it is not, or once it is closed. */
  write(text: string): boolean;
  drained(): Promise<void>;
  /** Closes it, whatever is still unsent. */
  drop(): void;
};

export type Reading = { leave(): void };

export type Streams = {
  /** Adds a reader that has seen everything up to `after`; without it, it sees what comes from now on. */
  join(workspace: WorkspaceId, after: number | undefined, sink: Sink): Promise<Reading>;
  close(): Promise<void>;
};

type Frame = { seq: number; text: string };
type Reader = { sink: Sink; sentSeq: number; waiting: Frame[]; blocked: boolean; gone: boolean };
/** `members` are all its readers; `readers` those that are up to date and hear every event as it comes. */
type Channel = {
  lastSeq: number;
  members: Set<Reader>;
  readers: Set<Reader>;
  work: Promise<void>;
  stop(): void;
};

export type StreamDeps = Pick<WindowDeps, 'subscribe' | 'eventsAfter' | 'every' | 'log'> & {
  head(workspace: WorkspaceId): Promise<number>;
  /** The data of each event, in order. */
  describe(workspace: WorkspaceId, events: Recorded[]): Promise<unknown[]>;
};

export function createStreams(deps: StreamDeps): Streams {
  const channels = new Map<WorkspaceId, Promise<Channel>>();

  function leave(workspace: WorkspaceId, channel: Channel, reader: Reader): void {
    reader.gone = true;
    reader.waiting = [];
    channel.readers.delete(reader);
    if (channel.members.delete(reader) && channel.members.size === 0) {
      channel.stop();
      channels.delete(workspace);
    }
  }

  async function open(workspace: WorkspaceId): Promise<Channel> {
    const early: Recorded[][] = [];
    let channel: Channel | undefined;
    const unsubscribe = deps.subscribe(workspace, (events) => {
      if (channel === undefined) early.push(events);
      else announce(workspace, channel, events);
    });
    const lastSeq = await deps.head(workspace).catch((error: unknown) => {
      unsubscribe();
      throw error;
    });
    const stopPing = deps.every(PING_MS, () => {
      if (channel !== undefined) ping(workspace, channel);
    });
    channel = {
      lastSeq,
      members: new Set(),
      readers: new Set(),
      work: Promise.resolve(),
      stop() {
        unsubscribe();
        stopPing();
      },
    };
    for (const events of early) announce(workspace, channel, events);
    return channel;
  }

  /** Sends events on, one batch after the other; reads from the record what was not announced. */
  function announce(workspace: WorkspaceId, channel: Channel, events: Recorded[]): void {
    channel.work = channel.work.then(async () => {
      try {
        const last = events.at(-1)?.seq ?? 0;
        const fresh = events.filter((event) => event.seq > channel.lastSeq);
        while (fresh.length > 0 && (fresh[0]?.seq ?? 0) > channel.lastSeq + 1) {
          const between = await deps.eventsAfter(workspace, channel.lastSeq, READ_AT_ONCE);
          const known = between.filter((event) => event.seq < (fresh[0]?.seq ?? 0));
          if (known.length === 0) break;
          await broadcast(workspace, channel, known);
        }
        if (last > channel.lastSeq) await broadcast(workspace, channel, fresh);
      } catch (error) {
        deps.log('The event stream could not go on; its readers come back by themselves', error);
        for (const reader of channel.members) reader.sink.drop();
      }
    });
  }

  async function broadcast(workspace: WorkspaceId, channel: Channel, events: Recorded[]): Promise<void> {
    const frames = await framesOf(deps, workspace, events);
    for (const frame of frames) {
      channel.lastSeq = frame.seq;
      for (const reader of channel.readers) push(reader, frame);
    }
  }

  /** Keeps connections open, and catches up with anything that was committed and not announced. */
  function ping(workspace: WorkspaceId, channel: Channel): void {
    for (const reader of channel.readers) if (!reader.blocked) reader.sink.write(': ping\n\n');
    channel.work = channel.work.then(async () => {
      try {
        const missed = await deps.eventsAfter(workspace, channel.lastSeq, READ_AT_ONCE);
        if (missed.length > 0) await broadcast(workspace, channel, missed);
      } catch (error) {
        deps.log('The event stream could not look for missed events; it tries again with the next ping', error);
      }
    });
  }

  return {
    async join(workspace, after, sink) {
      let opening = channels.get(workspace);
      if (opening === undefined) {
        opening = open(workspace);
        channels.set(workspace, opening);
        opening.catch(() => channels.delete(workspace));
      }
      const channel = await opening;
      const reader: Reader = { sink, sentSeq: after ?? channel.lastSeq, waiting: [], blocked: false, gone: false };
      channel.members.add(reader);
      sink.write(`retry: ${RETRY_MS}\n\n`);
      follow(workspace, channel, reader).catch((error: unknown) => {
        deps.log('A reader of the event stream could not be brought up to date', error);
        sink.drop();
      });
      return { leave: () => leave(workspace, channel, reader) };
    },
    async close() {
      const opened = await Promise.allSettled(channels.values());
      channels.clear();
      for (const each of opened) {
        if (each.status === 'rejected') continue;
        each.value.stop();
        for (const reader of each.value.members) reader.sink.drop();
      }
    },
  };

  /** Brings a reader up to the channel's position, at the reader's own speed, then lets it hear everything. */
  async function follow(workspace: WorkspaceId, channel: Channel, reader: Reader): Promise<void> {
    const head = Math.max(channel.lastSeq, await deps.head(workspace));
    if (reader.sentSeq > head || head - reader.sentSeq > BACKLOG_MAX) {
      reader.sentSeq = head;
      reader.sink.write(`event: reset\nid: ${head}\ndata: {"sequence":${head}}\n\n`);
    }
    while (!reader.gone && reader.sentSeq < channel.lastSeq) {
      const events = await deps.eventsAfter(workspace, reader.sentSeq, READ_AT_ONCE);
      if (events.length === 0) break;
      for (const frame of await framesOf(deps, workspace, events)) {
        reader.sentSeq = frame.seq;
        if (!reader.sink.write(frame.text)) await reader.sink.drained();
      }
    }
    if (!reader.gone) channel.readers.add(reader);
  }
}

/** Sends one frame, or lets it wait while the socket is full; a reader with too many waiting is dropped. */
function push(reader: Reader, frame: Frame): void {
  if (frame.seq <= reader.sentSeq) return;
  reader.sentSeq = frame.seq;
  if (!reader.blocked) {
    if (!reader.sink.write(frame.text)) block(reader);
    return;
  }
  reader.waiting.push(frame);
  if (reader.waiting.length > BUFFER_MAX) reader.sink.drop();
}

function block(reader: Reader): void {
  reader.blocked = true;
  reader.sink.drained().then(() => {
    reader.blocked = false;
    while (reader.waiting.length > 0 && !reader.blocked && !reader.gone) {
      const next = reader.waiting.shift();
      if (next !== undefined && !reader.sink.write(next.text)) block(reader);
    }
  });
}

async function framesOf(deps: StreamDeps, workspace: WorkspaceId, events: Recorded[]): Promise<Frame[]> {
  const data = await deps.describe(workspace, events);
  return events.map(({ seq }, index) => ({ seq, text: `id: ${seq}\ndata: ${JSON.stringify(data[index])}\n\n` }));
}
