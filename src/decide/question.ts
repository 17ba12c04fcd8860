// decide: the receiver asks, the sender answers; both texts stay private items, the ledger knows what they are about.

import type { Arrival, AskOf } from '../words/arrival.ts';
import { refuse } from '../words/refusal.ts';
import { isRefusal, liveHandoff, whenText, whoAsks } from './checks.ts';
import { startPlan } from './plan.ts';
import type { Decision, World } from './world.ts';

export function decideQuestion(world: World, arrival: Arrival<AskOf<'question'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  if (h.stage !== 'offered' && h.stage !== 'accepted')
    return { refused: refuse('question/not-open', { stage: h.stage }), handoff: h.id };
  const plan = startPlan(world, arrival);
  const ref = plan.id('px');
  const question = plan.id('qu');
  plan.keep({ ref, of: { subject: h.subject }, kind: 'question', body: ask.text });
  plan.add({ kind: 'question-asked', handoff: h.id, question, about: ask.about, by, ref });
  plan.tell(h.sender, 'asked', h.id);
  return plan.done(h.id, { question });
}

export function decideAnswer(world: World, arrival: Arrival<AskOf<'answer'>>): Decision {
  const { ask } = arrival;
  const h = liveHandoff(world, ask.handoff);
  if (isRefusal(h)) return { refused: h };
  const by = whoAsks(world, arrival);
  if (isRefusal(by)) return { refused: by, handoff: h.id };
  const question = h.questions.find((q) => q.id === ask.question);
  if (question === undefined)
    return { refused: refuse('answer/unknown-question', { question: ask.question }), handoff: h.id };
  if (question.answeredAt !== undefined)
    return { refused: refuse('answer/already-answered', { at: whenText(question.answeredAt) }), handoff: h.id };
  const plan = startPlan(world, arrival);
  const ref = plan.id('px');
  plan.keep({ ref, of: { subject: h.subject }, kind: 'answer', body: ask.text });
  plan.add({ kind: 'question-answered', handoff: h.id, question: question.id, by, ref });
  plan.tell(question.by, 'answered', h.id);
  return plan.done(h.id, { answered: true });
}
