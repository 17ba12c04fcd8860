// decide: what is known without being handed over: leads, accounts, opportunities, past handoffs; and forgetting.

import type { Arrival, AskOf } from '../words/arrival.ts';
import { refuse } from '../words/refusal.ts';
import { whenText } from './checks.ts';
import { startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';

/** A lead, account or opportunity from an import or a connector; the same one again updates it. */
export function decideSetSubject(world: World, arrival: Arrival<AskOf<'set-subject'>>): Decision {
  const { ask } = arrival;
  const plan = startPlan(world, arrival);
  const known = world.subjectNamed(ask.subject);
  const subject = known?.id ?? plan.id('su');
  const keys = [ask.subject, ...(ask.also ?? [])];
  if (known === undefined || (ask.also ?? []).length > 0) plan.name({ subject, keys });
  const account = ask.account === undefined ? undefined : world.subjectNamed(ask.account)?.id;
  const ref = plan.id('px');
  plan.keep({ ref, of: { subject }, kind: 'context', body: { fields: ask.fields } });
  plan.add({
    kind: 'subject-set',
    subject,
    type: ask.type,
    ref,
    marks: ask.marks,
    ...(ask.owner === undefined ? {} : { owner: ask.owner }),
    ...(account === undefined ? {} : { account }),
    ...(ask.stage === undefined ? {} : { stage: ask.stage }),
  });
  return plan.done(undefined, { subject });
}

/** A handoff that ended before Baton: kept as history, closed, marked; a handoff to oneself is kept and marked too. */
export function decideImportHandoff(world: World, arrival: Arrival<AskOf<'import-handoff'>>): Decision {
  const { ask } = arrival;
  if (ask.closedAt < ask.openedAt)
    return {
      refused: refuse('import/out-of-order', { closed: whenText(ask.closedAt), opened: whenText(ask.openedAt) }),
    };
  for (const person of [ask.sender, ask.receiver]) {
    if (!world.roster.people.has(person)) return { refused: refuse('roster/unknown-person', { person }) };
  }
  const plan = startPlan(world, arrival);
  const known = world.subjectNamed(ask.subject);
  const subject = known?.id ?? plan.id('su');
  if (known === undefined) plan.name({ subject, keys: [ask.subject] });
  const handoff = plan.id('ho');
  const ref = plan.id('px');
  plan.keep({ ref, of: { subject }, kind: 'context', body: { fields: ask.fields } });
  plan.add({
    kind: 'handoff-imported',
    handoff,
    transition: ask.transition,
    policy: world.policy?.hash ?? 'none',
    subject,
    sender: ask.sender,
    receiver: ask.receiver,
    openedAt: ask.openedAt,
    closedAt: ask.closedAt,
    outcome: ask.outcome,
    segment: 'imported',
    signal: ask.signal,
    ref,
    marks: ['imported', ...(ask.sender === ask.receiver ? ['self-handoff'] : [])],
    source: ask.source,
    ...(ask.acceptedAt === undefined ? {} : { acceptedAt: ask.acceptedAt }),
  });
  return plan.done(handoff, { imported: true });
}

/** Forgets a person: their key and every private item go; the ledger keeps ids, codes and times. */
export function decideEraseSubject(world: World, arrival: Arrival<AskOf<'erase-subject'>>): Decision {
  const { subject } = arrival.ask;
  if (world.subject(subject) === undefined) return { refused: refuse('subject/unknown', { subject }) };
  const plan = startPlan(world, arrival);
  plan.add({ kind: 'subject-erased', subject });
  return { ...plan.done(undefined, { erased: true }), erase: [subject] };
}
