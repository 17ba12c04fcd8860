// policy: is this CEL condition sound, and does it hold for these facts?
// Parsing and type-checking are cel-js's, against the declared fields, signals and segments; running is ours
// (condition-closures.ts), because cel-js has no limit on what an evaluation may cost. Promises: a problem carries the
// offset inside the condition and a cure; a verdict is exactly true or false and never throws.

import type { ASTNode } from '@marcbachmann/cel-js';
import { TypeError as CelTypeError, Environment, ParseError } from '@marcbachmann/cel-js';
import type { Facts, FieldSpec, Verdict } from '../words/policy.ts';
import { translateCondition } from './condition-closures.ts';
import type { Reads, Vocabulary } from './condition-parts.ts';
import { ConditionError } from './condition-parts.ts';
import { LIMITS, runCondition } from './condition-runs.ts';
import { didYouMean } from './near.ts';

export type Condition = {
  source: string;
  /** Upper bound of the steps that one evaluation is estimated to take. */
  cost: number;
  reads: Reads;
  ast: ASTNode;
  /**
   * Whether the condition holds. A field that is not filled makes its comparisons unknown; an unknown condition does
   * not hold and `missing` names the field. `error` says what went wrong; the condition then does not hold.
   */
  test(facts: Facts): Verdict;
};

/** `offset` counts UTF-16 units from the start of the condition's text. */
export type ConditionProblem = { code: string; message: string; offset: number; cure: string };

export type Compiled = { ok: true; condition: Condition } | { ok: false; problem: ConditionProblem };

const HOLDS: Verdict = Object.freeze({ holds: true });
const HOLDS_NOT: Verdict = Object.freeze({ holds: false });

function celType(spec: FieldSpec): string {
  if (typeof spec.type === 'object') return 'list' in spec.type ? 'list<string>' : 'string';
  return spec.type === 'date' ? 'string' : spec.type;
}

function environmentOf(words: Vocabulary): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: false,
    limits: { maxAstNodes: 2000, maxDepth: 48, maxListElements: LIMITS.list, maxMapEntries: 0, maxCallArguments: 8 },
  });
  const schema = Object.fromEntries(Object.entries(words.fields).map(([name, spec]) => [name, celType(spec)]));
  env.registerVariable('lead', { schema });
  env.registerVariable('signal', 'string');
  env.registerVariable('urgency', 'string');
  if (words.segments !== undefined) env.registerVariable('segment', 'string');
  return env;
}

/** A cel-js error in the words of a policy: what is wrong and what to write instead. */
function explain(error: ParseError | CelTypeError, words: Vocabulary): ConditionProblem {
  const { summary, code } = error;
  const offset = error.range?.start ?? 0;
  const name = /: ([\w.]+)/.exec(summary)?.[1] ?? '';
  const says = (
    message: string,
    cure: string,
    as = `condition/${error instanceof ParseError ? 'syntax' : 'type'}`,
  ) => ({ code: as, message, offset, cure });
  if (code === 'no_such_key') {
    return says(
      `The lead has no field "${name}".`,
      didYouMean(
        name,
        Object.keys(words.fields),
        `Declare "${name}" under fields, or use one of: ${Object.keys(words.fields).join(', ')}.`,
      ),
      'condition/unknown-field',
    );
  }
  if (code === 'unknown_variable') {
    const near = Object.hasOwn(words.fields, name)
      ? `Write lead.${name}.`
      : didYouMean(
          name,
          ['lead', 'signal', 'urgency', ...(words.segments === undefined ? [] : ['segment'])],
          'Conditions look at lead.<field>, signal, segment and urgency; texts stand in quotes.',
        );
    if (name === 'segment')
      return says(
        'A segment cannot be defined by the segment.',
        'Use the fields of the lead.',
        'condition/unknown-name',
      );
    return says(`Nothing is called "${name}" here.`, near, 'condition/unknown-name');
  }
  if (code === 'no_such_overload') {
    const types = summary.slice(summary.indexOf(':') + 2);
    const cure = types.includes('null')
      ? 'Ask has(lead.field) to know whether a field is filled.'
      : types.includes('double') && types.includes('int')
        ? 'Give both the same type: write 5.0 beside a double and 5 beside an int.'
        : 'Compare texts with quoted texts and numbers with numbers.';
    return says(`These types do not go together: ${types}.`, cure);
  }
  if (code === 'no_matching_overload') {
    return says(
      `There is no ${/'(.*)'/.exec(summary)?.[1] ?? 'such function'} for conditions.`,
      'Use startsWith, endsWith, contains, matches, size, has, exists, all, filter or map.',
    );
  }
  if (code === 'limit_exceeded')
    return says(`The condition is too large: ${summary}.`, 'Split it into several criteria.', 'condition/too-large');
  return says(
    `The condition cannot be read: ${summary}.`,
    'Check quotes, brackets and operators (==, !=, <, <=, >, >=, in, &&, ||, !).',
  );
}

function isCelError(error: unknown): error is ParseError | CelTypeError {
  return error instanceof ParseError || error instanceof CelTypeError;
}

/**
 * Makes a compiler of conditions for one vocabulary. Each source text is parsed, type-checked, bounded in length,
 * depth, list length, nesting and estimated cost, and translated once.
 */
export function conditionCompiler(words: Vocabulary): (source: string) => Compiled {
  const env = environmentOf(words);
  return (source) => {
    if (source.length > LIMITS.length) {
      return {
        ok: false,
        problem: {
          code: 'condition/too-long',
          message: `This condition has ${source.length} letters; at most ${LIMITS.length} are allowed.`,
          offset: 0,
          cure: 'Split it into several criteria, or put the list into a field.',
        },
      };
    }
    try {
      const parsed = env.parse(source);
      const check = parsed.check();
      if (!check.valid) return { ok: false, problem: explain(check.error!, words) };
      const { run, cost, reads } = translateCondition(words, parsed.ast);
      const test = (facts: Facts): Verdict => {
        const answer = runCondition(run, cost, facts);
        return answer === true ? HOLDS : answer === false ? HOLDS_NOT : { holds: false, ...answer };
      };
      return { ok: true, condition: { source, cost, reads, ast: parsed.ast, test } };
    } catch (error) {
      if (error instanceof ConditionError)
        return {
          ok: false,
          problem: { code: error.code, message: error.message, offset: error.offset, cure: error.cure },
        };
      if (isCelError(error)) return { ok: false, problem: explain(error, words) };
      throw error;
    }
  };
}
