// words: what is owed to somebody outside after a decision (the outbox). An intent names things by id;
// the message is written when it is sent, so that an erased person's data cannot wait in a queue.

import type { HandoffId, OfferId, PersonId } from './ids.ts';
import type { Instant } from './time.ts';

/** What a message is about; each has one template in deliver/. */
export type About =
  | 'offered'
  | 'accepted'
  | 'rejected'
  | 'returned'
  | 'reminder'
  | 'escalation'
  | 'asked'
  | 'answered'
  | 'withdrawn'
  | 'reassigned'
  | 'closed'
  | 'promise-failed'
  | 'undone';

export type Intent =
  | {
      kind: 'tell-person';
      id: string;
      to: PersonId;
      about: About;
      handoff: HandoffId;
      offer?: OfferId;
      clock?: string;
      /** Not before this instant: undo time, or the recipient's next opening. */
      holdUntil: Instant;
    }
  | {
      kind: 'post-webhook';
      id: string;
      endpoint: string;
      event: number;
      eventKind: string;
      handoff?: HandoffId;
      holdUntil: Instant;
    };

/** A subscriber outside: gets the named kinds of events, signed. */
export type Endpoint = { id: string; url: string; kinds: string[]; active: boolean };

/** Acts between people can be undone this long; their messages wait. */
export const UNDO_MS = 10_000;
