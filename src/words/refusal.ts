// words: every "no" that is an answer, in one table. A refusal is returned, never thrown; the API, the CLI and the
// screens show the same sentence, and each code has a page in the docs. `{name}` is filled from the facts.

export const REFUSALS = {
  'accept/not-offered': 'This handoff is not on offer: it is {stage}.',
  'accept/not-yours': 'This offer is with {to}, not with you. Ask {to}, or wait until it is offered to you.',
  'accept/already-accepted': '{by} accepted this handoff at {at}.',
  'accept/old-offer': 'That offer ended ({reason}); the handoff has moved on. Open it again to see who has it.',
  'undo/too-late': 'An acceptance can be undone for 10 seconds; this one is {ago} old. Reassign the handoff instead.',
  'undo/not-accepted': 'There is no acceptance of yours to undo: the handoff is {stage}.',
  'reject/not-offered': 'This handoff is not on offer: it is {stage}.',
  'reject/not-yours': 'This offer is with {to}, not with you.',
  'reject/unknown-reason': '"{reason}" is not a rejection reason of {transition}. Use one of: {reasons}.',
  'recall/not-sender': 'Only the sender, {sender}, can recall this handoff.',
  'recall/not-open': 'There is nothing to recall: the handoff is {stage}.',
  'context/not-yours': 'Only the sender, {sender}, can complete this handoff.',
  'context/closed': 'The handoff is closed; its context no longer changes.',
  'context/unknown-field': '"{field}" is not a field of this policy. Known fields: {fields}.',
  'context/wrong-type': 'The field "{field}" takes {type}; "{value}" is not one.',
  'resend/not-returned': 'Only a returned handoff can be sent again; this one is {stage}.',
  'question/not-open': 'Questions can be asked while a handoff is offered or accepted; this one is {stage}.',
  'answer/unknown-question': 'There is no question {question} on this handoff.',
  'answer/already-answered': 'That question was answered at {at}.',
  'follow-up/not-accepted': 'A follow-up belongs to an accepted handoff; this one is {stage}.',
  'follow-up/not-yours': 'Only the receiver, {receiver}, reports the follow-up.',
  'next-step/not-yours': 'Only the accountable person, {owner}, sets the next step.',
  'next-step/past': 'The next step is due {due}, which is not in the future. Give a later time.',
  'close/not-accepted': 'A handoff is closed from accepted or returned; this one is {stage}.',
  'close/not-yours': 'Only the accountable person, {owner}, closes this handoff.',
  'close/unknown-outcome': '"{outcome}" is not an outcome of {transition}. Use one of: {outcomes}.',
  'close/needs-criterion': 'Disqualifying names the criterion that was not met. Use one of: {criteria}.',
  'recycle/past': 'A recycled handoff wakes in the future; {until} is not.',
  'recycle/not-open': 'Only an accepted or returned handoff can be recycled; this one is {stage}.',
  'reassign/unknown-person': 'There is no active person "{to}".',
  'reassign/no-receiver':
    'Nobody has accepted this handoff yet (it is {stage}), so there is no receiver to change. Recall it, or wait for the offer.',
  'reassign/same-person': '{to} already has this role.',
  'reassign/self': '{to} is the sender; this transition does not hand over to oneself.',
  'handoff/closed': 'The handoff is closed ({outcome}).',
  'handoff/unknown': 'There is no handoff {handoff}.',
  'handoff/changed':
    'The handoff changed while you were looking: it is at version {version}, you sent {expected}. Read it again.',
  'actor/unknown': '"{actor}" is not an active person of this workspace.',
  'actor/needs-person': "This act is a person's; the key that was used belongs to no person.",
  'alarm/moved-on': 'The alarm is of an earlier run; the handoff moved on.',
  'alarm/early': 'The alarm is not due yet.',
  'message/unknown': 'There is no failed message {message} to retry.',
  'task/unknown': 'There is no open task {task} on this handoff.',
  'clock/not-running': 'The {clock} clock is not running.',
  'clock/not-paused': 'The {clock} clock is not paused.',
  'clock/pause-unbounded': 'A pause needs an end in the future and at most {days} days away; {until} is not.',
  'clock/cannot-pause': 'The {clock} clock cannot be paused: {why}.',
  'clock/unknown-cause': '"{cause}" is not a cause to pause for. Use one of: {causes}.',
  'clock/pause-used-up':
    'Clocks may stand still for {max} in all; of the {clock} clock {left} are left, and this pause would take {asked}.',
  'signal/unknown': '"{signal}" is not a signal of this policy. Known signals: {signals}.',
  'signal/no-transition': 'No transition takes the signal "{signal}".',
  'signal/no-policy': 'This workspace has no policy yet. Publish one first: baton policy publish FILE.',
  'roster/unknown-person': 'There is no person "{person}".',
  'roster/unknown-team': 'There is no team "{team}".',
  'roster/bad-value': 'The {field} of "{person}" is {value}: {why}.',
  'roster/already-left': '{person} has already left.',
  'absence/ends-first': 'The absence ends ({to}) before it starts ({from}).',
  'absence/unknown': '{person} has no absence {absence}.',
  'hours/unusable': 'The hours of {whose} cannot be used: {why}',
  'feed/none': '{person} has no calendar feed.',
  'policy/invalid': 'The policy has errors: {errors}',
  'policy/unknown-person': 'The policy names people who are not in the roster: {people}.',
  'pool/unknown': 'There is no pool "{pool}" in the policy.',
  'subject/unknown': 'There is no subject {subject}.',
  'import/unknown-transition': '"{transition}" is not a transition of the policy.',
  'import/out-of-order': 'The handoff closes ({closed}) before it opens ({opened}).',
  'command/other-body': 'This idempotency key was used before with another body.',
  'workspace/exists': 'The workspace exists already.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof REFUSALS;

export type Refusal = { code: RefusalCode; facts: Record<string, string | number>; sentence: string };

/** A refusal with its sentence. Facts that the sentence does not use still travel with it. */
export function refuse(code: RefusalCode, facts: Record<string, string | number> = {}): Refusal {
  const sentence = REFUSALS[code].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
  return { code, facts, sentence };
}
