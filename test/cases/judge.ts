// Case runner: judging a whole case file.
// Answers: which cases hold, and what we ruled where the collected projects disagree. Promises: a normative case must match
// exactly; a non-normative one must match its recommendation or one of the acceptable answers where the file gives them,
// and otherwise only our ruling is reported.

import { isDeepStrictEqual } from 'node:util';
import { CalendarError } from '../../src/calendar/calendar-error.ts';
import { answerBusinessHours, type BusinessHoursCase } from './business-hours-cases.ts';

/**
 * What a room answers to one case; `ruling` says in a sentence why, where projects disagree; `broken` that the case could
 * not be answered at all, which always fails (a refusal, `{ refused: sentence }`, is an answer); `offered` is false for a
 * strategy that we do not have, which neither passes nor fails.
 */
export type CaseAnswer = { answer: unknown; ruling?: string; broken?: boolean; offered?: boolean };

export type CaseResult = {
  id: string;
  what: string;
  normative: boolean;
  outcome: 'passed' | 'failed' | 'not offered';
  expected: string;
  answer: string;
  ruling: string;
};

type AnyCase = {
  id: string;
  normative?: boolean;
  expected: unknown;
  recommended?: unknown;
  acceptable?: unknown[];
  note?: string;
  operation?: string;
  kind?: string;
};

/**
 * Answers and judges all cases of a parsed file. Routing cases (those with a `kind`) go to routing-cases.ts.
 * @throws {Error} a sentence when the file has no list of cases.
 */
export async function judgeCases(file: unknown): Promise<CaseResult[]> {
  const cases = (file as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) throw new Error('The case file has no list named "cases".');
  const results: CaseResult[] = [];
  for (const one of cases as AnyCase[]) results.push(judge(one, await answerCase(one)));
  return results;
}

async function answerCase(one: AnyCase): Promise<CaseAnswer> {
  try {
    if (one.kind !== undefined) return await answerRouting(one);
    const answer = answerBusinessHours(one as BusinessHoursCase);
    return { answer, ruling: one.note === undefined ? '' : (rulings.find(([tell]) => tell(one))?.[1] ?? '') };
  } catch (error) {
    if (error instanceof CalendarError)
      return { answer: { refused: error.message }, ruling: 'Refused with the reason.' };
    return { answer: { broken: (error as Error).message }, ruling: 'Not answered.', broken: true };
  }
}

async function answerRouting(one: AnyCase): Promise<CaseAnswer> {
  const path = './routing-cases.ts';
  let room: { runRoutingCase(one: unknown): CaseAnswer };
  try {
    room = await import(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('Routing cases are not available: test/cases/routing-cases.ts is not there.');
  }
  return room.runRoutingCase(one);
}

// Our side of the questions on which the collected projects disagree.
const rulings: [tell: (one: AnyCase) => boolean, ruling: string][] = [
  [(one) => /Duration$/.test(one.operation ?? ''), 'A duration that runs out exactly at the close lands on the close.'],
  [(one) => one.operation === 'elapsed', 'An end before the start counts 0.'],
  [(one) => one.operation === 'addBusinessDays', 'Business days are the open local dates strictly after the start.'],
  [(one) => one.operation === 'isOpen', 'The closing instant is closed.'],
  [
    (one) => one.operation === 'isBusinessDay',
    'A holiday wins against a date override, unless the override says that it opens.',
  ],
];

function judge(one: AnyCase, { answer, ruling, broken, offered }: CaseAnswer): CaseResult {
  const normative = one.normative !== false;
  const alternatives = (one.acceptable ?? []).flatMap((value) => [value, { instant: value }]);
  const accepted = normative
    ? [one.expected]
    : one.recommended === undefined
      ? [answer]
      : [one.recommended, ...alternatives];
  const isHeld = broken !== true && accepted.some((value) => isDeepStrictEqual(value, answer));
  return {
    id: one.id,
    what: one.operation ?? one.kind ?? 'unknown',
    normative,
    outcome: offered === false ? 'not offered' : isHeld ? 'passed' : 'failed',
    expected: JSON.stringify(one.expected),
    answer: JSON.stringify(answer),
    ruling: ruling === undefined || ruling === '' ? 'See the policy.' : ruling,
  };
}
