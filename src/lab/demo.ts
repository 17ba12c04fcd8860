// lab: the demo company at work. It is founded once, with some hours behind it, and then its sales day goes on in real
// time, nights and weekends too: signals come in, people act in their working hours, late now and then. Everything goes
// through the ordinary corridor. Promises: found again or started again, nothing is doubled; plans are not remembered but
// made from the handoffs as they stand, so any number of restarts goes on where things are.

import { isOpen } from '../calendar/calendar.ts';
import type { Live } from '../run/live.ts';
import { newShelf } from '../run/shelf.ts';
import type { Standing } from '../run/standing.ts';
import { NEW_WORKSPACE } from '../run/standing.ts';
import type { Reads } from '../run/step.ts';
import { step } from '../run/step.ts';
import type { Arrival, Context } from '../words/arrival.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { isLive } from '../words/handoff.ts';
import type { HandoffId, WorkspaceId } from '../words/ids.ts';
import type { Reader } from '../words/reader.ts';
import type { Instant } from '../words/time.ts';
import { MINUTE, SECOND } from '../words/time.ts';
import { foundingAsks } from './demo-company.ts';
import { DEMO_BODY, liveHistory, PLANS_SEED } from './demo-history.ts';
import type { Market } from './demo-signals.ts';
import { nextSignal } from './demo-signals.ts';
import { DEMO_WORDING } from './demo-wording.ts';
import { throwDice } from './dice.ts';
import { actsOf } from './simulate-acts.ts';
import { BUSY_DAY } from './simulate-habits.ts';
import type { Act, Scene } from './simulate-plan.ts';
import { openAt } from './simulate-plan.ts';

const TICK_MS = 1_500;
const ACTS_PER_TICK = 4;
/** Other processes' handoffs are found by looking at all of them now and then. */
const LOOK_AGAIN_MS = 60 * SECOND;
const PAGE = 200;

/**
 * Founds the demo company in a workspace that exists: on a new one with some hours of history, in one commit; on one that
 * was founded before, only what this release ships differently.
 * @throws Fault when the record cannot answer.
 */
export async function foundDemo(
  house: { live: Live; journal: Reads },
  workspace: WorkspaceId,
  now: Instant,
): Promise<void> {
  const standing = await house.live.standing(workspace);
  if (standing.name === undefined) return foundWithHistory(house.journal, workspace, now);
  const answers = await house.live.submitMany(
    workspace,
    foundingAsks().map(({ command, ask }) => ({
      command,
      ask,
      bodyHash: DEMO_BODY,
      actor: { kind: 'system', id: 'demo' },
      via: 'demo',
    })),
  );
  const failed = answers.find((answer) => answer.result === 'set-aside');
  if (failed !== undefined) throw new Error(`The demo company cannot be brought up to date: ${JSON.stringify(failed)}`);
}

async function foundWithHistory(journal: Reads, workspace: WorkspaceId, now: Instant): Promise<void> {
  const { arrivals, delivered } = await liveHistory(now, PLANS_SEED);
  const shelf = newShelf();
  const { standing } = await step(journal, shelf, workspace, NEW_WORKSPACE, arrivals);
  const receipt: Arrival = {
    id: `${arrivals.at(-1)?.id.slice(0, 13) ?? 'ar_0000000000'}zzzzzzzzzzzzzzzz`,
    at: now,
    command: 'demo:history-delivered',
    bodyHash: DEMO_BODY,
    actor: { kind: 'system', id: 'post' },
    via: 'receipt',
    ask: { ask: 'delivered', messages: delivered },
  };
  await step(journal, shelf, workspace, standing, [receipt]);
}

export type DemoDeps = {
  live: Live;
  reader: Reader;
  workspace: WorkspaceId;
  now(): Instant;
  /** Waits some milliseconds; cut short by the signal. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Different at every start: names this start's signals. */
  seed: number;
  log(line: string): void;
};

/** A live handoff, what it says, and what people are going to do with it. */
type Held = { h: Handoff; context: Context | undefined; acts: Act[] };

/** Lets the day go on until it is stopped. */
export function startDemo(deps: DemoDeps): { stop(): Promise<void> } {
  const ended = new AbortController();
  const day = openDay(deps);
  const unsubscribe = deps.live.subscribe((workspace, events) => {
    if (workspace !== deps.workspace) return;
    for (const { event } of events) if (isHandoffEvent(event)) day.changed(event.handoff);
  });
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      try {
        await day.tick();
        await deps.wait(TICK_MS, ended.signal);
      } catch (error) {
        if (ended.signal.aborted) return;
        deps.log(`The demo's day pauses for a moment: ${error instanceof Error ? error.message : String(error)}`);
        await deps.wait(10 * SECOND, ended.signal);
      }
    }
  };
  const running = loop();
  return {
    async stop() {
      ended.abort();
      unsubscribe();
      await running;
    },
  };
}

function openDay(deps: DemoDeps): { tick(): Promise<void>; changed(id: HandoffId): void } {
  const { live, reader, workspace } = deps;
  const shelf = newShelf();
  const dice = throwDice(deps.seed);
  const held = new Map<HandoffId, Held>();
  const changed = new Set<HandoffId>();
  const spent = new Set<string>();
  const recent: Market['recent'] = [];
  let signals = 0;
  let lookAt = 0;
  let signalAt = deps.now() + dice.int(2, 8) * SECOND;

  const tick = async (): Promise<void> => {
    const standing = live.known(workspace) ?? (await live.standing(workspace));
    const scene = sceneOf(standing);
    if (deps.now() >= lookAt) await lookAtAll(scene);
    await lookAtChanged(scene);
    if (deps.now() >= signalAt) await signal(standing, scene);
    for (const act of dueActs(scene)) await perform(act);
  };

  const sceneOf = (standing: Standing): Scene => {
    const policy = (hash: string) => shelf.policy(hash, standing.policies.get(hash) ?? '');
    return {
      seed: PLANS_SEED,
      habits: BUSY_DAY,
      wording: DEMO_WORDING,
      transition: (h) => (standing.policies.has(h.policy) ? policy(h.policy).doc.transitions[h.transition] : undefined),
      calendar: (person) =>
        shelf.calendar(standing.roster, person, standing.live === undefined ? undefined : policy(standing.live)),
    };
  };

  const lookAtAll = async (scene: Scene): Promise<void> => {
    const rows: Handoff[] = [];
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const page = await reader.handoffs(workspace, { live: true }, 'newest', after, PAGE);
      rows.push(...page.rows.map((row) => row.doc));
      after = page.next;
    }
    const unread = rows.filter((h) => held.get(h.id)?.h.version !== h.version);
    const contexts = await reader.privateItems(
      workspace,
      unread.map((h) => h.context.ref),
    );
    for (const id of held.keys()) if (!rows.some((h) => h.id === id)) held.delete(id);
    for (const h of unread) plan(h, contexts.get(h.context.ref) as Context | undefined, scene);
    lookAt = deps.now() + LOOK_AGAIN_MS;
  };

  const lookAtChanged = async (scene: Scene): Promise<void> => {
    const ids = [...changed];
    changed.clear();
    for (const id of ids) {
      const found = await reader.handoff(workspace, id);
      if (found === undefined || !isLive(found.handoff)) held.delete(id);
      else plan(found.handoff, found.private[found.handoff.context.ref] as Context | undefined, scene);
    }
  };

  const plan = (h: Handoff, context: Context | undefined, scene: Scene): void => {
    const acts = actsOf(h, context, scene).filter((act) => !spent.has(act.key));
    held.set(h.id, { h, context, acts });
  };

  const dueActs = (scene: Scene): Act[] => {
    const now = deps.now();
    const due: Act[] = [];
    for (const { acts } of held.values()) {
      for (const act of acts) {
        if (act.at > now || spent.has(act.key)) continue;
        if (isOpen(scene.calendar(act.by), now)) due.push(act);
        else act.at = openAt(scene.calendar(act.by), now);
      }
    }
    return due.sort((a, b) => a.at - b.at).slice(0, ACTS_PER_TICK);
  };

  const perform = async (act: Act): Promise<void> => {
    spent.add(act.key);
    await live.submit(workspace, {
      command: `demo:${act.key}`,
      bodyHash: DEMO_BODY,
      actor: { kind: 'person', id: act.by },
      via: 'demo',
      ask: act.ask(deps.now()),
    });
  };

  const signal = async (standing: Standing, scene: Scene): Promise<void> => {
    signals += 1;
    const ask = nextSignal(dice, { roster: standing.roster, calendar: scene.calendar, recent }, deps.now());
    await live.submit(workspace, {
      command: `demo:signal:${deps.seed}:${signals}`,
      bodyHash: DEMO_BODY,
      actor: { kind: 'system', id: 'demo' },
      via: 'demo',
      ask,
    });
    signalAt = deps.now() + gapMs(held.size);
  };

  /** The more there is to do, the slower it comes: the page stays readable and nobody drowns. */
  const gapMs = (open: number): number => {
    if (open < 55) return dice.int(20, 40) * SECOND;
    return open < 90 ? dice.int(50, 110) * SECOND : dice.int(3, 6) * MINUTE;
  };

  return { tick, changed: (id) => changed.add(id) };
}
