// lab: a simulated organisation at work on the in-memory twin: signals come, people act when they said they would, alarms
// ring at their instant, messages are delivered. The clock jumps from one thing to the next.

import type { Saying, Stage } from '../run/stage.ts';
import type { Context } from '../words/arrival.ts';
import type { Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId } from '../words/ids.ts';
import type { Answer } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import { MINUTE } from '../words/time.ts';
import { actsOf } from './simulate-acts.ts';
import { openAgenda } from './simulate-agenda.ts';
import type { Act, Scene } from './simulate-plan.ts';

export type Signals = {
  nextAt(): Instant | undefined;
  /** What is said at that instant. */
  take(): Saying | undefined;
  /** Hears what became of it. */
  heard?(answer: Answer, events: readonly Recorded[]): void;
};

export type RunOptions = {
  until: Instant;
  signals: Signals;
  scene: Scene;
  /** How often waiting messages are delivered. */
  deliverEveryMs: number;
  onEvents?(events: readonly Recorded[]): void;
};

type Planned = { handoff: HandoffId; version: number; act: Act };

/** Runs the organisation until an instant. */
export async function runOrganisation(stage: Stage, options: RunOptions): Promise<void> {
  const { signals, scene, until } = options;
  const agenda = openAgenda<Planned>();
  const done = new Set<string>();
  let deliverAt = stage.now() + options.deliverEveryMs;

  const hear = (events: readonly Recorded[]): void => {
    options.onEvents?.(events);
    const touched = new Set(events.flatMap(({ event }) => (isHandoffEvent(event) ? [event.handoff] : [])));
    for (const id of touched) {
      const h = handoffOn(stage, id);
      if (h === undefined) continue;
      for (const act of actsOf(h, contextOn(stage, h), scene))
        if (!done.has(act.key)) agenda.add(Math.max(act.at, stage.now()), { handoff: id, version: h.version, act });
    }
  };
  const perform = async ({ handoff, version, act }: Planned): Promise<void> => {
    if (done.has(act.key) || handoffOn(stage, handoff)?.version !== version) return;
    done.add(act.key);
    hear((await stage.say({ ask: act.ask(stage.now()), by: act.by, command: act.key })).events);
  };

  for (;;) {
    const next = earliest(signals.nextAt(), agenda.nextAt(), stage.nextAlarmAt(), deliverAt, until);
    hear(await stage.passTo(next));
    if (next === deliverAt) {
      hear(await deliverWaiting(stage));
      deliverAt = next + options.deliverEveryMs;
    }
    while ((signals.nextAt() ?? Number.POSITIVE_INFINITY) <= next) {
      const saying = signals.take();
      if (saying === undefined) break;
      const { answers, events } = await stage.say(saying);
      if (answers[0] !== undefined) signals.heard?.(answers[0], events);
      hear(events);
    }
    while ((agenda.nextAt() ?? Number.POSITIVE_INFINITY) <= next) {
      const planned = agenda.take();
      if (planned !== undefined) await perform(planned);
    }
    if (next === until) return;
  }
}

function earliest(...instants: (Instant | undefined)[]): Instant {
  return Math.min(...instants.map((at) => at ?? Number.POSITIVE_INFINITY));
}

/** Delivers every message that is due and lets the receipt arrive. */
export async function deliverWaiting(stage: Stage): Promise<Recorded[]> {
  const claims = await stage.journal.claim(['message'], Number.MAX_SAFE_INTEGER, MINUTE);
  if (claims.length === 0) return [];
  return (await stage.say({ ask: { ask: 'delivered', messages: claims.map((claim) => claim.row) }, via: 'receipt' }))
    .events;
}

export function handoffOn(stage: Stage, id: HandoffId): Handoff | undefined {
  return stage.journal.state.workspaces.get(stage.workspace)?.handoffs.get(id)?.doc;
}

function contextOn(stage: Stage, h: Handoff): Context | undefined {
  return stage.journal.state.workspaces.get(stage.workspace)?.items.get(h.context.ref)?.body as Context | undefined;
}
