// show: why a clock is due when it is, as steps that a manager can follow. The steps are made where calendars are; the
// window is handed them.

import { z } from 'zod';
import type { Clock, Handoff } from '../words/handoff.ts';
import { runningClocks } from '../words/handoff.ts';
import type { Names } from './names.ts';

/** The steps of one clock. `who` is the name of whoever must act. */
export type Explain = (clock: Clock, who: string) => { steps: readonly string[]; sentence: string };

export const deadlineSchema = z
  .object({
    sentence: z.string().describe('All steps in one line.'),
    steps: z.array(z.string()).describe('From the start of the clock to where it stands, in the zone of its owner.'),
  })
  .meta({ id: 'Deadline', description: 'Why a clock is due when it is, told from what was recorded.' });

export function deadlineOf(clock: Clock, names: Names, explain: Explain): z.output<typeof deadlineSchema> {
  const { steps, sentence } = explain(clock, names.of(clock.owner));
  return { sentence, steps: [...steps] };
}

/** Every clock that runs, with its steps, the soonest first. */
export function deadlinesOf(
  handoff: Handoff,
  names: Names,
  explain: Explain,
): { clock: string; deadline: z.output<typeof deadlineSchema> }[] {
  return runningClocks(handoff)
    .toSorted((a, b) => a.dueAt - b.dueAt)
    .map((clock) => ({ clock: clock.name, deadline: deadlineOf(clock, names, explain) }));
}
