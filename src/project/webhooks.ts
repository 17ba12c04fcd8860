// project: which subscribers outside hear of an event. One message per endpoint and event; its body is written from the
// ledger when it is sent.

import type { Recorded } from '../words/event.ts';
import type { Endpoint, Intent } from '../words/intent.ts';

/** Webhook messages owed for recorded events; `*` subscribes to everything. Ids follow from the event's place. */
export function projectWebhooks(endpoints: readonly Endpoint[], events: readonly Recorded[]): Intent[] {
  const active = endpoints.filter((e) => e.active);
  if (active.length === 0) return [];
  return events.flatMap((recorded) =>
    active
      .filter((e) => e.kinds.includes('*') || e.kinds.includes(recorded.event.kind))
      .map(
        (e): Intent => ({
          kind: 'post-webhook',
          id: `ms_${recorded.arrival.slice(3)}-${recorded.seq.toString(36)}-${e.id.slice(-6)}`,
          endpoint: e.id,
          event: recorded.seq,
          eventKind: recorded.event.kind,
          holdUntil: recorded.at,
          ...('handoff' in recorded.event ? { handoff: recorded.event.handoff } : {}),
        }),
      ),
  );
}
