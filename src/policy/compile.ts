// policy: a policy made ready to decide with. All conditions are compiled once; a signal finds its transitions through
// an index. Promises that evaluating never throws and that the same facts always give the same answer.

import type { PolicyHash } from '../words/ids.ts';
import type { Facts, Policy, PolicyDoc, RungNeed, Transition, Verdict } from '../words/policy.ts';
import { needsOf } from './condition-logic.ts';
import type { Condition } from './conditions.ts';
import { conditionCompiler } from './conditions.ts';

const bySignal = new WeakMap<PolicyDoc, Map<string, Transition[]>>();

/** Every condition of a policy with the place where it stands. Segments cannot look at the segment. */
export function conditionsOf(doc: PolicyDoc): { text: string; path: (string | number)[]; ofSegment: boolean }[] {
  const found: { text: string; path: (string | number)[]; ofSegment: boolean }[] = [];
  const add = (text: string | undefined, path: (string | number)[], ofSegment = false) => {
    if (text !== undefined) found.push({ text, path, ofSegment });
  };
  for (const [i, segment] of doc.segments.entries()) add(segment.when, ['segments', i, 'when'], true);
  for (const [name, territory] of Object.entries(doc.territories)) add(territory.when, ['territories', name, 'when']);
  for (const t of Object.values(doc.transitions)) {
    const path = ['transitions', t.name];
    add(t.trigger.when, [...path, 'trigger', 'when']);
    for (const criterion of t.criteria) add(criterion.when, [...path, 'criteria', criterion.name, 'when']);
    for (const [i, rung] of t.route.entries()) add(rung.when, [...path, 'route', i, 'when']);
  }
  return found;
}

/** Compiles the conditions of a policy by their text. Throws a sentence for a document that was never checked. */
export function compileConditions(doc: PolicyDoc): Map<string, Condition> {
  const words = { fields: doc.fields, signals: Object.keys(doc.signals), segments: doc.segments.map((s) => s.name) };
  const compile = conditionCompiler(words);
  const compiled = new Map<string, Condition>();
  for (const { text, path } of conditionsOf(doc)) {
    if (compiled.has(text)) continue;
    const result = compile(text);
    if (!result.ok)
      throw new Error(
        `The condition at ${path.join('.')} of policy "${doc.name}" cannot be used: ${result.problem.message} ${result.problem.cure}`,
      );
    compiled.set(text, result.condition);
  }
  return compiled;
}

/** A policy that can be decided with. `hash` identifies its text and is computed by the caller. */
export function compilePolicy(doc: PolicyDoc, hash: PolicyHash): Policy {
  const compiled = compileConditions(doc);
  const needs = new Map<string, readonly (RungNeed | undefined)[]>();
  return {
    hash,
    doc,
    rungNeeds(name) {
      let known = needs.get(name);
      if (known === undefined) {
        known = (doc.transitions[name]?.route ?? []).map(({ when }) =>
          when === undefined ? undefined : rungNeedOf(compiled.get(when)),
        );
        needs.set(name, known);
      }
      return known;
    },
    test(condition, facts): Verdict {
      const found = compiled.get(condition);
      if (found === undefined) throw new Error(`The condition "${condition}" is not one of policy ${hash}.`);
      return found.test(facts);
    },
  };
}

/** The thing that a condition asks to be one of the fewest values; undefined where it asks for none. */
function rungNeedOf(condition: Condition | undefined): RungNeed | undefined {
  if (condition === undefined) return undefined;
  let best: RungNeed | undefined;
  for (const [on, { values }] of needsOf(condition).limits) {
    if (values === undefined || (best !== undefined && best.oneOf.length <= values.size)) continue;
    // Whole numbers that a double cannot tell apart are left to the condition itself.
    if ([...values].some((value) => typeof value === 'number' && !Number.isSafeInteger(value))) continue;
    best = { on, oneOf: [...values] };
  }
  return best;
}

/** The transitions that take a signal, in the order of the policy. */
export function transitionsFor(policy: Policy, signal: string): readonly Transition[] {
  let index = bySignal.get(policy.doc);
  if (index === undefined) {
    index = new Map();
    for (const transition of Object.values(policy.doc.transitions)) {
      for (const on of new Set(transition.trigger.on)) index.set(on, [...(index.get(on) ?? []), transition]);
    }
    bySignal.set(policy.doc, index);
  }
  return index.get(signal) ?? [];
}

/** The transitions that these facts start: they take the signal and their trigger's condition holds. */
export function matchTransitions(policy: Policy, signal: string, facts: Facts): Transition[] {
  return transitionsFor(policy, signal).filter(
    ({ trigger }) => trigger.when === undefined || policy.test(trigger.when, facts).holds,
  );
}

/** The first segment whose condition holds; the last one takes everyone. */
export function segmentFor(policy: Policy, facts: Facts): string {
  const found = policy.doc.segments.find(
    (segment) => segment.when === undefined || policy.test(segment.when, facts).holds,
  );
  return found?.name ?? policy.doc.segments.at(-1)!.name;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

/**
 * The policy as one stable text: equal policies give equal texts however they were written. Transitions keep their
 * order, which decides which of them a signal starts first.
 */
export function canonicalPolicy(doc: PolicyDoc): string {
  const territories = Object.keys(doc.territories);
  return JSON.stringify(
    sorted({
      ...doc,
      order: Object.keys(doc.transitions),
      // The first territory that has a prospect keeps it, so their order counts too; policies without any are as before.
      territories: territories.length === 0 ? undefined : doc.territories,
      territoryOrder: territories.length === 0 ? undefined : territories,
    }),
  );
}
