// lab: what a simulation counts, event by event: who was offered what, who took it in time, what was late, what was given
// back, and whether every handoff got an owner, a clock, a next step, its tasks and a message.

import type { Calendar } from '../calendar/calendar.ts';
import { openTimeBetween } from '../calendar/calendar.ts';
import type { ClockChange, HandoffEvent, Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff, Stage } from '../words/handoff.ts';
import { STAGES } from '../words/handoff.ts';
import type { HandoffId, PersonId } from '../words/ids.ts';
import type { MessageRow } from '../words/journal.ts';
import type { Transition } from '../words/policy.ts';
import type { Instant, Span } from '../words/time.ts';

export type PersonCounts = {
  person: PersonId;
  offered: number;
  accepted: number;
  rejected: number;
  /** Offers that nobody answered in time. */
  expired: number;
  followedUpInTime: number;
  followedUpLate: number;
  /** Of the accepted offers, in the person's own open time; absent where none was accepted. */
  medianAcceptMs?: Span;
  openAtEnd: number;
};

export type HandoffCounts = {
  opened: number;
  /** Of these, woken from a recycled one. */
  woken: number;
  stages: Record<Stage, number>;
  outcomes: Record<string, number>;
  acceptedInTime: number;
  acceptedLate: number;
  /** Handoffs of which an offer expired. */
  rerouted: number;
  rejected: number;
  returned: number;
  recycled: number;
  /** Handoffs that waited for somebody to be free. */
  waited: number;
  fallbackUsed: number;
  followedUpInTime: number;
  followedUpLate: number;
};

export type Lacking = Record<'owner' | 'clock' | 'nextStep' | 'tasks' | 'notification', HandoffId[]>;

type Had = {
  clock: boolean;
  nextStep: boolean;
  tasks: boolean;
  offered: boolean;
  accepted: boolean;
  marks: Set<string>;
};
type Tally = { counts: PersonCounts; waits: Span[] };

export type Counting = {
  take(recorded: Recorded): void;
  handoffs(all: readonly Handoff[]): HandoffCounts;
  people(all: readonly Handoff[]): PersonCounts[];
  /** Handoffs that never had what every handoff must have. */
  lacking(
    all: readonly Handoff[],
    messages: readonly MessageRow[],
    transition: (h: Handoff) => Transition | undefined,
  ): Lacking;
};

export function startCounting(calendar: (person: PersonId) => Calendar): Counting {
  const had = new Map<HandoffId, Had>();
  const tallies = new Map<PersonId, Tally>();
  const offers = new Map<string, { to: PersonId; at: Instant }>();
  const sums = { woken: 0, acceptedInTime: 0, acceptedLate: 0, followedUpInTime: 0, followedUpLate: 0 };

  const of = (person: PersonId): Tally => {
    const known = tallies.get(person);
    if (known !== undefined) return known;
    const counts = {
      person,
      offered: 0,
      accepted: 0,
      rejected: 0,
      expired: 0,
      followedUpInTime: 0,
      followedUpLate: 0,
      openAtEnd: 0,
    };
    const fresh: Tally = { counts, waits: [] };
    tallies.set(person, fresh);
    return fresh;
  };
  const hadOf = (id: HandoffId): Had => {
    const known = had.get(id);
    if (known !== undefined) return known;
    const fresh: Had = {
      clock: false,
      nextStep: false,
      tasks: false,
      offered: false,
      accepted: false,
      marks: new Set(),
    };
    had.set(id, fresh);
    return fresh;
  };

  const count = (event: HandoffEvent, at: Instant): void => {
    const h = hadOf(event.handoff);
    if (event.clocks?.some((change) => change.do === 'start') === true) h.clock = true;
    if (event.nextStep !== undefined) h.nextStep = true;
    if (event.tasks?.some((change) => change.do === 'add') === true) h.tasks = true;
    switch (event.kind) {
      case 'handoff-opened':
        if (event.recycledFrom !== undefined) sums.woken += 1;
        return;
      case 'handoff-offered':
        h.offered = true;
        if (event.decision.usedFallback) h.marks.add('fallback');
        of(event.to).counts.offered += 1;
        offers.set(event.offer, { to: event.to, at });
        return;
      case 'handoff-held':
        h.marks.add('waited');
        return;
      case 'handoff-accepted': {
        h.accepted = true;
        const offer = offers.get(event.offer);
        const tally = of(event.by);
        tally.counts.accepted += 1;
        if (offer !== undefined) tally.waits.push(openTimeBetween(calendar(event.by), offer.at, at));
        if (wasLate(event.clocks, 'accept')) sums.acceptedLate += 1;
        else sums.acceptedInTime += 1;
        return;
      }
      case 'handoff-rejected':
        h.marks.add('rejected');
        of(event.by).counts.rejected += 1;
        return;
      case 'offer-withdrawn':
        if (event.reason !== 'expired') return;
        h.marks.add('rerouted');
        of(event.from).counts.expired += 1;
        return;
      case 'handoff-returned':
        h.marks.add('returned');
        return;
      case 'handoff-recycled':
        h.marks.add('recycled');
        return;
      case 'followed-up': {
        const late = wasLate(event.clocks, 'follow-up');
        of(event.by).counts[late ? 'followedUpLate' : 'followedUpInTime'] += 1;
        sums[late ? 'followedUpLate' : 'followedUpInTime'] += 1;
        return;
      }
      default:
        return;
    }
  };

  const marked = (mark: string): number => [...had.values()].filter(({ marks }) => marks.has(mark)).length;

  return {
    take({ event, at }) {
      if (isHandoffEvent(event)) count(event, at);
    },
    handoffs: (all) => ({
      ...sums,
      opened: all.length,
      stages: Object.fromEntries(STAGES.map((stage) => [stage, all.filter((h) => h.stage === stage).length])) as Record<
        Stage,
        number
      >,
      outcomes: tallyOf(all.flatMap((h) => (h.outcome === undefined ? [] : [h.outcome]))),
      rerouted: marked('rerouted'),
      rejected: marked('rejected'),
      returned: marked('returned'),
      recycled: marked('recycled'),
      waited: marked('waited'),
      fallbackUsed: marked('fallback'),
    }),
    people(all) {
      for (const h of all)
        if (h.stage === 'accepted' || h.stage === 'offered') of(h.offer?.to ?? h.owner).counts.openAtEnd += 1;
      return [...tallies.values()]
        .map(({ counts, waits }) => ({ ...counts, ...(waits.length === 0 ? {} : { medianAcceptMs: medianOf(waits) }) }))
        .sort((a, b) => (a.person < b.person ? -1 : 1));
    },
    lacking(all, messages, transition) {
      const told = new Set(messages.flatMap(({ intent }) => (intent.kind === 'tell-person' ? [intent.handoff] : [])));
      const without = (keep: (h: Handoff, had: Had) => boolean): HandoffId[] =>
        all.filter((h) => !keep(h, hadOf(h.id))).map((h) => h.id);
      return {
        owner: without((h) => h.owner !== ''),
        clock: without((_, seen) => seen.clock),
        nextStep: without((_, seen) => seen.nextStep),
        tasks: without((h, seen) => seen.tasks || !owesTasks(h, seen, transition(h))),
        notification: without((h, seen) => !seen.offered || told.has(h.id)),
      };
    },
  };
}

/** Whether the handoff reached a moment after which its transition gives somebody work. */
function owesTasks(h: Handoff, had: Had, transition: Transition | undefined): boolean {
  const after = new Set(transition?.tasks.map((task) => task.after));
  return (
    (had.offered && after.has('offered')) ||
    (had.accepted && after.has('accepted')) ||
    (h.facts.meetingAt !== undefined && after.has('meeting'))
  );
}

function wasLate(clocks: readonly ClockChange[] | undefined, name: string): boolean {
  return clocks?.some((change) => change.do === 'stop' && change.name === name && change.late.wallMs > 0) === true;
}

export function tallyOf(names: readonly string[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const name of names) tally[name] = (tally[name] ?? 0) + 1;
  return Object.fromEntries(Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function medianOf(values: readonly Span[]): Span {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : Math.round(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2);
}
