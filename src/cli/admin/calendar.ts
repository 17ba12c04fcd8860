// cli: somebody's working time as Baton counts it: their hours, when they open next, when a span runs out, and whether
// every calendar in the workspace opens at all.

import { isOpen, nextClosing, nextOpening } from '../../calendar/calendar.ts';
import { checkCalendar } from '../../calendar/check.ts';
import { explainDeadline } from '../../calendar/explain.ts';
import type { House } from '../../run/house.ts';
import { specOf } from '../../run/shelf.ts';
import type { Standing } from '../../run/standing.ts';
import type { PersonId, WorkspaceId } from '../../words/ids.ts';
import type { Absence, DateHours, FeedFault, Person, WeeklyHours } from '../../words/roster.ts';
import type { Instant, Span } from '../../words/time.ts';

export type CalendarShown = {
  person: PersonId;
  zone: string;
  weekly: WeeklyHours;
  region?: string;
  dateHours?: DateHours;
  breaks?: { date: string; from: string; to: string }[];
  /** There is a calendar that absences are read from, and what was wrong when it was read last. */
  feed?: { failed?: { at: Instant; why: FeedFault; line?: number } };
  absences: Absence[];
  open: boolean;
  /** The next opening, or now when open; absent when it never opens. */
  opensAt?: Instant;
  closesAt?: Instant;
};

/** Undefined when there is no such person. */
export async function showCalendar(
  house: House,
  workspace: WorkspaceId,
  person: PersonId,
  at: Instant,
): Promise<CalendarShown | undefined> {
  const standing = await house.live.standing(workspace);
  const known = standing.roster.people.get(person);
  if (known === undefined) return undefined;
  const spec = specOf(standing.roster, person, policyOf(house, standing));
  const calendar = house.shelf.calendar(standing.roster, person, policyOf(house, standing));
  const opens = checkCalendar(spec, at) === null;
  const open = opens && isOpen(calendar, at);
  const closesAt = open ? nextClosing(calendar, at) : null;
  return {
    person,
    zone: spec.zone,
    weekly: spec.weekly as WeeklyHours,
    ...(spec.holidays?.region === undefined ? {} : { region: spec.holidays.region }),
    ...(spec.dateHours === undefined ? {} : { dateHours: spec.dateHours as DateHours }),
    ...(spec.breaks === undefined ? {} : { breaks: [...spec.breaks] }),
    ...(known.feed === undefined ? {} : { feed: known.feed.failed === undefined ? {} : { failed: known.feed.failed } }),
    absences: known.absences,
    open,
    ...(opens ? { opensAt: open ? at : nextOpening(calendar, at) } : {}),
    ...(closesAt === null ? {} : { closesAt }),
  };
}

/** When a span of somebody's working time runs out, step by step. */
export async function explainSpan(
  house: House,
  workspace: WorkspaceId,
  person: PersonId,
  startAt: Instant,
  durationMs: Span,
): Promise<{ dueAt: Instant; steps: readonly string[] } | undefined> {
  const standing = await house.live.standing(workspace);
  if (!standing.roster.people.has(person)) return undefined;
  const calendar = house.shelf.calendar(standing.roster, person, policyOf(house, standing));
  const { dueAt, steps } = explainDeadline({ calendar, startAt, durationMs, who: person, what: 'of working time' });
  return { dueAt, steps };
}

/** Everybody active whose calendar cannot be used, with the reason. */
export async function checkCalendars(
  house: House,
  workspace: WorkspaceId,
  at: Instant,
): Promise<{ checked: number; problems: { person: PersonId; reason: string }[] }> {
  const standing = await house.live.standing(workspace);
  const people: Person[] = [...standing.roster.people.values()].filter((p) => p.active);
  const policy = policyOf(house, standing);
  const problems = people.flatMap(({ id }) => {
    const reason = checkCalendar(specOf(standing.roster, id, policy), at);
    return reason === null ? [] : [{ person: id, reason }];
  });
  return { checked: people.length, problems };
}

function policyOf(house: House, standing: Standing) {
  if (standing.live === undefined) return undefined;
  return house.shelf.policy(standing.live, standing.policies.get(standing.live) ?? '');
}
