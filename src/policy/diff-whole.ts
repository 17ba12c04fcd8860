// policy: what changes for everyone: working hours, fields, signals, segments, pools that no transition uses, last rung.

import type { Capacity, FieldType, PolicyDoc, PoolSpec, Territory } from '../words/policy.ts';
import { byName, changed, moved, named, same } from './diff-parts.ts';
import { sayDuration } from './duration.ts';
import { listed, saySignal } from './say.ts';
import { sayDays } from './territories.ts';

function sayType(type: FieldType): string {
  if (typeof type === 'string') return type;
  return 'list' in type ? 'a list of texts' : `one of ${type.oneOf.join(', ')}`;
}

/** The open days, those in a row with the same hours as one. */
function weekOf(doc: PolicyDoc): { from: string; to: string; spans: string }[] {
  const runs: { from: string; to: string; spans: string; last: number }[] = [];
  for (const [i, day] of (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).entries()) {
    const spans = (doc.hours.weekly[day] ?? []).map(([from, to]) => `${from}-${to}`).join(', ');
    const run = runs.at(-1);
    if (spans === '') continue;
    if (run?.spans === spans && run.last === i - 1) {
      run.to = day;
      run.last = i;
    } else runs.push({ from: day, to: day, spans, last: i });
  }
  return runs;
}

function sayHours(doc: PolicyDoc): string {
  const days = weekOf(doc).map(({ from, to, spans }) => `${from === to ? from : `${from}-${to}`} ${spans}`);
  const holidays =
    doc.hours.holidays === undefined
      ? 'no holidays'
      : `holidays ${[doc.hours.holidays.region, ...(doc.hours.holidays.own ?? []).map((day) => day.date)].filter((part) => part !== undefined).join(', ')}`;
  const dates = Object.keys(doc.hours.dateHours ?? {});
  const breaks = (doc.hours.breaks ?? []).map((pause) => `${pause.date} ${pause.from}-${pause.to}`);
  const own = dates.length === 0 ? '' : `, own hours on ${dates.join(', ')}`;
  return `${listed(days)} in ${doc.hours.zone}, ${holidays}${own}${breaks.length === 0 ? '' : `, closed ${breaks.join(', ')}`}`;
}

function sayAway({ away }: PolicyDoc): string {
  const busy = away?.busy === false ? 'every entry' : 'every entry that blocks time';
  const labels = away?.labels === undefined ? '' : ` and says ${listed(away.labels, 'or')}`;
  return `${busy}${away?.allDayOnly === true ? ' for whole days' : ''}${labels}`;
}

function sayPause({ pause }: PolicyDoc): string {
  if (pause === undefined) return '30 days at a time, for any cause';
  const causes = pause.causes === undefined ? 'any cause' : listed(pause.causes, 'or');
  return `${sayDuration(pause.maxMs, 'wall')} in all, for ${causes}`;
}

const withName = <T extends object>(record: Record<string, T>) =>
  new Map(Object.entries(record).map(([name, value]) => [name, { name, ...value }]));

/** The pools that a policy's routes use. */
function usedPools(doc: PolicyDoc): Set<string> {
  return new Set(
    Object.values(doc.transitions).flatMap((t) => t.route.flatMap((rung) => ('pool' in rung ? [rung.pool] : []))),
  );
}

/** Who joins, leaves or changes weight in a pool. */
export function diffPool(name: string, old: PoolSpec, now: PoolSpec): string[] {
  const members = (pool: PoolSpec) => new Map((pool.members ?? []).map((m) => [m.person, m]));
  const [was, is] = [members(old), members(now)];
  const { gone, come } = moved([...was.keys()], [...is.keys()]);
  const verb = (people: string[], many: string) =>
    `${listed(people)} ${people.length === 1 ? `${many}s` : many} the pool ${name}.`;
  const weight = (of: number | undefined) => (of === undefined ? 'their own weight' : `weight ${of}`);
  return [
    ...(gone.length === 0 ? [] : [verb(gone, 'leave')]),
    ...(come.length === 0
      ? []
      : [
          verb(
            come.map((person) =>
              is.get(person)?.weight === undefined ? person : `${person} (${weight(is.get(person)?.weight)})`,
            ),
            'join',
          ),
        ]),
    ...[...is].flatMap(([person, m]) =>
      was.has(person)
        ? changed(
            was.get(person)?.weight,
            m.weight,
            (w, before) => `${person} has ${weight(w)} in the pool ${name} (was ${weight(before)}).`,
          )
        : [],
    ),
    ...changed(old.lead, now.lead, (is) =>
      is === undefined ? `The team's lead answers for claims from ${name}.` : `${is} answers for claims from ${name}.`,
    ),
    ...changed(old.with, now.with, (is) => {
      const fields = Object.values(is ?? {});
      return fields.length === 0
        ? `Everybody of the pool ${name} fits now.`
        : `Of the pool ${name} only those fit who have what ${listed(fields)} of the prospect says.`;
    }),
    ...changed(old.capacity, now.capacity, (is) => `The limits of each member of ${name} are now ${sayCapacity(is)}.`),
    ...changed([old.team, old.role], [now.team, now.role], ([team, role]) => {
      const who = [
        role === undefined ? '' : `everyone with the role ${role}`,
        team === undefined ? '' : `the team ${team}`,
      ]
        .filter((part) => part !== '')
        .join(' in ');
      return who === '' ? `The pool ${name} names people only.` : `The pool ${name} now takes ${who}.`;
    }),
  ];
}

function sayCapacity(capacity: Capacity | undefined): string {
  const open = capacity?.open === undefined ? [] : [`${capacity.open} open`];
  const windows = (capacity?.windows ?? []).map(({ most, withinMs }) => `${most} in ${sayDuration(withinMs, 'wall')}`);
  return open.length + windows.length === 0 ? 'their own' : listed([...open, ...windows]);
}

function sayTerritory({ when, owners, pool, says }: Territory): string {
  const by = owners.map(({ person, ...days }) => `${person} ${sayDays(days)}`);
  return `${says === undefined ? '' : `"${says}", `}${when}: ${listed(pool === undefined ? by : [...by, `the pool ${pool}`])}`;
}

export function diffWhole(before: PolicyDoc, after: PolicyDoc): string[] {
  const used = new Set([...usedPools(before), ...usedPools(after)]);
  const unused = [...new Set([...Object.keys(before.pools), ...Object.keys(after.pools)])].filter(
    (pool) => !used.has(pool),
  );
  return [
    ...changed(before.name, after.name, (now, old) => `The policy is now called ${now} (was ${old}).`),
    ...(same(before.hours, after.hours) ? [] : [`Working hours are now ${sayHours(after)} (was ${sayHours(before)}).`]),
    ...changed(sayAway(before), sayAway(after), (now, old) => `Away is now ${now} (was ${old}).`),
    ...changed(sayPause(before), sayPause(after), (now, old) => `Clocks may now stand still ${now} (was ${old}).`),
    ...byName(withName(before.fields), withName(after.fields), {
      come: (f) => `New field: ${f.name} (${sayType(f.type)}).`,
      gone: (f) => `The field ${f.name} no longer exists.`,
      changed: (f, was) =>
        same(f.type, was.type)
          ? f.says === undefined
            ? `The field ${f.name} is no longer explained (was "${was.says}").`
            : `The field ${f.name} now means "${f.says}".`
          : `The field ${f.name} is now ${sayType(f.type)} (was ${sayType(was.type)}).`,
    }),
    ...byName(withName(before.signals), withName(after.signals), {
      come: (s) => `New signal: ${saySignal(after, s.name)}.`,
      gone: (s) => `The signal ${saySignal(before, s.name)} no longer exists.`,
      changed: (s, was) => {
        if (s.urgency !== was.urgency)
          return `${saySignal(after, s.name)} is now ${s.urgency === 'high' ? 'urgent' : 'not urgent'}.`;
        if (!same(s.types, was.types)) return `${saySignal(after, s.name)} now comes as ${listed(s.types, 'or')}.`;
        return s.says === was.says
          ? `${saySignal(after, s.name)} now recommends: ${s.motion ?? 'nothing'}.`
          : `The signal ${s.name} now says "${s.says}" (was "${was.says}").`;
      },
    }),
    ...byName(named(before.segments), named(after.segments), {
      come: (s) => `New segment: ${s.name}, ${s.when ?? 'everyone else'}.`,
      gone: (s) => `The segment ${s.name} no longer exists.`,
      changed: (s, was) =>
        `The segment ${s.name} is now ${s.when ?? 'everyone else'} (was ${was.when ?? 'everyone else'}).`,
    }),
    ...orderOf(before, after),
    ...byName(withName(before.territories), withName(after.territories), {
      come: (t) => `New territory: ${t.name}, ${sayTerritory(t)}.`,
      gone: (t) => `The territory ${t.name} no longer exists.`,
      changed: (t, was) => `The territory ${t.name} is now ${sayTerritory(t)} (was ${sayTerritory(was)}).`,
    }),
    ...changed(
      Object.keys(before.territories).filter((name) => Object.hasOwn(after.territories, name)),
      Object.keys(after.territories).filter((name) => Object.hasOwn(before.territories, name)),
      (now) => `Territories are now tried in the order ${now.join(', ')}.`,
    ),
    ...unused.flatMap((pool) => diffPool(pool, before.pools[pool] ?? {}, after.pools[pool] ?? {})),
    ...changed(
      before.lastRung,
      after.lastRung,
      (now, old) => `When nothing else is left, ${now} is told (was ${old}).`,
    ),
  ];
}

/** Segments that stay, in another order: the first that matches counts, so order is meaning. */
function orderOf(before: PolicyDoc, after: PolicyDoc): string[] {
  const names = (doc: PolicyDoc, other: PolicyDoc) =>
    doc.segments.map((s) => s.name).filter((name) => other.segments.some((s) => s.name === name));
  return changed(
    names(before, after),
    names(after, before),
    (now, old) => `Segments are now tried in the order ${now.join(', ')} (was ${old.join(', ')}).`,
  );
}
