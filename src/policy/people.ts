// policy: who is named in a policy but not in the roster? Checked when a policy is published, so that no ladder ends at
// somebody who is not there.

import type { PersonId } from '../words/ids.ts';
import type { PolicyDoc, Transition } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';

export type Stranger = { path: string; person: PersonId };

/** People whom the policy names and who are not active in the roster, with the place that names them. */
export function checkPeople(doc: PolicyDoc, roster: Roster): Stranger[] {
  return namedPeople(doc).filter(({ person }) => roster.people.get(person)?.active !== true);
}

/** Everybody that a policy names, in the order of the document. */
export function namedPeople(doc: PolicyDoc): Stranger[] {
  const named: Stranger[] = [{ path: 'last-rung', person: doc.lastRung }];
  for (const [pool, spec] of Object.entries(doc.pools)) {
    for (const member of spec.members ?? []) named.push({ path: `pools.${pool}`, person: member.person });
  }
  for (const transition of Object.values(doc.transitions)) named.push(...namedIn(transition));
  return named;
}

function namedIn(t: Transition): Stranger[] {
  const at = `transitions.${t.name}`;
  const named: Stranger[] = [{ path: `${at}.fallback`, person: t.fallback }];
  for (const rung of t.route) if (rung.use === 'person') named.push({ path: `${at}.route`, person: rung.person });
  for (const rule of t.sender) {
    if (typeof rule === 'object' && 'person' in rule) named.push({ path: `${at}.sender`, person: rule.person });
  }
  for (const task of t.tasks) {
    if (typeof task.for === 'object') named.push({ path: `${at}.tasks`, person: task.for.person });
  }
  return named;
}
