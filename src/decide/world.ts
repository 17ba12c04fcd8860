// decide: what a decision may look at, and what it answers.
// The corridor builds the world from the record; a decision only reads it. Nothing here knows where it comes from.

import type { Calendar } from '../calendar/calendar.ts';
import type { Arrival, Context, SubjectKey } from '../words/arrival.ts';
import type { Event } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId, PersonId, PolicyHash, SubjectId } from '../words/ids.ts';
import type { Endpoint, Intent } from '../words/intent.ts';
import type { MessageRow, SubjectRow } from '../words/journal.ts';
import type { Policy } from '../words/policy.ts';
import type { PrivateItem, SubjectNames } from '../words/private.ts';
import type { Refusal } from '../words/refusal.ts';
import type { Roster } from '../words/roster.ts';
import type { Pools } from '../words/routing.ts';

export type World = {
  readonly workspaceKnown: boolean;
  /** The policy that new handoffs get. */
  readonly policy: Policy | undefined;
  readonly roster: Roster;
  readonly pools: Pools;
  readonly endpoints: readonly Endpoint[];
  policyOf(hash: PolicyHash): Policy | undefined;
  /** Reads the text of a draft: the policy, or its problems in one sentence. */
  readPolicy(text: string, file: string): { policy: Policy } | { problems: string };
  /** Open handoffs that a person holds: offered to them, or accepted by them and live. */
  load(person: PersonId): number;
  handoff(id: HandoffId): Handoff | undefined;
  liveOf(subject: SubjectId): Handoff[];
  concerning(person: PersonId): Handoff[];
  subjectNamed(key: SubjectKey): SubjectRow | undefined;
  subject(id: SubjectId): SubjectRow | undefined;
  context(ref: string): Context | undefined;
  message(id: string): MessageRow | undefined;
  /** The compiled calendar of a person: own hours, else the team's, else the workspace's, less absences. */
  calendar(person: PersonId): Calendar;
};

/** What becomes true and what is owed. Everything in it is recorded in one commit. */
export type Done = {
  events: Event[];
  owe: Intent[];
  /** Held messages that an undo takes back. */
  cancel: string[];
  keep: PrivateItem[];
  names: SubjectNames[];
  erase: SubjectId[];
  retry: string[];
  /** What the asker is told beside the handoff's id and version. */
  facts: Record<string, unknown>;
  handoff?: HandoffId;
};

export type Decision = { refused: Refusal; handoff?: HandoffId } | Done;

export type Decide<K extends Arrival['ask']['ask']> = (
  world: World,
  arrival: Arrival<Extract<Arrival['ask'], { ask: K }>>,
) => Decision;

/** An answer that changes nothing: a repeat, or a fact already known. */
export function nothingNew(handoff: HandoffId | undefined, facts: Record<string, unknown> = {}): Done {
  return {
    events: [],
    owe: [],
    cancel: [],
    keep: [],
    names: [],
    erase: [],
    retry: [],
    facts,
    ...(handoff === undefined ? {} : { handoff }),
  };
}
