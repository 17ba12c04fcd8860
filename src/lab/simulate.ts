// lab: a whole organisation under a policy: leads come in, people act in their hours, everything goes through the corridor
// that also runs live, on the in-memory twin. Promises: the same input and seed give the same report and the same ledger;
// every lead ends as a handoff, as not qualified with the criteria it missed, as part of a live one, or refused with a reason.

import { auditLedger, auditRows } from '../run/audit.ts';
import { startFold } from '../run/fold.ts';
import type { Stage } from '../run/stage.ts';
import { openStage } from '../run/stage.ts';
import type { AskOf } from '../words/arrival.ts';
import type { PersonId } from '../words/ids.ts';
import type { Answer } from '../words/journal.ts';
import type { Policy } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { HOUR } from '../words/time.ts';
import type { HandoffCounts, Lacking, PersonCounts } from './simulate-count.ts';
import { startCounting, tallyOf } from './simulate-count.ts';
import type { Habits } from './simulate-habits.ts';
import { USUAL_HABITS } from './simulate-habits.ts';
import type { Organisation } from './simulate-people.ts';
import type { Scene } from './simulate-plan.ts';
import type { Signals } from './simulate-run.ts';
import { deliverWaiting, runOrganisation } from './simulate-run.ts';
import { plainWording } from './simulate-wording.ts';

export type Lead = { at: Instant; ask: AskOf<'signal-seen'> };

export type SimulationInput = {
  policy: { text: string; file: string };
  organisation: Organisation;
  /** In any order; they come in by their instants. */
  leads: readonly Lead[];
  seed: number;
  from: Instant;
  until: Instant;
  habits?: Habits;
};

export type NotQualified = { lead: string; transition: string; criteria: string[] };

export type SimulationReport = {
  seed: number;
  from: Instant;
  until: Instant;
  leads: { came: number; opened: number; attached: number; notQualified: number; refused: number; notTaken: number };
  notQualified: { byCriterion: Record<string, number>; list: NotQualified[] };
  refused: Record<string, number>;
  handoffs: HandoffCounts;
  tasks: Record<'open' | 'done' | 'missed' | 'void', number>;
  messages: { byAbout: Record<string, number>; waiting: number };
  people: PersonCounts[];
  lacking: Lacking;
  /** Broken invariants; empty when nothing dropped. */
  found: string[];
  events: number;
  /** Hash of the ledger's head: the same input and seed give the same. */
  trace: string;
};

/** Runs the organisation. @throws Error when the policy cannot be published with these people. */
export async function simulate(input: SimulationInput): Promise<SimulationReport> {
  const { seed, from, until } = input;
  const stage = await openStage({ at: from, seed });
  await found(stage, input);
  const policy = (hash: string): Policy => stage.shelf.policy(hash, stage.standing().policies.get(hash) ?? '');
  const calendar = (person: PersonId) => {
    const { roster, live } = stage.standing();
    return stage.shelf.calendar(roster, person, live === undefined ? undefined : policy(live));
  };
  const scene: Scene = {
    seed,
    habits: input.habits ?? USUAL_HABITS,
    wording: plainWording((h) => policy(h.policy).doc),
    transition: (h) => policy(h.policy).doc.transitions[h.transition],
    calendar,
  };
  const counting = startCounting(calendar);
  const leads = leadsInOrder(input.leads);
  await runOrganisation(stage, {
    until,
    signals: leads.signals,
    scene,
    deliverEveryMs: HOUR,
    onEvents: (events) => {
      for (const recorded of events) counting.take(recorded);
    },
  });
  await deliverWaiting(stage);
  const { handoffs: rows, tasks, messages, ledger, hash, seq } = stage.journal.snapshot(stage.workspace);
  const handoffs = rows.map((row) => row.doc);
  const taskStates = tallyOf(tasks.map((task) => task.state));
  return {
    seed,
    from,
    until,
    ...leads.report(),
    handoffs: counting.handoffs(handoffs),
    tasks: { open: 0, done: 0, missed: 0, void: 0, ...taskStates },
    messages: {
      byAbout: tallyOf(messages.map(({ intent }) => (intent.kind === 'tell-person' ? intent.about : 'webhook'))),
      waiting: messages.filter((message) => message.state === 'waiting').length,
    },
    people: counting.people(handoffs),
    lacking: counting.lacking(handoffs, messages, scene.transition),
    found: [...auditOf(stage), ...auditLedger(ledger)],
    events: seq,
    trace: hash,
  };
}

async function found(stage: Stage, { policy, organisation }: SimulationInput): Promise<void> {
  await stage.say({ ask: { ask: 'create-workspace', name: 'Simulation' } });
  if (organisation.teams.length > 0) await stage.say(...organisation.teams.map((ask) => ({ ask })));
  const said =
    organisation.people.length === 0 ? undefined : await stage.say(...organisation.people.map((ask) => ({ ask })));
  const refused = said?.answers.find((answer) => answer.result !== 'done');
  if (refused !== undefined) throw new Error(`A person cannot be added: ${sentenceOf(refused)}`);
  const { answers } = await stage.say({ ask: { ask: 'publish-policy', text: policy.text, file: policy.file } });
  if (answers[0]?.result !== 'done') throw new Error(`The policy cannot be published. ${sentenceOf(answers[0])}`);
}

function sentenceOf(answer: Answer | undefined): string {
  if (answer?.result === 'refused') return answer.refusal.sentence;
  return answer?.result === 'set-aside' ? answer.reason : '';
}

/** The leads as signals, and what became of each at the door. */
function leadsInOrder(leads: readonly Lead[]): {
  signals: Signals;
  report(): Pick<SimulationReport, 'leads' | 'notQualified' | 'refused'>;
} {
  const order = leads.map((lead, i) => ({ lead, i })).sort((a, b) => a.lead.at - b.lead.at || a.i - b.i);
  const came: { lead: Lead; answer?: Answer; missed: NotQualified[] }[] = [];
  return {
    signals: {
      nextAt: () => order[came.length]?.lead.at,
      take() {
        const next = order[came.length];
        if (next === undefined) return undefined;
        came.push({ lead: next.lead, missed: [] });
        return { ask: next.lead.ask, command: `lead:${next.i}` };
      },
      heard(answer, events) {
        const last = came.at(-1);
        if (last === undefined) return;
        last.answer = answer;
        const lead = last.lead.ask.subject.value;
        for (const { event } of events)
          if (event.kind === 'signal-noted' && event.failed.length > 0)
            last.missed.push({ lead, transition: event.transition, criteria: event.failed });
      },
    },
    report() {
      const outcomes = tallyOf(came.map(({ answer }) => outcomeOf(answer)));
      const list = came.flatMap(({ answer, missed }) => (outcomeOf(answer) === 'not-qualified' ? missed : []));
      return {
        leads: {
          came: came.length,
          opened: outcomes.opened ?? 0,
          attached: outcomes.attached ?? 0,
          notQualified: outcomes['not-qualified'] ?? 0,
          refused: outcomes.refused ?? 0,
          notTaken: outcomes['not-taken'] ?? 0,
        },
        notQualified: { byCriterion: tallyOf(list.flatMap(({ criteria }) => criteria)), list },
        refused: tallyOf(came.flatMap(({ answer }) => (outcomeOf(answer) === 'refused' ? [sentenceOf(answer)] : []))),
      };
    },
  };
}

function outcomeOf(answer: Answer | undefined): string {
  if (answer?.result !== 'done') return 'refused';
  return String((answer.facts as { outcome?: string }).outcome ?? 'not-taken');
}

function auditOf(stage: Stage): string[] {
  const fold = startFold();
  const snapshot = stage.journal.snapshot(stage.workspace);
  for (const recorded of snapshot.ledger) fold.take(recorded);
  return auditRows(fold, snapshot, stage.now());
}
