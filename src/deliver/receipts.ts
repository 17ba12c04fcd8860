// deliver: receipts of what was delivered, on their way back in. While one report of a workspace is being written, the
// receipts that come meanwhile gather into the next: up to a hundred in one arrival, and no waiting when it is quiet.
// Promises: a receipt is kept until the report was taken; a failing report is tried again with growing pauses.

import type { AskOf } from '../words/arrival.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Span } from '../words/time.ts';
import { SECOND } from '../words/time.ts';

/** What became of a message. The others go with `delivered` ones in order, one by one. */
export type Receipt = { delivered: string } | { ask: AskOf<'delivery-failed'> | AskOf<'set-endpoint'> };

type Report = (
  workspace: WorkspaceId,
  ask: AskOf<'delivered'> | AskOf<'delivery-failed'> | AskOf<'set-endpoint'>,
) => Promise<void>;

export type ReceiptDeps = {
  report: Report;
  /** Resolves after a span, or at once when the signal is aborted. */
  wait(spanMs: Span, signal: AbortSignal): Promise<void>;
  failed(workspace: WorkspaceId, error: unknown): void;
};

type Waiting = { receipt: Receipt; done: (taken: boolean) => void };

const BATCH_MAX = 100;
const PAUSE_FIRST_MS = SECOND;
const PAUSE_MAX_MS = 30 * SECOND;

export function openReceipts(deps: ReceiptDeps) {
  const queues = new Map<WorkspaceId, Waiting[]>();
  const closing = new AbortController();

  const reported = async (workspace: WorkspaceId, ask: Parameters<Report>[1]): Promise<boolean> => {
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        await deps.report(workspace, ask);
        return true;
      } catch (error) {
        deps.failed(workspace, error);
        if (closing.signal.aborted) return false;
        await deps.wait(pauseMs, closing.signal);
      }
    }
  };

  const work = async (workspace: WorkspaceId, queue: Waiting[]) => {
    while (queue.length > 0) {
      const batch = nextBatch(queue);
      const first = batch[0]?.receipt;
      if (first === undefined) break;
      const ask = 'ask' in first ? first.ask : { ask: 'delivered' as const, messages: batch.flatMap(messageOf) };
      const taken = await reported(workspace, ask);
      for (const { done } of batch) done(taken);
    }
    queues.delete(workspace);
  };

  return {
    /** Hands a receipt in. True once it was taken; false only when the post office is closing and the report failed. */
    give(workspace: WorkspaceId, receipt: Receipt): Promise<boolean> {
      return new Promise((done) => {
        const queue = queues.get(workspace);
        if (queue) return void queue.push({ receipt, done });
        const started = [{ receipt, done }];
        queues.set(workspace, started);
        void work(workspace, started);
      });
    },
    /** From now on a failing report is not tried again: the message goes out once more after its lease. */
    giveUpOnFailures: () => closing.abort(),
  };
}

/** The head of the queue: a run of deliveries, or one single other receipt. */
function nextBatch(queue: Waiting[]): Waiting[] {
  let count = 0;
  while (count < queue.length && count < BATCH_MAX && 'delivered' in (queue[count] as Waiting).receipt) count += 1;
  return queue.splice(0, Math.max(count, 1));
}

function messageOf({ receipt }: Waiting): string[] {
  return 'delivered' in receipt ? [receipt.delivered] : [];
}
