// decide: the table. One ask, one file, one pure function: what becomes true and what do we owe, or a refusal.

import type { Arrival, AskKind } from '../words/arrival.ts';
import { decideEndAbsence, decideFeedFailed, decideSetAbsence, decideSetAbsences, decideSetFeed } from './absence.ts';
import { decideAccept, decideUndo } from './accept.ts';
import { decideAlarm } from './alarm.ts';
import { decideClose, decideRecycle } from './close.ts';
import { decideCompleteContext, decideResend, decideSee } from './context.ts';
import { decideFollowUp, decideMeeting, decideNextStep, decideOpportunity, decideTaskDone } from './follow-up.ts';
import { decideDelivered, decideDeliveryFailed, decideRetryMessage } from './message.ts';
import { decideOpen } from './open.ts';
import { decidePause, decideResume, decideRetime } from './pause.ts';
import { decideAnswer, decideQuestion } from './question.ts';
import { decideDepart, decideReassign } from './reassign.ts';
import { decideRecall, decideReject } from './reject.ts';
import {
  decideClockJump,
  decideCreateWorkspace,
  decideCreditTurn,
  decidePublishPolicy,
  decideSetEndpoint,
  decideSetPerson,
  decideSetTeam,
} from './roster.ts';
import { decideEraseSubject, decideImportHandoff, decideSetSubject } from './subject.ts';
import type { Decide, Decision, World } from './world.ts';

const TABLE: { [K in AskKind]: Decide<K> } = {
  'signal-seen': decideOpen,
  'complete-context': decideCompleteContext,
  see: decideSee,
  accept: decideAccept,
  'undo-accept': decideUndo,
  reject: decideReject,
  recall: decideRecall,
  question: decideQuestion,
  answer: decideAnswer,
  resend: decideResend,
  'follow-up': decideFollowUp,
  meeting: decideMeeting,
  opportunity: decideOpportunity,
  'set-next-step': decideNextStep,
  'task-done': decideTaskDone,
  pause: decidePause,
  resume: decideResume,
  retime: decideRetime,
  close: decideClose,
  recycle: decideRecycle,
  reassign: decideReassign,
  alarm: decideAlarm,
  delivered: decideDelivered,
  'delivery-failed': decideDeliveryFailed,
  'retry-message': decideRetryMessage,
  'create-workspace': decideCreateWorkspace,
  'publish-policy': decidePublishPolicy,
  'set-person': decideSetPerson,
  'set-team': decideSetTeam,
  'set-absence': decideSetAbsence,
  'end-absence': decideEndAbsence,
  'set-absences': decideSetAbsences,
  'set-feed': decideSetFeed,
  'feed-failed': decideFeedFailed,
  depart: decideDepart,
  'credit-turn': decideCreditTurn,
  'set-subject': decideSetSubject,
  'import-handoff': decideImportHandoff,
  'erase-subject': decideEraseSubject,
  'set-endpoint': decideSetEndpoint,
  'note-clock-jump': decideClockJump,
  unreadable: () => {
    throw new Error('Stored bytes that cannot be read are set aside before anything is decided.');
  },
};

/** Decides one arrival. Pure: the same world and arrival give the same decision in any year. */
export function decide(world: World, arrival: Arrival): Decision {
  const decideOne = TABLE[arrival.ask.ask] as (world: World, arrival: Arrival) => Decision;
  return decideOne(world, arrival);
}
