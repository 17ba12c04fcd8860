// policy: what is wrong with a policy file, in one shape for reading, checking and lint.
// Promises a sentence that names the thing, a place in the file (line and column start at 1) and a cure.

export type Level = 'error' | 'warning' | 'note';

export type Problem = {
  code: string;
  message: string;
  file: string;
  line: number;
  column: number;
  cure: string;
  level: Level;
};

/** Where something stands in a policy: the keys that lead to it. */
export type Path = readonly (string | number)[];

/** The path as people write it: transitions.sdr-to-ae.route[1].pool */
export function sayPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** In the order of the file; errors before warnings on the same place. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  const rank: Record<Level, number> = { error: 0, warning: 1, note: 2 };
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column || rank[a.level] - rank[b.level]);
}
