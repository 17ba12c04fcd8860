// decide: the no-drop rule as a check. A live handoff has one accountable person, one dated next step and at least one
// running clock, paused only with a bound. Run after every step, in tests, in simulation and in production.

import type { Handoff } from '../words/handoff.ts';
import { isLive, runningClocks } from '../words/handoff.ts';
import type { Roster } from '../words/roster.ts';

/** What is missing, in sentences; empty when nothing can drop. */
export function findDrops(h: Handoff, roster: Roster): string[] {
  const drops: string[] = [];
  if (!isLive(h)) {
    if (runningClocks(h).some((clock) => clock.name !== 'recycle'))
      drops.push(`Handoff ${h.id} is closed, but a clock still runs.`);
    if (h.recycleAt !== undefined && h.clocks.recycle?.stoppedAt !== undefined)
      drops.push(`Handoff ${h.id} is to wake, but no clock will wake it.`);
    return drops;
  }
  const owner = roster.people.get(h.owner);
  if (owner === undefined) drops.push(`Handoff ${h.id} is owned by ${h.owner}, who is not in the roster.`);
  else if (!owner.active) drops.push(`Handoff ${h.id} is owned by ${h.owner}, who has left.`);
  if (h.stage === 'accepted' ? h.owner !== h.receiver : h.owner !== h.sender)
    drops.push(`Handoff ${h.id} is ${h.stage}, but ${h.owner} is accountable.`);
  if ((h.stage === 'offered') !== (h.offer !== undefined))
    drops.push(`Handoff ${h.id} is ${h.stage} and its offer does not fit.`);
  if (h.offer !== undefined && roster.people.get(h.offer.to)?.active !== true)
    drops.push(`Handoff ${h.id} is offered to ${h.offer.to}, who has left.`);
  if (h.nextStep === undefined) drops.push(`Handoff ${h.id} has no next step.`);
  else if (roster.people.get(h.nextStep.owner)?.active !== true)
    drops.push(`The next step of handoff ${h.id} belongs to ${h.nextStep.owner}, who has left.`);
  if (runningClocks(h).length === 0) drops.push(`Handoff ${h.id} has no running clock.`);
  for (const task of h.tasks) {
    if (task.state === 'open' && roster.people.get(task.owner)?.active !== true)
      drops.push(`Task ${task.id} of handoff ${h.id} belongs to ${task.owner}, who has left.`);
  }
  return drops;
}
