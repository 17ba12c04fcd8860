// policy: problems as people and machines read them: pretty for a terminal, JSON for scripts, workflow commands for
// GitHub, SARIF 2.1.0 for code scanning. Promises the same problems in the same order in each.

import type { Level, Problem } from './problem.ts';
import type { Rule } from './rule.ts';

export const FORMATS = ['pretty', 'json', 'github', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

/** How many findings the pretty form tells in full before it counts the rest. */
const IN_FULL = 3;

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** 'p.yaml: 2 errors, 1 note', or that nothing was found. */
export function summarise(problems: readonly Problem[]): string {
  const counts = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const n = problems.filter((p) => p.level === level).length;
    return n === 0 ? [] : [count(n, level)];
  });
  return counts.length === 0 ? 'No problems.' : `${counts.join(', ')}.`;
}

/** The line of the text with a mark below the column; nothing where the text is not at hand. */
function excerpt(problem: Problem, text: string | undefined): string[] {
  const line = text?.split('\n')[problem.line - 1];
  if (line === undefined || line.trim() === '') return [];
  const from = Math.max(0, problem.column - 80);
  return [`    ${line.slice(from, from + 110)}`, `    ${' '.repeat(problem.column - 1 - from)}^`];
}

function pretty(problems: readonly Problem[], text: string | undefined): string {
  const lines = problems.flatMap((p, i) => {
    const head = `${p.file}:${p.line}:${p.column} ${p.level}: ${p.message}`;
    const inFull = i < IN_FULL || p.level === 'error';
    return [head, ...(inFull ? excerpt(p, text) : []), `    ${p.cure} [${p.code}]`, ''];
  });
  return `${[...lines, summarise(problems)].join('\n')}\n`;
}

const GITHUB: Record<Level, string> = { error: 'error', warning: 'warning', note: 'notice' };

const escapeData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function github(problems: readonly Problem[]): string {
  return problems
    .map(
      (p) =>
        `::${GITHUB[p.level]} file=${escapeProperty(p.file)},line=${p.line},col=${p.column},title=${escapeProperty(p.code)}::${escapeData(`${p.message} ${p.cure}`)}\n`,
    )
    .join('');
}

function sarif(problems: readonly Problem[], rules: readonly Rule[]): string {
  const codes = [...new Set(problems.map((p) => p.code))];
  const described = new Map(rules.map((rule) => [`lint/${rule.name}`, rule]));
  const driver = {
    name: 'baton policy',
    rules: codes.map((id) => {
      const rule = described.get(id);
      return rule === undefined
        ? { id }
        : { id, shortDescription: { text: rule.why }, help: { text: `Avoid: ${rule.avoid}\nPrefer: ${rule.prefer}` } };
    }),
  };
  const results = problems.map((p) => ({
    ruleId: p.code,
    ruleIndex: codes.indexOf(p.code),
    level: p.level,
    message: { text: `${p.message} ${p.cure}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(p.file) },
          region: { startLine: p.line, startColumn: p.column },
        },
      },
    ],
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results, columnKind: 'utf16CodeUnits' }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** Problems in a format. `text` is the policy's own text, for the excerpts of the pretty form. */
export function formatProblems(
  problems: readonly Problem[],
  format: Format,
  more: { text?: string; rules?: readonly Rule[] } = {},
): string {
  if (format === 'pretty') return pretty(problems, more.text);
  if (format === 'json') return `${JSON.stringify(problems, undefined, 2)}\n`;
  return format === 'github' ? github(problems) : sarif(problems, more.rules ?? []);
}
