// Room: record. The reading port over the in-memory twin; the same contract as PostgreSQL's.
// Promises: reading changes nothing, and answers are copies.

import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { HandoffRow } from '../words/journal.ts';
import type { HandoffFilter, Profile, Reader } from '../words/reader.ts';
import { cursorOf, pageOf, readCursor } from './cursor.ts';
import { copyOf, type MemoryState, type MemoryWorkspace, messageWithAttempts, workspaceOf } from './memory-state.ts';
import { refsOf } from './reader.ts';

const never = Number.MAX_SAFE_INTEGER;

/** The reader of a twin: `openMemoryReader(journal.state)`. */
export function openMemoryReader(state: MemoryState): Reader {
  const at = (workspace: string) => workspaceOf(state, workspace);
  return {
    async handoff(workspace, id) {
      const row = at(workspace).handoffs.get(id);
      if (row === undefined) return undefined;
      const handoff: Handoff = copyOf(row.doc);
      return { handoff, private: Object.fromEntries(items(at(workspace), refsOf(handoff))) };
    },
    async handoffs(workspace, filter, order, after, limit) {
      const cursor = readCursor(after);
      const due = (row: HandoffRow) => row.dueAt ?? never;
      const rows = [...at(workspace).handoffs.values()].filter((row) => matches(at(workspace), row, filter));
      if (order === 'due') rows.sort((left, right) => due(left) - due(right) || byText(left.id, right.id));
      else rows.sort((left, right) => byText(right.id, left.id));
      const rest = rows.filter((row) => {
        if (cursor === undefined) return true;
        if (order === 'newest') return row.id < cursor.id;
        return due(row) > cursor.value || (due(row) === cursor.value && row.id > cursor.id);
      });
      return pageOf(rest.slice(0, limit + 1), limit, (row) => cursorOf(order === 'due' ? due(row) : 0, row.id), copyOf);
    },
    timeline: async (workspace, id) =>
      copyOf(
        at(workspace)
          .ledger.map((line) => line.recorded)
          .filter(({ event }) => isHandoffEvent(event) && event.handoff === id),
      ),
    async tasks(workspace, owner, state, limit) {
      const rows = [...at(workspace).tasks.values()].filter(
        (task) => (owner === undefined || task.owner === owner) && (state === undefined || task.state === state),
      );
      return copyOf(rows.sort((left, right) => left.dueAt - right.dueAt || byText(left.id, right.id)).slice(0, limit));
    },
    async profiles(workspace) {
      const profiles = new Map<PersonId, Profile>();
      for (const item of [...at(workspace).items.values()].sort((left, right) => left.seq - right.seq)) {
        if (item.kind !== 'profile' || !('person' in item.of)) continue;
        const { person } = item.of;
        profiles.set(person, { ...profiles.get(person), ...copyOf(item.body as Omit<Profile, 'person'>), person });
      }
      return profiles;
    },
    privateItems: async (workspace, refs) => new Map(items(at(workspace), refs)),
    async subjects(workspace, type, after, limit) {
      const cursor = readCursor(after);
      const rows = [...at(workspace).subjects.values()].filter(
        (row) => (type === undefined || row.type === type) && (cursor === undefined || row.id > cursor.id),
      );
      rows.sort((left, right) => byText(left.id, right.id));
      return pageOf(rows.slice(0, limit + 1), limit, (row) => cursorOf(0, row.id), copyOf);
    },
    subject: async (workspace, id) => copyOf(at(workspace).subjects.get(id)),
    async messages(workspace, messageState, after, limit) {
      const cursor = readCursor(after);
      const rows = [...at(workspace).messages.values()].filter(
        (row) =>
          (messageState === undefined || row.state === messageState) && (cursor === undefined || row.id < cursor.id),
      );
      rows.sort((left, right) => byText(right.id, left.id));
      return pageOf(
        rows.slice(0, limit + 1),
        limit,
        (row) => cursorOf(0, row.id),
        (row) => messageWithAttempts(state, at(workspace), row),
      );
    },
    async setAside(workspace, limit) {
      const rows = [...at(workspace).inbox.values()].flatMap((entry) =>
        entry.answer.result === 'set-aside'
          ? [{ arrival: entry.arrival, at: entry.at, reason: entry.answer.reason, input: copyOf(entry.input) }]
          : [],
      );
      return rows.sort((left, right) => byText(right.arrival, left.arrival)).slice(0, limit);
    },
    async notices(workspace, person, limit) {
      const rows = [...at(workspace).notices.values()].filter((notice) => notice.person === person);
      return copyOf(rows.sort((left, right) => byText(right.id, left.id)).slice(0, limit));
    },
    async counts(workspace) {
      const { handoffs, messages, inbox, id } = at(workspace);
      const counts = {
        preparing: 0,
        offered: 0,
        accepted: 0,
        returned: 0,
        closed: 0,
        late: 0,
        deadMessages: 0,
        waitingMessages: 0,
        setAside: 0,
      };
      for (const row of handoffs.values()) {
        counts[row.stage] += 1;
        if (row.breached && row.stage !== 'closed') counts.late += 1;
      }
      for (const message of messages.values()) if (message.state === 'dead') counts.deadMessages += 1;
      for (const due of state.due.values())
        if (due.workspace === id && due.kind === 'message') counts.waitingMessages += 1;
      for (const entry of inbox.values()) if (entry.answer.result === 'set-aside') counts.setAside += 1;
      return counts;
    },
    async head(workspace) {
      const { seq, hash } = at(workspace);
      return { seq, hash };
    },
  };
}

/** Bytewise, as the database compares ids. */
function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function items(workspace: MemoryWorkspace, refs: readonly string[]): [string, unknown][] {
  return refs.flatMap((ref): [string, unknown][] => {
    const item = workspace.items.get(ref);
    return item === undefined ? [] : [[ref, copyOf(item.body)]];
  });
}

function matches(workspace: MemoryWorkspace, row: HandoffRow, filter: HandoffFilter): boolean {
  if (filter.stage !== undefined && !filter.stage.includes(row.stage)) return false;
  if (filter.live !== undefined && filter.live !== (row.stage !== 'closed')) return false;
  if (filter.owner !== undefined && row.owner !== filter.owner) return false;
  if (filter.transition !== undefined && row.transition !== filter.transition) return false;
  if (filter.late !== undefined && filter.late !== (row.breached && row.stage !== 'closed')) return false;
  const { person } = filter;
  if (person === undefined || [row.owner, row.sender, row.receiver, row.offeredTo].includes(person)) return true;
  return [...workspace.tasks.values()].some(
    (task) => task.handoff === row.id && task.owner === person && task.state === 'open',
  );
}
