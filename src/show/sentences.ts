// show: every event as one plain sentence. A new kind of event without a sentence is a compile error.
// Sentences name colleagues, never the prospect: they may stand in streams and feeds without carrying private data.

import { type Event, type HandoffEvent, isHandoffEvent, type OtherEvent } from '../words/event.ts';
import type { LevelDo } from '../words/handoff.ts';
import type { FeedFault } from '../words/roster.ts';
import { plainSpan, plainTime } from './instants.ts';
import type { Names } from './names.ts';

type ReasonOf<K extends HandoffEvent['kind']> = Extract<HandoffEvent, { kind: K; reason: string }>['reason'];

const WITHDRAWN: Record<ReasonOf<'offer-withdrawn'>, string> = {
  expired: 'it was not accepted in time',
  recalled: 'the sender took it back',
  departed: 'this person left',
  away: 'this person is away',
  reassigned: 'it was given to somebody else',
};

const RETURNED: Record<ReasonOf<'handoff-returned'>, string> = {
  rejected: 'it was rejected',
  recalled: 'the sender took it back',
  expired: 'nobody accepted it in time',
  'nobody-left': 'there is nobody left to offer it to',
};

/** Why a calendar was not taken over, in words; the calendar's own text is never repeated. */
export const FEED_FAULTS: Record<FeedFault, string> = {
  unreachable: 'the address did not answer',
  'refused-address': 'Baton may not call this address',
  'answered-error': 'the address answered with an error',
  'too-large': 'the file is too large',
  'not-a-calendar': 'what the address answered is not a calendar',
  'bad-line': 'a line of it could not be read',
};

export type Teller = { names: Names; zone: string };

/** What happened, in one sentence. Times are told in the teller's zone. */
export function sentenceOf(event: Event, teller: Teller): string {
  return isHandoffEvent(event) ? handoffSentence(event, teller) : otherSentence(event, teller);
}

function handoffSentence(event: HandoffEvent, { names, zone }: Teller): string {
  const who = (id: string) => (id === 'clock' ? 'The clock' : id === 'system' ? 'Baton' : names.of(id));
  const when = (at: number) => plainTime(at, zone);
  switch (event.kind) {
    case 'handoff-opened':
      return `Opened for ${event.transition} after "${event.signal}"; ${who(event.sender)} prepares it${missing(event.context.missing)}.`;
    case 'signal-attached':
      return `Another signal came for the same prospect: "${event.signal}"${event.urgency === 'high' ? ', urgent' : ''}.`;
    case 'context-completed':
      return `${who(event.by)} completed the context${missing(event.missing)}.`;
    case 'handoff-held':
      return `Nobody is free yet; it waits until ${when(event.until)} at the latest.`;
    case 'handoff-offered':
      return `Offered to ${who(event.to)}${event.decision.usedFallback ? ', as the fallback' : ''}.`;
    case 'offer-withdrawn':
      return `The offer to ${who(event.from)} ended: ${WITHDRAWN[event.reason]}.`;
    case 'handoff-seen':
      return `${who(event.by)} opened it.`;
    case 'handoff-accepted':
      return `${who(event.by)} accepted and is accountable now.`;
    case 'acceptance-undone':
      return `${who(event.by)} took the acceptance back.`;
    case 'handoff-rejected':
      return `${who(event.by)} rejected it: ${event.reason} (criterion: ${event.criterion}).`;
    case 'handoff-returned':
      return `It is back with the sender: ${RETURNED[event.reason]}.`;
    case 'question-asked':
      return `${who(event.by)} asked about ${event.about}.`;
    case 'question-answered':
      return `${who(event.by)} answered the question.`;
    case 'followed-up':
      return `${who(event.by)} followed up${event.channel === undefined ? '' : ` by ${event.channel}`}.`;
    case 'meeting-booked':
      return `A meeting was booked for ${when(event.meetingAt)}.`;
    case 'meeting-rescheduled':
      return `The meeting moved to ${when(event.meetingAt)}.`;
    case 'meeting-held':
      return 'The meeting took place.';
    case 'meeting-no-show':
      return 'The prospect did not come to the meeting.';
    case 'opportunity-created':
      return 'An opportunity was created.';
    case 'next-step-set':
      return `${who(event.by)} set the next step${event.nextStep === undefined ? '' : `, due ${when(event.nextStep.dueAt)}`}.`;
    case 'task-done':
      return `${who(event.by)} finished a task.`;
    case 'task-reminded':
      return `${who(event.owner)} was reminded of a task, due ${when(event.dueAt)}.`;
    case 'task-missed':
      return `A task of ${who(event.owner)} was not done by ${when(event.dueAt)}; it can still be done.`;
    case 'absence-noted':
      return event.from === undefined
        ? `${who(event.person)} stays after all; the offer stays too.`
        : `${who(event.person)} goes away at ${when(event.from)}; the offer goes to somebody else then.`;
    case 'clock-paused':
      return `${who(event.by)} paused a clock.`;
    case 'clock-resumed':
      return `${who(event.by)} let a paused clock run again.`;
    case 'clock-retimed':
      return `${who(event.by)} computed the ${event.name} clock again: ${event.reason}.`;
    case 'level-reached':
      return `The ${event.name} clock ${atLevel(event.action, who(event.tell))}${event.lateMs > 0 ? `; this came ${plainSpan(event.lateMs)} late` : ''}.`;
    case 'clock-breached':
      return `The ${event.name} clock of ${who(event.owner)} ran out at ${when(event.dueAt)}.`;
    case 'handoff-reassigned':
      return `${who(event.by)} made ${who(event.to)} the ${event.role} in place of ${who(event.from)}: ${event.reason}.`;
    case 'handoff-closed':
      return `${who(event.by)} closed it: ${event.outcome}${event.criterion === undefined ? '' : ` (criterion: ${event.criterion})`}.`;
    case 'handoff-recycled':
      return `${who(event.by)} put it aside until ${when(event.until)}: ${event.reason}.`;
    case 'handoff-woken':
      return 'The date came: a new handoff was opened for the prospect.';
    case 'message-failed':
      return `A message to ${who(event.to)} could not be delivered (${event.reason}); ${who(event.tell)} was told.`;
    case 'handoff-imported':
      return `Imported from ${event.source}: from ${who(event.sender)} to ${who(event.receiver)}, closed as ${event.outcome}.`;
  }
}

function otherSentence(event: OtherEvent, { names, zone }: Teller): string {
  const who = (id: string) => (id === 'system' ? 'Baton' : names.of(id));
  switch (event.kind) {
    case 'workspace-created':
      return `The workspace "${event.name}" was created.`;
    case 'policy-published':
      return `${who(event.by)} published a policy (${event.policy.slice(0, 12)}).`;
    case 'person-set':
      return `The entry of ${who(event.person.id)} was set.`;
    case 'team-set':
      return `The team "${event.team.name}" was set.`;
    case 'absence-set':
      return `${who(event.person)} is away from ${plainTime(event.absence.from, zone)} to ${plainTime(event.absence.to, zone)}.`;
    case 'absences-replaced':
      return `The absences of ${who(event.person)} were read from ${event.source === 'ics' ? 'their calendar' : 'a file'}: ${event.absences.length}.`;
    case 'feed-set':
      return event.ref === undefined
        ? `The calendar of ${who(event.person)} is no longer read.`
        : `The calendar of ${who(event.person)} is read from now on.`;
    case 'feed-failed':
      return `The calendar of ${who(event.person)} was not taken over: ${FEED_FAULTS[event.why]}${event.line === undefined ? '' : ` (line ${event.line})`}. What was known of it stays.`;
    case 'absence-ended':
      return `${who(event.person)} is back.`;
    case 'person-departed':
      return `${who(event.person)} left; everything they held was given to others.`;
    case 'turn-credited':
      return `${who(event.by)} gave ${who(event.person)} a turn back in ${event.pool}: ${event.reason}.`;
    case 'subject-set':
      return `A ${event.type} was set${event.owner === undefined ? '' : `, owned by ${who(event.owner)}`}.`;
    case 'subject-erased':
      return "A prospect's personal data was erased.";
    case 'signal-noted':
      return `The signal "${event.signal}" started no handoff: ${event.why}.`;
    case 'endpoint-set':
      return `The endpoint ${event.endpoint.id} was ${event.endpoint.active ? 'set' : 'switched off'}.`;
    case 'messages-delivered':
      return event.messages.length === 1
        ? 'A message was delivered.'
        : `${event.messages.length} messages were delivered.`;
    case 'message-retried':
      return `${who(event.by)} had a failed message sent again.`;
    case 'webhook-failed':
      return `Events could not be posted to the endpoint ${event.endpoint} (${event.reason}); ${who(event.tell)} was told.`;
    case 'arrival-set-aside':
      return `Something that arrived (${event.ask}) could not be decided and was set aside: ${event.reason}.`;
    case 'clock-jumped':
      return `The machine's clock jumped by ${plainSpan(event.byMs)}.`;
  }
}

function atLevel(action: LevelDo, whom: string): string {
  switch (action) {
    case 'remind':
      return `reminded ${whom}`;
    case 'warn-lead':
      return `warned ${whom}`;
    case 'reroute':
      return 'ran out for this offer: it goes to the next in turn';
    case 'fallback':
      return `gave it to the fallback, ${whom}`;
    case 'return':
      return 'gave it back to the sender';
    case 'away':
      return `came to the time at which ${whom} goes away`;
    case 'escalate':
      return `has run out and nobody acted: ${whom} was told again`;
  }
}

function missing(fields: string[]): string {
  if (fields.length === 0) return '';
  return `, still missing: ${fields.map((field) => field.replace(/^note\./, '').replaceAll('-', ' ')).join(', ')}`;
}
