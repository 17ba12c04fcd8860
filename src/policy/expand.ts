// policy: from what is written to the whole policy. Every short form becomes the long one and everything left out gets
// its default; the defaults stand here and nowhere else. Promises that every ladder it makes ends at a person.

import type {
  Capacity,
  ClockName,
  ClockSpec,
  FieldSpec,
  Level,
  PolicyDoc,
  PoolSpec,
  RejectionReason,
  Rung,
  Segment,
  SenderRule,
  SignalSpec,
  TaskSpec,
  Territory,
  Transition,
} from '../words/policy.ts';
import type { WeeklyHours } from '../words/roster.ts';
import type { Span } from '../words/time.ts';
import { DAY, HOUR } from '../words/time.ts';
import { readDuration } from './duration.ts';
import type { PolicyWritten, RungWritten, TransitionWritten } from './language.ts';
import type { ClockWritten } from './language-clocks.ts';
import { daysOf } from './language-hours.ts';

const at = (fraction: number, act: Level['do']): Level => ({ at: { fraction }, do: act });

/** What each clock does on the way when its ladder is not written. */
const LADDERS: Record<ClockName, Level[]> = {
  prepare: [at(0.5, 'remind'), at(1, 'warn-lead')],
  hold: [at(1, 'fallback')],
  accept: [at(0.5, 'remind'), at(0.8, 'warn-lead'), at(1, 'reroute')],
  'follow-up': [at(0.5, 'remind'), at(1, 'warn-lead'), { at: { afterMs: 4 * HOUR }, do: 'warn-lead' }],
  context: [at(0.5, 'remind'), at(1, 'warn-lead')],
  'meeting-prep': [at(0.5, 'remind'), at(1, 'warn-lead')],
  'next-step': [at(1, 'remind'), { at: { afterMs: 8 * HOUR }, do: 'warn-lead' }],
  return: [at(0.5, 'remind'), at(1, 'warn-lead')],
  recycle: [],
};

const LIMITS: Record<'prepare' | 'accept' | 'follow-up' | 'return', Span> = {
  prepare: 4 * HOUR,
  accept: 4 * HOUR,
  'follow-up': 8 * HOUR,
  return: 8 * HOUR,
};

const WALL: ReadonlySet<ClockName> = new Set(['hold', 'recycle']);

const HOLD_MAX_MS = 3 * DAY;
const NEXT_STEP_MS = 7 * DAY;

const TASKS: TaskSpec[] = [
  { title: 'Confirm attendance with the prospect', for: 'sender', after: 'meeting', offsetMs: -8 * HOUR },
  { title: 'Review the note and confirm', for: 'receiver', after: 'meeting', offsetMs: -HOUR },
];

/** 'too-small' as people say it: 'Too small'. */
export function sayName(name: string): string {
  const words = name.replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function mapped<A, B>(record: Record<string, A>, turn: (value: A, name: string) => B): Record<string, B> {
  const result: Record<string, B> = Object.create(null);
  for (const [name, value] of Object.entries(record)) result[name] = turn(value, name);
  return result;
}

/** Leaves out what is undefined, so that a document equals itself after a trip through JSON. */
function only<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}

function weeklyOf(written: Record<string, [string, string][]> | undefined): WeeklyHours {
  const weekly: WeeklyHours = {};
  for (const [days, spans] of Object.entries(written ?? { 'mon-fri': [['09:00', '17:00']] as [string, string][] })) {
    for (const day of daysOf(days)) if (spans.length > 0) weekly[day] = [...(weekly[day] ?? []), ...spans];
  }
  return weekly;
}

type HoursWritten = PolicyWritten['hours'];

function hoursOf({ zone, weekly, holidays, dates, breaks }: HoursWritten): PolicyDoc['hours'] {
  return only({
    zone,
    weekly: weeklyOf(weekly),
    holidays: typeof holidays === 'string' ? { region: holidays } : holidays && only(holidays),
    dateHours:
      dates &&
      mapped(dates, (day) =>
        Array.isArray(day) ? { hours: day } : only({ hours: day.hours, opensOnHoliday: day['opens-on-holiday'] }),
      ),
    breaks: breaks?.map(({ date, hours: [from, to] }) => ({ date, from, to })),
  });
}

type FieldTypeWritten = string | string[];

function fieldOf(written: FieldTypeWritten | { type: FieldTypeWritten; says?: string }): FieldSpec {
  const { type, says } =
    typeof written === 'object' && !Array.isArray(written) ? written : { type: written, says: undefined };
  const known = Array.isArray(type)
    ? { oneOf: type }
    : type === 'list'
      ? { list: 'string' as const }
      : (type as 'string');
  return says === undefined ? { type: known } : { type: known, says };
}

function signalOf(written: PolicyWritten['signals'][string], name: string): SignalSpec {
  if (typeof written === 'string') return { says: written, types: [name] };
  return only({ says: written.says, types: written.types ?? [name], urgency: written.urgency, motion: written.motion });
}

function poolOf(written: NonNullable<PolicyWritten['pools']>[string]): PoolSpec {
  const long = Array.isArray(written) ? { members: written } : written;
  const members = long.members?.map((m) => (typeof m === 'string' ? { person: m } : only(m)));
  if (!('team' in long || 'role' in long || 'lead' in long || 'with' in long || 'capacity' in long))
    return only({ members });
  return only({
    members,
    team: long.team,
    role: long.role,
    lead: long.lead,
    with: long.with === undefined ? undefined : only(long.with),
    capacity: long.capacity === undefined ? undefined : capacityOf(long.capacity),
  });
}

function capacityOf(written: { open?: number; per?: Record<string, number> }): Capacity {
  const windows = Object.entries(written.per ?? {}).map(([within, most]) => ({
    withinMs: readDuration(within)?.ms ?? 0,
    most,
  }));
  return only({ open: written.open, windows: windows.length === 0 ? undefined : windows });
}

function territoryOf(written: NonNullable<PolicyWritten['territories']>[string]): Territory {
  const { says, when, owners, pool } = written;
  return only({ says, when, owners: (owners ?? []).map((owner) => only(owner)), pool });
}

function rungOf(written: RungWritten): Rung {
  if (typeof written === 'string') return { use: written };
  const rest = only({
    when: written.when,
    name: written.name,
    else: written.else,
    again: written.again === true || undefined,
  });
  if (written['round-robin'] !== undefined) return { ...rest, use: 'round-robin', pool: written['round-robin'] };
  if (written['least-loaded'] !== undefined) return { ...rest, use: 'least-loaded', pool: written['least-loaded'] };
  if (written.person !== undefined) return { ...rest, use: 'person', person: written.person };
  if (written.lead !== undefined) return { ...rest, use: 'lead', team: written.lead };
  if (written.claim !== undefined) return { ...rest, use: 'claim', pool: written.claim };
  if (written.territory !== undefined) return { ...rest, use: 'territory', of: written.territory };
  return { ...rest, use: 'owner', ...(written.owner === undefined ? {} : { withinMs: written.owner.ms }) };
}

function clockOf(name: ClockName, written: ClockWritten): ClockSpec {
  if ('ms' in written)
    return { withinMs: written.ms, hours: WALL.has(name) ? 'wall' : 'business', ladder: LADDERS[name] };
  return only({
    withinMs: written.within.ms,
    except: written.except?.map(({ segment, urgency, within }) => only({ segment, urgency, withinMs: within.ms })),
    hours: written.hours ?? (WALL.has(name) ? 'wall' : 'business'),
    ladder: written.ladder ?? LADDERS[name],
  });
}

function clocksOf(written: TransitionWritten): Transition['clocks'] {
  const clocks: Partial<Record<ClockName, ClockSpec>> = Object.create(null);
  for (const [name, withinMs] of Object.entries(LIMITS))
    clocks[name as ClockName] = { withinMs, hours: 'business', ladder: LADDERS[name as ClockName] };
  clocks.hold = { withinMs: HOLD_MAX_MS, hours: 'wall', ladder: LADDERS.hold };
  if (written['context-may-follow'] === true)
    clocks.context = { withinMs: 8 * HOUR, hours: 'business', ladder: LADDERS.context };
  const every = written['next-step']?.every;
  clocks['next-step'] = {
    withinMs: every?.ms ?? NEXT_STEP_MS,
    hours: (every?.hasDays ?? true) ? 'wall' : 'business',
    ladder: LADDERS['next-step'],
  };
  for (const [name, spec] of Object.entries(written.clocks ?? {}))
    clocks[name as ClockName] = clockOf(name as ClockName, spec);
  return clocks as Transition['clocks'];
}

function taskOf(written: NonNullable<TransitionWritten['tasks']>[number]): TaskSpec {
  return only({
    title: written.title,
    for: written.for,
    after: written.due.after,
    offsetMs: written.due.sign * written.due.offset.ms,
    remindMs: written.remind?.ms,
  });
}

function rejectionsOf(written: TransitionWritten, criteria: Transition['criteria']): RejectionReason[] {
  const rejections = written.rejections;
  if (rejections === undefined) {
    return criteria.map((c) => ({
      name: `not-${c.name}`,
      says: `Not met: ${c.says}`,
      criterion: c.name,
      creditable: true,
      then: 'return',
    }));
  }
  return Object.entries(rejections).map(([name, value]) => {
    const long = typeof value === 'string' ? { criterion: value } : value;
    return only({
      name,
      says: long.says ?? sayName(name),
      criterion: long.criterion,
      creditable: long.creditable ?? false,
      then: long.then ?? 'return',
      recycleMs: long.recycle?.ms,
    });
  });
}

function transitionOf(name: string, written: TransitionWritten, lastRung: string): Transition {
  const trigger = Array.isArray(written.trigger) ? { on: written.trigger } : only(written.trigger);
  const criteria = Object.entries(written.criteria ?? {}).map(([criterion, c]) =>
    typeof c === 'string' ? { name: criterion, says: sayName(criterion), when: c } : { name: criterion, ...c },
  );
  const clocks = clocksOf(written);
  return only({
    name,
    says: written.says,
    from: written.from,
    to: written.to,
    trigger,
    criteria,
    required: written.required ?? [],
    later: written.later ?? [],
    note: written.note ?? ['why-engaged', 'why-now', 'what-we-said', 'what-next'],
    contextMayFollow: written['context-may-follow'] ?? false,
    sender: (written.sender as SenderRule[] | undefined) ?? ['booker', 'owner', { person: lastRung }],
    route: written.route.map(rungOf),
    fallback: written.fallback,
    holdMaxMs: clocks.hold?.withinMs ?? HOLD_MAX_MS,
    allowSelf: written['allow-self'] ?? false,
    clocks,
    nextStep: {
      first: written['next-step']?.first ?? 'Follow up with the prospect',
      then: written['next-step']?.then ?? 'Agree the next step with the prospect',
      everyMs: written['next-step']?.every?.ms ?? NEXT_STEP_MS,
    },
    tasks: written.tasks?.map(taskOf) ?? TASKS,
    rejections: rejectionsOf(written, criteria),
    outcomes: written.outcomes ?? ['opportunity', 'no-opportunity', 'disqualified'],
  }) as Transition;
}

function awayAndPause({ away, pause }: PolicyWritten): Pick<PolicyDoc, 'away' | 'pause'> {
  return only({
    away: away && only({ allDayOnly: away['all-day-only'], busy: away.busy, labels: away.labels }),
    pause: pause && only({ maxMs: pause.max.ms, causes: pause.causes }),
  });
}

/** The whole policy from what is written. Names are checked elsewhere (cross-check.ts). */
export function expandPolicy(written: PolicyWritten): PolicyDoc {
  const lastRung = written['last-rung'] ?? Object.values(written.transitions)[0]!.fallback;
  const segments: Segment[] = (written.segments ?? ['everyone']).map((s) =>
    typeof s === 'string' ? { name: s } : only(s),
  );
  return {
    baton: 1,
    name: written.name,
    hours: hoursOf(written.hours),
    ...awayAndPause(written),
    fields: mapped(written.fields, (f) => fieldOf(f as FieldTypeWritten)),
    signals: mapped(written.signals, signalOf),
    segments,
    pools: mapped(written.pools ?? {}, poolOf),
    territories: mapped(written.territories ?? {}, territoryOf),
    transitions: mapped(written.transitions, (t, name) => transitionOf(name, t, lastRung)),
    lastRung,
  };
}
