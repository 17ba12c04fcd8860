// test: the life of a handoff, told as a sales day would tell it. Every walk goes through the whole corridor.

import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/words/time.ts';
import { handoffOf, kinds, MONDAY_9, open, openTeam, POLICY, signal } from './team.ts';

const refusal = (answer: unknown) => (answer as { refusal?: { code: string } }).refusal?.code;

describe('from a trigger to an accepted, followed-up handoff', () => {
  test('a complete signal is offered at once, with a clock, a next step and a message to the receiver', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.offer?.to]).toEqual(['offered', 'ana', 'ben']);
    expect(h.clocks.accept?.dueAt).toBe(MONDAY_9 + 4 * HOUR);
    expect(h.nextStep).toEqual({ what: 'Accept, ask or reject', owner: 'ben', dueAt: MONDAY_9 + 4 * HOUR });
    const messages = stage.journal.snapshot(stage.workspace).messages.map((m) => m.intent);
    expect(messages).toMatchObject([{ kind: 'tell-person', to: 'ben', about: 'offered', handoff: id }]);
  });

  test('acceptance passes ownership, starts the follow-up clock and the receiver’s task, and tells the sender', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.pass(10 * MINUTE);
    const { answers, events } = await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    expect(answers[0]).toMatchObject({ result: 'done', facts: { accepted: true } });
    expect(kinds(events)).toEqual(['handoff-accepted']);
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.receiver]).toEqual(['accepted', 'ben', 'ben']);
    expect(h.clocks.accept?.late).toEqual({ businessMs: 0, wallMs: 0 });
    // Eight open hours from 09:10 end at 09:10 of the next day.
    expect(h.clocks['follow-up']?.dueAt).toBe(MONDAY_9 + DAY + 10 * MINUTE);
    expect(h.tasks).toMatchObject([{ title: 'Review the note', owner: 'ben', dueAt: MONDAY_9 + HOUR + 10 * MINUTE }]);
  });

  test('the first follow-up starts the next-step clock, which runs until the close', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.pass(HOUR);
    await stage.say({ ask: { ask: 'follow-up', handoff: id, occurredAt: stage.now(), channel: 'call' }, by: 'ben' });
    const followed = handoffOf(stage, id);
    expect(followed.clocks['follow-up']?.stoppedAt).toBe(MONDAY_9 + HOUR);
    expect(followed.clocks['next-step']?.stoppedAt).toBeUndefined();
    await stage.say({ ask: { ask: 'close', handoff: id, outcome: 'opportunity' }, by: 'ben' });
    const closed = handoffOf(stage, id);
    expect([closed.stage, closed.outcome]).toEqual(['closed', 'opportunity']);
    expect(stage.journal.snapshot(stage.workspace).due.filter((d) => d.kind === 'alarm')).toEqual([]);
  });

  test('a signal that lacks what is required is prepared by its sender and offered once complete', async () => {
    const stage = await openTeam();
    const id = await open(stage, 'jo@acme.example', { context: { fields: { seats: 20 } } });
    const preparing = handoffOf(stage, id);
    expect([preparing.stage, preparing.owner, preparing.context.missing]).toEqual([
      'preparing',
      'ana',
      ['company', 'note.why-engaged'],
    ]);
    expect(preparing.nextStep?.owner).toBe('ana');
    const { events } = await stage.say({
      ask: {
        ask: 'complete-context',
        handoff: id,
        context: { fields: { company: 'Acme' }, note: { 'why-engaged': 'She asked.' } },
      },
      by: 'ana',
    });
    expect(kinds(events)).toEqual(['context-completed', 'handoff-offered']);
    expect(handoffOf(stage, id).stage).toBe('offered');
  });

  test('an urgent initiative is offered at once and the context follows as a debt with its own clock', async () => {
    const stage = await openTeam();
    const id = await open(stage, 'jo@acme.example', { signal: 'demo', context: { fields: { seats: 20 } } });
    const h = handoffOf(stage, id);
    expect(h.stage).toBe('offered');
    expect(h.clocks.accept?.limitMs).toBe(15 * MINUTE);
    expect(h.clocks.context?.owner).toBe('ana');
    await stage.say({
      ask: {
        ask: 'complete-context',
        handoff: id,
        context: { fields: { company: 'Acme' }, note: { 'why-engaged': 'She asked.' } },
      },
      by: 'ana',
    });
    expect(handoffOf(stage, id).clocks.context?.stoppedAt).toBe(MONDAY_9);
  });

  test('what misses a joint criterion opens nothing and says which', async () => {
    const stage = await openTeam();
    const { answers, events } = await stage.say({
      ask: signal('jo@acme.example', { context: { fields: { seats: 2 } } }),
    });
    expect(answers[0]).toMatchObject({ result: 'done', facts: { outcome: 'not-qualified', failed: ['budget'] } });
    expect(kinds(events)).toEqual(['signal-noted']);
  });

  test('a second signal joins the live handoff and never opens a twin', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const again = await open(stage);
    expect(again).toBe(id);
    expect(handoffOf(stage, id).signals).toBe(2);
  });

  test('a more urgent signal shortens the accept clock', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await open(stage, 'jo@acme.example', { signal: 'demo' });
    const h = handoffOf(stage, id);
    expect([h.urgency, h.clocks.accept?.dueAt]).toEqual(['high', MONDAY_9 + 15 * MINUTE]);
    expect(h.nextStep?.dueAt).toBe(MONDAY_9 + 15 * MINUTE);
  });
});

test('a person who names the transition sends by hand; its criteria are asked, its trigger is not', async () => {
  const stage = await openTeam();
  const id = await open(stage, 'jo@acme.example', { signal: 'by-hand', transition: 'sdr-to-ae' });
  expect(handoffOf(stage, id).stage).toBe('offered');
  const below = { signal: 'by-hand', transition: 'sdr-to-ae', context: { fields: { company: 'Tiny', seats: 1 } } };
  const { answers } = await stage.say({ ask: signal('tim@tiny.example', below) });
  expect(answers[0]).toMatchObject({ facts: { outcome: 'not-qualified' } });
  const unnamed = await stage.say({ ask: signal('kim@acme.example', { signal: 'by-hand' }) });
  expect(refusal(unnamed.answers[0])).toBe('signal/unknown');
});

describe('acceptance has one winner', () => {
  test('somebody else hears who has the offer; the same person again is silent', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const { answers } = await stage.say(
      { ask: { ask: 'accept', handoff: id }, by: 'cleo' },
      { ask: { ask: 'accept', handoff: id }, by: 'ben' },
      { ask: { ask: 'accept', handoff: id }, by: 'ben' },
      { ask: { ask: 'accept', handoff: id }, by: 'cleo' },
    );
    expect(answers.map((a) => refusal(a) ?? a.result)).toEqual([
      'accept/not-yours',
      'done',
      'done',
      'accept/already-accepted',
    ]);
  });

  test('an accept before its deadline beats the alarm that is not decided yet, and the alarm then does nothing', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const dueAt = MONDAY_9 + 4 * HOUR;
    await stage.passTo(dueAt - 1);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    const { answers } = await stage.say({ ask: { ask: 'alarm', handoff: id, dueAt }, via: 'alarm' });
    expect(refusal(answers[0])).toBe('alarm/early');
  });

  test('a retry with the same key gets the first answer, another body under it is refused', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const accept = { ask: { ask: 'accept', handoff: id } as const, by: 'ben', command: 'k1', bodyHash: 'x' };
    const first = await stage.say(accept);
    const second = await stage.say(accept);
    expect(second.answers[0]).toEqual({ ...first.answers[0], repeated: true });
    expect(second.events).toEqual([]);
    const other = await stage.say({ ...accept, bodyHash: 'y' });
    expect(refusal(other.answers[0])).toBe('command/other-body');
  });

  test('an acceptance can be undone for ten seconds: the offer stands again and the held message is cancelled', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const before = handoffOf(stage, id);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.pass(10_000);
    await stage.say({ ask: { ask: 'undo-accept', handoff: id }, by: 'ben' });
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.offer, h.clocks.accept?.dueAt]).toEqual([
      'offered',
      'ana',
      before.offer,
      before.clocks.accept?.dueAt,
    ]);
    const told = stage.journal
      .snapshot(stage.workspace)
      .messages.filter((m) => m.intent.kind === 'tell-person' && m.intent.about === 'accepted');
    expect(told.map((m) => m.state)).toEqual(['cancelled']);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.pass(10_001);
    const late = await stage.say({ ask: { ask: 'undo-accept', handoff: id }, by: 'ben' });
    expect(refusal(late.answers[0])).toBe('undo/too-late');
  });
});

describe('a declined handoff never stays with the decliner', () => {
  test('returned: the sender has it at once, with the reason, a next step and a clock', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'no-budget', text: 'They said 2027.' }, by: 'ben' });
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.rejection?.criterion]).toEqual(['returned', 'ana', 'budget']);
    expect(h.nextStep?.owner).toBe('ana');
    expect(h.clocks.return?.stoppedAt).toBeUndefined();
    const { events } = await stage.say({ ask: { ask: 'resend', handoff: id }, by: 'ana' });
    expect(kinds(events)).toEqual(['handoff-offered']);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });

  test('rerouted: the next person gets it, and when all have passed it is the sender’s again', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'ben' });
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'cleo' });
    const atFallback = handoffOf(stage, id);
    expect([atFallback.stage, atFallback.offer?.to ?? 'held']).toEqual(['offered', 'mia']);
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'mia' });
    expect([handoffOf(stage, id).stage, handoffOf(stage, id).owner]).toEqual(['returned', 'ana']);
  });

  test('a creditable rejection gives the turn back', async () => {
    const stage = await openTeam();
    const first = await open(stage, 'a@x.example');
    await stage.say({ ask: { ask: 'reject', handoff: first, reason: 'no-budget' }, by: 'ben' });
    const next = await open(stage, 'b@x.example');
    const after = await open(stage, 'c@x.example');
    // Without the credit Cleo would have been next.
    expect([handoffOf(stage, next).offer?.to, handoffOf(stage, after).offer?.to]).toEqual(['ben', 'cleo']);
  });

  test('recycled: it wakes on its date as a new handoff with its context', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'later' }, by: 'ben' });
    expect([handoffOf(stage, id).stage, handoffOf(stage, id).outcome]).toEqual(['closed', 'recycled']);
    const events = await stage.pass(30 * DAY);
    expect(kinds(events)).toEqual(['handoff-woken', 'handoff-opened', 'handoff-offered']);
    const woken = events.find((e) => e.event.kind === 'handoff-opened')?.event;
    expect(woken).toMatchObject({ recycledFrom: id, context: { missing: [] } });
  });

  test('an unknown reason is refused with the reasons that there are', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const { answers } = await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'bored' }, by: 'ben' });
    expect(answers[0]).toMatchObject({
      refusal: {
        sentence: '"bored" is not a rejection reason of sdr-to-ae. Use one of: no-budget, not-mine, later, no-fit.',
      },
    });
  });
});

describe('clocks ring, each level once, and the ladder ends at a person', () => {
  test('half the time: a reminder; the end: breached, re-routed; nobody left: the sender', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const events = await stage.passTo(MONDAY_9 + 4 * HOUR);
    const levels = events.flatMap((e) =>
      e.event.kind === 'level-reached' ? [`${e.event.name} ${e.event.action}`] : [],
    );
    expect(levels).toEqual(['accept remind', 'accept warn-lead', 'accept reroute']);
    expect(kinds(events).filter((k) => k === 'clock-breached')).toHaveLength(1);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
    await stage.passTo(MONDAY_9 + 8 * HOUR);
    expect(handoffOf(stage, id).offer?.to).toBe('mia');
    await stage.passTo(MONDAY_9 + DAY + 4 * HOUR);
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.declined]).toEqual(['returned', 'ana', ['ben', 'cleo', 'mia']]);
  });

  test('after downtime everything due fires once, in order, marked late', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    stage.setNow(MONDAY_9 + 6 * HOUR);
    const events = await stage.passTo(MONDAY_9 + 6 * HOUR);
    const late = events.flatMap((e) =>
      e.event.kind === 'level-reached' && e.event.name === 'accept' ? [[e.event.action, e.event.lateMs / HOUR]] : [],
    );
    expect(late).toEqual([
      ['remind', 4],
      ['warn-lead', expect.any(Number)],
      ['reroute', 2],
    ]);
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
    expect(await stage.passTo(MONDAY_9 + 6 * HOUR)).toEqual([]);
  });

  test('an evening signal waits for the first opening within the limit, else goes to the fallback person', async () => {
    const evening = MONDAY_9 + 9 * HOUR;
    const stage = await openTeam({ at: evening });
    const id = await open(stage);
    const held = handoffOf(stage, id);
    expect([held.stage, held.owner]).toEqual(['preparing', 'ana']);
    expect(held.clocks.hold?.stoppedAt).toBeUndefined();
    await stage.passTo(MONDAY_9 + DAY + HOUR);
    expect(handoffOf(stage, id).stage).toBe('offered');
  });

  test('a pause keeps what remains and ends by itself at its bound', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.pass(HOUR);
    await stage.say({
      ask: {
        ask: 'pause',
        handoff: id,
        clock: 'accept',
        cause: 'waiting on the prospect',
        resumeBy: MONDAY_9 + 3 * HOUR,
      },
      by: 'ana',
    });
    await stage.passTo(MONDAY_9 + 3 * HOUR);
    const h = handoffOf(stage, id);
    expect(h.clocks.accept?.dueAt).toBe(MONDAY_9 + 6 * HOUR);
    expect(h.clocks.accept?.pauses).toEqual([
      { from: MONDAY_9 + HOUR, to: MONDAY_9 + 3 * HOUR, cause: 'waiting on the prospect' },
    ]);
  });
});

describe('people leave and change', () => {
  test('a departure leaves nobody’s work behind: offers, accepted work, sent work and tasks all move', async () => {
    const stage = await openTeam();
    const offered = await open(stage, 'a@x.example');
    const accepted = await open(stage, 'b@x.example');
    await stage.say({ ask: { ask: 'accept', handoff: accepted }, by: 'cleo' });
    await stage.say({ ask: { ask: 'depart', person: 'ben' } });
    expect(handoffOf(stage, offered).offer?.to).toBe('cleo');
    await stage.say({ ask: { ask: 'depart', person: 'cleo' } });
    expect([handoffOf(stage, accepted).owner, handoffOf(stage, accepted).receiver]).toEqual(['mia', 'mia']);
    await stage.say({ ask: { ask: 'depart', person: 'ana' } });
    for (const id of [offered, accepted]) {
      const h = handoffOf(stage, id);
      expect(
        [h.sender, ...h.tasks.filter((t) => t.state === 'open').map((t) => t.owner)].every((p) => p === 'mia'),
      ).toBe(true);
    }
  });

  test('the last active person cannot leave live handoffs behind', async () => {
    const stage = await openTeam();
    await open(stage);
    for (const person of ['ana', 'ben', 'cleo']) await stage.say({ ask: { ask: 'depart', person } });
    const { answers } = await stage.say({ ask: { ask: 'depart', person: 'mia' } });
    expect(refusal(answers[0])).toBe('roster/bad-value');
  });

  test('an absence that has begun sends the waiting offer on', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({
      ask: {
        ask: 'set-absence',
        person: 'ben',
        absence: { id: 'a1', from: MONDAY_9, to: MONDAY_9 + DAY, source: 'hand' },
      },
    });
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });

  test('a reassigned receiver gets the work, the clock in their hours and the next step', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    await stage.pass(HOUR);
    await stage.say({
      ask: { ask: 'reassign', handoff: id, role: 'receiver', to: 'cleo', reason: 'territory' },
      by: 'mia',
    });
    const h = handoffOf(stage, id);
    expect([h.owner, h.nextStep?.owner, h.clocks['follow-up']?.owner, h.tasks[0]?.owner]).toEqual([
      'cleo',
      'cleo',
      'cleo',
      'cleo',
    ]);
  });
});

describe('questions, meetings, messages', () => {
  test('a question and its answer are private items; the ledger knows what they are about', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const asked = await stage.say({
      ask: { ask: 'question', handoff: id, about: 'why-now', text: 'Why this quarter?' },
      by: 'ben',
    });
    const question = handoffOf(stage, id).questions[0]?.id ?? '';
    await stage.say({ ask: { ask: 'answer', handoff: id, question, text: 'Their contract ends.' }, by: 'ana' });
    expect(JSON.stringify(stage.journal.snapshot(stage.workspace).ledger)).not.toContain('contract ends');
    expect(kinds(asked.events)).toEqual(['question-asked']);
    expect(handoffOf(stage, id).questions[0]?.answeredAt).toBe(MONDAY_9);
  });

  test('an older meeting fact never undoes a newer one', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    await stage.say({
      ask: { ask: 'meeting', handoff: id, state: 'held', occurredAt: MONDAY_9 + HOUR, source: 'crm' },
    });
    await stage.say({
      ask: {
        ask: 'meeting',
        handoff: id,
        state: 'booked',
        occurredAt: MONDAY_9,
        meetingAt: MONDAY_9 + HOUR,
        source: 'crm',
      },
    });
    expect(handoffOf(stage, id).facts.meetingState).toBe('held');
  });

  test('a booked meeting dates the sender’s task, a rescheduled one moves it', async () => {
    const stage = await openTeam();
    const id = await open(stage, 'jo@acme.example', { meetingAt: MONDAY_9 + 3 * DAY });
    expect(handoffOf(stage, id).tasks).toMatchObject([
      { title: 'Confirm attendance', owner: 'ana', dueAt: MONDAY_9 + 2 * DAY },
    ]);
    await stage.say({
      ask: {
        ask: 'meeting',
        handoff: id,
        state: 'rescheduled',
        occurredAt: MONDAY_9,
        meetingAt: MONDAY_9 + 4 * DAY,
        source: 'crm',
      },
    });
    expect(handoffOf(stage, id).tasks).toMatchObject([{ dueAt: MONDAY_9 + 3 * DAY, state: 'open' }]);
  });

  test('a message that cannot be delivered is told to a person, once', async () => {
    const stage = await openTeam();
    await open(stage);
    const message = stage.journal.snapshot(stage.workspace).messages[0]?.id ?? '';
    const ask = { ask: 'delivery-failed', message, to: 'ben', reason: 'no such mailbox' } as const;
    const { events } = await stage.say({ ask });
    expect(events.map((e) => e.event)).toMatchObject([{ kind: 'message-failed', tell: 'mia' }]);
    expect((await stage.say({ ask })).events).toEqual([]);
    expect(stage.journal.snapshot(stage.workspace).messages.find((m) => m.id === message)?.state).toBe('dead');
  });
});

describe('nothing spoils the batch', () => {
  test('an arrival that breaks is set aside with its input while its neighbours are decided', async () => {
    const stage = await openTeam({ policy: POLICY });
    const { answers } = await stage.say(
      { ask: signal('a@x.example') },
      { ask: signal('b@x.example') },
      { ask: { ...signal('c@x.example'), context: { fields: null } } as never },
    );
    expect(answers.map((a) => a.result)).toEqual(['done', 'done', 'set-aside']);
    const entries = stage.journal.snapshot(stage.workspace).entries.filter((e) => e.answer.result === 'set-aside');
    expect(entries).toHaveLength(1);
    expect(entries[0]?.input).toBeDefined();
  });
});
