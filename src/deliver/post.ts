// deliver: the post office. Takes owed messages from the outbox, sends each through its way out, and reports what became
// of it; the report arrives like anything else, so nothing here decides or records.
// Promises: at least once, with the same identity each time; a message is sent only while its lease holds; every one
// ends as delivered, waiting for its next try, or a dead letter with its reason; one bad destination slows only itself.

import { Fault } from '../words/fault.ts';
import type { Claimed, MessageRow } from '../words/journal.ts';
import type { Instant, Span } from '../words/time.ts';
import { HOUR, SECOND } from '../words/time.ts';
import type { Ended, LaneLimits } from './lanes.ts';
import { LANE_LIMITS, openLanes } from './lanes.ts';
import type { Job, LaneSizes } from './parcel.ts';
import { endedBy, laneOf, pack, switchOff } from './parcel.ts';
import type { PostDeps } from './post-deps.ts';
import type { Receipt } from './receipts.ts';
import { openReceipts } from './receipts.ts';
import { BUG_TRIES_MAX, nextTryAt, stretched, TRIES_MAX } from './schedule.ts';
import { EndpointGone } from './webhook.ts';

export type PostLimits = LaneLimits &
  LaneSizes & {
    leaseMs: Span;
    /** Messages held at one time: waiting, being sent, or waiting for their receipt to be taken. */
    heldMax: number;
    claimMax: number;
    /** How often to look for due messages without being woken. */
    idleMs: Span;
  };

export const POST_LIMITS: PostLimits = {
  ...LANE_LIMITS,
  leaseMs: 30 * SECOND,
  heldMax: 256,
  claimMax: 100,
  idleMs: SECOND,
  emailSendsMax: 4,
  webhookSendsMax: 2,
};

export type PostOffice = {
  /** Starts to work, until `stop`. */
  start(): void;
  /** Something may be due: look now. */
  wake(): void;
  /** Sends everything that is due, and returns when it is sent, put off or reported. Needs no `start`. */
  drain(): Promise<void>;
  /** Takes nothing more, lets what is being sent end, puts the rest back. */
  stop(): Promise<void>;
};

type Tried = { how: 'sent' | 'lost' } | { how: 'gone'; why: string } | { how: 'failed'; error: unknown };

const SENT_ALONE = 'Its last try ended without a word; it is sent alone.';

/** A try that failed leaves its reason; one that ended with the process leaves none. */
function endedWithoutAWord(claim: Claimed, row: MessageRow): boolean {
  return claim.attempts > 0 && (row.reason === undefined || row.reason === SENT_ALONE);
}

const NEVER_ENDED = `Tried ${TRIES_MAX} times; in the last of them the process stopped, perhaps because of this message.`;
const RECORD_PAUSE_MS = 5 * SECOND;
const RECORD_PAUSE_MAX_MS = 30 * SECOND;

export function openPost(deps: PostDeps, limits: PostLimits = POST_LIMITS): PostOffice {
  const lanes = openLanes<Job>(limits);
  const receipts = openReceipts({
    report: deps.report,
    wait: deps.wait,
    failed: (workspace, error) =>
      deps.log('warn', 'A receipt was not taken; it is handed in again.', { workspace, error: kindOf(error) }),
  });
  const held = new Set<Claimed>();
  const tasks = new Set<Promise<void>>();
  let working: Promise<void> | undefined;
  /** The message that is being sent with nothing beside it. */
  let alone: Promise<void> | undefined;
  /** Tries and sortings under way, which a message that is sent alone waits for. */
  const busy = new Set<Promise<void>>();
  const during = <T>(work: Promise<T>): Promise<T> => {
    const over = (): void => {
      busy.delete(one);
    };
    const one: Promise<void> = work.then(over, over);
    busy.add(one);
    return work;
  };
  let stopping = false;
  let nap = new AbortController();
  let wantsRoom = false;
  let pulse: AbortController | undefined;
  let lastAt: Instant = 0;

  const isCrowded = () => held.size > limits.heldMax / 2;

  /** Database time; the last that was read while the record does not answer: lanes must be freed all the same. */
  const now = async (): Promise<Instant> => {
    try {
      lastAt = await deps.now();
    } catch (error) {
      deps.log('warn', 'The record does not tell the time.', { error: kindOf(error) });
    }
    return lastAt;
  };

  const aMoment = () => Math.floor(SECOND * deps.random());

  /** Runs work beside the loop. A failure here is the record's: the lease ends by itself and the row is taken again. */
  const track = (work: Promise<void>) => {
    const task = work
      .catch((error: unknown) =>
        deps.log('error', 'The post office could not record what it did.', { error: kindOf(error) }),
      )
      .finally(() => tasks.delete(task));
    tasks.add(task);
  };

  const hold = (claim: Claimed) => {
    held.add(claim);
    if (pulse) return;
    pulse = new AbortController();
    track(beat(pulse.signal));
  };

  const release = (claim: Claimed) => {
    held.delete(claim);
    if (held.size === 0) {
      pulse?.abort();
      pulse = undefined;
    }
    if (wantsRoom && held.size <= limits.heldMax - limits.claimMax / 2) nap.abort();
  };

  /** While anything is held: measures the lanes each tick and keeps the leases alive. */
  const beat = async (signal: AbortSignal) => {
    const ticksPerRenewal = Math.max(Math.floor(limits.leaseMs / 3 / limits.tickMs), 1);
    for (let ticks = 1; ; ticks += 1) {
      await deps.wait(limits.tickMs, signal);
      if (signal.aborted) return;
      try {
        for (const { item, at } of lanes.tick(await now(), isCrowded()))
          track(putOff(item.claim, at, 'no room', false));
        launch();
        if (ticks % ticksPerRenewal === 0)
          await Promise.all([...held].map((claim) => deps.renew(claim, limits.leaseMs)));
      } catch (error) {
        deps.log('warn', 'The leases of messages could not be renewed.', { error: kindOf(error) });
      }
    }
  };

  const putOff = async (claim: Claimed, at: Instant, reason: string, tried: boolean) => {
    try {
      await deps.postpone(claim, at, reason, tried);
    } finally {
      release(claim);
    }
  };

  /** Hands a receipt in and lets go of the message once it was taken. */
  const settle = async (claim: Claimed, given: Receipt[]) => {
    try {
      for (const receipt of given) await receipts.give(claim.workspace, receipt);
    } finally {
      release(claim);
    }
  };

  /** A dead letter, unless another worker has the message by now. */
  const bury = async (job: Job, reason: string, before: Receipt[] = []) => {
    const { claim, intent } = job;
    if (!(await deps.renew(claim, limits.leaseMs))) return release(claim);
    deps.log('warn', 'A message is given up.', { workspace: claim.workspace, message: intent.id, reason });
    const to = intent.kind === 'tell-person' ? intent.to : intent.endpoint;
    const handoff = intent.handoff === undefined ? {} : { handoff: intent.handoff };
    await settle(claim, [...before, { ask: { ask: 'delivery-failed', message: intent.id, ...handoff, to, reason } }]);
  };

  const endLane = async (key: string, ended: Ended) => {
    const back = lanes.ended(key, ended, await now());
    for (const { item, at } of back) track(putOff(item.claim, at + aMoment(), 'the destination is paused', false));
    launch();
  };

  const launch = () => {
    if (stopping || alone !== undefined) return;
    for (const { key, item } of lanes.start()) {
      track(
        carry(key, item).catch((error: unknown) => {
          release(item.claim);
          throw error;
        }),
      );
    }
  };

  /** One message, from its facts to its receipt. */
  const carry = async (key: string, job: Job) => {
    const tried = await during(attempt(job));
    await endLane(
      key,
      tried.how === 'failed' ? endedBy(tried.error) : { how: tried.how === 'sent' ? 'answered' : 'neutral' },
    );
    await conclude(job, tried);
  };

  const attempt = async (job: Job): Promise<Tried> => {
    try {
      const parcel = await pack(deps, job);
      if ('gone' in parcel) return { how: 'gone', why: parcel.gone };
      if (!(await deps.renew(job.claim, limits.leaseMs))) return { how: 'lost' };
      await parcel.send();
      return { how: 'sent' };
    } catch (error) {
      return { how: 'failed', error };
    }
  };

  const conclude = async (job: Job, tried: Tried) => {
    if (tried.how === 'failed') await afterFailure(job, tried.error);
    else if (tried.how === 'sent') await settle(job.claim, [{ delivered: job.intent.id }]);
    else if (tried.how === 'gone') await bury(job, tried.why);
    else release(job.claim);
  };

  /**
   * A message whose last try ended without a word may be what ended the process: it is sent with nothing beside it, so
   * that if it does so again, no other message has a try counted against it.
   */
  const sendAlone = async (job: Job) => {
    while (busy.size > 0) await Promise.all([...busy]);
    const nowAt = await now();
    const others = lanes.handBackAll(nowAt);
    await Promise.all(others.map(({ item }) => putOff(item.claim, nowAt, 'waits for one that is sent alone', false)));
    await conclude(job, await attempt(job));
  };

  const afterFailure = async (job: Job, error: unknown) => {
    const { claim, intent } = job;
    const nowAt = await now();
    // The record failed while the facts were gathered: nothing was tried.
    if (error instanceof Fault && error.code.startsWith('record/')) {
      return putOff(claim, nowAt + stretched(RECORD_PAUSE_MS, deps.random()), error.code, false);
    }
    const isFault = error instanceof Fault;
    const reason = isFault ? error.message : 'Baton failed while it wrote or sent this message; its log says where.';
    const tries = claim.attempts + 1;
    const facts = { workspace: claim.workspace, message: intent.id, tries, reason };
    if (isFault) deps.log('info', 'A message was not delivered.', facts);
    else deps.log('error', 'A message could not be written or sent.', { ...facts, error: kindOf(error) });
    const mayRetry = isFault ? error.retry : tries < BUG_TRIES_MAX;
    const nextAt = mayRetry ? nextTryAt(tries, nowAt, deps.random(), isFault ? error.retryAfterMs : 0) : undefined;
    if (nextAt !== undefined) return putOff(claim, nextAt, reason, true);
    return bury(job, reason, error instanceof EndpointGone ? await switchOff(deps, job) : []);
  };

  /** Finds out where a claimed message goes, and gives it to that lane. */
  const sort = async (claim: Claimed, nowAt: Instant) => {
    try {
      const row = await deps.message(claim.workspace, claim.row);
      // Cancelled meanwhile: its due row is gone too, unless something is wrong, which must not spin.
      if (row?.state !== 'waiting')
        return await putOff(claim, nowAt + HOUR, `the message is ${row?.state ?? 'unknown'}`, false);
      const job: Job = { claim, intent: row.intent };
      if (claim.attempts >= TRIES_MAX) return await bury(job, NEVER_ENDED);
      if (endedWithoutAWord(claim, row)) {
        if (alone !== undefined || stopping) return await putOff(claim, nowAt, SENT_ALONE, false);
        alone = sendAlone(job).finally(() => {
          // Whatever failed on the way: nothing stays held.
          release(claim);
          alone = undefined;
          launch();
          nap.abort();
        });
        track(alone);
        return;
      }
      const [key, sendsMax] = laneOf(claim.workspace, row.intent, limits);
      const laterAt = lanes.admit(key, sendsMax, job, nowAt, isCrowded());
      if (laterAt !== undefined) await putOff(claim, laterAt + aMoment(), 'the destination is busy or paused', false);
    } catch (error) {
      release(claim);
      throw error;
    }
  };

  /** Takes due messages into the lanes. Answers how many, and whether there may be more. */
  const takeIn = async (heldMax: number): Promise<{ took: number; more: boolean }> => {
    if (alone !== undefined) return { took: 0, more: true };
    const limit = Math.min(limits.claimMax, Math.floor(heldMax) - held.size);
    wantsRoom = limit <= 0;
    if (wantsRoom) return { took: 0, more: false };
    const claims = await deps.claim(limit, limits.leaseMs);
    if (claims.length === 0) return { took: 0, more: false };
    for (const claim of claims) hold(claim);
    const nowAt = await now();
    const sorted = Promise.all(claims.map((claim) => during(sort(claim, nowAt))));
    track(sorted.then(launch));
    await sorted.catch(() => undefined);
    return { took: claims.length, more: claims.length === limit };
  };

  const work = async () => {
    let failures = 0;
    while (!stopping) {
      nap = new AbortController();
      let restMs = limits.idleMs;
      try {
        const { more } = await takeIn(limits.heldMax);
        failures = 0;
        if (more && alone === undefined) continue;
      } catch (error) {
        failures += 1;
        restMs = Math.min(limits.idleMs * 2 ** failures, RECORD_PAUSE_MAX_MS);
        deps.log('warn', 'The outbox could not be read; it is tried again.', { error: kindOf(error) });
      }
      if (!stopping) await deps.wait(restMs, nap.signal);
    }
  };

  return {
    start() {
      working ??= work();
    },
    wake: () => nap.abort(),
    async drain() {
      for (;;) {
        // Half of the room: then no lane counts as crowded and nothing is put off for want of room.
        const { took, more } = await takeIn(limits.heldMax / 2);
        if (took === 0 && !more && held.size === 0 && tasks.size === 0) return;
        if (tasks.size > 0) await Promise.race(tasks);
      }
    },
    async stop() {
      stopping = true;
      nap.abort();
      receipts.giveUpOnFailures();
      await working;
      for (const { item, at } of lanes.handBackAll(await now())) track(putOff(item.claim, at, 'shutting down', false));
      while (tasks.size > 0) await Promise.all([...tasks]);
    },
  };
}

/** Names an error without its text, which may hold what somebody wrote. */
function kindOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  return error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}`.trim() : typeof error;
}
