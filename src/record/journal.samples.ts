// Room: record. Made-up batches for contracts and benchmarks: typical openings, shaped like the corridor's own.
// Promises: the same numbers give the same batch; nothing here stands for a real person.
import type { Recorded } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { formatUlid, idsFrom } from '../words/ids.ts';
import type { Batch, HandoffRow, InboxEntry } from '../words/journal.ts';
import { emptyBatch } from '../words/journal.ts';

/** A batch that says only what a test is about. */
export function sampleBatch(expectSeq: number, parts: Partial<Batch> = {}): Batch {
  return { ...emptyBatch(expectSeq), ...parts };
}

/** The id of the n-th made-up arrival. */
export function sampleArrival(n: number): string {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, n);
  return `ar_${formatUlid(1_800_000_000_000 + n, random)}`;
}

export function sampleEntry(n: number, parts: Partial<InboxEntry> = {}): InboxEntry {
  return {
    arrival: sampleArrival(n),
    at: 1_800_000_000_000 + n,
    command: `key-ana/events/${n}`,
    bodyHash: `b${n}`,
    actor: { kind: 'person', id: 'ana' },
    via: 'api',
    answer: { result: 'done', seq: n, facts: {} },
    ...parts,
  };
}

export function sampleEvent(seq: number, n: number, event: Recorded['event']): Recorded {
  return {
    seq,
    at: 1_800_000_000_000 + n,
    arrival: sampleArrival(n),
    actor: { kind: 'person', id: 'ana' },
    via: 'api',
    event,
  };
}

/** A handoff on offer, with its row, as the n-th opening leaves it. */
export function sampleHandoff(n: number, parts: Partial<Handoff> = {}): Handoff {
  const at = 1_800_000_000_000 + n;
  const ids = idsFrom(sampleArrival(n));
  const id = ids('ho');
  const subject = ids('su');
  const offer = ids('of');
  return {
    id,
    version: 2,
    transition: 'sdr-to-ae',
    policy: 'a3f5c9d2e8b14760',
    subject,
    stage: 'offered',
    sender: 'ana',
    owner: 'ana',
    segment: 'mid-market',
    urgency: 'normal',
    signal: 'demo-requested',
    signals: 1,
    offer: { id: offer, to: 'ben', at, run: `${id}/accept/1` },
    declined: [],
    context: { ref: ids('px'), have: ['company', 'size', 'need'], missing: [] },
    clocks: {
      accept: {
        name: 'accept',
        run: `${id}/accept/1`,
        owner: 'ben',
        startedAt: at,
        limitMs: 600_000,
        hours: 'business',
        dueAt: at + 600_000,
        zone: 'Europe/Berlin',
        used: [{ from: at, to: at + 600_000 }],
        levels: [
          { level: 1, at: at + 480_000, do: 'remind', tell: 'ben' },
          { level: 2, at: at + 600_000, do: 'reroute', tell: 'lea' },
        ],
        pauses: [],
      },
    },
    nextStep: { what: 'Accept the handoff', owner: 'ben', dueAt: at + 600_000 },
    tasks: [
      { id: ids('ta'), title: 'Read the note', owner: 'ben', role: 'receiver', dueAt: at + 600_000, state: 'open' },
      {
        id: ids('ta'),
        title: 'Introduce the receiver',
        owner: 'ana',
        role: 'sender',
        dueAt: at + 900_000,
        state: 'open',
      },
    ],
    questions: [],
    facts: {},
    openedAt: at,
    marks: [],
    ...parts,
  };
}

export function sampleRow(doc: Handoff, parts: Partial<HandoffRow> = {}): HandoffRow {
  return {
    id: doc.id,
    version: doc.version,
    stage: doc.stage,
    transition: doc.transition,
    subject: doc.subject,
    sender: doc.sender,
    ...(doc.receiver === undefined ? {} : { receiver: doc.receiver }),
    owner: doc.owner,
    ...(doc.offer === undefined ? {} : { offeredTo: doc.offer.to }),
    segment: doc.segment,
    urgency: doc.urgency,
    ...(doc.nextStep === undefined ? {} : { dueAt: doc.nextStep.dueAt }),
    breached: false,
    openedAt: doc.openedAt,
    ...(doc.acceptedAt === undefined ? {} : { acceptedAt: doc.acceptedAt }),
    ...(doc.closedAt === undefined ? {} : { closedAt: doc.closedAt }),
    ...(doc.outcome === undefined ? {} : { outcome: doc.outcome }),
    marks: doc.marks,
    people: [...new Set(doc.tasks.map((task) => task.owner))],
    doc,
    ...parts,
  };
}

/**
 * A batch of typical openings: each one arrival, two events, a handoff, two tasks, a message, a notice, two due rows,
 * a new subject with one name and one private item; two standing documents per batch.
 */
export function openingsBatch(expectSeq: number, first: number, count: number): Batch {
  const batch = sampleBatch(expectSeq, {});
  const parts: Omit<Batch, 'expectSeq'> = {
    ...emptyBatch(expectSeq),
    entries: [],
    events: [],
    handoffs: [],
    tasks: [],
    standing: [],
    duePut: [],
    messages: [],
    notices: [],
    private: [],
    names: [],
    subjects: [],
  };
  for (let n = first; n < first + count; n++) {
    const seq = expectSeq + parts.events.length;
    const doc = sampleHandoff(n);
    const at = doc.openedAt;
    const turn = { passes: n, lastAt: at, since: 1_790_000_000_000 };
    const clock = doc.clocks.accept;
    if (clock === undefined || doc.offer === undefined || doc.nextStep === undefined)
      throw new Error('The sample handoff is on offer.');
    parts.events.push(
      sampleEvent(seq + 1, n, {
        kind: 'handoff-opened',
        handoff: doc.id,
        transition: doc.transition,
        policy: doc.policy,
        subject: doc.subject,
        sender: doc.sender,
        segment: doc.segment,
        urgency: doc.urgency,
        signal: doc.signal,
        context: doc.context,
        marks: doc.marks,
        tasks: doc.tasks.map((task) => ({ do: 'add' as const, task })),
      }),
      sampleEvent(seq + 2, n, {
        kind: 'handoff-offered',
        handoff: doc.id,
        offer: doc.offer.id,
        to: doc.offer.to,
        run: doc.offer.run,
        clocks: [{ do: 'start', clock }],
        nextStep: doc.nextStep,
        decision: {
          policy: doc.policy,
          at,
          segment: doc.segment,
          rungs: [
            {
              rung: 0,
              name: 'round robin of account-executives',
              result: 'matched',
              candidates: [
                { person: 'ben', taken: true, passes: n, weight: 1 },
                { person: 'cleo', taken: false, skip: 'later-in-turn', passes: n + 1, weight: 1 },
                { person: 'dan', taken: false, skip: 'away', until: at + 86_400_000 },
              ],
            },
          ],
          picked: 'ben',
          usedFallback: false,
          turns: [{ pool: 'account-executives', person: 'ben', turn, why: 'assigned' }],
          sentence: 'ben is next in the round robin of account-executives.',
        },
        turns: [{ pool: 'account-executives', person: 'ben', turn, why: 'assigned' }],
      }),
    );
    const message = `ms_${doc.id.slice(3)}`;
    parts.entries.push(
      sampleEntry(n, {
        subject: doc.subject,
        answer: { result: 'done', seq: seq + 2, handoff: doc.id, version: 2, facts: { offeredTo: 'ben' } },
      }),
    );
    parts.handoffs.push(sampleRow(doc));
    for (const { id, title, owner, dueAt, state } of doc.tasks)
      parts.tasks.push({ id, handoff: doc.id, title, owner, dueAt, state });
    parts.messages.push({
      id: message,
      createdAt: at,
      intent: {
        kind: 'tell-person',
        id: message,
        to: 'ben',
        about: 'offered',
        handoff: doc.id,
        offer: doc.offer.id,
        holdUntil: at,
      },
    });
    parts.notices.push({ id: `no_${doc.id.slice(3)}`, person: 'ben', about: 'offered', handoff: doc.id, at });
    parts.duePut.push(
      { kind: 'alarm', row: `${doc.id}/accept/1/1`, dueAt: at + 480_000 },
      { kind: 'message', row: message, dueAt: at },
    );
    parts.private.push({
      ref: doc.context.ref,
      of: { subject: doc.subject },
      kind: 'context',
      body: {
        fields: {
          company: `Company ${n}`,
          size: 120 + (n % 50),
          need: 'Replace spreadsheets before the spring season',
        },
        note: {
          'why-now': 'Budget ends this quarter; asked for a demo twice.',
          'what-we-said': 'A first look on Thursday with the two team leads.',
        },
      },
    });
    parts.subjects.push({ id: doc.subject, type: 'lead', owner: 'ana', ownedAt: at, ref: doc.context.ref, marks: [] });
    parts.names.push({ subject: doc.subject, keys: [{ type: 'email', value: `person-${n}@company-${n}.example` }] });
  }
  parts.standing.push(
    { key: 'pool/account-executives', doc: { ben: { passes: first + count } } },
    { key: 'load/ben', doc: { open: first + count } },
  );
  return { ...batch, ...parts };
}
