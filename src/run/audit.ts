// run: the invariants of a workspace, asked of its ledger and rows. One checker for storms, crash loops, load runs and
// `baton doctor`: what is never lost, who has what, what was decided once, which promise hangs in the air.

import { findDrops } from '../decide/no-drop.ts';
import { loadHolder } from '../decide/standing.ts';
import { replayDecision } from '../routing/replay.ts';
import type { Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import { isLive } from '../words/handoff.ts';
import type { DueRow, HandoffRow, MessageRow, TaskRow } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import type { Fold } from './fold.ts';

export type Stored = {
  handoffs: readonly HandoffRow[];
  tasks: readonly TaskRow[];
  standing: ReadonlyMap<string, unknown>;
  due: readonly DueRow[];
  messages: readonly MessageRow[];
};

/** I3, I4: each offer ends once, each level of each clock is reached once and not before its instant. */
export function auditLedger(ledger: readonly Recorded[]): string[] {
  const found: string[] = [];
  const ended = new Map<string, string>();
  /** Per clock of a handoff, the levels reached in its present run. */
  const reached = new Map<string, Set<number>>();
  const end = (offer: string, how: string): void => {
    const earlier = ended.get(offer);
    if (earlier !== undefined) found.push(`Offer ${offer} ended twice: ${earlier}, then ${how}.`);
    ended.set(offer, how);
  };
  for (const { seq, at, event } of ledger) {
    if (!isHandoffEvent(event)) continue;
    if (event.kind === 'handoff-accepted' || event.kind === 'handoff-rejected' || event.kind === 'offer-withdrawn') {
      end(event.offer, event.kind);
    } else if (event.kind === 'acceptance-undone') ended.delete(event.offer);
    else if (event.kind === 'level-reached') {
      if (at < event.dueAt) found.push(`Event ${seq}: a level was reached ${event.dueAt - at} ms before its time.`);
    }
    for (const change of event.clocks ?? []) {
      if (change.do === 'start') {
        const kept = change.clock.levels.filter((l) => l.reachedAt !== undefined).map((l) => l.level);
        reached.set(`${event.handoff}/${change.clock.name}`, new Set(kept));
      }
      if (change.do !== 'reach') continue;
      const levels = reached.get(`${event.handoff}/${change.name}`);
      if (levels?.has(change.level) !== false)
        found.push(
          `Event ${seq}: level ${change.level} of the ${change.name} clock of ${event.handoff} was reached twice.`,
        );
      levels?.add(change.level);
    }
    if (event.kind === 'handoff-offered' || event.kind === 'handoff-held') {
      if (!replayDecision(event.decision).same)
        found.push(`Event ${seq}: the decision made again from its record comes out otherwise.`);
    }
  }
  return found;
}

/** I2, I5, I7, I12 and the no-drop rule: the rows are what the ledger says, and nothing hangs in the air. */
export function auditRows(fold: Fold, stored: Stored, now: Instant): string[] {
  const rows = fold.rows();
  const found: string[] = [];
  compare('handoff', rows.handoffs, stored.handoffs, (r) => r.id, found);
  compare('task', rows.tasks, stored.tasks, (r) => r.id, found);
  const standing = rows.standing.filter((d) => d.doc !== null);
  compare(
    'standing document',
    standing,
    [...stored.standing].filter(([, doc]) => doc !== null).map(([key, doc]) => ({ key, doc })),
    (d) => d.key,
    found,
  );
  for (const h of fold.handoffs.values()) found.push(...findDrops(h, fold.standing.roster));
  const due = new Map(stored.due.map((d) => [`${d.kind}/${d.row}`, d]));
  for (const alarm of rows.alarms) {
    const row = due.get(`alarm/${alarm.row}`);
    if (row === undefined) found.push(`Handoff ${alarm.row} wants attention, but no alarm is set.`);
    // One that is overdue may have been set again to ring at once.
    else if (row.dueAt > Math.max(alarm.dueAt, now))
      found.push(`The alarm of handoff ${alarm.row} rings ${row.dueAt - alarm.dueAt} ms too late.`);
  }
  for (const message of stored.messages) {
    const waits = message.state === 'waiting';
    if (waits !== due.has(`message/${message.id}`))
      found.push(`Message ${message.id} is ${message.state} and its place in the queue does not fit.`);
  }
  found.push(...conservation(fold));
  return found;
}

function conservation(fold: Fold): string[] {
  const all = [...fold.handoffs.values()];
  const live = all.filter(isLive).length;
  const closed = all.filter((h) => h.stage === 'closed').length;
  const load = [...fold.standing.loads.values()].reduce((a, b) => a + b, 0);
  const held = all.filter((h) => loadHolder(h) !== undefined).length;
  const found: string[] = [];
  if (live + closed !== all.length)
    found.push(`${all.length} handoffs were opened, but ${live} are live and ${closed} closed.`);
  if (load !== held) found.push(`${held} handoffs are offered or accepted, but the loads add up to ${load}.`);
  return found;
}

function compare<T>(
  what: string,
  should: readonly T[],
  is: readonly T[],
  key: (row: T) => string,
  found: string[],
): void {
  const rows = new Map(is.map((row) => [key(row), row]));
  for (const row of should) {
    const other = rows.get(key(row));
    rows.delete(key(row));
    if (other === undefined) found.push(`The ${what} ${key(row)} is missing.`);
    else if (stable(row) !== stable(other))
      found.push(`The ${what} ${key(row)} differs from the ledger: ${difference(row, other)}`);
  }
  for (const extra of rows.keys()) found.push(`The ${what} ${extra} is in no event of the ledger.`);
}

function difference(should: unknown, is: unknown): string {
  const [a, b] = [stable(should), stable(is)];
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const from = Math.max(0, i - 40);
  return `…${a.slice(from, i + 80)}… stands as …${b.slice(from, i + 80)}…`;
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(
          Object.entries(v)
            .filter(([, x]) => x !== undefined)
            .sort(([x], [y]) => (x < y ? -1 : 1)),
        )
      : v,
  );
}
