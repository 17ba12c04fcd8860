// arrive/import: people and teams. Rows that speak of the same one are put together (a person's roles are all of theirs);
// rows that contradict each other are rejected, and what a file does not mention stays as it is in the roster.

import type { AskOf } from '../../words/arrival.ts';
import type { Hours, Person, Team } from '../../words/roster.ts';
import type { Value } from './got.ts';
import type { Item, ItemTools, Said } from './item.ts';
import { stableText } from './item.ts';
import { weeklyHours } from './weekly-hours.ts';

/** Lists of a person are joined; everything else must agree. */
const JOINED = new Set(['roles', 'skills', 'territories']);

type Group = { id: string; lines: number[]; values: Map<string, Value>; from: Map<string, number> };

export function personItems(said: readonly Said[], tools: ItemTools): Item[] {
  return grouped(said, tools).map((group): Item => {
    const [line = 0] = group.lines;
    const values = group.values;
    const roles = values.get('roles');
    if (Array.isArray(roles) && roles.length > 1)
      tools.oddities.add('people with several roles', line, 'one person holds more than one role');
    const team = text(values, 'team');
    if (team !== undefined && !tools.roster.teams.has(team))
      tools.oddities.add(
        'team not known yet',
        line,
        'the person names a team that is not in the roster; import teams too',
      );
    const ask: AskOf<'set-person'> = {
      ask: 'set-person',
      person: overlaid(group.id, values, tools.roster.people.get(group.id)),
      ...maybe('name', text(values, 'name')),
      ...maybe('email', text(values, 'email')),
    };
    return itemOf(group, ask);
  });
}

export function teamItems(said: readonly Said[], tools: ItemTools): Item[] {
  return grouped(said, tools).flatMap((group): Item[] => {
    const { values, id } = group;
    const lead = text(values, 'lead') ?? '';
    if (!tools.roster.people.has(lead)) {
      for (const line of group.lines)
        tools.reject(line, `the lead "${lead}" of team "${id}" is not in the roster; import people first`);
      return [];
    }
    const old = tools.roster.teams.get(id);
    const hours = hoursOf(values, old?.hours);
    const team: Team = { id, name: text(values, 'name') ?? id, lead, ...maybe('hours', hours) };
    return [itemOf(group, { ask: 'set-team', team })];
  });
}

function itemOf(group: Group, ask: Item['ask']): Item {
  return { lines: group.lines, identity: group.id, content: stableText(Object.fromEntries(group.values)), ask };
}

/** What the file says, over what is known. */
function overlaid(
  id: string,
  values: ReadonlyMap<string, Value>,
  old: Person | undefined,
): AskOf<'set-person'>['person'] {
  const hours = hoursOf(values, old?.hours);
  const list = (target: string, before: string[] | undefined): string[] | undefined => {
    const value = values.get(target);
    return Array.isArray(value) ? value : before;
  };
  const number = (target: string, before: number | undefined): number | undefined => {
    const value = values.get(target);
    return typeof value === 'number' ? value : before;
  };
  const active = values.get('active');
  return {
    id,
    roles: list('roles', old?.roles) ?? [],
    weight: number('weight', old?.weight) ?? 1,
    active: typeof active === 'boolean' ? active : (old?.active ?? true),
    ...maybe('team', text(values, 'team') ?? old?.team),
    ...maybe('hours', hours),
    ...maybe('capacity', number('capacity', old?.capacity)),
    ...maybe('windows', old?.windows),
    ...maybe('ramp', old?.ramp),
    ...maybe('skills', list('skills', old?.skills)),
    ...maybe('territories', list('territories', old?.territories)),
  };
}

/** Zone, week and region that the file says, over what is known; undefined when neither says anything. */
function hoursOf(values: ReadonlyMap<string, Value>, old: Hours | undefined): Hours | undefined {
  const [zone, hours, region] = [text(values, 'zone'), text(values, 'hours'), text(values, 'region')];
  const week = hours === undefined ? undefined : weeklyHours(hours);
  const said: Hours = {
    ...maybe('zone', zone),
    ...(week !== undefined && 'weekly' in week ? { weekly: week.weekly } : {}),
    ...(region === undefined ? {} : { holidays: { ...old?.holidays, region } }),
  };
  return Object.keys(said).length === 0 ? old : { ...old, ...said };
}

/** Puts rows of one id together, in the order in which the ids first come. */
function grouped(said: readonly Said[], tools: ItemTools): Group[] {
  const groups = new Map<string, Group>();
  for (const one of said) {
    const id = text(one.values, 'id') ?? '';
    const group = groups.get(id);
    if (group === undefined) {
      const values = new Map([...one.values].map(([key, value]) => [key, sorted(value)]));
      groups.set(id, {
        id,
        lines: [one.line],
        values,
        from: new Map([...values.keys()].map((key) => [key, one.line])),
      });
      continue;
    }
    const clash = clashOf(group, one);
    if (clash !== undefined) tools.reject(one.line, clash);
    else if (join(group, one)) group.lines.push(one.line);
    else tools.repeat();
  }
  return [...groups.values()];
}

function clashOf(group: Group, one: Said): string | undefined {
  for (const [target, value] of one.values) {
    const known = group.values.get(target);
    if (known === undefined || JOINED.has(target) || known === value) continue;
    return `says that ${target} of "${group.id}" is "${String(value)}", but line ${group.from.get(target)} says "${String(known)}"`;
  }
  return undefined;
}

/** Adds what the row says; false when it says nothing new. */
function join(group: Group, one: Said): boolean {
  let news = false;
  for (const [target, value] of one.values) {
    const known = group.values.get(target);
    const next = Array.isArray(known) && Array.isArray(value) ? sorted([...known, ...value]) : sorted(value);
    if (known !== undefined && stableText(known) === stableText(next)) continue;
    group.values.set(target, next);
    if (!group.from.has(target)) group.from.set(target, one.line);
    news = true;
  }
  return news;
}

function sorted(value: Value): Value {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}

function text(values: ReadonlyMap<string, Value>, target: string): string | undefined {
  const value = values.get(target);
  return typeof value === 'string' ? value : undefined;
}

function maybe<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
