// arrive: the page behind the `type` of every problem: what it means and what to do. The same text is served under
// /problems and stands in docs/problems, so the two cannot disagree.

import { FAULTS } from '../words/fault.ts';
import { REFUSALS } from '../words/refusal.ts';
import { CURES } from './cures.ts';
import { type AnyCode, HTTP_STATUS } from './http-status.ts';
import { PROBLEMS } from './problems.ts';

export const ALL_CODES = Object.keys(HTTP_STATUS) as AnyCode[];

/** The sentence of a code as its table has it, with `{names}` where facts go. */
export function sentenceOf(code: AnyCode): string {
  if (code in REFUSALS) return REFUSALS[code as keyof typeof REFUSALS];
  if (code in FAULTS) return FAULTS[code as keyof typeof FAULTS].says;
  return PROBLEMS[code as keyof typeof PROBLEMS].says;
}

/** Whether the same request may succeed later without a change. */
export function isRetryable(code: AnyCode): boolean {
  if (code in REFUSALS) return false;
  if (code in FAULTS) return FAULTS[code as keyof typeof FAULTS].retry;
  return PROBLEMS[code as keyof typeof PROBLEMS].retry;
}

/** The page of a code as Markdown; undefined for a code that does not exist. */
export function problemPage(code: string): string | undefined {
  if (!Object.hasOwn(HTTP_STATUS, code)) return undefined;
  const known = code as AnyCode;
  const retry = isRetryable(known)
    ? 'Yes. The same request, with the same Idempotency-Key, may succeed later.'
    : 'No. The same request gets the same answer until something changes.';
  return [
    `# ${known}`,
    '',
    `> ${sentenceOf(known)}`,
    '',
    `**HTTP status:** ${HTTP_STATUS[known]}`,
    '',
    `**Try again?** ${retry}`,
    '',
    `**What to do:** ${CURES[known]}`,
    '',
  ].join('\n');
}
