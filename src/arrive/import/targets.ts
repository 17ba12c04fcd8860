// arrive/import: what a column can be mapped to, for each kind of file. One table: the mapping, the messages and
// docs/import.md follow it.

import type { ImportKind } from './mapping.ts';
import { near } from './near.ts';
import { ImportRefused } from './refused.ts';

export type Want = 'text' | 'int' | 'double' | 'bool' | 'date' | 'list' | 'instant' | 'zone' | 'hours';
export type Target = { want: Want; required?: true; bytesMax: number };

const NAME = 200;
const TEXT = 20_000;

const name: Target = { want: 'text', bytesMax: NAME };
const must = (target: Target): Target => ({ ...target, required: true });
const of = (want: Want): Target => ({ want, bytesMax: NAME });
const list: Target = { want: 'list', bytesMax: 2_000 };

const subject = { id: must(name), owner: name, stage: name, email: name };

const TARGETS: Record<ImportKind, Record<string, Target>> = {
  people: {
    id: must(name),
    name,
    email: name,
    roles: list,
    team: name,
    zone: of('zone'),
    hours: of('hours'),
    region: name,
    weight: of('int'),
    capacity: of('int'),
    skills: list,
    territories: list,
    active: of('bool'),
  },
  teams: { id: must(name), name: must(name), lead: must(name), zone: of('zone') },
  accounts: { ...subject, account: name },
  leads: { ...subject, account: name },
  opportunities: { ...subject, account: name },
  handoffs: {
    id: name,
    subject: must(name),
    transition: must(name),
    sender: must(name),
    receiver: must(name),
    opened: must(of('instant')),
    accepted: of('instant'),
    closed: must(of('instant')),
    outcome: must(name),
    signal: name,
    source: name,
    'subject-type': name,
  },
};

const FIELD: Target = { want: 'text', bytesMax: TEXT };
const OPEN: Record<ImportKind, string[]> = {
  people: [],
  teams: [],
  accounts: ['fields.', 'also.'],
  leads: ['fields.', 'also.'],
  opportunities: ['fields.', 'also.'],
  handoffs: ['fields.'],
};

/** What a kind of file must have mapped. */
export function requiredOf(kind: ImportKind): string[] {
  return Object.entries(TARGETS[kind])
    .filter(([, target]) => target.required === true)
    .map(([target]) => target);
}

/** The names of the fixed targets, for help and for matching a header that already has them. */
export function targetsOf(kind: ImportKind): string[] {
  return Object.keys(TARGETS[kind]);
}

/** The target of that name. @throws ImportRefused, with the nearest name, when the kind has none. */
export function targetNamed(kind: ImportKind, target: string): Target {
  const fixed = Object.hasOwn(TARGETS[kind], target) ? TARGETS[kind][target] : undefined;
  if (fixed !== undefined) return fixed;
  const prefix = OPEN[kind].find((p) => target.startsWith(p) && target.length > p.length);
  if (prefix !== undefined) return prefix === 'fields.' ? FIELD : name;
  const known = [...targetsOf(kind), ...OPEN[kind].map((p) => `${p}NAME`)];
  const like = near(target, targetsOf(kind));
  throw new ImportRefused(
    `"${target}" is nothing that ${kind} have.${like === undefined ? '' : ` Did you mean "${like}"?`} They have: ${known.join(', ')}.`,
  );
}
