// Room: record. Hears which workspaces other processes wrote to (journal option `notify`).
// Promises: a hint and nothing more: it may be late, doubled or lost, so whoever listens looks by itself as well. The
// connection is its own (a transaction pooler would drop it) and comes back by itself.
import pg from 'pg';
import type { WorkspaceId } from '../words/ids.ts';

export type Listening = {
  /** Resolves when the first connection listens; rejects when it cannot. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

const againMs = 1_000;

/** Listens on a database's URL; `heard` is also called, with undefined, after a reconnection: anything may have happened. */
export function listenForWork(url: string, heard: (workspace: WorkspaceId | undefined) => void): Listening {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const connect = async (): Promise<void> => {
    const mine = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'baton listener',
      connectionTimeoutMillis: 5_000,
    });
    client = mine;
    mine.on('error', () => undefined);
    mine.on('notification', (message) => heard(message.payload === '' ? undefined : message.payload));
    mine.on('end', () => {
      if (stopped || client !== mine) return;
      timer = setTimeout(() => {
        connect().then(
          () => heard(undefined),
          () => undefined,
        );
      }, againMs);
    });
    try {
      await mine.connect();
      await mine.query('listen baton');
    } catch (error) {
      await mine.end().catch(() => undefined);
      throw error;
    }
  };

  return {
    ready: connect(),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
