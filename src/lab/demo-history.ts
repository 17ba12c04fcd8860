// lab: the demo company's day up to now. It is lived on the in-memory twin, with the same people and the same corridor, and
// then walked again, arrival by arrival, into the record: every time, clock and reason in it is what would have been.

import type { Shelf } from '../run/shelf.ts';
import { newShelf } from '../run/shelf.ts';
import type { Saying, Stage } from '../run/stage.ts';
import { openStage } from '../run/stage.ts';
import type { Arrival } from '../words/arrival.ts';
import { isLive } from '../words/handoff.ts';
import type { PersonId } from '../words/ids.ts';
import type { HandoffRow } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import { HOUR, MINUTE, SECOND } from '../words/time.ts';
import { foundingAsks } from './demo-company.ts';
import type { Market } from './demo-signals.ts';
import { nextSignal } from './demo-signals.ts';
import { DEMO_WORDING } from './demo-wording.ts';
import { throwDice } from './dice.ts';
import { BUSY_DAY } from './simulate-habits.ts';
import type { Scene } from './simulate-plan.ts';
import type { Signals } from './simulate-run.ts';
import { deliverWaiting, runOrganisation } from './simulate-run.ts';

/** How long the company has been at work when somebody opens the page for the first time. */
const HISTORY_MS = 7 * HOUR;
/** Signals come rarely at first and ever closer together. */
const GAP_FIRST_MS = 24 * MINUTE;
const GAP_LAST_MS = 80 * SECOND;

export type History = {
  /** To be decided in this order; the last one delivers the messages. */
  arrivals: Arrival[];
  delivered: string[];
};

/** Plans are seeded with this, in every process and after every restart. */
export const PLANS_SEED = 20_260_301;
/** How many histories are tried until one shows every stage. */
const TRIES_MAX = 8;

/** Lives the company's last hours. The same seed and instant give the same arrivals. */
export async function liveHistory(now: Instant, seed: number): Promise<History> {
  for (let tried = 1; ; tried++) {
    const { stage, arrivals } = await liveOnce(now, seed + tried);
    if (tried < TRIES_MAX && !showsEverything(stage)) continue;
    const lived = [...arrivals];
    await deliverWaiting(stage);
    const { messages } = stage.journal.snapshot(stage.workspace);
    return { arrivals: lived, delivered: messages.flatMap((m) => (m.state === 'delivered' ? [m.id] : [])) };
  }
}

async function liveOnce(now: Instant, seed: number): Promise<{ stage: Stage; arrivals: Arrival[] }> {
  const arrivals: Arrival[] = [];
  const from = now - HISTORY_MS;
  const stage = await openStage({ at: from, seed, onArrivals: (batch) => arrivals.push(...batch.map(asDemo)) });
  for (const { command, ask } of foundingAsks()) {
    const { answers } = await stage.say({ command, ask, via: 'demo' });
    if (answers[0]?.result !== 'done')
      throw new Error(`The demo company cannot be founded: ${JSON.stringify(answers[0])}`);
  }
  await runOrganisation(stage, {
    until: now,
    signals: thickening(stage, from, now, seed),
    scene: sceneOn(stage),
    deliverEveryMs: HISTORY_MS * 2,
  });
  return { stage, arrivals };
}

/** Whether a first look finds something in every stage, something late, and not too much of anything. */
function showsEverything(stage: Stage): boolean {
  const { handoffs } = stage.journal.snapshot(stage.workspace);
  const live = handoffs.filter((row) => isLive(row.doc));
  const of = (name: HandoffRow['stage']): number => handoffs.filter((row) => row.stage === name).length;
  return (
    live.length >= 20 &&
    live.length <= 48 &&
    of('preparing') >= 2 &&
    of('offered') >= 2 &&
    of('returned') >= 1 &&
    of('closed') >= 4 &&
    live.some((row) => row.breached) &&
    live.some((row) => row.stage === 'preparing' && row.doc.context.missing.length > 0)
  );
}

function asDemo(arrival: Arrival): Arrival {
  if (arrival.actor.kind === 'person')
    return { ...arrival, command: `demo:${arrival.command}`, bodyHash: DEMO_BODY, via: 'demo' };
  if (arrival.via === 'alarm') return { ...arrival, actor: { kind: 'system', id: 'clock' } };
  return { ...arrival, bodyHash: DEMO_BODY, actor: { kind: 'system', id: 'demo' } };
}

/** The demo's commands are told apart by their names alone: an act is done once, whatever would be said the second time. */
export const DEMO_BODY = 'demo';

function sceneOn(stage: Stage): Scene {
  const policy = (hash: string) => stage.shelf.policy(hash, stage.standing().policies.get(hash) ?? '');
  return {
    seed: PLANS_SEED,
    habits: BUSY_DAY,
    wording: DEMO_WORDING,
    transition: (h) => policy(h.policy).doc.transitions[h.transition],
    calendar: (person) => calendarOn(stage, person, stage.shelf),
  };
}

function calendarOn(stage: Stage, person: PersonId, shelf: Shelf) {
  const { roster, live, policies } = stage.standing();
  const policy = live === undefined ? undefined : shelf.policy(live, policies.get(live) ?? '');
  return shelf.calendar(roster, person, policy);
}

function thickening(stage: Stage, from: Instant, until: Instant, seed: number): Signals {
  const dice = throwDice(seed);
  const shelf = newShelf();
  const recent: Market['recent'] = [];
  let at = from + MINUTE;
  let count = 0;
  return {
    nextAt: () => (at <= until - 20 * SECOND ? at : undefined),
    take(): Saying {
      const market: Market = {
        roster: stage.standing().roster,
        calendar: (person) => calendarOn(stage, person, shelf),
        recent,
      };
      const ask = nextSignal(dice, market, at);
      const share = (at - from) / (until - from);
      at += Math.round((GAP_FIRST_MS + (GAP_LAST_MS - GAP_FIRST_MS) * share ** 0.7) * (0.5 + dice.roll()));
      count += 1;
      return { ask, via: 'demo', command: `demo:signal:history-${seed}:${count}` };
    },
  };
}
