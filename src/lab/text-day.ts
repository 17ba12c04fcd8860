// lab: runs text days against a policy on the in-memory twin, through the corridor that also runs live, and compares what
// followed with what the day says must follow. One language for tests, docs, policy scenarios and simulation.

import { wallToInstant } from '../calendar/zone.ts';
import type { StepAnswer } from '../run/decide-batch.ts';
import type { Stage } from '../run/stage.ts';
import { openStage } from '../run/stage.ts';
import type { Event, Recorded } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId } from '../words/ids.ts';
import type { PolicyDoc } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { HOUR, MINUTE } from '../words/time.ts';
import type { Organisation } from './simulate-people.ts';
import { organisationOf, readPeople } from './simulate-people.ts';
import { handoffOn } from './simulate-run.ts';
import { sayingOf } from './text-day-asks.ts';
import type { DayLine, Expectation, TextDay } from './text-day-parse.ts';
import { MESSAGE_WORDS, parseTextDays } from './text-day-parse.ts';

export type TextDayFailure = { file: string; line: number; source: string; expected: string; got: string };
/** `passed` counts lines that went as written. */
export type TextDayResult = { days: number; passed: number; failed: TextDayFailure[] };

/**
 * Runs every day of a file, each in an empty workspace. People come from the table, the file's own `person` lines, or both.
 * @throws Error with file and line when the days, the people or the policy cannot be read.
 */
export async function runTextDays(
  text: string,
  file: string,
  policyText: string,
  peopleText = '',
): Promise<TextDayResult> {
  const { people, days } = parseTextDays(text, file);
  const table = peopleText.trim() === '' ? { teams: [], people: [] } : readPeople(peopleText, 'people');
  const own = organisationOf(
    people.map(({ id, line, values }) => ({ record: { ...values, person: id }, place: `${file}:${line}` })),
    file,
  );
  const organisation = { teams: [...table.teams, ...own.teams], people: [...table.people, ...own.people] };
  const result: TextDayResult = { days: days.length, passed: 0, failed: [] };
  for (const day of days) await runDay(day, file, policyText, organisation, result);
  return result;
}

/** A failure as one would say it. */
export function failureText({ file, line, source, expected, got }: TextDayFailure): string {
  return `${file}:${line}  ${source}\n  expected: ${expected}\n  got:      ${got}`;
}

async function runDay(
  day: TextDay,
  file: string,
  policyText: string,
  organisation: Organisation,
  result: TextDayResult,
): Promise<void> {
  const [first] = day.moments;
  const stage = await openStage({
    at: Date.parse(`${first?.date ?? '2026-01-01'}T00:00:00Z`) - 24 * HOUR,
    seed: day.line,
  });
  const doc = await found(stage, organisation, policyText, `${file}:${day.line}`);
  const zone = day.zone ?? doc.hours.zone;
  const names = new Map<string, HandoffId>();
  for (const { date, lines } of day.moments) {
    for (const line of lines) {
      const instant = (time: string, other = date): Instant => wallToInstant(zone, `${other}T${time}`);
      const failed = await runLine(stage, line, doc, names, instant);
      if (failed === undefined) result.passed += 1;
      else result.failed.push({ file, line: line.line, source: line.source, ...failed });
    }
  }
}

async function found(
  stage: Stage,
  { teams, people }: Organisation,
  policyText: string,
  place: string,
): Promise<PolicyDoc> {
  await stage.say({ ask: { ask: 'create-workspace', name: 'Text day' } });
  if (teams.length > 0) await stage.say(...teams.map((ask) => ({ ask })));
  if (people.length > 0) await stage.say(...people.map((ask) => ({ ask })));
  const { answers } = await stage.say({ ask: { ask: 'publish-policy', text: policyText } });
  const [answer] = answers;
  const { live, policies } = stage.standing();
  if (answer?.result !== 'done' || live === undefined)
    throw new Error(`${place} The policy cannot be published. ${answer === undefined ? '' : answerText(answer)}`);
  return stage.shelf.policy(live, policies.get(live) ?? '').doc;
}

type Difference = { expected: string; got: string };

async function runLine(
  stage: Stage,
  line: DayLine,
  doc: PolicyDoc,
  names: Map<string, HandoffId>,
  instant: (time: string, date?: string) => Instant,
): Promise<Difference | undefined> {
  const at = instant(clockText(line.minute));
  if (at < stage.now())
    return { expected: 'times that do not go back', got: `it is ${new Date(stage.now()).toISOString()} already` };
  const before = messagesOf(stage).length;
  const passed = await stage.passTo(at);
  const id = line.handoff === undefined ? undefined : names.get(line.handoff);
  if (line.verb === undefined)
    return compare(stage, line, undefined, passed, messagesOf(stage).slice(before), id, instant);
  const told = messagesOf(stage).length;
  let heard: { answers: StepAnswer[]; events: Recorded[] };
  try {
    heard = await stage.say(
      sayingOf({ line, doc, now: at, h: id === undefined ? undefined : handoffOn(stage, id), instant }),
    );
  } catch (mistake) {
    return { expected: 'a line that can be said', got: mistake instanceof Error ? mistake.message : String(mistake) };
  }
  const [answer] = heard.answers;
  if (
    line.verb === 'request' &&
    line.handoff !== undefined &&
    answer?.result === 'done' &&
    answer.handoff !== undefined
  )
    names.set(line.handoff, answer.handoff);
  const after = line.handoff === undefined ? undefined : names.get(line.handoff);
  return compare(stage, line, answer, heard.events, messagesOf(stage).slice(told), after, instant);
}

function compare(
  stage: Stage,
  line: DayLine,
  answer: StepAnswer | undefined,
  recorded: readonly Recorded[],
  messages: readonly Told[],
  id: HandoffId | undefined,
  instant: (time: string, date?: string) => Instant,
): Difference | undefined {
  const events = recorded.map(({ event }) => ({ name: event.kind as string, who: whoOf(event) }));
  const rest = [...events];
  const unread = [...messages];
  const h = id === undefined ? undefined : handoffOn(stage, id);
  const unmet = line.expects.filter((expected) => !meets(expected));
  const surprising = line.only && (rest.length > 0 || unread.length > 0);
  const refused = answer !== undefined && answer.result !== 'done' && !line.expects.some((e) => e.kind === 'refused');
  if (unmet.length === 0 && !surprising && !refused) return undefined;
  const got = [...events.map(named), ...messages.map(named)].join(' ');
  const states = line.expects.some(({ kind }) => kind === 'state') ? ` (${stateText(h, instant)})` : '';
  const wanted = line.expects.map(expectationText);
  return {
    expected: [
      ...(wanted.length === 0 ? ['an answer that is no refusal'] : wanted),
      ...(line.only ? ['only'] : []),
    ].join(' '),
    got:
      answer !== undefined && answer.result !== 'done'
        ? answerText(answer)
        : `${got === '' ? 'nothing' : got}${states}`,
  };

  function meets(expected: Expectation): boolean {
    switch (expected.kind) {
      case 'nothing':
        return events.length === 0 && messages.length === 0 && answer?.result !== 'refused';
      case 'refused':
        return answer?.result === 'refused' && answer.refusal.code === expected.code;
      case 'state':
        return h !== undefined && stateOf(h, expected.what, instant) === expected.value;
      case 'event':
        return takeOut(rest, expected.event, expected.who);
      case 'message':
        return takeOut(unread, expected.word, expected.who);
    }
  }
}

type Told = { name: string; who: string | undefined };

function takeOut(from: Told[], name: string, who: string | undefined): boolean {
  const at = from.findIndex((one) => one.name === name && (who === undefined || who === one.who));
  if (at >= 0) from.splice(at, 1);
  return at >= 0;
}

function messagesOf(stage: Stage): Told[] {
  const words = new Map(Object.entries(MESSAGE_WORDS).map(([word, about]) => [about, word]));
  return [...(stage.journal.state.workspaces.get(stage.workspace)?.messages.values() ?? [])].map(({ intent }) =>
    intent.kind === 'tell-person'
      ? { name: words.get(intent.about) ?? intent.about, who: intent.to }
      : { name: 'webhook', who: intent.endpoint },
  );
}

/** What stands after the colon of an event: to whom, by whom, which clock or outcome. */
function whoOf(event: Event): string | undefined {
  switch (event.kind) {
    case 'handoff-opened':
      return event.sender;
    case 'handoff-offered':
    case 'handoff-reassigned':
      return event.to;
    case 'offer-withdrawn':
    case 'handoff-returned':
      return event.reason;
    case 'level-reached':
      return event.action;
    case 'clock-breached':
      return event.name;
    case 'handoff-closed':
      return event.outcome;
    case 'signal-noted':
      return event.failed.join(',');
    case 'handoff-rejected':
      return event.reason;
    case 'person-departed':
    case 'absence-set':
    case 'absence-ended':
      return event.person;
    default:
      return 'by' in event ? event.by : undefined;
  }
}

function stateOf(h: Handoff, what: 'stage' | 'owner' | 'due', instant: (time: string) => Instant): string {
  if (what === 'stage') return h.stage;
  if (what === 'owner') return h.owner;
  return h.nextStep === undefined ? 'never' : dueText(h.nextStep.dueAt, instant);
}

/** When the next step is due, as a wall time of the day; with the number of days after it where it is later. */
function dueText(dueAt: Instant, instant: (time: string) => Instant): string {
  const minutes = Math.round((dueAt - instant('00:00')) / MINUTE);
  const days = Math.floor(minutes / (24 * 60));
  return `${clockText(minutes - days * 24 * 60)}${days === 0 ? '' : `+${days}d`}`;
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function stateText(h: Handoff | undefined, instant: (time: string) => Instant): string {
  if (h === undefined) return 'there is no such handoff';
  return (['stage', 'owner', 'due'] as const).map((what) => `${what}:${stateOf(h, what, instant)}`).join(' ');
}

function named({ name, who }: Told): string {
  return who === undefined ? name : `${name}:${who}`;
}

function expectationText(expected: Expectation): string {
  switch (expected.kind) {
    case 'nothing':
      return 'nothing';
    case 'refused':
      return `no ${expected.code}`;
    case 'state':
      return `${expected.what}:${expected.value}`;
    case 'event':
      return named({ name: expected.event, who: expected.who });
    case 'message':
      return named({ name: expected.word, who: expected.who });
  }
}

function answerText(answer: StepAnswer): string {
  if (answer.result === 'refused') return `no ${answer.refusal.code}: ${answer.refusal.sentence}`;
  return answer.result === 'set-aside' ? `set aside: ${answer.reason}` : 'done';
}
