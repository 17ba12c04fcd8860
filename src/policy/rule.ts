// policy: what a lint rule is. One rule, one small object: what it finds, why that leaks, what to avoid, what to prefer.
// The list of rules, the reference page and the tests are made from these objects.

import type { PolicyDoc, Transition } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import type { Needs } from './condition-logic.ts';
import type { Reads } from './condition-parts.ts';
import type { Level, Path } from './problem.ts';

/** What a rule may look at. The roster is there where people are known. */
export type LintWorld = {
  doc: PolicyDoc;
  roster: Roster | undefined;
  /** What must be true for a condition of the policy to hold. */
  needs(condition: string): Needs;
  /** What a condition of the policy looks at. */
  reads(condition: string): Reads;
};

/** `says` names the thing and its value, in one sentence. */
export type Finding = { path: Path; says: string };

export type Rule = {
  name: string;
  level: Level;
  /** Why it leaks, for somebody who has not met it yet. */
  why: string;
  /** How it looks in a policy. */
  avoid: string;
  /** How it looks when it is right; also the cure of every finding. */
  prefer: string;
  check(world: LintWorld): Finding[];
};

/** The findings of every transition. */
export function inTransitions(world: LintWorld, check: (t: Transition, path: Path) => Finding[]): Finding[] {
  return Object.values(world.doc.transitions).flatMap((t) => check(t, ['transitions', t.name]));
}

/** One finding where something is so. */
export function when(so: boolean, path: Path, says: () => string): Finding[] {
  return so ? [{ path, says: says() }] : [];
}
