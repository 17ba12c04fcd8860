// Room: record. How ledger rows hold on to each other, and to the private items that they may not contain.
// Promises: a row's hash covers its own text and the hash before it; a commitment proves an item that is still there and
// says nothing about one that was erased, because its key is gone with it.
import { createHmac, hash } from 'node:crypto';
import type { Recorded } from '../words/event.ts';
import type { PrivateItem } from '../words/private.ts';

/** By private ref: the keyed hash of the item's content, base64url. */
export type Commitments = Record<string, string>;

/** What a ledger row's text holds: the recorded event, and what it commits to. */
export type LedgerBody = Recorded & { commitments?: Commitments };

/** What stands before the first event: different in every workspace, so that a ledger cannot pass for another's. */
export function genesisHash(workspace: string): string {
  return hash('sha256', `baton ledger of ${workspace}`, 'hex');
}

/** The text of a ledger row. The hash is taken of this text as it is stored, so the order of members does not matter. */
export function bodyText(recorded: Recorded, commitments: Commitments | undefined): string {
  return JSON.stringify(commitments === undefined ? recorded : { ...recorded, commitments });
}

/** The hash of a row (hex), from the hash before it (hex) and the row's text. */
export function chainHash(previous: string, body: string): string {
  return hash('sha256', previous + body, 'hex');
}

/** The recorded event in a row's text, without its commitments. */
export function recordedOf(body: LedgerBody): Recorded {
  const { commitments: _, ...recorded } = body;
  return recorded;
}

/** An item's commitment under its own random key. */
export function commitTo(key: Uint8Array, body: string): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}

/**
 * Which event of a batch commits to which item: the first that names its ref; the last one for an item that none names.
 * @returns per event, the items; an empty array when the batch has no event to commit with
 */
export function placeItems(events: readonly Recorded[], items: readonly PrivateItem[]): PrivateItem[][] {
  const places: PrivateItem[][] = events.map(() => []);
  if (items.length === 0 || events.length === 0) return places;
  const open = new Map(items.map((item) => [item.ref, item]));
  for (const [i, recorded] of events.entries()) {
    if (open.size === 0) break;
    visitStrings(recorded.event, (text) => {
      const item = open.get(text);
      if (item === undefined) return;
      places[i]?.push(item);
      open.delete(text);
    });
  }
  places.at(-1)?.push(...open.values());
  return places;
}

function visitStrings(value: unknown, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (Array.isArray(value)) for (const member of value) visitStrings(member, visit);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) visitStrings(member, visit);
}
