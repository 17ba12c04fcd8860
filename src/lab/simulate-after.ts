// lab: what a receiver does after accepting: the follow-up, then a meeting, an opportunity, a next step in words, the end.

import type { Ask } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import { runningClocks } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { Transition } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { DAY, MINUTE } from '../words/time.ts';
import type { Dice } from './dice.ts';
import type { Range } from './simulate-habits.ts';
import type { Act, Mind } from './simulate-plan.ts';
import { act, diceOf, runs, shareOf, span } from './simulate-plan.ts';

export function receiverActs(mind: Mind): Act[] {
  const { h, scene } = mind;
  const { receiver } = h;
  if (h.stage !== 'accepted' || receiver === undefined) return [];
  const clock = h.clocks['follow-up'];
  if (h.facts.followedUpAt !== undefined || !runs(clock)) return worked(mind, receiver);
  const style = diceOf(scene, `${h.id} follow ${clock.run}`).weighted(scene.habits.followUp);
  if (style === 'never' && clock.breachedAt === undefined) return [];
  const share: Range = style === 'soon' ? scene.habits.followShare : scene.habits.followLateShare;
  return [
    act(
      mind,
      `follow/${clock.run}`,
      receiver,
      clock.startedAt,
      shareOf(clock.limitMs, share),
      (dice, at) => ({
        ask: 'follow-up',
        handoff: h.id,
        occurredAt: at - dice.int(0, 3) * MINUTE,
        channel: scene.wording.channel(dice),
      }),
      style === 'soon',
    ),
  ];
}

/** After the first follow-up: a meeting, an opportunity, a next step in words, the end. */
function worked(mind: Mind, receiver: PersonId): Act[] {
  const { h, scene, transition } = mind;
  const { meetingState, meetingAt, meetingFactAt, opportunityAt } = h.facts;
  const base = lastAt(h);
  const between = scene.habits.betweenMs;
  const dice = diceOf(scene, `${h.id} way ${meetingFactAt ?? 0}`);
  const does = (key: string, from: Instant, span: Range, make: (dice: Dice, at: Instant) => Ask): Act[] => [
    act(mind, key, receiver, from, span, make),
  ];
  if (meetingState === 'booked' && meetingAt !== undefined)
    return does(`meet/${meetingFactAt}`, Math.max(meetingAt, base), [4 * MINUTE, 25 * MINUTE], (own, at) => {
      const state = own.weighted(scene.habits.meeting);
      const moved = state === 'rescheduled' ? { meetingAt: at + span(own, scene.habits.meetingInMs) } : {};
      return {
        ask: 'meeting',
        handoff: h.id,
        state,
        occurredAt: Math.max(at - 3 * MINUTE, meetingFactAt ?? 0),
        source: 'calendar',
        ...moved,
      };
    });
  if (meetingState === undefined || meetingState === 'no-show') {
    if (dice.chance(meetingState === undefined ? scene.habits.book : scene.habits.book * 0.8))
      return does(`book/${meetingFactAt ?? 0}`, base, between, (own, at) => ({
        ask: 'meeting',
        handoff: h.id,
        state: 'booked',
        occurredAt: at,
        meetingAt: at + span(own, scene.habits.meetingInMs),
        source: 'calendar',
      }));
    return does('lost', base, between, (own, at) => lose(h, transition, at, own));
  }
  const selling = transition.outcomes.includes('opportunity');
  if (!dice.chance(scene.habits.succeed)) return does('lost', base, between, (own, at) => lose(h, transition, at, own));
  if (selling && opportunityAt === undefined)
    return does('opportunity', base, between, (own, at) => ({
      ask: 'opportunity',
      handoff: h.id,
      occurredAt: at,
      source: 'crm',
      external: `006${own.int(100_000, 999_999)}`,
    }));
  if (h.nextStep?.ref === undefined)
    return does('step', base, between, (own, at) => ({
      ask: 'set-next-step',
      handoff: h.id,
      text: scene.wording.nextStep(h, mind.context, own),
      dueAt: at + span(own, scene.habits.meetingInMs),
    }));
  return does('won', base, between, () => ({
    ask: 'close',
    handoff: h.id,
    outcome: transition.outcomes[0] ?? 'disqualified',
  }));
}

function lose(h: Handoff, transition: Transition, at: Instant, dice: Dice): Ask {
  const how = dice.weighted({ close: 55, disqualify: 20, recycle: 25 });
  const outcomes = transition.outcomes.slice(1).filter((outcome) => outcome !== 'disqualified');
  if (how === 'recycle') return recycle(h, at, dice);
  if (how === 'disqualify' || outcomes.length === 0) return disqualify(h, transition, undefined, dice);
  return { ask: 'close', handoff: h.id, outcome: dice.pick(outcomes) };
}

export function recycle(h: Handoff, from: Instant, dice: Dice): Ask {
  return { ask: 'recycle', handoff: h.id, until: from + dice.int(30, 120) * DAY, reason: 'not before the next budget' };
}

export function disqualify(h: Handoff, transition: Transition, criterion: string | undefined, dice: Dice): Ask {
  const named = criterion ?? (transition.criteria.length === 0 ? undefined : dice.pick(transition.criteria).name);
  return { ask: 'close', handoff: h.id, outcome: 'disqualified', ...(named === undefined ? {} : { criterion: named }) };
}

/** When something last happened here: plans count from it. */
function lastAt(h: Handoff): Instant {
  const { followedUpAt, meetingFactAt, opportunityAt } = h.facts;
  const started = runningClocks(h).map((clock) => clock.startedAt);
  return Math.max(h.openedAt, followedUpAt ?? 0, meetingFactAt ?? 0, opportunityAt ?? 0, ...started);
}
