// policy: the parts of a policy in plain words, for the diff and for people who have never seen the file.

import type {
  ClockName,
  Level,
  LevelAction,
  PolicyDoc,
  RejectionReason,
  Rung,
  SenderRule,
  TaskSpec,
  Urgency,
} from '../words/policy.ts';
import { sayDuration } from './duration.ts';
import { sayName } from './expand.ts';

/** 'a, b and c' */
export function listed(items: readonly string[], joint = 'and'): string {
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} ${joint} ${items.at(-1)}`;
}

const CLOCKS: Record<ClockName, string> = {
  prepare: 'Complete the context',
  hold: 'Wait for somebody to be at work for at most',
  accept: 'Accept',
  'follow-up': 'Follow up',
  context: 'Bring the missing context',
  'meeting-prep': 'Be prepared for the meeting',
  'next-step': 'Take the next step',
  return: 'Deal with a returned handoff',
  recycle: 'Wake a recycled prospect',
};

/** 'Accept within 30 min' */
export function sayLimit(clock: ClockName, ms: number, hours: 'business' | 'wall'): string {
  return `${CLOCKS[clock]} ${clock === 'hold' ? '' : 'within '}${sayDuration(ms, hours)}`;
}

const ACTIONS: Record<LevelAction, string> = {
  remind: 'remind',
  'warn-lead': 'warn the lead',
  reroute: 'offer it to the next receiver',
  fallback: 'give it to the fallback person',
  return: 'return it to the sender',
};

export function sayLevel(level: Level): string {
  if ('fraction' in level.at)
    return `${ACTIONS[level.do]} ${level.at.fraction === 1 ? 'when due' : `at ${Math.round(level.at.fraction * 100)} %`}`;
  return 'beforeMs' in level.at
    ? `${ACTIONS[level.do]} ${sayDuration(level.at.beforeMs)} before`
    : `${ACTIONS[level.do]} ${sayDuration(level.at.afterMs)} after`;
}

export function saySender(rule: SenderRule): string {
  if (rule === 'booker') return 'whoever booked it';
  if (rule === 'owner') return "the prospect's owner";
  return 'lead' in rule ? `the lead of ${rule.lead}` : rule.person;
}

export function sayRung(rung: Rung): string {
  const otherwise = { next: '', hold: ', waiting for them', fallback: ', or the fallback at once' }[
    rung.else ?? 'next'
  ];
  const again = rung.again === true ? ', once somebody had let it lie' : '';
  const condition = `${again}${rung.when === undefined ? '' : ` if ${rung.when}`}${otherwise}`;
  if (rung.use === 'round-robin') return `the next in turn of ${rung.pool}${condition}`;
  if (rung.use === 'least-loaded') return `the least loaded of ${rung.pool}${condition}`;
  if (rung.use === 'claim') return `the first of ${rung.pool} to claim it${condition}`;
  if (rung.use === 'territory')
    return `the owner of the territory${rung.of === undefined ? '' : ` (${listed(rung.of, 'or')})`}${condition}`;
  if (rung.use === 'lead') return `the lead of ${rung.team}${condition}`;
  if (rung.use === 'person') return `${rung.person}${condition}`;
  return `the previous owner${rung.withinMs === undefined ? '' : ` of the last ${sayDuration(rung.withinMs, 'wall')}`}${condition}`;
}

export function sayTask(task: TaskSpec): string {
  const moment = { offered: 'the offer', accepted: 'the acceptance', meeting: 'the meeting' }[task.after];
  const when =
    task.offsetMs === 0
      ? `at ${moment}`
      : `${sayDuration(Math.abs(task.offsetMs))} ${task.offsetMs < 0 ? 'before' : 'after'} ${moment}`;
  const remind = task.remindMs === undefined ? '' : `, reminded ${sayDuration(task.remindMs)} before`;
  return `"${task.title}" for the ${typeof task.for === 'string' ? task.for : `person ${task.for.person}`}, ${when}${remind}`.replace(
    'the person ',
    '',
  );
}

const THEN: Record<RejectionReason['then'], string> = {
  return: 'goes back to the sender',
  reroute: 'goes to the next receiver',
  recycle: 'is called again later',
  disqualify: 'is disqualified',
};

export function sayRejection(reason: RejectionReason): string {
  const later = reason.recycleMs === undefined ? '' : ` after ${sayDuration(reason.recycleMs, 'wall')}`;
  return `"${reason.says}" (${reason.criterion}) ${THEN[reason.then]}${later}${reason.creditable ? ', and the receiver gets the turn back' : ''}`;
}

/** Whom a limit is for: 'Urgent, enterprise'; empty for everyone. */
export function sayGroup(segment: string | undefined, urgency: Urgency | undefined): string {
  const parts = [urgency === undefined ? '' : urgency === 'high' ? 'urgent' : 'not urgent', segment ?? ''].filter(
    (part) => part !== '',
  );
  return sayName(parts.join(', ')).replace(/,(?=\S)/, ', ');
}

/** What a signal says, in quotes. */
export function saySignal(doc: PolicyDoc, signal: string): string {
  return `"${doc.signals[signal]?.says ?? signal}"`;
}
