// decide: a signal arrives. Does it open a handoff, join one that is live, or fall short of the criteria that both
// sides agreed? It never opens a twin, and what falls short is recorded with the criterion that it missed.

import { segmentFor, transitionsFor } from '../policy/compile.ts';
import type { Arrival, AskOf, Context } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { SubjectRow } from '../words/journal.ts';
import type { Facts, Policy, Transition, Urgency } from '../words/policy.ts';
import { refuse } from '../words/refusal.ts';
import { startClock } from './clocks.ts';
import { fieldsRefused, keepContext, mergeContext, sayOwed } from './context-fields.ts';
import { accountOf } from './match.ts';
import { offerOn } from './offer.ts';
import { senderFor } from './people.ts';
import type { Plan } from './plan.ts';
import { startPlan } from './plan.ts';
import { isWaiting } from './standing.ts';
import { meetingTasks } from './tasks.ts';
import type { Decision, World } from './world.ts';

type Seen = AskOf<'signal-seen'>;

/** What a person sends who names the transition: no policy has to declare it, and no trigger is asked. Criteria are. */
const BY_HAND = 'by-hand';

/** Opens, joins or notes, for every transition that takes the signal. Refused when no transition does. */
export function decideOpen(world: World, arrival: Arrival<Seen>): Decision {
  const { ask } = arrival;
  const policy = world.policy;
  if (policy === undefined) return { refused: refuse('signal/no-policy') };
  const signal = policy.doc.signals[ask.signal];
  const byHand = signal === undefined && ask.signal === BY_HAND && ask.transition !== undefined;
  if (signal === undefined && !byHand)
    return {
      refused: refuse('signal/unknown', { signal: ask.signal, signals: Object.keys(policy.doc.signals).join(', ') }),
    };
  const refused = fieldsRefused(policy.doc, ask.context);
  if (refused !== undefined) return { refused };
  const urgency: Urgency = ask.urgency ?? signal?.urgency ?? 'normal';
  const takers = byHand ? Object.values(policy.doc.transitions) : transitionsFor(policy, ask.signal);
  const named = takers.filter((t) => ask.transition === undefined || t.name === ask.transition);
  if (named.length === 0) return { refused: refuse('signal/no-transition', { signal: ask.signal }) };
  const facts = factsFor(policy, ask, urgency);
  const taking = named.filter(
    (t) => byHand || t.trigger.when === undefined || policy.test(t.trigger.when, facts).holds,
  );
  const plan = startPlan(world, arrival);
  const subject = world.subjectNamed(ask.subject);
  const id = subject?.id ?? plan.id('su');
  if (subject === undefined) plan.name({ subject: id, keys: [ask.subject] });
  const outcomes = taking.map((transition) => take(plan, policy, transition, id, subject, facts));
  if (taking.length === 0)
    for (const t of named) note(plan, t.name, id, ask.signal, [], "The trigger's condition does not hold.");
  const first = outcomes.find((o) => o.handoff !== undefined);
  return plan.done(first?.handoff, first ?? outcomes[0] ?? { outcome: 'not-taken' });
}

type Outcome = {
  outcome: 'opened' | 'attached' | 'not-qualified';
  handoff?: string;
  failed?: string[];
  reason?: string;
};

function factsFor(policy: Policy, ask: Seen, urgency: Urgency): Facts {
  const facts: Facts = { lead: ask.context.fields, signal: ask.signal, segment: '', urgency };
  return { ...facts, segment: segmentFor(policy, facts) };
}

function take(
  plan: Plan,
  policy: Policy,
  transition: Transition,
  subject: string,
  known: SubjectRow | undefined,
  facts: Facts,
): Outcome {
  const ask = plan.arrival.ask as Seen;
  const live =
    known === undefined ? undefined : plan.world.liveOf(subject).find((h) => h.transition === transition.name);
  if (live !== undefined) return attach(plan, live, facts.urgency);
  const failed = transition.criteria.filter((c) => !policy.test(c.when, facts).holds);
  if (failed.length > 0) {
    const names = failed.map((c) => c.name);
    note(plan, transition.name, subject, ask.signal, names, failed.map((c) => c.says).join('; '));
    return { outcome: 'not-qualified', failed: names, reason: failed.map((c) => c.says).join('; ') };
  }
  return { outcome: 'opened', handoff: openOne(plan, policy, transition, subject, known, facts, ask.context) };
}

function openOne(
  plan: Plan,
  policy: Policy,
  transition: Transition,
  subject: string,
  known: SubjectRow | undefined,
  facts: Facts,
  context: Context,
): string {
  const ask = plan.arrival.ask as Seen;
  const handoff = plan.id('ho');
  const sender = senderFor(plan.world, transition, ask.booker, known);
  const kept = keepContext(plan, subject, transition, context);
  const { missing } = kept;
  const toComplete = missing.length > 0 && !(facts.urgency === 'high' && transition.contextMayFollow);
  const rule = {
    world: plan.world,
    transition,
    handoff: { segment: facts.segment, urgency: facts.urgency },
    at: plan.at,
  };
  const prepare = toComplete ? startClock({ ...rule, name: 'prepare', owner: sender, run: plan.id('cl') }) : undefined;
  const account = accountOf(plan, ask, transition);
  plan.add({
    kind: 'handoff-opened',
    handoff,
    ...account,
    transition: transition.name,
    policy: policy.hash,
    subject,
    sender,
    segment: facts.segment,
    urgency: facts.urgency,
    signal: ask.signal,
    context: kept,
    marks: ask.test === true ? ['test'] : [],
    ...(prepare === undefined
      ? {}
      : {
          clocks: [{ do: 'start', clock: prepare }],
          nextStep: { what: sayOwed(missing), owner: sender, dueAt: prepare.dueAt },
        }),
  });
  if (prepare === undefined) offerOn(plan, handoff, facts);
  if (ask.meetingAt !== undefined) bookFirst(plan, handoff, transition, ask.meetingAt, ask.occurredAt);
  return handoff;
}

function bookFirst(plan: Plan, handoff: string, transition: Transition, meetingAt: number, occurredAt: number): void {
  plan.add({
    kind: 'meeting-booked',
    handoff,
    occurredAt,
    meetingAt,
    source: plan.arrival.via,
    tasks: meetingTasks(plan, plan.handoff(handoff), transition, meetingAt),
  });
}

/** A second signal joins the live handoff; it may raise urgency, which shortens the clock that runs for the receiver. */
function attach(plan: Plan, live: Handoff, urgency: Urgency): Outcome {
  const ask = plan.arrival.ask as Seen;
  const raised = live.urgency === 'normal' && urgency === 'high';
  const transition = plan.world.policyOf(live.policy)?.doc.transitions[live.transition];
  const old = live.clocks.accept;
  const running = old !== undefined && old.stoppedAt === undefined && old.paused === undefined ? old : undefined;
  const sooner =
    raised && transition !== undefined && running !== undefined
      ? startClock({
          world: plan.world,
          transition,
          handoff: { segment: live.segment, urgency: 'high' },
          name: 'accept',
          owner: running.owner,
          at: plan.at,
          run: running.run,
        })
      : undefined;
  const shortens = sooner !== undefined && running !== undefined && sooner.dueAt < running.dueAt;
  const merged = mergeContext(plan.world.context(live.context.ref), ask.context);
  const context =
    merged === undefined || transition === undefined ? undefined : keepContext(plan, live.subject, transition, merged);
  plan.add({
    kind: 'signal-attached',
    handoff: live.id,
    signal: ask.signal,
    urgency: raised ? 'high' : live.urgency,
    ...(context === undefined ? {} : { context }),
    ...(shortens
      ? {
          clocks: [{ do: 'start', clock: sooner }],
          nextStep: { what: 'Accept, ask or reject', owner: sooner.owner, dueAt: sooner.dueAt },
        }
      : {}),
  });
  // The signal may have brought what the sender still owed.
  if (live.stage === 'preparing' && !isWaiting(live) && context?.missing.length === 0) offerOn(plan, live.id);
  return { outcome: 'attached', handoff: live.id };
}

function note(plan: Plan, transition: string, subject: string, signal: string, failed: string[], why: string): void {
  plan.add({ kind: 'signal-noted', subject, transition, signal, failed, why });
}
