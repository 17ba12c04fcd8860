// policy: where does each value of a policy stand in its YAML text?
// Wraps the parsed document; promises a line and column for any path, however deep the path goes beyond the text
// (the nearest written ancestor answers), and for any letter inside a condition, also in folded and quoted texts.

import type { Document, Node, Scalar } from 'yaml';
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Level, Path, Problem } from './problem.ts';

const TEXT_MAX = 256 * 1024;
const DEEPEST = 16;

export class Source {
  readonly text: string;
  readonly file: string;
  readonly problems: Problem[] = [];
  readonly document: Document;
  /** Offsets at which lines start; counted here, since the parser's own count misses breaks inside broken flow text. */
  readonly #starts: number[] = [0];

  constructor(text: string, file: string) {
    this.text = text.length > TEXT_MAX ? '' : text;
    this.file = file;
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
    this.document = parseDocument(this.text, {
      prettyErrors: false,
      stringKeys: true,
      version: '1.2',
      schema: 'core',
      merge: false,
    });
    if (text.length > TEXT_MAX)
      this.report(
        'policy/too-long',
        'The policy is longer than 256 KiB.',
        0,
        'Split it into several workspaces, or shorten it.',
      );
    for (const error of this.document.errors) {
      if (error.code === 'DUPLICATE_KEY')
        this.report('policy/twice', 'This key stands here twice.', error.pos[0], 'Remove one of the two.');
    }
    // One slip makes many follow-on errors; the first is the one to mend.
    const first = this.document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
    if (first !== undefined)
      this.report(
        'policy/yaml',
        `This is not YAML: ${first.message.split('\n')[0]!}.`,
        first.pos[0],
        'Check the indentation (two spaces), colons, quotes and brackets.',
      );
    if (this.problems.length === 0) this.#refuseTricks();
  }

  /** Anchors, aliases, tags and deep nesting have no place in a policy; without them its size bounds its cost. */
  #refuseTricks(): void {
    visit(this.document, {
      Node: (_, node, ancestors) => {
        const offset = node.range?.[0] ?? 0;
        if (isAlias(node) || node.anchor !== undefined) {
          this.report(
            'policy/anchor',
            'Anchors (&) and aliases (*) are not part of a policy.',
            offset,
            'Write the value out in both places.',
          );
          return visit.BREAK;
        }
        if (node.tag !== undefined) {
          this.report('policy/tag', `The tag ${node.tag} is not part of a policy.`, offset, 'Remove the tag.');
          return visit.BREAK;
        }
        if (ancestors.length > DEEPEST * 2) {
          this.report(
            'policy/too-deep',
            'The policy is nested too deep.',
            offset,
            'Check the brackets and the indentation.',
          );
          return visit.BREAK;
        }
        return undefined;
      },
    });
  }

  /** Adds a problem at an offset of the text. */
  report(code: string, message: string, offset: number, cure: string, level: Level = 'error'): void {
    this.problems.push({ code, message, file: this.file, ...this.place(offset), cure, level });
  }

  /** Adds a problem at a path: at its key, or at its value. */
  reportAt(path: Path, of: 'key' | 'value', code: string, message: string, cure: string, level: Level = 'error'): void {
    this.report(code, message, this.offset(path, of), cure, level);
  }

  /** Line and column of an offset, both from 1. */
  place(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  /** Where a path stands. A path that goes deeper than the text gives its nearest written ancestor. */
  offset(path: Path, of: 'key' | 'value' = 'value'): number {
    let node: unknown = this.document.contents;
    let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(part));
        if (pair === undefined) continue;
        const named = of === 'key' || !isNode(pair.value) ? pair.key : pair.value;
        offset = isNode(named) ? (named.range?.[0] ?? offset) : offset;
        node = pair.value;
      } else if (isSeq(node) && typeof part === 'number') {
        const item: unknown = node.items[part];
        if (item === undefined) continue;
        if (isNode(item)) offset = item.range?.[0] ?? offset;
        node = isPair(item) ? item.value : item;
      }
    }
    return offset;
  }

  /** The offset in the file of the letter at `inside` of a text, however the text is quoted or folded. */
  inside(path: Path, inside: number): number {
    const node: unknown = this.document.getIn(path, true);
    return isScalar(node) && typeof node.value === 'string' ? this.#align(node, node.value, inside) : this.offset(path);
  }

  /** Walks value and source text together: a break of a folded text is one blank, an escape's backslash is skipped. */
  #align(node: Scalar, value: string, inside: number): number {
    const [start, end] = node.range ?? [0, 0];
    let at = start;
    if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') at = this.text.indexOf('\n', start) + 1;
    else if (node.type !== 'PLAIN') at += 1;
    const blank = (letter: string | undefined) =>
      letter === ' ' || letter === '\n' || letter === '\t' || letter === '\r';
    for (let i = 0; i < value.length && at < end; i++) {
      while (at < end && this.text[at] !== value[i] && !(blank(value[i]) && blank(this.text[at]))) at += 1;
      if (i === inside) return at;
      at += 1;
    }
    return Math.min(at, end);
  }
}

/** A node, or undefined where nothing is written. */
export function nodeOf(node: unknown): Node | undefined {
  return isNode(node) ? node : undefined;
}

/** What a node is, in words for a message. */
export function sayNode(node: Node | undefined): string {
  if (isMap(node)) return 'a group of keys';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  return typeof node.value === 'string'
    ? `"${node.value.slice(0, 60)}"`
    : `${typeof node.value === 'boolean' ? 'yes/no' : 'the number'} ${String(node.value)}`;
}
