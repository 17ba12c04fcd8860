// cli: everything Baton knows about a prospect, for them or before it is forgotten.

import type { House } from '../../run/house.ts';
import type { Recorded } from '../../words/event.ts';
import { isHandoffEvent } from '../../words/event.ts';
import type { SubjectId, WorkspaceId } from '../../words/ids.ts';
import type { SubjectRow } from '../../words/journal.ts';
import { NO_NEEDS } from '../../words/journal.ts';
import { eventsOf } from './ledger.ts';

export type SubjectExport = {
  subject: SubjectRow;
  /** What was written about the prospect, by item: fields, notes, questions, answers. */
  items: Record<string, unknown>;
  /** Every event that concerns them, as it stands in the ledger. */
  events: Recorded[];
};

/** The id behind `type=value`, or the id itself; undefined when nobody is known by it. */
export async function findSubject(house: House, workspace: WorkspaceId, named: string): Promise<SubjectId | undefined> {
  const match = /^([^=]+)=(.+)$/.exec(named);
  if (match === null) return (await house.reader.subject(workspace, named))?.id;
  const [, type = '', value = ''] = match;
  const loaded = await house.journal.turn(workspace, false, (turn) =>
    turn.load({ ...NO_NEEDS, subjects: [{ type, value }] }, Number.MAX_SAFE_INTEGER),
  );
  return loaded.subjects.get(`${type}:${value}`)?.id;
}

export async function exportSubject(
  house: House,
  workspace: WorkspaceId,
  id: SubjectId,
): Promise<SubjectExport | undefined> {
  const subject = await house.reader.subject(workspace, id);
  if (subject === undefined) return undefined;
  const events: Recorded[] = [];
  const handoffs = new Set<string>();
  for await (const recorded of eventsOf(house, workspace)) {
    const { event } = recorded;
    const concerns =
      ('subject' in event && event.subject === id) || (isHandoffEvent(event) && handoffs.has(event.handoff));
    if (!concerns) continue;
    if (isHandoffEvent(event)) handoffs.add(event.handoff);
    events.push(recorded);
  }
  const refs = new Set(events.flatMap(({ event }) => refsIn(event)));
  const items = await house.reader.privateItems(workspace, [...refs]);
  return { subject, items: Object.fromEntries(items), events };
}

/** Every private item that an event names, wherever it names it. */
function refsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^px_/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(refsIn);
}
