// deliver: which message may go now? One lane per destination, so that one that is slow, shut or asks for patience holds
// up nobody else. Pure apart from its own memory: instants are handed in.
// Promises: a bounded number of sends in all and per lane; lanes that are slow, or not known yet, together take at most
// half of all; a lane that keeps failing is shut and probed by a single message; lanes take turns; what finds no room is
// handed back with a later instant.

import type { Instant, Span } from '../words/time.ts';
import { DAY, MINUTE, SECOND } from '../words/time.ts';

export type LaneLimits = {
  /** Sends at one time, over all lanes. */
  sendsMax: number;
  /** Messages that wait in one lane, when room is short. */
  waitingMax: number;
  /** How often `tick` is called. */
  tickMs: Span;
  /** Failures in a row that shut a lane. */
  failuresMax: number;
};

export const LANE_LIMITS: LaneLimits = { sendsMax: 64, waitingMax: 32, tickMs: SECOND, failuresMax: 5 };

/** How a send ended, as far as the lane is concerned. `neutral` says nothing about the destination. */
export type Ended = { how: 'answered' | 'failed' | 'neutral' } | { how: 'slow-down'; afterMs: Span };

/** An item handed back, to be taken up again at an instant. */
export type Later<T> = { item: T; at: Instant };

type Lane<T> = {
  /** The tick in which each send under way began, oldest first. */
  sends: number[];
  sendsMax: number;
  waiting: T[];
  /** Quick: the last send that ended took less than two ticks. Slow: it took longer, or one under way does. */
  pace: 'unknown' | 'quick' | 'slow';
  /** Sends it can end in a tick, as last seen while it was busy. */
  perTick: number;
  endedSinceTick: number;
  /** Items handed back since the last tick: each later one gets a later instant. */
  handedBack: number;
  failures: number;
  shutTimes: number;
  shutUntil: Instant;
};

const SHUT_FIRST_MS = 30 * SECOND;
const SHUT_MAX_MS = 10 * MINUTE;
const HAND_BACK_MAX_MS = MINUTE;
const SLOW_TICKS = 2;
const LANES_KEPT = 1_000;

export type Lanes<T> = ReturnType<typeof openLanes<T>>;

export function openLanes<T>(limits: LaneLimits = LANE_LIMITS) {
  const lanes = new Map<string, Lane<T>>();
  let ticks = 0;
  let sends = 0;
  /** Sends in lanes that are not known to be quick. */
  let otherSends = 0;

  const laneOf = (key: string, sendsMax: number): Lane<T> => {
    const known = lanes.get(key);
    if (known) {
      known.sendsMax = sendsMax;
      return known;
    }
    const made: Lane<T> = {
      sends: [],
      sendsMax,
      waiting: [],
      pace: 'unknown',
      perTick: limits.waitingMax / 2,
      endedSinceTick: 0,
      handedBack: 0,
      failures: 0,
      shutTimes: 0,
      shutUntil: 0,
    };
    lanes.set(key, made);
    return made;
  };

  const setPace = (lane: Lane<T>, pace: 'quick' | 'slow') => {
    if ((lane.pace === 'quick') !== (pace === 'quick'))
      otherSends += pace === 'quick' ? -lane.sends.length : lane.sends.length;
    lane.pace = pace;
  };

  const isOnProbe = (lane: Lane<T>) => lane.shutTimes > 0;

  const hasTurn = (lane: Lane<T>): boolean => {
    if (lane.sends.length >= (isOnProbe(lane) ? 1 : lane.sendsMax)) return false;
    return sends < limits.sendsMax && (lane.pace === 'quick' || otherSends < limits.sendsMax / 2);
  };

  /** How many may wait in a lane while room is short: about two ticks' worth. */
  const roomOf = (lane: Lane<T>) => Math.min(lane.perTick * 2, limits.waitingMax * 4);

  const isFull = (lane: Lane<T>, crowded: boolean): boolean => {
    if (isOnProbe(lane)) return lane.sends.length + lane.waiting.length > 0;
    if (!crowded && lane.pace !== 'slow') return false;
    const goesAtOnce = lane.waiting.length === 0 && hasTurn(lane);
    return !goesAtOnce && lane.waiting.length >= roomOf(lane);
  };

  /** When an item that finds no room should come back: the more there are, the later, at the speed last seen. */
  const comeBackAt = (lane: Lane<T>, nowAt: Instant): Instant => {
    lane.handedBack += 1;
    const waitMs = limits.tickMs * (1 + Math.ceil(lane.handedBack / Math.max(lane.perTick, 1)));
    return nowAt + Math.min(waitMs, HAND_BACK_MAX_MS);
  };

  const emptied = (lane: Lane<T>, at: Instant): Later<T>[] => lane.waiting.splice(0).map((item) => ({ item, at }));

  /** Forgets lanes that nothing is known against, those first that have not sent for longest. */
  const forgetSome = (nowAt: Instant) => {
    for (const [key, lane] of lanes) {
      if (lanes.size <= LANES_KEPT) return;
      const idle = lane.sends.length === 0 && lane.waiting.length === 0 && lane.failures === 0 && lane.shutTimes === 0;
      if (idle && lane.shutUntil <= nowAt) lanes.delete(key);
    }
  };

  return {
    /**
     * Takes an item into its lane, or answers when it should come back. A slow lane, and any lane while room is short
     * (`crowded`), holds only what it can send within about two ticks.
     */
    admit(key: string, sendsMax: number, item: T, nowAt: Instant, crowded: boolean): Instant | undefined {
      const lane = laneOf(key, sendsMax);
      if (lane.shutUntil > nowAt) return lane.shutUntil;
      // On probe only one message is risked; the others come back when it has answered.
      if (isFull(lane, crowded)) return comeBackAt(lane, nowAt);
      lane.waiting.push(item);
      return undefined;
    },

    /** Items that may be sent now; each counts as under way until `ended` is called for its lane. */
    start(): { key: string; item: T }[] {
      const started: { key: string; item: T }[] = [];
      for (let moved = true; moved; ) {
        moved = false;
        // One per lane and round, and whoever sent goes to the end: so lanes take turns.
        for (const [key, lane] of [...lanes]) {
          if (lane.waiting.length === 0 || !hasTurn(lane)) continue;
          started.push({ key, item: lane.waiting.shift() as T });
          lane.sends.push(ticks);
          sends += 1;
          if (lane.pace !== 'quick') otherSends += 1;
          lanes.delete(key);
          lanes.set(key, lane);
          moved = true;
        }
      }
      return started;
    },

    /** Records how a send ended. Answers the waiting items that must come back later because the lane is shut now. */
    ended(key: string, ended: Ended, nowAt: Instant): Later<T>[] {
      const lane = lanes.get(key);
      if (!lane) return [];
      const beganAt = lane.sends.shift() ?? ticks;
      sends -= 1;
      if (lane.pace !== 'quick') otherSends -= 1;
      setPace(lane, ticks - beganAt >= SLOW_TICKS ? 'slow' : 'quick');
      lane.endedSinceTick += 1;
      let shutMs = 0;
      if (ended.how === 'answered') {
        lane.failures = 0;
        lane.shutTimes = 0;
      } else if (ended.how === 'slow-down') {
        shutMs = Math.min(ended.afterMs, DAY);
      } else if (ended.how === 'failed') {
        lane.failures += 1;
        // Sends that were under way when the lane was shut must not each lengthen the pause.
        if (lane.shutUntil <= nowAt && (isOnProbe(lane) || lane.failures >= limits.failuresMax)) {
          shutMs = Math.min(SHUT_FIRST_MS * 2 ** lane.shutTimes, SHUT_MAX_MS);
          lane.shutTimes += 1;
        }
      }
      if (shutMs > 0) lane.shutUntil = Math.max(lane.shutUntil, nowAt + shutMs);
      return lane.shutUntil > nowAt ? emptied(lane, lane.shutUntil) : [];
    },

    /** Measures each lane since the last tick, and hands back what waits beyond a lane's room where that matters. */
    tick(nowAt: Instant, crowded: boolean): Later<T>[] {
      ticks += 1;
      const back: Later<T>[] = [];
      for (const lane of lanes.values()) {
        if (ticks - (lane.sends[0] ?? ticks) >= SLOW_TICKS) setPace(lane, 'slow');
        // A lane with nothing to do says nothing about its speed.
        const busy = lane.waiting.length > 0 || lane.pace === 'slow';
        lane.perTick = busy ? lane.endedSinceTick : Math.max(lane.perTick, lane.endedSinceTick);
        lane.endedSinceTick = 0;
        lane.handedBack = 0;
        if (!crowded && lane.pace !== 'slow') continue;
        for (const item of lane.waiting.splice(roomOf(lane))) back.push({ item, at: comeBackAt(lane, nowAt) });
      }
      forgetSome(nowAt);
      return back;
    },

    /** Everything that waits, taken out: for a shutdown. */
    handBackAll(nowAt: Instant): Later<T>[] {
      return [...lanes.values()].flatMap((lane) => emptied(lane, nowAt));
    },
  };
}
