// show: "why me?": the decision record of every choice in a handoff, in words, with the names put in.

import { z } from 'zod';
import type { Recorded } from '../words/event.ts';
import type { PersonId } from '../words/ids.ts';
import type { Candidate, DecisionRecord, SkipReason } from '../words/routing.ts';
import { deadlineSchema } from './deadline.ts';
import { iso, plainTime } from './instants.ts';
import type { Names } from './names.ts';
import { person, personOf } from './people-shape.ts';

export const whySchema = z
  .object({
    handoff: z.string(),
    deadlines: z
      .array(z.object({ clock: z.string(), deadline: deadlineSchema }))
      .describe('Clocks that run, the soonest first.'),
    decisions: z.array(
      z.object({
        sequence: z.int(),
        at: z.string(),
        kind: z.string(),
        sentence: z.string(),
        policy: z.string(),
        segment: z.string(),
        picked: person.optional(),
        heldUntil: z.string().optional(),
        usedFallback: z.boolean(),
        whatIf: z.string().optional().describe('With `person`: what would have given it to them.'),
        rungs: z.array(
          z.object({
            rung: z.int(),
            name: z.string(),
            result: z.enum(['matched', 'nobody', 'skipped', 'error']),
            why: z.string().optional(),
            candidates: z.array(
              z.object({
                person,
                taken: z.boolean(),
                says: z.string(),
                passes: z.number().optional(),
                weight: z.number().optional(),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Why', description: 'Every routing decision of a handoff, oldest first.' });

export type Why = z.output<typeof whySchema>;

/** The decisions in a handoff's events. */
export function whyOf(
  handoff: string,
  events: Recorded[],
  names: Names,
  zone: string,
  whatIf?: { person: PersonId; says: (decision: DecisionRecord) => string },
): Omit<Why, 'deadlines'> {
  const decisions: Why['decisions'] = [];
  for (const { seq, at, event } of events) {
    const decision = 'decision' in event ? event.decision : undefined;
    if (decision === undefined) continue;
    decisions.push({
      sequence: seq,
      at: iso(at),
      kind: event.kind,
      sentence: names.in(decision.sentence, peopleIn(decision)),
      policy: decision.policy,
      segment: decision.segment,
      picked: decision.picked === undefined ? undefined : personOf(decision.picked, names),
      heldUntil: iso(decision.heldUntil),
      usedFallback: decision.usedFallback,
      whatIf:
        whatIf === undefined ? undefined : names.in(whatIf.says(decision), [...peopleIn(decision), whatIf.person]),
      rungs: decision.rungs.map((rung) => ({
        rung: rung.rung,
        name: rung.name,
        result: rung.result,
        why: rung.why === undefined ? undefined : names.in(rung.why, peopleIn(decision)),
        candidates: rung.candidates.map((candidate) => ({
          person: personOf(candidate.person, names),
          taken: candidate.taken,
          says: saysOf(candidate, rung.use === 'claim', names, zone),
          passes: candidate.passes,
          weight: candidate.weight,
        })),
      })),
    });
  }
  return { handoff, decisions };
}

function peopleIn(decision: DecisionRecord): PersonId[] {
  const all = decision.rungs.flatMap((rung) => rung.candidates.map((candidate) => candidate.person));
  return decision.picked === undefined ? all : [...all, decision.picked];
}

function saysOf(candidate: Candidate, claim: boolean, names: Names, zone: string): string {
  const who = names.of(candidate.person);
  if (candidate.taken) return `${who} was next in turn and free.`;
  if (claim && (candidate.skip === undefined || candidate.skip === 'later-in-turn')) return `${who} could claim it.`;
  const until = candidate.until === undefined ? '' : ` until ${plainTime(candidate.until, zone)}`;
  return `${who} ${skipText(candidate.skip ?? 'later-in-turn', candidate.load, candidate.lacks)}${until}.`;
}

function skipText(skip: SkipReason, load: string | undefined, lacks: string | undefined): string {
  switch (skip) {
    case 'inactive':
      return 'is not active';
    case 'is-sender':
      return 'is the sender';
    case 'declined':
      return 'declined this handoff before';
    case 'no-fit':
      return `lacks ${lacks ?? 'what this prospect needs'}`;
    case 'away':
      return 'is away';
    case 'closed-for-now':
      return 'is outside working hours';
    case 'full':
      return `has no room${load === undefined ? '' : ` (${load} open)`}`;
    case 'unknown-person':
      return 'is not in the roster';
    case 'later-in-turn':
      return 'comes later in turn';
  }
}
