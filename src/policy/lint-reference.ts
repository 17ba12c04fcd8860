// policy: the part of the reference page about lint, made from the rules themselves.

import type { Rule } from './rule.ts';

/** One entry per rule: what it is called, why it matters, what to avoid and what to prefer. */
export function lintReference(rules: readonly Rule[]): string {
  const entries = rules.map((rule) =>
    [
      `### ${rule.name} (${rule.level})`,
      '',
      rule.why,
      '',
      `- Avoid: ${rule.avoid}`,
      `- Prefer: ${rule.prefer}`,
      '',
    ].join('\n'),
  );
  return [
    '# Lint',
    '',
    'A policy can be correct and still leak. `baton policy check FILE` looks for these; the most important come first.',
    '',
    ...entries,
  ].join('\n');
}
