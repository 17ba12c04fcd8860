// cli: a policy file before it is published: is it correct, is it good, what would change, what may stand in it?

import { diffPolicies, sayDiff } from '../../policy/diff.ts';
import type { Format } from '../../policy/format.ts';
import { formatProblems, summarise } from '../../policy/format.ts';
import { lintPolicy, RULES } from '../../policy/lint.ts';
import type { Problem } from '../../policy/problem.ts';
import { readPolicy } from '../../policy/read.ts';
import { policySchema } from '../../policy/schema.ts';
import type { PolicyDoc } from '../../words/policy.ts';
import type { Roster } from '../../words/roster.ts';

export type PolicyCheck = { problems: Problem[]; errors: number; warnings: number; doc?: PolicyDoc };

/** Reads a policy and, where it is correct, asks every lint rule about it. A roster finds people who are not there. */
export function checkPolicy(text: string, file: string, roster?: Roster): PolicyCheck {
  const read = readPolicy(text, file);
  const problems = read.ok ? lintPolicy(read.doc, { file, spots: read.spots }, roster) : read.problems;
  const count = (level: Problem['level']): number => problems.filter((p) => p.level === level).length;
  return { problems, errors: count('error'), warnings: count('warning'), ...(read.ok ? { doc: read.doc } : {}) };
}

/** The problems as text in a format, for people or for tools. */
export function policyProblemsText(problems: readonly Problem[], format: Format, text: string): string {
  return formatProblems(problems, format, { text, rules: RULES });
}

export function policySummary(problems: readonly Problem[]): string {
  return summarise(problems);
}

/** What a draft changes against the text that is live, in sentences; empty when nothing changes. */
export function policyChanges(live: string | undefined, draft: PolicyDoc, roster?: Roster): string {
  const before = live === undefined ? undefined : readPolicy(live, 'the live policy');
  return before?.ok === true ? sayDiff(diffPolicies(before.doc, draft, roster)) : '';
}

/** The JSON Schema of a policy file, for editors. */
export function policyJsonSchema(): object {
  return policySchema();
}

/** Each transition of a published policy: the signals that start it, and what both sides agreed. */
export function transitionsOf(text: string): Map<string, { signals: readonly string[]; criteria: string[] }> {
  const read = readPolicy(text, 'the live policy');
  const all = read.ok ? Object.values(read.doc.transitions) : [];
  return new Map(
    all.map(({ name, trigger, criteria }) => [
      name,
      { signals: trigger.on, criteria: criteria.map(({ says }) => says) },
    ]),
  );
}
