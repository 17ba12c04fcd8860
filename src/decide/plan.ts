// decide: a decision in the making. Events are folded as they are added, so that a later part of the same decision
// (open, then offer) sees what the earlier part made true. It lives for one decision and is then frozen into `Done`.

import type { Arrival, Context } from '../words/arrival.ts';
import type { HandoffEvent, OtherEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId, IdMaker, PersonId } from '../words/ids.ts';
import { idsFrom } from '../words/ids.ts';
import type { About } from '../words/intent.ts';
import type { Policy, Transition } from '../words/policy.ts';
import type { PrivateItem, SubjectNames } from '../words/private.ts';
import type { Instant } from '../words/time.ts';
import { evolveHandoff } from './evolve.ts';
import { evolvePools, evolveRoster, loadHolder } from './standing.ts';
import type { Done, World } from './world.ts';

export type Plan = {
  /** The world as this decision has made it so far. */
  readonly world: World;
  readonly arrival: Arrival;
  readonly at: Instant;
  readonly id: IdMaker;
  /** The handoff as this decision has made it so far. */
  handoff(id: HandoffId): Handoff;
  add(event: HandoffEvent | OtherEvent): void;
  /** Owes a person a message; answers its id, so that an undo can take it back. */
  tell(
    to: PersonId,
    about: About,
    handoff: HandoffId,
    more?: { clock?: string; offer?: string; holdUntil?: Instant },
  ): string;
  keep(item: PrivateItem): void;
  name(names: SubjectNames): void;
  cancel(messages: readonly string[]): void;
  done(handoff?: HandoffId, facts?: Record<string, unknown>): Done;
};

export function startPlan(before: World, arrival: Arrival): Plan {
  const made: Done = { events: [], owe: [], cancel: [], keep: [], names: [], erase: [], retry: [], facts: {} };
  const changed = new Map<HandoffId, Handoff>();
  const loads = new Map<PersonId, number>();
  const contexts = new Map<string, Context>();
  let { roster, pools } = before;
  const id = idsFrom(arrival.id);
  const at = arrival.at;
  const find = (handoff: HandoffId): Handoff | undefined => changed.get(handoff) ?? before.handoff(handoff);
  const world: World = {
    workspaceKnown: before.workspaceKnown,
    policy: before.policy,
    endpoints: before.endpoints,
    get roster() {
      return roster;
    },
    get pools() {
      return pools;
    },
    policyOf: (hash) => before.policyOf(hash),
    readPolicy: (text, file) => before.readPolicy(text, file),
    load: (person) => before.load(person) + (loads.get(person) ?? 0),
    handoff: find,
    liveOf: (subject) => before.liveOf(subject),
    concerning: (person) => before.concerning(person),
    subjectNamed: (key) => before.subjectNamed(key),
    subject: (subject) => before.subject(subject),
    context: (ref) => contexts.get(ref) ?? before.context(ref),
    message: (message) => before.message(message),
    calendar: (person) => before.calendar(person),
  };
  const shiftLoad = (person: PersonId | undefined, by: number): void => {
    if (person !== undefined) loads.set(person, (loads.get(person) ?? 0) + by);
  };
  return {
    world,
    arrival,
    at,
    id,
    handoff(handoff) {
      const found = find(handoff);
      if (found === undefined) throw new Error(`A decision speaks of handoff ${handoff}, which was not loaded.`);
      return found;
    },
    add(event) {
      made.events.push(event);
      roster = evolveRoster(roster, event, at);
      if ('turns' in event) pools = evolvePools(pools, event.turns);
      if (!('handoff' in event)) return;
      const old = find(event.handoff);
      const next = evolveHandoff(old, event, at);
      changed.set(event.handoff, next);
      shiftLoad(loadHolder(old), -1);
      shiftLoad(loadHolder(next), 1);
    },
    tell(to, about, handoff, more = {}) {
      const message = id('ms');
      made.owe.push({
        kind: 'tell-person',
        id: message,
        to,
        about,
        handoff,
        holdUntil: more.holdUntil ?? at,
        ...(more.clock === undefined ? {} : { clock: more.clock }),
        ...(more.offer === undefined ? {} : { offer: more.offer }),
      });
      return message;
    },
    keep(item) {
      made.keep.push(item);
      if (item.kind === 'context') contexts.set(item.ref, item.body as Context);
    },
    name(names) {
      made.names.push(names);
    },
    cancel(messages) {
      made.cancel.push(...messages);
    },
    done(handoff, facts = {}) {
      return { ...made, facts, ...(handoff === undefined ? {} : { handoff }) };
    },
  };
}

/** The policy a handoff was decided under, and its transition there. */
export function ruleOf(
  world: World,
  handoff: Pick<Handoff, 'policy' | 'transition' | 'id'>,
): { policy: Policy; transition: Transition } {
  const policy = world.policyOf(handoff.policy);
  const transition = policy?.doc.transitions[handoff.transition];
  if (policy === undefined || transition === undefined) {
    throw new Error(
      `Handoff ${handoff.id} was decided under policy ${handoff.policy}, transition ${handoff.transition}, which the workspace does not have.`,
    );
  }
  return { policy, transition };
}
