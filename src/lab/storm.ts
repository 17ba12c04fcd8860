// lab: a storm. A seeded random month goes through the corridor on the in-memory twin: duplicated, late, reordered and
// refused arrivals, failing deliveries, crashes between steps, commits that are torn or whose answer is lost, people
// leaving. The invariants are checked after every step; the same seed gives the same trace.

import { auditLedger, auditRows } from '../run/audit.ts';
import { startFold } from '../run/fold.ts';
import type { Saying, Stage } from '../run/stage.ts';
import { openStage } from '../run/stage.ts';
import { Fault } from '../words/fault.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { Dice } from './dice.ts';
import { throwDice } from './dice.ts';
import type { Known } from './storm-acts.ts';
import { nextSaying } from './storm-acts.ts';
import { STORM_PEOPLE, STORM_POLICY } from './storm-policy.ts';

export type StormReport = {
  seed: number;
  steps: number;
  events: number;
  handoffs: number;
  refused: number;
  faults: number;
  trace: string;
  found: string[];
};

const START_AT = Date.UTC(2026, 2, 20, 7);

/** Runs one storm. `found` is empty when nothing dropped; `trace` is the ledger's head hash. */
export async function runStorm(seed: number, steps: number): Promise<StormReport> {
  const dice = throwDice(seed);
  const stage = await openStage({ at: START_AT, seed });
  await foundCompany(stage);
  const storm: Storm = {
    stage,
    dice,
    fold: startFold(),
    known: { handoffs: [], messages: [], said: [] },
    acked: new Map(),
    refused: 0,
    faults: 0,
    found: [],
  };
  let done = 0;
  for (; done < steps && storm.found.length === 0; done++) {
    await act(storm);
    check(storm, false);
  }
  await stage.pass(3 * DAY);
  check(storm, true);
  const end = stage.journal.snapshot(stage.workspace);
  return {
    seed,
    steps: done,
    events: end.seq,
    handoffs: end.handoffs.length,
    refused: storm.refused,
    faults: storm.faults,
    trace: end.hash,
    found: storm.found,
  };
}

type Storm = {
  stage: Stage;
  dice: Dice;
  fold: ReturnType<typeof startFold>;
  known: Known;
  /** Answers given to the world outside, by command: none of them may be lost or change (I1). */
  acked: Map<string, string>;
  refused: number;
  faults: number;
  found: string[];
};

async function foundCompany(stage: Stage): Promise<void> {
  await stage.say({ ask: { ask: 'create-workspace', name: 'Storm' } });
  await stage.say(
    { ask: { ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia' } } },
    { ask: { ask: 'set-team', team: { id: 'success', name: 'Success', lead: 'gus' } } },
  );
  await stage.say(
    ...STORM_PEOPLE.map(
      (p): Saying => ({
        ask: {
          ask: 'set-person',
          person: { id: p.id, roles: [p.role], team: p.team, hours: { zone: p.zone }, weight: 1, active: true },
        },
      }),
    ),
  );
  const { answers } = await stage.say({ ask: { ask: 'publish-policy', text: STORM_POLICY } });
  if (answers[0]?.result !== 'done')
    throw new Error(`The storm's policy was not published: ${JSON.stringify(answers[0])}`);
}

/** One turn of the weather: time passes, somebody acts, the post runs, or something breaks. */
async function act(storm: Storm): Promise<void> {
  const { stage, dice } = storm;
  const weather = dice.weighted({ say: 60, pass: 22, post: 12, crash: 4, jump: 2 });
  if (weather === 'pass')
    await guarded(storm, () => stage.pass(dice.pick([MINUTE, 7 * MINUTE, HOUR, 5 * HOUR, 16 * HOUR])));
  else if (weather === 'post') await post(storm);
  else if (weather === 'crash') stage.forget();
  // Downtime: nothing rings meanwhile; afterwards everything due fires once, marked late.
  else if (weather === 'jump') stage.setNow(stage.now() + dice.int(1, 30) * HOUR);
  else await say(storm);
}

/** A batch of asks under one commit that may fail; whoever asked asks again with the same command until answered. */
async function say(storm: Storm): Promise<void> {
  const { stage, dice, known } = storm;
  const sayings = Array.from({ length: dice.int(1, 4) }, () => nextSaying(dice, stage, known));
  for (let tries = 0; tries < 8; tries++) {
    if (tries < 3 && dice.chance(0.08)) stage.journal.failNext(dice.pick(['moved', 'torn', 'lost-answer']));
    try {
      const { answers } = await stage.say(...sayings);
      answers.forEach((answer, i) => {
        const { repeated: _repeated, ...first } = answer;
        const command = sayings[i]?.command ?? '';
        const text = JSON.stringify(first);
        const before = storm.acked.get(command);
        if (first.result === 'refused') storm.refused += 1;
        if (first.result === 'set-aside') storm.found.push(`${command} was set aside: ${first.reason}`);
        if (before !== undefined && before !== text)
          storm.found.push(`I1: ${command} was answered ${before}, then ${text}.`);
        storm.acked.set(command, text);
        if (first.result === 'done' && first.handoff !== undefined && !known.handoffs.includes(first.handoff))
          known.handoffs.push(first.handoff);
      });
      return;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      storm.faults += 1;
    }
  }
}

/** The post: takes what is due, delivers or fails it, and lets the receipts arrive, sometimes twice. */
async function post(storm: Storm): Promise<void> {
  const { stage, dice } = storm;
  const claims = await stage.journal.claim(['message'], 20, 30_000);
  const delivered = claims.filter(() => dice.chance(0.8));
  for (const claim of claims)
    if (!delivered.includes(claim) && dice.chance(0.5))
      await stage.journal.postpone(claim, stage.now() + 5 * MINUTE, 'the mail server sleeps');
  const dead = claims.filter((c) => !delivered.includes(c) && dice.chance(0.3));
  const receipts: Saying[] = [];
  if (delivered.length > 0)
    receipts.push({ ask: { ask: 'delivered', messages: delivered.map((c) => c.row) }, via: 'receipt' });
  for (const claim of dead)
    receipts.push({
      ask: { ask: 'delivery-failed', message: claim.row, to: 'somebody', reason: 'no such mailbox' },
      via: 'receipt',
    });
  if (receipts.length === 0) return;
  await guarded(storm, () => stage.say(...receipts));
  if (dice.chance(0.2)) await guarded(storm, () => stage.say(...receipts));
  storm.known.messages.push(...dead.map((c) => c.row));
}

async function guarded(storm: Storm, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    storm.faults += 1;
  }
}

/** Folds what is new and asks every invariant; the costly ones at the end and now and then. */
function check(storm: Storm, whole: boolean): void {
  const { stage, fold, found } = storm;
  const snapshot = stage.journal.snapshot(stage.workspace);
  const fresh = snapshot.ledger.slice(fold.seq);
  for (const recorded of fresh) {
    try {
      fold.take(recorded);
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error));
      return;
    }
    if (recorded.event.kind === 'arrival-set-aside')
      found.push(`Event ${recorded.seq}: an arrival (${recorded.event.ask}) was set aside.`);
  }
  if (fresh.length > 0 || whole) found.push(...auditRows(fold, snapshot, stage.now()));
  if (!whole) return;
  found.push(...auditLedger(snapshot.ledger));
  const entries = new Map(snapshot.entries.map((e) => [e.command, e]));
  if (entries.size !== snapshot.entries.length) found.push('I1: a command stands in the inbox twice.');
  for (const [command, answer] of storm.acked) {
    if (JSON.stringify(entries.get(command)?.answer) !== answer)
      found.push(`I1: the answer to ${command} is not in the inbox as it was given.`);
  }
}
