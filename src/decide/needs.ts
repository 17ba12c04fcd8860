// decide: what must be read before an arrival can be decided. Kept beside the decisions, so that they change together.

import type { Arrival } from '../words/arrival.ts';
import type { Needs } from '../words/journal.ts';

/** Adds to `needs` what this arrival's decision will look at. */
export function addNeeds(needs: Needs, arrival: Arrival): void {
  const { ask } = arrival;
  needs.commands.push(arrival.command);
  if ('handoff' in ask && ask.handoff !== undefined) needs.handoffs.push(ask.handoff);
  switch (ask.ask) {
    case 'signal-seen':
    case 'import-handoff':
      needs.subjects.push(ask.subject);
      return;
    case 'set-subject':
      needs.subjects.push(ask.subject, ...(ask.also ?? []), ...(ask.account === undefined ? [] : [ask.account]));
      return;
    case 'erase-subject':
      needs.subjectIds.push(ask.subject);
      return;
    case 'depart':
    case 'set-absence':
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
