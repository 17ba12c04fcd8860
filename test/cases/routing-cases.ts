// Case runner: routing and fairness cases (inputs and expected results, written as data).
// Answers: what does our routing say to one case, in the words of the case file. Promises: the answer comes from the real
// functions and has the shape of the case's `expected`; a strategy that we do not offer is said to be so, with our ruling,
// and never counts as passed.

import { isDeepStrictEqual } from 'node:util';
import { evolveHandoff } from '../../src/decide/evolve.ts';
import { applyTurns, isBefore } from '../../src/routing/fairness.ts';
import { UNIT } from '../../src/routing/place.ts';
import { type Availability, type RouteInput, type RouteResult, route } from '../../src/routing/route.ts';
import type { HandoffEvent } from '../../src/words/event.ts';
import type { Handoff } from '../../src/words/handoff.ts';
import type { PoolSpec, Rung } from '../../src/words/policy.ts';
import type { Person } from '../../src/words/roster.ts';
import type { Pools, PoolTurns, Turn } from '../../src/words/routing.ts';

type Given = {
  id: string | number;
  open?: number;
  capacity?: number | null;
  availability?: string;
  priority?: number | null;
  weight?: number;
  assignedInPeriod?: number;
  lastAssignedAt?: string;
  quota?: number;
  prefers?: string;
  awayCredit?: number;
};

type CaseInput = {
  strategy?: string;
  candidates?: (string | number | Given)[];
  rotation?: string[];
  members?: string[];
  eligible?: string[];
  events?: string[];
  leads?: number | { id: string; status?: string; owner?: string }[];
  calls?: number;
  runs?: number;
  leadsOwnedBy?: (string | null)[];
  leadGroups?: { n: number; tags: string[] }[];
  currentOwner?: string;
  ownerOnRecord?: string;
  requested?: string;
  maxLead?: number | null;
  teams?: { id: string; capacity: number }[];
  limit?: number;
  excludeInactiveHours?: number;
  closeConditionMet?: boolean;
  unassignConditionMet?: boolean;
};

export type RoutingCase = {
  id: string;
  kind: string;
  input: CaseInput;
  expected: Record<string, unknown>;
  recommended?: Record<string, unknown>;
  normative: boolean;
  note?: string;
};

/** `answer` and `ruling` are what the judge of all case files reads; `ok` is our own comparison with the same rule. */
export type RoutingCaseResult = {
  id: string;
  ok: boolean;
  normative: boolean;
  offered: boolean;
  message: string;
  answer: unknown;
  ruling: string;
};

type Answer = { answer: Record<string, unknown>; ruling?: string } | { notOffered: string };

/** Runs one case of the routing file. A case of an unknown form is an error, not a pass. */
export function runRoutingCase(one: unknown): RoutingCaseResult {
  const given = one as RoutingCase;
  const base = { id: given.id, normative: given.normative !== false };
  const answered = answerRouting(given);
  if ('notOffered' in answered) {
    const message = `not offered: ${answered.notOffered}`;
    return { ...base, ok: false, offered: false, message, answer: { notOffered: true }, ruling: answered.notOffered };
  }
  const { answer, ruling = '' } = answered;
  const wanted = base.normative ? given.expected : (given.recommended ?? answer);
  const ok = isDeepStrictEqual(answer, wanted);
  const message = `expected ${JSON.stringify(given.expected)}, ours ${JSON.stringify(answer)}${ruling === '' ? '' : `. ${ruling}`}`;
  return { ...base, ok, offered: true, message, answer, ruling };
}

function answerRouting(one: RoutingCase): Answer {
  const shaped = byShape.find(([applies]) => applies(one));
  if (shaped !== undefined) return shaped[1](one);
  const general = byKind[one.kind];
  if (general === undefined)
    throw new Error(`The kind "${one.kind}" of case "${one.id}" is not known to the case runner.`);
  return general(one);
}

const noWindows =
  'There are no sliding windows or quotas per day or month: capacity counts the open handoffs that a person holds.';
const noHosts = 'A handoff has one receiver: there are no fixed hosts of a meeting to unite with the routed ones.';

/** What a case says decides how it is answered, never its id: the file is a sample. The first that applies. */
const byShape: [applies: (one: RoutingCase) => boolean, answer: (one: RoutingCase) => Answer][] = [
  [({ input }) => input.currentOwner !== undefined, ownedAlready],
  [
    ({ input }) => candidatesOf(input).some((one) => 'windowLimit' in one || 'monthlyCapacity' in one),
    () => ({ notOffered: noWindows }),
  ],
  [({ input }) => input.excludeInactiveHours !== undefined, () => ({ notOffered: noAgeLimit })],
  [
    ({ input, kind }) =>
      kind === 'queue' && Array.isArray(input.leads) && input.leads.length > (input.limit ?? input.leads.length),
    () => ({ notOffered: noBatch }),
  ],
  [({ input, kind }) => kind === 'validate' && input.maxLead !== undefined, () => ({ notOffered: noThreshold })],
  [({ input }) => input.leadGroups !== undefined, preferred],
  [({ input }) => input.teams !== undefined, weightedTeams],
];

const noAgeLimit = 'No handoff is left out for its age: that makes orphans. Old ones escalate by their clocks.';
const noBatch = 'There is no batch with a limit: each handoff is routed when it arrives, or when somebody has room.';
const noThreshold = 'There is no lead threshold to configure: the spread is bounded by the turns themselves.';
const noUnassign =
  'Nothing is taken away behind people’s backs: an offer ends by recall, rejection or its clock, each with a reason.';

const byKind: Record<string, (one: RoutingCase) => Answer> = {
  count: () => ({ notOffered: noWindows }),
  quota: () => ({ notOffered: noWindows }),
  window: () => ({ notOffered: 'Fairness has no periods that begin again: turns are kept for ever.' }),
  eligible: (one) => {
    if (one.input.maxLead === undefined) return { notOffered: noHosts };
    const { record } = routeCase(one.input);
    const free = record.rungs[0]?.candidates.filter(({ taken, skip }) => taken || skip === 'later-in-turn') ?? [];
    return { answer: { eligible: free.map(({ person }) => originalId(one.input, person)) } };
  },
  sequence: (one) => {
    const { events, leads, calls } = one.input;
    const n = events?.filter((event) => event === 'assign').length ?? Number(leads ?? calls);
    return { answer: { picks: play(one.input, n) } };
  },
  distribution: (one) => distribution(one),
  queue: (one) => queue(one),
  pick: (one) => pick(one),
};

/** A handoff that one person has accepted. */
function heldBy(receiver: string): Handoff {
  const decision = routeCase({ candidates: [receiver] }).record;
  const events: HandoffEvent[] = [
    {
      kind: 'handoff-opened',
      handoff: 'h',
      transition: 't',
      policy: 'p',
      subject: 's',
      sender: 'sender',
      segment: 'all',
      urgency: 'normal',
      signal: 's',
      context: { ref: 'r', have: [], missing: [] },
      marks: [],
    },
    { kind: 'handoff-offered', handoff: 'h', offer: 'o', to: receiver, run: 'r', decision },
    { kind: 'handoff-accepted', handoff: 'h', offer: 'o', by: receiver, told: [] },
  ];
  return events.reduce<Handoff | undefined>((h, event, i) => evolveHandoff(h, event, i + 1), undefined) as Handoff;
}

/** The subject has somebody already: a repeated trigger attaches to the handoff, closing it keeps who held it. */
function ownedAlready({ input }: RoutingCase): Answer {
  const before = heldBy(String(input.currentOwner));
  if (input.closeConditionMet === true) {
    const closed = evolveHandoff(before, { kind: 'handoff-closed', handoff: 'h', outcome: 'won', by: 'system' }, 4);
    return { answer: { pick: closed.receiver, assignmentState: closed.stage } };
  }
  if (input.unassignConditionMet === true) return { notOffered: noUnassign };
  const after = evolveHandoff(before, { kind: 'signal-attached', handoff: 'h', signal: 's', urgency: 'normal' }, 4);
  return { answer: { pick: after.receiver, changed: after.receiver !== before.receiver } };
}

function weightedTeams({ input }: RoutingCase): Answer {
  const teams = (input.teams ?? []).map(({ id, capacity }) => ({ id, weight: capacity }));
  const total = teams.reduce((sum, { weight }) => sum + weight, 0);
  const picks = play({ candidates: teams }, total);
  const isExact = teams.every(({ id, weight }) => picks.filter((pick) => pick === id).length === weight);
  return {
    answer: { proportionalTo: isExact ? 'capacity' : 'nothing' },
    ruling: 'Teams as weighted members get exact shares, without chance.',
  };
}

function pick(one: RoutingCase): Answer {
  const { input, expected } = one;
  const result = routeCase(input, input.requested === undefined ? {} : { force: input.requested });
  const person = originalId(input, result.person ?? '');
  const answer: Record<string, unknown> = Array.isArray(expected.pickIn)
    ? { pickIn: expected.pickIn.includes(person) ? expected.pickIn : [person] }
    : { pick: person };
  const candidates = result.record.rungs[0]?.candidates ?? [];
  if ('rotationMembers' in expected) answer.rotationMembers = candidates.map((candidate) => candidate.person);
  if ('rotationAfter' in expected) answer.rotationAfter = rotationOf(input, result);
  return result.record.usedFallback ? { answer, ruling: nobodyAway } : { answer };
}

const nobodyAway =
  'Nobody who is away gets work by rule; the handoff waits within its limit, then the fallback person has it.';

/** Everybody of the pool in the order in which they are next. */
function rotationOf(input: CaseInput, result: RouteResult): string[] {
  const turns = applyTurns('pool', turnsOf(input), result.record.turns);
  const at = (person: string): Turn => turns[person] as Turn;
  return peopleOf(input)
    .map(({ id }) => String(id))
    .sort((a, b) => (isBefore(at(a), a, at(b), b) ? -1 : 1));
}

function distribution(one: RoutingCase): Answer {
  const { input, expected, recommended } = one;
  const leads = input.leadsOwnedBy?.length ?? input.runs ?? Number(input.leads);
  const picks = play(input, leads, (i) => {
    const owner = input.leadsOwnedBy?.[i];
    return owner == null ? {} : { previousOwner: { person: owner, at: 0 } };
  });
  const counts = countOf(input, picks);
  const cursor = 'cursorAfter' in (recommended ?? expected) ? { cursorAfter: picks.at(-1) } : {};
  return {
    answer: { counts, ...cursor },
    ruling: 'Turns are kept, so two equals get the same number; chance has no part in it.',
  };
}

/** Somebody prefers leads of one kind: a rung of their own before the pool, and capacity for everybody. */
function preferred(one: RoutingCase): Answer {
  const rungs: Rung[] = [
    ...candidatesOf(one.input).flatMap(({ id, prefers }): Rung[] =>
      prefers === undefined ? [] : [{ use: 'person', person: String(id), when: prefers.replace('tag:', '') }],
    ),
    { use: 'round-robin', pool: 'pool' },
  ];
  const tags = (one.input.leadGroups ?? []).flatMap(({ n, tags: given }) => Array.from({ length: n }, () => given));
  const candidates = candidatesOf(one.input).map((given) => ({ ...given, capacity: given.quota ?? null }));
  const got = new Map<string, number>();
  const picks = play({ candidates }, tags.length, (i, picked) => {
    if (picked !== undefined) got.set(picked, (got.get(picked) ?? 0) + 1);
    return {
      rungs,
      test: (when) => ({ holds: tags[i]?.includes(when) === true }),
      load: (person) => got.get(person) ?? 0,
    };
  });
  const allOf = candidates.flatMap(({ id, prefers }) => {
    const tag = prefers?.replace('tag:', '') ?? '';
    const isOnly = picks.every((person, i) => person !== String(id) || tags[i]?.includes(tag));
    return prefers === undefined ? [] : [[String(id), isOnly ? prefers : 'mixed']];
  });
  return { answer: { counts: countOf(one.input, picks), allOf: Object.fromEntries(allOf) } };
}

/** Leads as handoffs: closed ones have left, owned ones are accepted, only those that wait are routed. */
function queue(one: RoutingCase): Answer {
  const assigned: string[] = [];
  const unassigned: string[] = [];
  const owners: Record<string, string> = {};
  for (const { id, status, owner } of one.input.leads as { id: string; status?: string; owner?: string }[]) {
    let handoff = heldBy(owner ?? 'nobody');
    if (status !== undefined && status !== 'open') {
      handoff = evolveHandoff(handoff, { kind: 'handoff-closed', handoff: 'h', outcome: status, by: 'system' }, 4);
    } else if (owner === undefined) {
      handoff = evolveHandoff(handoff, { kind: 'handoff-returned', handoff: 'h', reason: 'recalled', by: 'system' }, 4);
    }
    const routed = handoff.stage === 'returned' ? routeCase({ candidates: ['free'] }).person : undefined;
    if (routed !== undefined) assigned.push(id);
    else if (handoff.stage === 'closed') unassigned.push(id);
    else owners[id] = String(handoff.receiver);
  }
  return { answer: { assigned, unassigned, ...(Object.keys(owners).length > 0 ? { owners } : {}) } };
}

type Change = Partial<RouteInput>;

/** Routes leads one after another, folding each decision's turns before the next, as the ledger does. */
function play(input: CaseInput, leads: number, change: (i: number, picked?: string) => Change = () => ({})): string[] {
  const picks: string[] = [];
  let pools: Pools = new Map([['pool', turnsOf(input)]]);
  for (let i = 0; i < leads; i++) {
    const result = routeCase(input, { at: NOW + i, pools, ...change(i, picks.at(-1)) });
    picks.push(result.person ?? '-');
    pools = new Map([['pool', applyTurns('pool', pools.get('pool') ?? {}, result.record.turns)]]);
  }
  return picks;
}

const NOW = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 86_400_000;

/** One decision over the people of a case. Whoever left is in the roster, inactive. */
function routeCase(input: CaseInput, change: Change = {}): RouteResult {
  const people = peopleOf(input);
  const closed =
    input.eligible === undefined
      ? []
      : people.filter(({ id }) => !input.eligible?.includes(String(id))).map(({ id }) => id);
  const gone = (input.leadsOwnedBy ?? []).filter((owner) => owner !== null);
  const roster = [...people.map(personOf), ...['fallback', 'last', 'sender'].map((id) => personOf({ id }))];
  for (const id of gone) roster.push({ ...personOf({ id }), active: false });
  return route({
    at: NOW,
    policy: 'case',
    segment: 'all',
    rungs: rungsOf(input),
    fallback: 'fallback',
    lastRung: 'last',
    sender: 'sender',
    allowSelf: false,
    declined: [],
    test: () => ({ holds: true }),
    roster: { version: 1, people: new Map(roster.map((one) => [one.id, one])), teams: new Map() },
    poolSpecs: poolsOf(people),
    pools: new Map([
      ['pool', turnsOf(input)],
      ...levels.map((level): [string, PoolTurns] => [`level ${level}`, turnsOf(input)]),
    ]),
    load: (person) => people.find(({ id }) => String(id) === person)?.open ?? 0,
    availability: (person): Availability => {
      const given = people.find(({ id }) => String(id) === person);
      if (given?.availability === 'away') return { openNow: false, awayUntil: NOW + DAY_MS, nextOpenAt: NOW + DAY_MS };
      return { openNow: given === undefined || !closed.includes(given.id) };
    },
    holdMaxMs: 0,
    ...(input.ownerOnRecord === undefined ? {} : { previousOwner: { person: input.ownerOnRecord, at: NOW - 1 } }),
    ...change,
  });
}

const levels = [4, 3, 2, 1, 0];

/** Priorities are rungs, the highest first: the ladder has no other notion of them. */
function rungsOf(input: CaseInput): Rung[] {
  if (input.strategy === 'least_open') return [{ use: 'least-loaded', pool: 'pool' }];
  if (input.strategy === 'priority_then_lru')
    return levels.map((level) => ({ use: 'round-robin', pool: `level ${level}` }));
  if (input.ownerOnRecord !== undefined) return [{ use: 'owner' }];
  return input.leadsOwnedBy === undefined
    ? [{ use: 'round-robin', pool: 'pool' }]
    : [{ use: 'owner' }, { use: 'round-robin', pool: 'pool' }];
}

function poolsOf(people: Given[]): Record<string, PoolSpec> {
  const members = (list: Given[]): PoolSpec => ({ members: list.map(({ id }) => ({ person: String(id) })) });
  const ofLevel = levels.map((level): [string, PoolSpec] => [
    `level ${level}`,
    members(people.filter(({ priority }) => (priority ?? 2) === level)),
  ]);
  return { pool: members(people), ...Object.fromEntries(ofLevel) };
}

/** Weights are counted from 1 to 100: 200 to 100 is the same as 2 to 1. */
function peopleOf(input: CaseInput): Given[] {
  const list = candidatesOf(input);
  const common = list.reduce((all, { weight }) => greatestCommon(all, weight ?? 1), list[0]?.weight ?? 1);
  return list.map((given) => ({ ...given, weight: (given.weight ?? 1) / common }));
}

function candidatesOf(input: CaseInput): Given[] {
  const given = input.members ?? input.rotation ?? input.candidates ?? [];
  return given.map((one) => (typeof one === 'object' ? one : { id: one }));
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}

function personOf({ id, weight, capacity }: Given): Person {
  const limit = capacity == null ? {} : { capacity };
  return { id: String(id), roles: ['ae'], absences: [], weight: weight ?? 1, active: true, joinedAt: 0, ...limit };
}

/** What the case says about the past: a rotation, last assignments, or how many each had. */
function turnsOf(input: CaseInput): PoolTurns {
  const turns: Record<string, Turn> = {};
  input.rotation?.forEach((person, i) => {
    turns[person] = { passes: 0, lastAt: NOW - 100 + i, since: 0 };
  });
  for (const { id, assignedInPeriod, awayCredit, lastAssignedAt, weight } of peopleOf(input)) {
    const had = assignedInPeriod === undefined ? awayCredit : assignedInPeriod + (awayCredit ?? 0);
    if (had === undefined && lastAssignedAt === undefined) continue;
    const lastAt = lastAssignedAt === undefined ? 0 : Date.parse(lastAssignedAt);
    turns[String(id)] = {
      passes: Math.round(((had ?? 0) * UNIT) / (weight ?? 1)),
      lastAt,
      since: 0,
    };
  }
  return turns;
}

function countOf(input: CaseInput, picks: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    peopleOf(input).map(({ id }) => [String(id), picks.filter((pick) => pick === String(id)).length]),
  );
}

function originalId(input: CaseInput, person: string): string | number {
  return peopleOf(input).find(({ id }) => String(id) === person)?.id ?? person;
}
