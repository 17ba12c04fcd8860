// words: the shape of a policy, as the policy room reads it from YAML and as decide uses it.
// A policy is data: transitions, criteria, routing, clocks, tasks and reasons. Conditions are CEL source text.

import type { PersonId, PolicyHash, TeamId } from './ids.ts';
import type { Hours, WeeklyHours, Window } from './roster.ts';
import type { Span } from './time.ts';

export type Cel = string;

export type FieldType = 'string' | 'int' | 'double' | 'bool' | 'date' | { oneOf: string[] } | { list: 'string' };

export type FieldSpec = { type: FieldType; says?: string };

/** Something that happened outside and may start a handoff; `types` are the CloudEvents types that carry it. */
export type SignalSpec = { says: string; types: string[]; urgency?: Urgency; motion?: string };

export type Urgency = 'normal' | 'high';

/** First match wins; the last one is the default and has no `when`. */
export type Segment = { name: string; when?: Cel };

export type PoolMember = { person: PersonId; weight?: number };

/** How much each member of a pool may hold and be offered through it, beside the person's own limits. */
export type Capacity = { open?: number; windows?: Window[] };

/** What a member must have, each from a field of the prospect: a skill, a language (kept among the skills), a territory. */
export type Fit = { skill?: string; language?: string; territory?: string };

export type PoolSpec = {
  members?: PoolMember[];
  team?: TeamId;
  role?: string;
  /** Who is accountable while an offer waits for a member to claim it. */
  lead?: PersonId;
  with?: Fit;
  capacity?: Capacity;
};

/** Who owns a territory, from the first day to the last day (both included, dates in the zone of the policy's hours). */
export type TerritoryOwner = { person: PersonId; from?: string; until?: string };

/** A part of the market: the first whose condition holds has the prospect. Its owner on the day gets it, or its pool in turn. */
export type Territory = { says?: string; when: Cel; owners: TerritoryOwner[]; pool?: string };

export type NoteQuestion = 'why-engaged' | 'why-now' | 'what-we-said' | 'what-next';

export type Criterion = { name: string; says: string; when: Cel };

/** Who sends: the first rule that gives an active person. `booker` is named by the event, `owner` owns the subject. */
export type SenderRule = 'booker' | 'owner' | { lead: TeamId } | { person: PersonId };

/**
 * One rung of the routing ladder: tried in order; the first that gives somebody wins, else its `else` says what follows.
 * `again`: only once somebody who had accepted it let it lie.
 */
export type Rung = { when?: Cel; name?: string; else?: RungElse; again?: true } & (
  | { use: 'round-robin'; pool: string }
  | { use: 'least-loaded'; pool: string }
  | { use: 'owner'; withinMs?: Span }
  | { use: 'person'; person: PersonId }
  | { use: 'lead'; team: TeamId }
  /** The territory that has the prospect; of all, or only of these. */
  | { use: 'territory'; of?: string[] }
  /** Offered to the whole pool; the first member who accepts has it. */
  | { use: 'claim'; pool: string }
);

/** What follows when a rung applies and nobody on it is free: the next rung, waiting for somebody on it, the fallback. */
export type RungElse = 'next' | 'hold' | 'fallback';

export const CLOCK_NAMES = [
  'prepare',
  'hold',
  'accept',
  'follow-up',
  'context',
  'meeting-prep',
  'next-step',
  'return',
  'recycle',
] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

/** When a level is reached: a fraction of the clock, a span before it is due, or a span after. */
export type LevelAt = { fraction: number } | { beforeMs: Span } | { afterMs: Span };

/**
 * What a level does. `remind` tells whoever must act; `warn-lead` tells their team's lead; `reroute` takes it to
 * the next receiver; `fallback` gives it to the transition's fallback person; `return` gives it back to the sender.
 */
export type LevelAction = 'remind' | 'warn-lead' | 'reroute' | 'fallback' | 'return';

export type Level = { at: LevelAt; do: LevelAction };

export type ClockSpec = {
  /** The limit unless an entry of `except` matches first. */
  withinMs: Span;
  except?: { segment?: string; urgency?: Urgency; withinMs: Span }[];
  /** business: in the hours of whoever must act; wall: all hours count. */
  hours: 'business' | 'wall';
  ladder: Level[];
};

/** Due relative to a moment of the handoff; negative is before it. Walks through the owner's open hours. */
export type TaskSpec = {
  title: string;
  for: 'sender' | 'receiver' | 'lead' | { person: PersonId };
  after: 'offered' | 'accepted' | 'meeting';
  offsetMs: Span;
  /** Whoever does it is reminded so long before it is due. */
  remindMs?: Span;
};

/** How long a clock may stand still in all, and for which causes. */
export type PauseRule = { maxMs: Span; causes?: string[] };

/** Which entries of a calendar feed mean that somebody is away: all that is said must hold. */
export type AwaySpec = { allDayOnly?: boolean; busy?: boolean; labels?: string[] };

export type RejectionReason = {
  name: string;
  says: string;
  /** The criterion that was not met; the loop back to the joint standard. */
  criterion: string;
  /** Gives the receiver their turn back. */
  creditable: boolean;
  then: 'return' | 'reroute' | 'recycle' | 'disqualify';
  /** For `recycle`: how long until it wakes; 30 days when absent. */
  recycleMs?: Span;
};

export type Transition = {
  name: string;
  says?: string;
  from: string;
  to: string;
  trigger: { on: string[]; when?: Cel };
  criteria: Criterion[];
  required: string[];
  later: string[];
  note: NoteQuestion[];
  /** Whether a handoff of high urgency may be offered before its context is complete (a context debt). */
  contextMayFollow: boolean;
  sender: SenderRule[];
  route: Rung[];
  fallback: PersonId;
  /** How long a handoff may wait for somebody to be open before the fallback person gets it. */
  holdMaxMs: Span;
  allowSelf: boolean;
  clocks: Partial<Record<ClockName, ClockSpec>> & Record<'prepare' | 'accept' | 'follow-up' | 'return', ClockSpec>;
  /** What the receiver does first, in words, and what follows the first follow-up. */
  nextStep: { first: string; then: string; everyMs: Span };
  tasks: TaskSpec[];
  rejections: RejectionReason[];
  outcomes: string[];
};

export type PolicyDoc = {
  baton: 1;
  name: string;
  hours: { zone: string; weekly: WeeklyHours } & Pick<Hours, 'holidays' | 'dateHours' | 'breaks'>;
  away?: AwaySpec;
  pause?: PauseRule;
  fields: Record<string, FieldSpec>;
  signals: Record<string, SignalSpec>;
  segments: Segment[];
  pools: Record<string, PoolSpec>;
  territories: Record<string, Territory>;
  transitions: Record<string, Transition>;
  /** The person who is told when nothing else is left: the last rung of every ladder. */
  lastRung: PersonId;
};

export type FieldValue = string | number | boolean | string[];
export type Fields = Record<string, FieldValue>;

/** What a condition may look at: `lead.*` the declared fields, `signal` and `segment` by name, `urgency`. */
export type Facts = { lead: Fields; signal: string; segment: string; urgency: Urgency };

/** A condition answers exactly true or false; anything else fails closed, with the reason. */
export type Verdict = {
  holds: boolean;
  error?: string;
  /** The field that was not filled, where the answer is no because of that. */
  missing?: string;
};

/** What a condition cannot hold without: a thing (`lead.country`, `segment`) that is one of these values. */
export type RungNeed = { on: string; oneOf: readonly FieldValue[] };

export type Policy = {
  hash: PolicyHash;
  doc: PolicyDoc;
  /** For each rung of a transition, what its condition cannot hold without; undefined where nothing is known. */
  rungNeeds(transition: string): readonly (RungNeed | undefined)[];
  /** Evaluates a condition of this policy. Never throws; unknown source text is a bug and fails an assertion. */
  test(condition: Cel, facts: Facts): Verdict;
};
