// policy: what changes for whom if this draft is published? A difference of meaning, told in sentences and grouped by
// transition; layout, comments and short forms are no difference. Promises that equal policies have no groups.

import type { PersonId } from '../words/ids.ts';
import type { PolicyDoc, Transition } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import { diffTransition } from './diff-transition.ts';
import { diffWhole } from './diff-whole.ts';
import { peopleOf } from './people.ts';
import { listed, saySignal } from './say.ts';

export type DiffGroup = {
  /** The transition, or undefined for what concerns everyone. */
  transition: string | undefined;
  /** 'SDR to AE (sdr-to-ae)' */
  title: string;
  changes: string[];
  /** People who may receive under the old or the new policy, and those who fall in for them. */
  affected: PersonId[];
};

/** What changes from one policy to another. With a roster, pools by team and role name their people too. */
export function diffPolicies(before: PolicyDoc, after: PolicyDoc, roster?: Roster): DiffGroup[] {
  const groups: DiffGroup[] = [];
  const whole = diffWhole(before, after);
  if (whole.length > 0) groups.push({ transition: undefined, title: 'Everyone', changes: whole, affected: [] });
  for (const name of new Set([...Object.keys(before.transitions), ...Object.keys(after.transitions)])) {
    const [old, now] = [before.transitions[name], after.transitions[name]];
    const changes = changesOf(before, after, old, now);
    const one = now ?? old;
    if (changes.length === 0 || one === undefined) continue;
    const affected = new Set([...receiversOf(before, old, roster), ...receiversOf(after, now, roster)]);
    groups.push({
      transition: name,
      title: `${one.from} to ${one.to} (${name})`,
      changes,
      affected: [...affected].toSorted(),
    });
  }
  return groups;
}

function changesOf(
  before: PolicyDoc,
  after: PolicyDoc,
  old: Transition | undefined,
  now: Transition | undefined,
): string[] {
  if (old !== undefined && now !== undefined) return diffTransition(before, after, old, now);
  if (now !== undefined)
    return [
      `New: ${listed(
        now.trigger.on.map((s) => saySignal(after, s)),
        'or',
      )} opens a handoff from ${now.from} to ${now.to}.`,
    ];
  return old === undefined
    ? []
    : [
        `No longer exists: ${listed(
          old.trigger.on.map((s) => saySignal(before, s)),
          'or',
        )} opens no handoff from ${old.from} to ${old.to} any more.`,
      ];
}

function receiversOf(doc: PolicyDoc, t: Transition | undefined, roster: Roster | undefined): PersonId[] {
  if (t === undefined) return [];
  const routed = t.route.flatMap((rung) => {
    if ('pool' in rung) return peopleOf(doc.pools[rung.pool] ?? {}, roster);
    return rung.use === 'person' ? [rung.person] : [];
  });
  return [...routed, t.fallback];
}

/** The difference as text: one block per group, one line per change. */
export function sayDiff(groups: readonly DiffGroup[]): string {
  if (groups.length === 0) return 'Nothing changes.\n';
  return `${groups
    .map(({ title, changes, affected }) =>
      [
        title,
        ...changes.map((change) => `  - ${change}`),
        ...(affected.length === 0 ? [] : [`  Affects: ${listed(affected)}.`]),
      ].join('\n'),
    )
    .join('\n\n')}\n`;
}
