// lab: what the people of the demo company write, in the words of the prospect's story.

import type { Context } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import { ANSWERS, NEXT_STEPS, QUESTIONS, REJECTED, REJECTED_OTHERWISE } from './demo-phrases.ts';
import type { Prospect } from './demo-story.ts';
import { completionOf, drawCompany, noteOf, prospectOf, tell } from './demo-story.ts';
import type { Wording } from './simulate-plan.ts';
import { diceOf } from './simulate-plan.ts';

export const DEMO_WORDING: Wording = {
  complete: (h, context, missing, dice) => completionOf(storyOf(h, context), h.signal, missing, dice),
  question(h, context, dice) {
    const { about, text } = dice.pick(QUESTIONS);
    return { about, text: tell([text], storyOf(h, context), dice) };
  },
  answer: (h, context, _about, dice) => tell(ANSWERS, storyOf(h, context), dice),
  rejection: (h, context, reason, dice) => tell(REJECTED[reason] ?? [REJECTED_OTHERWISE], storyOf(h, context), dice),
  improve(h, context, dice) {
    const note = noteOf(storyOf(h, context), h.signal, false, dice);
    return { fields: {}, note: { 'why-now': note['why-now'], 'what-next': note['what-next'] } };
  },
  nextStep: (h, context, dice) => tell(NEXT_STEPS, storyOf(h, context), dice),
  channel: (dice) => dice.weighted({ call: 60, email: 30, meeting: 10 }),
};

function storyOf(h: Handoff, context: Context | undefined): Prospect {
  const company = context?.fields.company;
  return prospectOf(
    typeof company === 'string' && company !== '' ? company : drawCompany(diceOf({ seed: 0 }, h.subject)),
    h.openedAt,
  );
}
