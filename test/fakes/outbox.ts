// The part of the record that the post office sees, in memory: due messages with leases, fences and tries, and what was
// reported. Follows the words of words/journal.ts: a claim that ends without a word counts as a try.

import type { Ask } from '../../src/words/arrival.ts';
import type { Intent } from '../../src/words/intent.ts';
import type { Claimed, MessageRow } from '../../src/words/journal.ts';

type Due = { workspace: string; row: string; dueAt: number; readyAt: number; fence: number; attempts: number };

export function fakeOutbox(now: () => number) {
  const due = new Map<string, Due>();
  const messages = new Map<string, MessageRow>();
  const reports: { workspace: string; ask: Ask }[] = [];
  const postponed: { row: string; dueAt: number; reason: string; tried: boolean }[] = [];
  let fence = 0;

  const held = (claim: Claimed): Due | undefined => {
    const row = due.get(claim.row);
    return row?.fence === claim.fence ? row : undefined;
  };

  const end = (id: string, state: MessageRow['state'], reason?: string) => {
    const message = messages.get(id);
    if (message) messages.set(id, { ...message, state, ...(reason === undefined ? {} : { reason }) });
    due.delete(id);
  };

  return {
    messages,
    reports,
    postponed,
    due,
    put(workspace: string, intent: Intent): void {
      messages.set(intent.id, { id: intent.id, intent, state: 'waiting', attempts: 0, createdAt: now() });
      due.set(intent.id, {
        workspace,
        row: intent.id,
        dueAt: intent.holdUntil,
        readyAt: intent.holdUntil,
        fence: 0,
        attempts: 0,
      });
    },
    cancel: (id: string) => end(id, 'cancelled'),
    stateOf: (id: string) => messages.get(id)?.state,
    count: (state: MessageRow['state']) => [...messages.values()].filter((message) => message.state === state).length,
    async claim(limit: number, leaseMs: number): Promise<Claimed[]> {
      const ready = [...due.values()]
        .filter(({ readyAt }) => readyAt <= now())
        .toSorted((a, b) => a.readyAt - b.readyAt);
      return ready.slice(0, limit).map((row) => {
        if (row.fence !== 0) row.attempts += 1;
        fence += 1;
        Object.assign(row, { fence, readyAt: now() + leaseMs });
        return {
          kind: 'message',
          row: row.row,
          workspace: row.workspace,
          dueAt: row.dueAt,
          fence,
          attempts: row.attempts,
        };
      });
    },
    async renew(claim: Claimed, leaseMs: number): Promise<boolean> {
      const row = held(claim);
      if (row) row.readyAt = now() + leaseMs;
      return row !== undefined;
    },
    async postpone(claim: Claimed, dueAt: number, reason: string, tried: boolean): Promise<boolean> {
      const row = held(claim);
      if (!row) return false;
      postponed.push({ row: claim.row, dueAt, reason, tried });
      const message = messages.get(claim.row);
      if (message) messages.set(claim.row, { ...message, reason });
      Object.assign(row, { dueAt, readyAt: dueAt, fence: 0, attempts: row.attempts + (tried ? 1 : 0) });
      return true;
    },
    message: async (_workspace: string, id: string): Promise<MessageRow | undefined> => messages.get(id),
    async report(workspace: string, ask: Ask): Promise<void> {
      reports.push({ workspace, ask });
      if (ask.ask === 'delivered') for (const id of ask.messages) end(id, 'delivered');
      if (ask.ask === 'delivery-failed') end(ask.message, 'dead', ask.reason);
    },
  };
}
