// arrive/import: what is strange about a file without being wrong, counted. Each kind of oddity keeps a few lines as examples.

const EXAMPLES = 3;

export type OddityCount = { code: string; count: number; lines: number[]; says: string };

export class Oddities {
  readonly #all = new Map<string, OddityCount>();

  add(code: string, line: number, says: string): void {
    const known = this.#all.get(code);
    if (known === undefined) this.#all.set(code, { code, count: 1, lines: [line], says });
    else {
      known.count += 1;
      if (known.lines.length < EXAMPLES) known.lines.push(line);
    }
  }

  /** Most frequent first. */
  list(): OddityCount[] {
    return [...this.#all.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  }

  count(code: string): number {
    return this.#all.get(code)?.count ?? 0;
  }
}
