// decide: receipts come back. A promise to tell someone ends as delivered, or visibly failed and told to a person.

import type { Arrival, AskOf } from '../words/arrival.ts';
import { refuse } from '../words/refusal.ts';
import { lastRung, leadOf } from './people.ts';
import { startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';
import { nothingNew } from './world.ts';

export function decideDelivered(world: World, arrival: Arrival<AskOf<'delivered'>>): Decision {
  const messages = arrival.ask.messages.filter((id) => {
    const message = world.message(id);
    return message !== undefined && message.state !== 'delivered';
  });
  if (messages.length === 0) return nothingNew(undefined);
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'messages-delivered', messages });
  return plan.done();
}

/** The last attempt failed: the dead letter is shown, and the recipient's lead is told, once. */
export function decideDeliveryFailed(world: World, arrival: Arrival<AskOf<'delivery-failed'>>): Decision {
  const { ask } = arrival;
  const message = world.message(ask.message);
  if (message === undefined || message.state === 'dead' || message.state === 'delivered') return nothingNew(undefined);
  const plan = startPlan(world, arrival);
  const { intent } = message;
  if (intent.kind === 'post-webhook') {
    plan.add({
      kind: 'webhook-failed',
      message: ask.message,
      endpoint: intent.endpoint,
      reason: ask.reason,
      tell: lastRung(world),
    });
    return plan.done();
  }
  const tell = leadOf(world, intent.to);
  plan.add({
    kind: 'message-failed',
    handoff: intent.handoff,
    message: ask.message,
    to: intent.to,
    reason: ask.reason,
    tell,
  });
  // A warning about a failed warning would never end; the dead letter stays on the screen.
  if (intent.about !== 'promise-failed' && tell !== intent.to) plan.tell(tell, 'promise-failed', intent.handoff);
  return plan.done(intent.handoff);
}

export function decideRetryMessage(world: World, arrival: Arrival<AskOf<'retry-message'>>): Decision {
  const message = world.message(arrival.ask.message);
  if (message === undefined || message.state !== 'dead')
    return { refused: refuse('message/unknown', { message: arrival.ask.message }) };
  const plan = startPlan(world, arrival);
  plan.add({
    kind: 'message-retried',
    message: message.id,
    by: arrival.actor.kind === 'person' ? arrival.actor.id : 'system',
  });
  return { ...plan.done(), retry: [message.id] };
}
