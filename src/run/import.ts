// run: an import on its way through the corridor. Rows become commands whose names depend on what they say, so the same
// file again changes nothing and an import that was killed goes on where it stopped. A dry run asks the record the same
// questions and writes nothing.

import type { Item } from '../arrive/import/item.ts';
import { commandOf, contentHash } from '../arrive/import/item.ts';
import type { Plan } from '../arrive/import/plan-import.ts';
import { rejectItem } from '../arrive/import/plan-import.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Answer, Journal, Loaded } from '../words/journal.ts';
import { NO_NEEDS } from '../words/journal.ts';
import type { Draft, Live } from './live.ts';

/** Things, not rows: one row can speak of two people, and several rows of one. */
export type ImportCounts = {
  /** Not known before. */
  created: number;
  /** Known, and now said to be different. */
  changed: number;
  /** Said before, in this import's words. */
  unchanged: number;
  refused: number;
};

export type ImportOptions = {
  workspace: WorkspaceId;
  dryRun: boolean;
  /** Hears how many things of how many are done. */
  onProgress?(done: number, of: number): void;
};

const CHUNK = 1_024;
/** How often the same content may have come back after something else; more means that two sources fight. */
const TURNS_MAX = 100;

/** Brings a plan in. Rows that the record refuses join the plan's rejects. @throws Fault when the record cannot answer. */
export async function runImport(
  house: { journal: Journal; live: Live },
  plan: Plan,
  options: ImportOptions,
): Promise<ImportCounts> {
  const counts: ImportCounts = { created: 0, changed: 0, unchanged: 0, refused: 0 };
  const inFile = new Set(plan.kind === 'accounts' ? plan.items.map((item) => item.identity) : []);
  for (let from = 0; from < plan.items.length; from += CHUNK) {
    const chunk = plan.items.slice(from, from + CHUNK);
    await bringIn(chunk);
    options.onProgress?.(Math.min(from + CHUNK, plan.items.length), plan.items.length);
  }
  return counts;

  async function bringIn(chunk: Item[]): Promise<void> {
    const known = await look(chunk);
    const linked = chunk.map((item) => linkAccount(plan, item, known, inFile));
    const { roster } = await house.live.standing(options.workspace);
    let open = linked.map((item) => ({ item, turn: 0 }));
    while (open.length > 0) {
      const answers = await answersTo(
        open.map(({ item, turn }) => commandOf(options.workspace, plan.kind, item, turn)),
      );
      const later = await changedLater(open, answers);
      const next: typeof open = [];
      const fresh: Item[] = [];
      const drafts: Draft[] = [];
      open.forEach(({ item, turn }, i) => {
        const answer = answers[i];
        if (answer === undefined) {
          fresh.push(item);
          drafts.push(draftOf(item, turn));
        } else if (answer.bodyHash !== contentHash(item)) {
          refuseItem(item, 'was imported before with other content; history is not rewritten');
        } else if (answer.answer.result !== 'done') {
          refuseItem(item, reasonOf(answer.answer));
        } else if (later.has(i) && turn < TURNS_MAX) next.push({ item, turn: turn + 1 });
        else counts.unchanged += 1;
      });
      const given = options.dryRun ? undefined : await house.live.submitMany(options.workspace, drafts);
      fresh.forEach((item, i) => {
        const answer = given?.[i];
        if (answer === undefined || answer.result === 'done') count(answer, knownBefore(item, known, roster));
        else refuseItem(item, reasonOf(answer));
      });
      open = next;
    }
  }

  function count(answer: (Answer & { repeated?: boolean }) | undefined, before: boolean): void {
    const same = answer?.result === 'done' && (answer.repeated === true || answer.facts.unchanged === true);
    counts[same ? 'unchanged' : before ? 'changed' : 'created'] += 1;
  }

  function refuseItem(item: Item, reason: string): void {
    counts.refused += 1;
    rejectItem(plan, item, reason);
  }

  function draftOf(item: Item, turn: number): Draft {
    return {
      command: commandOf(options.workspace, plan.kind, item, turn),
      bodyHash: contentHash(item),
      actor: { kind: 'system', id: 'import' },
      via: 'import',
      ask: item.ask,
    };
  }

  /** What the record knows under the outside names in these items. */
  function look(items: readonly Item[]): Promise<Loaded> {
    const subjects = items.flatMap(({ ask }) => {
      if (ask.ask === 'set-subject') return ask.account === undefined ? [ask.subject] : [ask.subject, ask.account];
      return ask.ask === 'import-handoff' ? [ask.subject] : [];
    });
    return load({ ...NO_NEEDS, subjects });
  }

  async function answersTo(commands: string[]): Promise<({ bodyHash: string; answer: Answer } | undefined)[]> {
    const loaded = await load({ ...NO_NEEDS, commands });
    return commands.map((command) => loaded.answers.get(command));
  }

  /** Positions of items whose answer is older than the last time that somebody said something else of the same thing. */
  async function changedLater(
    open: readonly { item: Item }[],
    answers: readonly ({ answer: Answer } | undefined)[],
  ): Promise<Set<number>> {
    const saidAt = new Map<string, { index: number; seq: number }>();
    answers.forEach((known, index) => {
      const item = open[index]?.item;
      if (known?.answer.result !== 'done' || item === undefined) return;
      const thing = thingOf(item, known.answer.facts);
      if (thing !== undefined) saidAt.set(thing, { index, seq: known.answer.seq });
    });
    const later = new Set<number>();
    if (saidAt.size === 0) return later;
    let seq = Math.min(...[...saidAt.values()].map((said) => said.seq));
    for (;;) {
      const events = await house.journal.eventsAfter(options.workspace, seq, 5_000);
      for (const { seq: at, event } of events) {
        const thing =
          event.kind === 'subject-set'
            ? `subject/${event.subject}`
            : event.kind === 'person-set'
              ? `person/${event.person.id}`
              : event.kind === 'team-set'
                ? `team/${event.team.id}`
                : undefined;
        const said = thing === undefined ? undefined : saidAt.get(thing);
        if (said !== undefined && at > said.seq) later.add(said.index);
      }
      const last = events.at(-1);
      if (last === undefined || events.length < 5_000) return later;
      seq = last.seq;
    }
  }

  function load(needs: typeof NO_NEEDS): Promise<Loaded> {
    return house.journal.turn(options.workspace, false, (turn) => turn.load(needs, Number.MAX_SAFE_INTEGER));
  }
}

function thingOf(item: Item, facts: Record<string, unknown>): string | undefined {
  if (item.ask.ask === 'set-person') return `person/${item.ask.person.id}`;
  if (item.ask.ask === 'set-team') return `team/${item.ask.team.id}`;
  return item.ask.ask === 'set-subject' ? `subject/${String(facts.subject)}` : undefined;
}

/** An account that nobody knows is left out and marked; once it is there, the same row links it. */
function linkAccount(plan: Plan, item: Item, known: Loaded, inFile: ReadonlySet<string>): Item {
  const { ask } = item;
  if (ask.ask === 'import-handoff' && !known.subjects.has(nameOf(ask.subject)))
    plan.oddities.add('lead not known', item.lines[0] ?? 0, 'the handoff names somebody who was not imported; kept');
  if (ask.ask !== 'set-subject' || ask.account === undefined) return item;
  if (known.subjects.has(nameOf(ask.account)) || inFile.has(ask.account.value)) return item;
  plan.oddities.add('unknown account', item.lines[0] ?? 0, 'the account is not known; kept without it, and marked');
  const { account, ...rest } = ask;
  return {
    ...item,
    content: `${item.content} unknown account ${account.value}`,
    ask: { ...rest, marks: [...rest.marks, 'unknown-account'] },
  };
}

function nameOf(key: { type: string; value: string }): string {
  return `${key.type}:${key.value}`;
}

type Standing = Awaited<ReturnType<Live['standing']>>;

function knownBefore(item: Item, known: Loaded, roster: Standing['roster']): boolean {
  const { ask } = item;
  if (ask.ask === 'set-person') return roster.people.has(ask.person.id);
  if (ask.ask === 'set-team') return roster.teams.has(ask.team.id);
  return ask.ask === 'set-subject' && known.subjects.has(nameOf(ask.subject));
}

function reasonOf(answer: Answer): string {
  if (answer.result === 'refused') return answer.refusal.sentence.replace(/\.$/, '');
  if (answer.result === 'set-aside') return `was set aside, with its input: ${answer.reason}`;
  return '';
}
