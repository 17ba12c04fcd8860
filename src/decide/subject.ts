// decide: what is known without being handed over: leads, accounts, opportunities, past handoffs; and forgetting.

import { keysOfAccount } from '../routing/match.ts';
import type { Arrival, AskOf, SubjectKey } from '../words/arrival.ts';
import type { SubjectId } from '../words/ids.ts';
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
  const { free, alike } = ask.type === 'account' ? namesOf(world, subject, ask) : NO_NAMES;
  if (known === undefined || (ask.also ?? []).length > 0 || free.length > 0)
    plan.name({ subject, keys: [...keys, ...free] });
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
    ...(alike.length === 0 ? {} : { alike }),
  });
  return plan.done(undefined, { subject });
}

type Alike = { by: string; subject: SubjectId };
const NO_NAMES: { free: SubjectKey[]; alike: Alike[] } = { free: [], alike: [] };

/**
 * The domain and the company name of an account: those that are free become its names; those under which another account
 * is known make the two alike, so that a prospect of that name is ambiguous. An account that was only a domain gives way.
 */
function namesOf(world: World, subject: SubjectId, ask: AskOf<'set-subject'>): { free: SubjectKey[]; alike: Alike[] } {
  const free: SubjectKey[] = [];
  const alike: Alike[] = [];
  for (const key of keysOfAccount(ask.subject, ask.also ?? [], ask.fields)) {
    const other = world.subjectNamed(key);
    if (other === undefined || other.type !== 'account' || other.marks.includes('from-domain')) free.push(key);
    else if (other.id !== subject) alike.push({ by: key.type, subject: other.id });
  }
  return { free, alike };
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
