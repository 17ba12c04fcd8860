// run: the world that decisions look at, built from what was loaded, and moved on by each decision of the batch.
// It is thrown away with the batch: what lasts is the record, and the standing facts once the commit is in.

import { evolveHandoff } from '../decide/evolve.ts';
import type { Done, World } from '../decide/world.ts';
import type { Context } from '../words/arrival.ts';
import type { Event } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { isLive } from '../words/handoff.ts';
import type { HandoffId, SubjectId } from '../words/ids.ts';
import type { Loaded, SubjectRow } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';
import type { Shelf } from './shelf.ts';
import type { Standing } from './standing.ts';
import { foldStanding } from './standing.ts';

export type Bench = {
  readonly world: World;
  readonly standing: Standing;
  /** Handoffs that the batch changed, as they are now. */
  readonly changed: ReadonlyMap<HandoffId, Handoff>;
  readonly changedKeys: ReadonlySet<string>;
  readonly changedSubjects: ReadonlyMap<SubjectId, SubjectRow>;
  before(id: HandoffId): Handoff | undefined;
  /** Tries a decision: the handoffs as they would be, without keeping it. */
  preview(done: Done, at: Instant): Map<HandoffId, Handoff>;
  keep(done: Done, at: Instant): void;
};

export function openBench(standing0: Standing, loaded: Loaded, shelf: Shelf): Bench {
  let standing = standing0;
  const changed = new Map<HandoffId, Handoff>();
  const changedKeys = new Set<string>();
  const changedSubjects = new Map<SubjectId, SubjectRow>();
  const names = new Map<string, SubjectId>();
  const contexts = new Map<string, Context>();
  const handoff = (id: HandoffId): Handoff | undefined => changed.get(id) ?? loaded.handoffs.get(id);
  const subject = (id: SubjectId): SubjectRow | undefined => changedSubjects.get(id) ?? loaded.subjectsById.get(id);
  const all = (): Handoff[] => [...new Map([...loaded.handoffs, ...changed]).values()];
  const policyOf = (hash: string) => {
    const text = standing.policies.get(hash);
    return text === undefined ? undefined : shelf.policy(hash, text);
  };
  const world: World = {
    get workspaceKnown() {
      return standing.name !== undefined;
    },
    get policy() {
      return standing.live === undefined ? undefined : policyOf(standing.live);
    },
    get roster() {
      return standing.roster;
    },
    get pools() {
      return standing.pools;
    },
    get endpoints() {
      return [...standing.endpoints.values()];
    },
    policyOf,
    readPolicy: (text, file) => shelf.read(text, file),
    load: (person) => standing.loads.get(person) ?? 0,
    handoff,
    liveOf: (id) => all().filter((h) => h.subject === id && isLive(h)),
    concerning: (person) => all().filter((h) => isLive(h) && concerns(h, person)),
    subjectNamed(key) {
      const name = `${key.type}:${key.value}`;
      const made = names.get(name);
      return made === undefined ? loaded.subjects.get(name) : subject(made);
    },
    subject,
    context: (ref) => contexts.get(ref) ?? loaded.contexts.get(ref),
    message: (id) => loaded.messages.get(id),
    calendar: (person) => shelf.calendar(standing.roster, person, world.policy),
  };

  return {
    world,
    get standing() {
      return standing;
    },
    changed,
    changedKeys,
    changedSubjects,
    before: (id) => loaded.handoffs.get(id),
    preview(done, at) {
      const next = new Map<HandoffId, Handoff>();
      for (const event of done.events)
        if (isHandoffEvent(event))
          next.set(event.handoff, evolveHandoff(next.get(event.handoff) ?? handoff(event.handoff), event, at));
      return next;
    },
    keep(done, at) {
      for (const item of done.keep) if (item.kind === 'context') contexts.set(item.ref, item.body as Context);
      for (const { subject: id, keys } of done.names) {
        for (const key of keys) names.set(`${key.type}:${key.value}`, id);
        if (subject(id) === undefined) changedSubjects.set(id, { id, type: 'lead', marks: [] });
      }
      for (const event of done.events) {
        const before = isHandoffEvent(event) ? handoff(event.handoff) : undefined;
        const after = isHandoffEvent(event) ? evolveHandoff(before, event, at) : undefined;
        if (after !== undefined) changed.set(after.id, after);
        standing = foldStanding(standing, event, at, before, after, changedKeys);
        foldSubject(changedSubjects, subject, event, at, after);
      }
    },
  };
}

function concerns(h: Handoff, person: string): boolean {
  return (
    h.sender === person ||
    h.receiver === person ||
    h.owner === person ||
    h.offer?.to === person ||
    h.nextStep?.owner === person ||
    h.tasks.some((t) => t.state === 'open' && t.owner === person)
  );
}

/** Subjects known outside: set by imports; whoever accepted the last handoff of one owns it, and its account. */
export function foldSubject(
  changed: Map<SubjectId, SubjectRow>,
  find: (id: SubjectId) => SubjectRow | undefined,
  event: Event,
  at: Instant,
  handoff?: Handoff,
): void {
  if (handoff !== undefined) {
    if (event.kind === 'handoff-opened' && find(handoff.subject) === undefined)
      changed.set(handoff.subject, { id: handoff.subject, type: 'lead', marks: [] });
    for (const id of [handoff.subject, handoff.account]) {
      const row = id === undefined ? undefined : find(id);
      const next = row === undefined ? undefined : ownedAfter(row, event, handoff, at);
      if (next !== undefined) changed.set(next.id, next);
    }
  }
  if (event.kind === 'subject-set') {
    const old = find(event.subject);
    for (const { by, subject } of event.alike ?? []) {
      const other = find(subject);
      if (other?.alike?.some((a) => a.by === by && a.subject === event.subject) === true || other === undefined)
        continue;
      changed.set(subject, { ...other, alike: [...(other.alike ?? []), { by, subject: event.subject }] });
    }
    changed.set(event.subject, {
      id: event.subject,
      type: event.type,
      marks: event.marks,
      ref: event.ref,
      ...(event.owner === undefined
        ? old?.owner === undefined
          ? {}
          : { owner: old.owner, ownedAt: old.ownedAt ?? at }
        : { owner: event.owner, ownedAt: at }),
      ...(event.account === undefined ? {} : { account: event.account }),
      ...(event.stage === undefined ? {} : { stage: event.stage }),
      ...(old?.alike === undefined ? {} : { alike: old.alike }),
    });
  }
}

/** The row after its handoff changed hands; undefined when it did not. An acceptance that is undone gives it back. */
function ownedAfter(row: SubjectRow, event: Event, handoff: Handoff, at: Instant): SubjectRow | undefined {
  const { owner, ownedAt, before, ...rest } = row;
  switch (event.kind) {
    case 'handoff-accepted':
      return {
        ...rest,
        owner: event.by,
        ownedAt: at,
        before: { ...(owner === undefined ? {} : { owner }), ...(ownedAt === undefined ? {} : { ownedAt }) },
      };
    case 'acceptance-undone':
      return owner === event.by && before !== undefined ? { ...rest, ...before } : undefined;
    case 'handoff-reassigned':
      return event.role === 'receiver' ? { ...rest, owner: event.to, ownedAt: at } : undefined;
    case 'handoff-imported': {
      const since = event.acceptedAt ?? event.closedAt;
      return ownedAt !== undefined && ownedAt >= since ? undefined : { ...rest, owner: handoff.owner, ownedAt: since };
    }
    default:
      return undefined;
  }
}
