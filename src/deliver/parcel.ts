// deliver: one message, made ready: where it goes, what is sent, and what a failure says about the destination.
// Facts are gathered and words are chosen at this moment and not before, so that nothing personal waits in a queue.

import { Fault } from '../words/fault.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Intent } from '../words/intent.ts';
import type { Claimed } from '../words/journal.ts';
import type { Ended } from './lanes.ts';
import { renderMessage } from './messages.ts';
import { oneLine } from './plain-words.ts';
import type { PostDeps } from './post-deps.ts';
import type { Receipt } from './receipts.ts';

/** Sends at one time to the mail server on behalf of one workspace, and to one endpoint. */
export type LaneSizes = { emailSendsMax: number; webhookSendsMax: number };

/** A message under a lease. */
export type Job = { claim: Claimed; intent: Intent };

/** What to send, ready, or that there is nothing left to tell. */
export async function pack(
  deps: PostDeps,
  { claim, intent }: Job,
): Promise<{ send(): Promise<void> } | { gone: string }> {
  const facts = await deps.facts(claim.workspace, intent);
  if ('gone' in facts) return facts;
  if ('event' in facts) {
    if (!facts.endpoint.active) return { gone: 'The endpoint is switched off.' };
    return { send: () => deps.outlets.webhook({ id: intent.id, facts }) };
  }
  const { email, name } = facts.to;
  if (email === undefined || email === '') throw new Fault('deliver/no-address');
  const rendered = renderMessage(facts);
  const to = { name: oneLine(name), address: email };
  return { send: () => deps.outlets.email({ id: intent.id, thread: facts.handoff, to, at: facts.nowAt, ...rendered }) };
}

/** The receipt that switches off the endpoint of a webhook which wants no more calls. */
export async function switchOff(deps: PostDeps, { claim, intent }: Job): Promise<Receipt[]> {
  const facts = await deps.facts(claim.workspace, intent);
  if (!('event' in facts)) return [];
  return [{ ask: { ask: 'set-endpoint', endpoint: { ...facts.endpoint, active: false } } }];
}

/** The destination of a message, and how many may be sent to it at one time. */
export function laneOf(workspace: WorkspaceId, intent: Intent, limits: LaneSizes): [key: string, sendsMax: number] {
  if (intent.kind === 'tell-person') return [`${workspace} email`, limits.emailSendsMax];
  return [`${workspace} ${intent.endpoint}`, limits.webhookSendsMax];
}

/** What a failed send says about its destination. */
export function endedBy(error: unknown): Ended {
  if (!(error instanceof Fault)) return { how: 'neutral' };
  if (error.retryAfterMs !== undefined) return { how: 'slow-down', afterMs: error.retryAfterMs };
  switch (error.code) {
    case 'deliver/unreachable':
    case 'deliver/server-error':
    case 'deliver/unknown-outcome':
      return { how: 'failed' };
    case 'deliver/rejected':
    case 'deliver/rate-limited':
      return { how: 'answered' };
    default:
      return { how: 'neutral' };
  }
}
