// decide: the account of a prospect, and who had it. Looked up once, when the handoff opens, and written into the event:
// what is imported later does not change why somebody was chosen.

import { companyDomain, keysOfLead, matchAccount } from '../routing/match.ts';
import type { AskOf } from '../words/arrival.ts';
import type { PreviousOwner } from '../words/handoff.ts';
import type { SubjectId } from '../words/ids.ts';
import type { SubjectRow } from '../words/journal.ts';
import type { Transition } from '../words/policy.ts';
import type { Plan } from './plan.ts';
import type { World } from './world.ts';

/** Accounts above an account are followed so far up; a longer chain is a mistake of the data. */
const LEVELS_MAX = 10;

/** What a handoff knows about the account: `accounts` lists those it could be where that is not clear. */
export type OfAccount = { account?: SubjectId; previous?: PreviousOwner; accounts?: SubjectId[] };

/**
 * The account that a signal's prospect belongs to. Where none is known but the mail domain is a company's, and the
 * transition asks who had the account, the domain becomes an account, so that the next signal from there finds it.
 */
export function accountOf(plan: Plan, ask: AskOf<'signal-seen'>, transition: Transition): OfAccount {
  const { world } = plan;
  const keys = keysOfLead(ask.subject, ask.context.fields, ask.account);
  const match = matchAccount(keys, (key) => world.subjectNamed(key));
  if (match.found === 'several') return { accounts: match.accounts };
  if (match.found === 'one') {
    const previous = ownerAbove(world, match.account);
    return { account: match.account.id, ...(previous === undefined ? {} : { previous }) };
  }
  const domain = keys.find(({ type }) => type === 'domain');
  if (domain === undefined || !transition.route.some(({ use }) => use === 'owner')) return {};
  const subject = plan.id('su');
  const ref = plan.id('px');
  plan.name({ subject, keys: [domain] });
  plan.keep({ ref, of: { subject }, kind: 'context', body: { fields: { domain: companyDomain(domain.value) ?? '' } } });
  plan.add({ kind: 'subject-set', subject, type: 'account', ref, marks: ['from-domain'] });
  return { account: subject };
}

/** Who has an account, else the one above it, and so on. */
function ownerAbove(world: World, account: SubjectRow): PreviousOwner | undefined {
  let row: SubjectRow | undefined = account;
  for (let level = 0; row !== undefined && level < LEVELS_MAX; level++) {
    if (row.owner !== undefined)
      return { person: row.owner, at: row.ownedAt ?? 0, through: level === 0 ? 'account' : 'parent' };
    row = row.account === undefined ? undefined : world.subject(row.account);
  }
  return undefined;
}
