import { describe, expect, test } from 'vitest';
import { formatProblems, summarise } from './format.ts';
import { RULES } from './lint.ts';
import type { Problem } from './problem.ts';

const PROBLEMS: Problem[] = [
  {
    code: 'condition/unknown-field',
    message: 'The lead has no field "seat".',
    file: 'a,b.yaml',
    line: 2,
    column: 7,
    cure: 'Did you mean "seats"?',
    level: 'error',
  },
  {
    code: 'lint/no-tasks',
    message: '100% of\nnothing.',
    file: 'a,b.yaml',
    line: 1,
    column: 1,
    cure: 'Give each side one.',
    level: 'warning',
  },
  { code: 'lint/own-role', message: 'x.', file: 'a,b.yaml', line: 1, column: 1, cure: 'y.', level: 'note' },
];

describe('problems in their formats', () => {
  test('pretty shows the place, the line with a mark, the cure and the count', () => {
    expect(formatProblems(PROBLEMS.slice(0, 1), 'pretty', { text: 'a: 1\nwhen: lead.seat > 1\n' })).toBe(
      'a,b.yaml:2:7 error: The lead has no field "seat".\n    when: lead.seat > 1\n          ^\n    Did you mean "seats"? [condition/unknown-field]\n\n1 error.\n',
    );
    expect(formatProblems([], 'pretty')).toBe('No problems.\n');
    expect(summarise(PROBLEMS)).toBe('1 error, 1 warning, 1 note.');
  });

  test('json is the problems', () => {
    expect(JSON.parse(formatProblems(PROBLEMS, 'json'))).toEqual(PROBLEMS);
  });

  test('github commands are one line each, with their separators escaped', () => {
    expect(formatProblems(PROBLEMS, 'github').split('\n')).toEqual([
      '::error file=a%2Cb.yaml,line=2,col=7,title=condition/unknown-field::The lead has no field "seat". Did you mean "seats"?',
      '::warning file=a%2Cb.yaml,line=1,col=1,title=lint/no-tasks::100%25 of%0Anothing. Give each side one.',
      '::notice file=a%2Cb.yaml,line=1,col=1,title=lint/own-role::x. y.',
      '',
    ]);
  });

  test('sarif has one run with rules, levels and places', () => {
    const log = JSON.parse(formatProblems(PROBLEMS, 'sarif', { rules: RULES })) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string; shortDescription?: { text: string } }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    expect(log.version).toBe('2.1.0');
    const run = log.runs[0]!;
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    expect(run.tool.driver.rules[1]?.shortDescription?.text).toContain("nobody's task");
    expect(run.results.map((r) => r.level)).toEqual(['error', 'warning', 'note']);
    expect(run.results[0]?.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'a,b.yaml' }, region: { startLine: 2, startColumn: 7 } } },
    ]);
  });
});
