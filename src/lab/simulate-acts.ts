// lab: what the people of a simulated organisation are going to do with a handoff, and when. One function for the demo's
// day, its history and whole simulations. Nothing is remembered: the same handoff in the same state gives the same plans
// (the dice are seeded with the state's name), so a restart changes nobody's mind and no act is done twice.

import type { Ask, Context } from '../words/arrival.ts';
import type { Clock, Handoff, Task } from '../words/handoff.ts';
import { isLive } from '../words/handoff.ts';
import type { Instant } from '../words/time.ts';
import { MINUTE, SECOND } from '../words/time.ts';
import type { Dice } from './dice.ts';
import { disqualify, receiverActs, recycle } from './simulate-after.ts';
import type { Range } from './simulate-habits.ts';
import type { Act, Mind, Scene } from './simulate-plan.ts';
import { act, diceOf, runs, shareOf } from './simulate-plan.ts';

/** Everything that is planned for a live handoff as it stands; nothing for one that is closed. */
export function actsOf(h: Handoff, context: Context | undefined, scene: Scene): Act[] {
  const transition = scene.transition(h);
  if (!isLive(h) || transition === undefined) return [];
  const mind: Mind = { h, context, transition, scene };
  return [...senderActs(mind), ...offerActs(mind), ...receiverActs(mind), ...taskActs(mind)];
}

function senderActs(mind: Mind): Act[] {
  const { h, context, scene } = mind;
  const acts: Act[] = [];
  const { prepare, return: back, context: debt } = h.clocks;
  const owed = runs(prepare) ? prepare : runs(debt) ? debt : undefined;
  if (owed !== undefined && h.context.missing.length > 0)
    acts.push(
      act(mind, `complete/${owed.run}`, h.sender, owed.startedAt, scene.habits.completeMs, (dice) => ({
        ask: 'complete-context',
        handoff: h.id,
        context: scene.wording.complete(h, context, h.context.missing, dice),
        writingMs: dice.int(18, 110) * SECOND,
      })),
    );
  for (const question of h.questions)
    if (question.answeredAt === undefined)
      acts.push(
        act(mind, `answer/${question.id}`, h.sender, question.at, scene.habits.answerMs, (dice) => ({
          ask: 'answer',
          handoff: h.id,
          question: question.id,
          text: scene.wording.answer(h, context, question.about, dice),
        })),
      );
  if (h.stage === 'returned' && runs(back))
    acts.push(
      act(mind, `back/${back.run}`, h.sender, back.startedAt, scene.habits.returnMs, (dice) =>
        afterReturn(mind, back, dice),
      ),
    );
  return acts;
}

function afterReturn({ h, context, transition, scene }: Mind, back: Clock, dice: Dice): Ask {
  const choice =
    h.declined.length > 1 ? dice.pick(['recycle', 'close'] as const) : dice.weighted(scene.habits.returned);
  if (choice === 'resend') return { ask: 'resend', handoff: h.id, context: scene.wording.improve(h, context, dice) };
  if (choice === 'recycle') return recycle(h, back.startedAt, dice);
  return disqualify(h, transition, h.rejection?.criterion, dice);
}

function offerActs(mind: Mind): Act[] {
  const { h, context, transition, scene } = mind;
  const { offer } = h;
  const clock = h.clocks.accept;
  if (h.stage !== 'offered' || offer === undefined || !runs(clock)) return [];
  const dice = diceOf(scene, `${h.id} offer ${offer.id}`);
  const style = dice.weighted(scene.habits.offer);
  const acts: Act[] = [];
  if (h.facts.seenAt === undefined)
    acts.push(
      act(mind, `see/${offer.id}`, offer.to, offer.at, [20 * SECOND, Math.min(4 * MINUTE, clock.limitMs / 4)], () => ({
        ask: 'see',
        handoff: h.id,
      })),
    );
  const share: Range = style === 'late' ? scene.habits.lateShare : scene.habits.soonShare;
  const within = shareOf(clock.limitMs, share);
  const accept = (base: Instant, span: Range): Act =>
    act(
      mind,
      `accept/${offer.id}`,
      offer.to,
      base,
      span,
      () => ({ ask: 'accept', handoff: h.id, offer: offer.id }),
      style !== 'late',
    );
  if (style === 'soon' || style === 'late') acts.push(accept(offer.at, within));
  else if (style === 'reject') {
    const reason = dice.pick(transition.rejections).name;
    acts.push(
      act(mind, `reject/${offer.id}`, offer.to, offer.at, within, (own) => ({
        ask: 'reject',
        handoff: h.id,
        offer: offer.id,
        reason,
        text: scene.wording.rejection(h, context, reason, own),
      })),
    );
  } else if (style === 'ask') {
    const asked = h.questions.find((question) => question.by === offer.to);
    if (asked === undefined)
      acts.push(
        act(mind, `ask/${offer.id}`, offer.to, offer.at, shareOf(clock.limitMs, [0.05, 0.3]), (own) => ({
          ask: 'question',
          handoff: h.id,
          ...scene.wording.question(h, context, own),
        })),
      );
    else
      acts.push(
        accept(
          asked.answeredAt ?? asked.at,
          asked.answeredAt === undefined ? shareOf(clock.limitMs, [0.5, 0.8]) : [MINUTE, 5 * MINUTE],
        ),
      );
  }
  return acts;
}

function taskActs(mind: Mind): Act[] {
  const { h, scene } = mind;
  return h.tasks.flatMap((task): Act[] => {
    if (task.state !== 'open' || !diceOf(scene, `${h.id} task ${task.id}`).chance(scene.habits.taskDone)) return [];
    const from = taskFrom(h, task);
    return [
      act(
        mind,
        `task/${task.id}`,
        task.owner,
        from,
        shareOf(Math.max(task.dueAt - from, 10 * MINUTE), [0.3, 0.9]),
        () => ({
          ask: 'task-done',
          handoff: h.id,
          task: task.id,
        }),
      ),
    ];
  });
}

function taskFrom(h: Handoff, task: Task): Instant {
  return Math.min(task.dueAt, h.acceptedAt ?? h.offer?.at ?? h.openedAt);
}
