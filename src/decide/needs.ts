// decide: what must be read before an arrival can be decided. Kept beside the decisions, so that they change together.

import { keysOfAccount, keysOfLead } from '../routing/match.ts';
import type { Arrival, AskKind } from '../words/arrival.ts';
import type { Loaded, Needs } from '../words/journal.ts';
import type { Fields } from '../words/policy.ts';

/** Adds to `needs` what this arrival's decision will look at. */
export function addNeeds(needs: Needs, arrival: Arrival): void {
  const { ask } = arrival;
  needs.commands.push(arrival.command);
  if ('handoff' in ask && ask.handoff !== undefined) needs.handoffs.push(ask.handoff);
  switch (ask.ask) {
    case 'signal-seen':
      // A body that is broken inside is set aside when it is decided; reading for it must not fail before that.
      needs.subjects.push(ask.subject, ...keysOfLead(ask.subject, fieldsIn(ask.context), ask.account));
      return;
    case 'import-handoff':
      needs.subjects.push(ask.subject);
      return;
    case 'set-subject':
      needs.subjects.push(ask.subject, ...(ask.also ?? []), ...(ask.account === undefined ? [] : [ask.account]));
      if (ask.type === 'account') needs.subjects.push(...keysOfAccount(ask.subject, ask.also ?? [], ask.fields ?? {}));
      return;
    case 'erase-subject':
      needs.subjectIds.push(ask.subject);
      return;
    case 'depart':
    case 'set-absence':
    case 'set-absences':
    case 'end-absence':
      needs.people.push(ask.person);
      return;
    case 'delivered':
      needs.messages.push(...ask.messages);
      return;
    case 'delivery-failed':
    case 'retry-message':
      needs.messages.push(ask.message);
      return;
    default:
      return;
  }
}

function fieldsIn(context: { fields?: Fields } | undefined): Fields {
  return context?.fields ?? {};
}

/** Asks that can give a handoff, and with it the account, to somebody else. */
const TAKE_OVER: ReadonlySet<AskKind> = new Set(['accept', 'undo-accept', 'reassign', 'depart', 'alarm']);

/** The accounts that only a first reading can name: those of handoffs that may change hands, and those above accounts. */
export function accountsToRead(loaded: Loaded, arrivals: readonly Arrival[]): string[] {
  const wanted = new Set<string>();
  if (arrivals.some(({ ask }) => TAKE_OVER.has(ask.ask)))
    for (const { account } of loaded.handoffs.values()) if (account !== undefined) wanted.add(account);
  if (arrivals.some(({ ask }) => ask.ask === 'signal-seen')) {
    for (const row of loaded.subjectsById.values())
      if (row.type === 'account' && row.owner === undefined && row.account !== undefined) wanted.add(row.account);
  }
  return [...wanted].filter((id) => !loaded.subjectsById.has(id));
}
