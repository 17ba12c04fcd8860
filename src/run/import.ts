// run: an import on its way through the corridor. Rows become commands whose names depend on what they say, so the same
// file again changes nothing and an import that was killed goes on where it stopped. A dry run asks the record the same
// questions and writes nothing.

import type { Item } from '../arrive/import/item.ts';
import { commandOf, contentHash } from '../arrive/import/item.ts';
import type { Plan } from '../arrive/import/plan-import.ts';
import { rejectItem } from '../arrive/import/plan-import.ts';
import type { SubjectKey } from '../words/arrival.ts';
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

/** An item, and how often its content came back after something else. */
type Open = { item: Item; turn: number };
type First = { bodyHash: string; answer: Answer };

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
  const known = await namesKnown(plan.items);
  const inFile = new Set(plan.kind === 'accounts' ? plan.items.map((item) => item.identity) : []);
  const { roster } = await house.live.standing(options.workspace);
  let done = 0;
  let open = plan.items.map((item): Open => ({ item: linkAccount(plan, item, known, inFile), turn: 0 }));
  while (open.length > 0) {
    const answers = await answersTo(open);
    const later = await changedLater(open, answers);
    const fresh: Open[] = [];
    const next: Open[] = [];
    open.forEach((one, i) => {
      const answer = answers[i];
      if (answer === undefined) fresh.push(one);
      else if (answer.bodyHash !== contentHash(one.item))
        refuseItem(one.item, 'was imported before with other content; history is not rewritten');
      else if (answer.answer.result !== 'done') refuseItem(one.item, reasonOf(answer.answer));
      else if (later.has(i) && one.turn < TURNS_MAX) next.push({ item: one.item, turn: one.turn + 1 });
      else counts.unchanged += 1;
    });
    told(open.length - fresh.length - next.length);
    for (const chunk of chunksOf(fresh)) {
      const given = options.dryRun ? undefined : await house.live.submitMany(options.workspace, chunk.map(draftOf));
      chunk.forEach(({ item }, i) => {
        const answer = given?.[i];
        if (answer === undefined || answer.result === 'done') count(answer, knownBefore(item, known, roster));
        else refuseItem(item, reasonOf(answer));
      });
      told(chunk.length);
    }
    open = next;
  }
  return counts;

  function told(more: number): void {
    done += more;
    if (more > 0) options.onProgress?.(done, plan.items.length);
  }

  function count(answer: (Answer & { repeated?: boolean }) | undefined, before: boolean): void {
    const same = answer?.result === 'done' && (answer.repeated === true || answer.facts.unchanged === true);
    counts[same ? 'unchanged' : before ? 'changed' : 'created'] += 1;
  }

  function refuseItem(item: Item, reason: string): void {
    counts.refused += 1;
    rejectItem(plan, item, reason);
  }

  function draftOf({ item, turn }: Open): Draft {
    return {
      command: commandOf(options.workspace, plan.kind, item, turn),
      bodyHash: contentHash(item),
      actor: { kind: 'system', id: 'import' },
      via: 'import',
      ask: item.ask,
    };
  }

  /** Which of the outside names in these items the record knows. */
  async function namesKnown(items: readonly Item[]): Promise<Set<string>> {
    const names = new Set<string>();
    for (const chunk of chunksOf(items)) {
      const loaded = await load({ ...NO_NEEDS, subjects: chunk.flatMap(({ ask }) => namesIn(ask)) });
      for (const name of loaded.subjects.keys()) names.add(name);
    }
    return names;
  }

  async function answersTo(all: readonly Open[]): Promise<(First | undefined)[]> {
    const answers: (First | undefined)[] = [];
    for (const chunk of chunksOf(all)) {
      const commands = chunk.map(({ item, turn }) => commandOf(options.workspace, plan.kind, item, turn));
      const loaded = await load({ ...NO_NEEDS, commands });
      for (const command of commands) answers.push(loaded.answers.get(command));
    }
    return answers;
  }

  /** Positions of items whose answer is older than the last time that somebody said something else of the same thing. */
  async function changedLater(all: readonly Open[], answers: readonly (First | undefined)[]): Promise<Set<number>> {
    const saidAt = new Map<string, { index: number; seq: number }>();
    answers.forEach((known, index) => {
      const item = all[index]?.item;
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
function linkAccount(plan: Plan, item: Item, known: ReadonlySet<string>, inFile: ReadonlySet<string>): Item {
  const { ask } = item;
  if (ask.ask === 'import-handoff' && !known.has(nameOf(ask.subject)))
    plan.oddities.add('lead not known', item.lines[0] ?? 0, 'the handoff names somebody who was not imported; kept');
  if (ask.ask !== 'set-subject' || ask.account === undefined) return item;
  if (known.has(nameOf(ask.account)) || inFile.has(ask.account.value)) return item;
  plan.oddities.add('unknown account', item.lines[0] ?? 0, 'the account is not known; kept without it, and marked');
  const { account, ...rest } = ask;
  return {
    ...item,
    content: `${item.content} unknown account ${account.value}`,
    ask: { ...rest, marks: [...rest.marks, 'unknown-account'] },
  };
}

function namesIn(ask: Item['ask']): SubjectKey[] {
  if (ask.ask === 'import-handoff') return [ask.subject];
  if (ask.ask !== 'set-subject') return [];
  return ask.account === undefined ? [ask.subject] : [ask.subject, ask.account];
}

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += CHUNK) yield all.slice(from, from + CHUNK);
}

function nameOf(key: SubjectKey): string {
  return `${key.type}:${key.value}`;
}

type Standing = Awaited<ReturnType<Live['standing']>>;

function knownBefore(item: Item, known: ReadonlySet<string>, roster: Standing['roster']): boolean {
  const { ask } = item;
  if (ask.ask === 'set-person') return roster.people.has(ask.person.id);
  if (ask.ask === 'set-team') return roster.teams.has(ask.team.id);
  return ask.ask === 'set-subject' && known.has(nameOf(ask.subject));
}

function reasonOf(answer: Answer): string {
  if (answer.result === 'refused') return answer.refusal.sentence.replace(/\.$/, '');
  if (answer.result === 'set-aside') return `was set aside, with its input: ${answer.reason}`;
  return '';
}
