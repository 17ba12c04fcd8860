// deliver: what a message to a person rests on, as plain data. Whoever sends gathers it at the moment of sending, so
// that no name waits in a queue; the words are chosen in messages.ts.

import type { Note } from '../words/arrival.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import type { About } from '../words/intent.ts';
import type { ClockName, Urgency } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';

/** A person as a message names them. `zone` is an IANA time zone. */
export type Party = { id: PersonId; name: string; zone: string };

export type MessageFacts = {
  about: About;
  to: Party & { email?: string };
  /** Database time of this try. */
  nowAt: Instant;
  /** The page of the handoff: the only link in the message. */
  link: string;
  handoff: HandoffId;
  /** The transition in words, such as "SDR to AE". */
  transition: string;
  company: string;
  contact?: string;
  /** What happened, in words, such as "asked for a demo". */
  signal: string;
  urgency: Urgency;
  /** A rehearsal: says so in the first words. */
  test: boolean;
  sender: Party;
  /** Who has accepted, or has the offer. */
  receiver?: Party;
  /** Who is accountable now. */
  owner: Party;
  /** Who did what the message is about; absent when a clock or a rule did it. */
  by?: Party;
  note: Note;
  /** The prospect's fields that help to decide, three or so. */
  fields: { label: string; value: string }[];
  /** Labels of the context that is to follow. */
  missing: string[];
  nextStep?: { what: string; owner: Party; dueAt: Instant };
  /** The clock that the message is about, or that matters now. */
  clock?: { name: ClockName; owner: Party; dueAt: Instant };
  /** Why it was rejected, returned, withdrawn or reassigned. */
  reason?: { says: string; criterion?: string; text?: string };
  question?: { text: string; answer?: string };
  outcome?: string;
  change?: { role: 'sender' | 'receiver'; from: Party; to: Party };
  /** Of another message: whom it did not reach, and why. */
  failed?: { to: string; reason: string };
};
