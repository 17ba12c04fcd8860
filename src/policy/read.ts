// policy: is this text a policy? Reads YAML, checks shapes, names and conditions, and fills in what is left out.
// Promises either a whole policy, or problems that each carry file, line, column, a sentence and a cure.

import type { PolicyDoc } from '../words/policy.ts';
import { crossCheck } from './cross-check.ts';
import { expandPolicy } from './expand.ts';
import { POLICY } from './language.ts';
import type { Path, Problem } from './problem.ts';
import { inFileOrder } from './problem.ts';
import { nodeOf, Source } from './source.ts';

/** Line and column, from 1, of a path of the policy. */
export type Spots = (path: Path) => { line: number; column: number };

export type Reading = { ok: true; doc: PolicyDoc; spots: Spots } | { ok: false; problems: Problem[] };

/** A policy from its YAML text. `file` is only named in problems. Never throws on any text. */
export function readPolicy(text: string, file: string): Reading {
  let source: Source;
  try {
    source = new Source(text, file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const problem: Problem = {
      code: 'policy/too-deep',
      message: 'The policy is nested too deep to be read.',
      file,
      line: 1,
      column: 1,
      cure: 'Check the brackets and the indentation.',
      level: 'error',
    };
    return { ok: false, problems: [problem] };
  }
  if (source.problems.length === 0) {
    const written = POLICY.read(nodeOf(source.document.contents), [], source);
    if (written !== undefined && source.problems.length === 0) {
      crossCheck(written, source);
      if (source.problems.length === 0) {
        return {
          ok: true,
          doc: expandPolicy(written),
          spots: (path) => source.place(source.offset(path.map(asWritten), 'key')),
        };
      }
    }
  }
  return { ok: false, problems: inFileOrder(source.problems) };
}

/** The key as the YAML writes it: withinMs stands there as within, contextMayFollow as context-may-follow. */
function asWritten(part: string | number): string | number {
  if (typeof part === 'number' || !/[A-Z]/.test(part)) return part;
  return part.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
