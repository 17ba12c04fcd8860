import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { fakeOutbox } from '../../test/fakes/outbox.ts';
import type { WebhookFacts } from '../connectors/webhook/send.ts';
import { Fault } from '../words/fault.ts';
import type { Intent } from '../words/intent.ts';
import { HOUR, MINUTE, SECOND } from '../words/time.ts';
import type { MessageFacts } from './message-facts.ts';
import type { PostLimits } from './post.ts';
import { openPost, POST_LIMITS } from './post.ts';
import type { PostDeps } from './post-deps.ts';
import { EndpointGone } from './webhook.ts';

type Send = (id: string, to: string) => Promise<void> | void;

/** A post office over a fake outbox, clock and outside world. `send` decides what becomes of each try. */
function office(send: Send = () => undefined, over: Partial<PostDeps> = {}, limits: PostLimits = POST_LIMITS) {
  const clock = fakeClock();
  const startAt = clock.now();
  const outbox = fakeOutbox(clock.now);
  const sent: { id: string; afterMs: number }[] = [];
  const logged: string[] = [];
  const go = async (id: string, to: string) => {
    sent.push({ id, afterMs: clock.now() - startAt });
    await send(id, to);
  };
  const deps: PostDeps = {
    ...outbox,
    facts: async (_, intent) =>
      intent.kind === 'tell-person' ? personFacts(intent, clock.now()) : webhookFacts(intent, clock.now()),
    outlets: {
      email: (message) => go(message.id, message.to.address),
      webhook: ({ id, facts }) => go(id, facts.endpoint.id),
    },
    now: async () => clock.now(),
    random: () => 0,
    wait: clock.wait,
    log: (level, text, facts) => void logged.push(`${level} ${text} ${JSON.stringify(facts)}`),
    ...over,
  };
  const post = openPost(deps, limits);
  const mail = (id: string, workspace = 'w1', holdMs = 0) =>
    outbox.put(workspace, {
      kind: 'tell-person',
      id,
      to: 'ben',
      about: 'offered',
      handoff: 'ho_1',
      holdUntil: clock.now() + holdMs,
    });
  const hook = (id: string, endpoint: string, workspace = 'w1') =>
    outbox.put(workspace, {
      kind: 'post-webhook',
      id,
      endpoint,
      event: 1,
      eventKind: 'handoff-accepted',
      handoff: 'ho_1',
      holdUntil: clock.now(),
    });
  return { clock, outbox, sent, logged, deps, post, mail, hook };
}

function personFacts(intent: Extract<Intent, { kind: 'tell-person' }>, nowAt: number): MessageFacts {
  const ben = { id: intent.to, name: 'Ben', zone: 'Europe/Berlin', email: 'ben@acme.example' };
  return {
    about: intent.about,
    to: ben,
    nowAt,
    link: 'https://baton.example/h/1',
    handoff: intent.handoff,
    transition: 'SDR to AE',
    company: 'Nordwind',
    signal: 'asked for a demo',
    urgency: 'normal',
    test: false,
    sender: { id: 'ana', name: 'Ana', zone: 'UTC' },
    owner: ben,
    note: {},
    fields: [],
    missing: [],
  };
}

function webhookFacts(intent: Extract<Intent, { kind: 'post-webhook' }>, nowAt: number): WebhookFacts {
  return {
    endpoint: { id: intent.endpoint, url: 'https://hooks.example/', kinds: ['handoff-accepted'], active: true },
    secrets: ['whsec_'],
    source: '/w1',
    event: { seq: 1, kind: intent.eventKind, at: nowAt, data: {} },
    nowAt,
  };
}

function throws(fault: () => Error): Send {
  return () => {
    throw fault();
  };
}

/** Lets the office work until nothing waits, going straight from one due moment to the next. */
async function daysPass({ post, outbox, clock }: ReturnType<typeof office>): Promise<void> {
  for (let step = 0; step < 400 && outbox.count('waiting') > 0; step += 1) {
    await post.drain();
    const nextAt = Math.min(...[...outbox.due.values()].map(({ readyAt }) => readyAt));
    if (Number.isFinite(nextAt)) await clock.advance(Math.max(nextAt - clock.now(), 0));
  }
}

describe('a message that goes well', () => {
  test('is sent once and reported as delivered', async () => {
    const { post, outbox, mail, hook, sent, clock } = office();
    mail('ms_1');
    hook('ms_2', 'en_1');
    await post.drain();
    expect(sent.map(({ id }) => id)).toEqual(['ms_1', 'ms_2']);
    expect(outbox.count('delivered')).toBe(2);
    expect(clock.waits()).toBe(0);
  });

  test('waits for its hold time', async () => {
    const { post, mail, sent, clock } = office();
    mail('ms_1', 'w1', 10 * SECOND);
    post.start();
    await clock.advance(9 * SECOND);
    expect(sent).toEqual([]);
    await clock.advance(2 * SECOND);
    expect(sent).toHaveLength(1);
    await post.stop();
    expect(clock.waits()).toBe(0);
  });

  test('goes at once when the office is woken', async () => {
    const { post, mail, sent, clock } = office();
    post.start();
    await clock.settle();
    mail('ms_1');
    post.wake();
    await clock.settle();
    expect(sent).toEqual([{ id: 'ms_1', afterMs: 0 }]);
    await post.stop();
  });

  test('shares its report with others: at most a hundred in one', async () => {
    const { post, outbox, mail } = office();
    for (let i = 0; i < 450; i += 1) mail(`ms_${i}`);
    await post.drain();
    expect(outbox.count('delivered')).toBe(450);
    const sizes = outbox.reports.map(({ ask }) => (ask.ask === 'delivered' ? ask.messages.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  test('reports that take time gather what comes meanwhile', async () => {
    const made = office(undefined, {}, { ...POST_LIMITS, emailSendsMax: 64 });
    const { outbox, clock } = made;
    const post = openPost(
      {
        ...made.deps,
        async report(workspace, ask) {
          await clock.wait(50);
          await outbox.report(workspace, ask);
        },
      },
      { ...POST_LIMITS, emailSendsMax: 64 },
    );
    for (let i = 0; i < 120; i += 1) made.mail(`ms_${i}`);
    const drained = post.drain();
    await clock.advance(2 * SECOND);
    await drained;
    expect(outbox.count('delivered')).toBe(120);
    expect(outbox.reports.length).toBeLessThan(10);
  });
});

describe('a message that fails', () => {
  test('is tried eight times on the schedule and then is a dead letter with its reason', async () => {
    const made = office(throws(() => new Fault('deliver/rate-limited', 'SMTP 451')));
    const { outbox, mail, sent } = made;
    mail('ms_1');
    await daysPass(made);
    const tries = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
    const expected = tries.map((_, i) => tries.slice(0, i + 1).reduce((sum, pause) => sum + pause));
    expect(sent.map(({ afterMs }) => afterMs)).toEqual(expected);
    expect(outbox.reports.at(-1)?.ask).toEqual({
      ask: 'delivery-failed',
      message: 'ms_1',
      handoff: 'ho_1',
      to: 'ben',
      reason: 'The other side asks us to slow down. (SMTP 451)',
    });
    expect(outbox.stateOf('ms_1')).toBe('dead');
  });

  test('is given up at once when the other side rejects it', async () => {
    const { post, outbox, mail, sent } = office(throws(() => new Fault('deliver/rejected', 'SMTP 550')));
    mail('ms_1');
    await post.drain();
    expect(sent).toHaveLength(1);
    expect(outbox.stateOf('ms_1')).toBe('dead');
  });

  test('comes back when the other side said, and only its own destination waits', async () => {
    let busy = true;
    const { post, outbox, hook, sent, clock } = office((_, to) => {
      if (to === 'en_busy' && busy) throw new Fault('deliver/rate-limited', 'HTTP 429', 90 * SECOND);
    });
    hook('ms_1', 'en_busy');
    post.start();
    await clock.advance(SECOND);
    hook('ms_2', 'en_busy');
    hook('ms_3', 'en_other');
    hook('ms_4', 'en_busy', 'w2');
    busy = false;
    await clock.advance(80 * SECOND);
    expect(sent.map(({ id }) => id).toSorted()).toEqual(['ms_1', 'ms_3', 'ms_4']);
    await clock.advance(20 * SECOND);
    expect(outbox.count('delivered')).toBe(4);
    expect(sent.find(({ id, afterMs }) => id === 'ms_1' && afterMs > 0)?.afterMs).toBeGreaterThanOrEqual(90 * SECOND);
    expect(outbox.postponed.filter(({ row }) => row === 'ms_2').every(({ tried }) => !tried)).toBe(true);
    await post.stop();
  });

  test('without an address, or with nothing left to tell, is a dead letter that says so', async () => {
    const { post, outbox, mail } = office(undefined, {
      facts: async (_, intent) => {
        if (intent.id === 'ms_gone') return { gone: 'The person was erased.' };
        const facts = personFacts(intent as Extract<Intent, { kind: 'tell-person' }>, 0);
        return { ...facts, to: { id: 'ben', name: 'Ben', zone: 'UTC' } };
      },
    });
    mail('ms_gone');
    mail('ms_nowhere');
    await post.drain();
    expect(outbox.messages.get('ms_gone')).toMatchObject({ state: 'dead', reason: 'The person was erased.' });
    expect(outbox.messages.get('ms_nowhere')).toMatchObject({
      state: 'dead',
      reason: 'There is no address for this person.',
    });
  });

  test('for an endpoint that is gone, the endpoint is switched off first', async () => {
    const { post, outbox, hook } = office(throws(() => new EndpointGone()));
    hook('ms_1', 'en_1');
    await post.drain();
    expect(outbox.reports.map(({ ask }) => ask.ask)).toEqual(['set-endpoint', 'delivery-failed']);
    expect(outbox.reports[0]?.ask).toMatchObject({ endpoint: { id: 'en_1', active: false } });
  });

  test('for an endpoint that is switched off, nothing is sent', async () => {
    const { post, outbox, hook, sent } = office(undefined, {
      facts: async (_, intent) => {
        const facts = webhookFacts(intent as Extract<Intent, { kind: 'post-webhook' }>, 0);
        return { ...facts, endpoint: { ...facts.endpoint, active: false } };
      },
    });
    hook('ms_1', 'en_1');
    await post.drain();
    expect(sent).toEqual([]);
    expect(outbox.messages.get('ms_1')).toMatchObject({ state: 'dead', reason: 'The endpoint is switched off.' });
  });

  test('because of a bug of ours is given up after three tries, and its text stays out of reasons and logs', async () => {
    const { post, outbox, mail, sent, clock, logged } = office((id) => {
      if (id === 'ms_poison') throw new TypeError('cannot read Mila Petrov');
    });
    mail('ms_poison');
    for (let i = 0; i < 99; i += 1) mail(`ms_${i}`);
    post.start();
    await clock.advance(10 * MINUTE);
    await post.stop();
    expect(sent.filter(({ id }) => id === 'ms_poison')).toHaveLength(3);
    expect(outbox.count('delivered')).toBe(99);
    expect(outbox.stateOf('ms_poison')).toBe('dead');
    expect(JSON.stringify([outbox.reports, logged])).not.toContain('Mila');
  });
});

describe('crashes and leases', () => {
  test('a try that kills the process counts; after eight of them the message is parked unsent', async () => {
    const { post, outbox, mail, sent, clock } = office();
    mail('ms_poison');
    mail('ms_fine', 'w1', 10 * MINUTE);
    for (let crash = 0; crash < 9; crash += 1) {
      expect(await outbox.claim(1, 30 * SECOND)).toHaveLength(1);
      await clock.advance(31 * SECOND);
    }
    post.start();
    await clock.advance(10 * MINUTE);
    await post.stop();
    expect(sent.map(({ id }) => id)).toEqual(['ms_fine']);
    expect(outbox.messages.get('ms_poison')).toMatchObject({
      state: 'dead',
      reason: expect.stringContaining('the process stopped'),
    });
  });

  test('the lease is kept while a send takes long, so that nobody else sends the same', async () => {
    const { post, outbox, mail, sent, clock, deps } = office(() => clock.wait(2 * MINUTE));
    const other = openPost(deps);
    mail('ms_1');
    post.start();
    other.start();
    await clock.advance(3 * MINUTE);
    expect(sent).toHaveLength(1);
    expect(outbox.stateOf('ms_1')).toBe('delivered');
    await Promise.all([post.stop(), other.stop()]);
  });

  test('a message whose lease was outrun before the send is not sent', async () => {
    const { post, mail, sent, outbox } = office(undefined, {
      facts: async (_, intent) => {
        const row = outbox.due.get(intent.id);
        if (row) row.fence += 100;
        return personFacts(intent as Extract<Intent, { kind: 'tell-person' }>, 0);
      },
    });
    mail('ms_1');
    await post.drain();
    expect(sent).toEqual([]);
    expect(outbox.reports).toEqual([]);
  });

  test('a message that was cancelled meanwhile is not sent', async () => {
    const { post, mail, sent, outbox } = office(undefined, {
      facts: async (_, intent) => {
        outbox.cancel(intent.id);
        return personFacts(intent as Extract<Intent, { kind: 'tell-person' }>, 0);
      },
    });
    mail('ms_1');
    await post.drain();
    expect(sent).toEqual([]);
    expect(outbox.stateOf('ms_1')).toBe('cancelled');
  });

  test('two offices on one outbox send each message once', async () => {
    const made = office(() => made.clock.wait(20));
    const other = openPost(made.deps);
    for (let i = 0; i < 200; i += 1) made.hook(`ms_${i}`, `en_${i % 7}`);
    made.post.start();
    other.start();
    await made.clock.advance(10 * SECOND);
    await Promise.all([made.post.stop(), other.stop()]);
    expect(made.sent).toHaveLength(200);
    expect(new Set(made.sent.map(({ id }) => id)).size).toBe(200);
    expect(made.outbox.count('delivered')).toBe(200);
  });
});

describe('one bad destination', () => {
  test('that is slow holds up nobody else, and what is held stays bounded', async () => {
    const made = office((_, to) => (to === 'en_slow' ? made.clock.wait(14 * SECOND) : undefined));
    const { clock, outbox, hook, post } = made;
    for (let i = 0; i < 400; i += 1) hook(`slow_${i}`, 'en_slow');
    post.start();
    await clock.advance(3 * SECOND);
    for (let i = 0; i < 50; i += 1) hook(`quick_${i}`, 'en_quick');
    post.wake();
    await clock.advance(3 * SECOND);
    expect(
      [...outbox.messages.values()].filter(({ id, state }) => id.startsWith('quick') && state === 'delivered'),
    ).toHaveLength(50);
    const leased = [...outbox.due.values()].filter(({ fence }) => fence !== 0);
    expect(leased.length).toBeLessThanOrEqual(POST_LIMITS.heldMax);
    expect(outbox.postponed.every(({ tried }) => !tried)).toBe(true);
    await Promise.all([post.stop(), clock.advance(30 * SECOND)]);
  });

  test('many slow ones together do not hold up one that is known to be quick', async () => {
    const made = office((_, to) => (to.startsWith('en_slow') ? made.clock.wait(14 * SECOND) : undefined));
    const { clock, outbox, hook, post } = made;
    hook('quick_first', 'en_quick');
    post.start();
    await clock.advance(SECOND);
    for (let i = 0; i < 400; i += 1) hook(`slow_${i}`, `en_slow${i % 80}`);
    await clock.advance(5 * SECOND);
    for (let i = 0; i < 19; i += 1) hook(`quick_${i}`, 'en_quick');
    await clock.advance(3 * SECOND);
    expect(
      [...outbox.messages.values()].filter(({ id, state }) => id.startsWith('quick') && state === 'delivered'),
    ).toHaveLength(20);
    await Promise.all([post.stop(), clock.advance(30 * SECOND)]);
  });

  test('that keeps failing is left alone for a while; messages that wait for it spend no tries', async () => {
    let down = true;
    const made = office((_, to) => {
      if (to === 'en_down' && down) throw new Fault('deliver/unreachable', 'ECONNREFUSED');
    });
    const { clock, outbox, hook, post, sent } = made;
    for (let i = 0; i < 30; i += 1) hook(`ms_${i}`, 'en_down');
    hook('ms_other', 'en_fine');
    post.start();
    await clock.advance(29 * SECOND);
    expect(sent.filter(({ id }) => id !== 'ms_other').length).toBeLessThan(10);
    expect(outbox.stateOf('ms_other')).toBe('delivered');
    down = false;
    await clock.advance(10 * MINUTE);
    expect(outbox.count('delivered')).toBe(31);
    await post.stop();
  });
});

describe('when the record is not there', () => {
  test('nothing that was taken is held for ever, and no lane stays occupied', async () => {
    let broken = false;
    const failing =
      <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (broken) throw new Fault('record/unavailable');
        return work(...args);
      };
    const made = office(async () => {
      broken = true;
      throw new Fault('deliver/unreachable', 'ECONNREFUSED');
    });
    const { outbox, deps, clock } = made;
    const post = openPost({
      ...deps,
      claim: failing(outbox.claim),
      renew: failing(outbox.renew),
      postpone: failing(outbox.postpone),
      message: failing(outbox.message),
      report: failing(outbox.report),
      now: failing(deps.now),
    });
    for (let i = 0; i < 10; i += 1) made.mail(`ms_${i}`);
    post.start();
    await clock.advance(10 * SECOND);
    expect(outbox.count('waiting')).toBe(10);
    for (let round = 0; round < 40; round += 1) {
      broken = false;
      await clock.advance(10 * SECOND);
    }
    expect(made.sent.length).toBeGreaterThan(10);
    await post.stop();
    expect(clock.waits()).toBe(0);
  });

  test('the office waits and goes on', async () => {
    let broken = true;
    const made = office(undefined, {
      claim: async (limit, leaseMs) => {
        if (broken) throw new Fault('record/unavailable');
        return made.outbox.claim(limit, leaseMs);
      },
    });
    made.mail('ms_1');
    made.post.start();
    await made.clock.advance(20 * SECOND);
    expect(made.sent).toEqual([]);
    broken = false;
    await made.clock.advance(31 * SECOND);
    expect(made.outbox.stateOf('ms_1')).toBe('delivered');
    await made.post.stop();
  });

  test('a message whose facts cannot be read spends no try', async () => {
    let broken = true;
    const made = office(undefined, {
      facts: async (_, intent) => {
        if (broken) throw new Fault('record/unavailable');
        return personFacts(intent as Extract<Intent, { kind: 'tell-person' }>, 0);
      },
    });
    made.mail('ms_1');
    made.post.start();
    await made.clock.advance(MINUTE);
    broken = false;
    await made.clock.advance(10 * SECOND);
    expect(made.outbox.stateOf('ms_1')).toBe('delivered');
    expect(made.outbox.postponed.every(({ tried }) => !tried)).toBe(true);
    await made.post.stop();
  });

  test('a receipt is handed in again until it is taken, and the message is not sent twice', async () => {
    let refusals = 8;
    const made = office(undefined, {
      report: async (workspace, ask) => {
        refusals -= 1;
        if (refusals >= 0) throw new Fault('record/unavailable');
        return made.outbox.report(workspace, ask);
      },
    });
    made.mail('ms_1');
    made.post.start();
    await made.clock.advance(5 * MINUTE);
    expect(made.sent).toHaveLength(1);
    expect(made.outbox.stateOf('ms_1')).toBe('delivered');
    await made.post.stop();
  });
});

test('stop lets what is being sent end, puts the rest back, and leaves nothing running', async () => {
  const made = office(() => made.clock.wait(10 * SECOND));
  for (let i = 0; i < 20; i += 1) made.mail(`ms_${i}`);
  made.post.start();
  await made.clock.settle();
  const stopped = made.post.stop();
  await made.clock.advance(10 * SECOND);
  await stopped;
  expect(made.sent).toHaveLength(4);
  expect(made.outbox.count('delivered')).toBe(4);
  expect([...made.outbox.due.values()].every(({ fence, attempts }) => fence === 0 && attempts === 0)).toBe(true);
  expect(made.clock.waits()).toBe(0);
});

test('whatever the world does, every message ends as delivered or as a dead letter, and delivered ones were sent', async () => {
  const outcome = fc.constantFrom('ok', 'ok', 'reject', 'fail', 'busy', 'lost', 'bug', 'gone');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ to: fc.constantFrom('mail', 'en_a', 'en_b'), tries: fc.array(outcome, { maxLength: 9 }) }), {
        maxLength: 12,
      }),
      async (plan) => {
        const scripts = new Map(plan.map(({ tries }, i) => [`ms_${i}`, [...tries]]));
        const effects = new Set<string>();
        const made = office((id) => {
          const next = scripts.get(id)?.shift() ?? 'ok';
          if (next === 'reject') throw new Fault('deliver/rejected');
          if (next === 'fail') throw new Fault('deliver/server-error');
          if (next === 'busy') throw new Fault('deliver/rate-limited', '', 40 * SECOND);
          if (next === 'gone') throw new EndpointGone();
          if (next === 'bug') throw new Error('a bug');
          effects.add(id);
          if (next === 'lost') throw new Fault('deliver/unknown-outcome');
        });
        for (const [i, { to }] of plan.entries()) {
          if (to === 'mail') made.mail(`ms_${i}`);
          else made.hook(`ms_${i}`, to);
        }
        await daysPass(made);
        expect(made.outbox.count('waiting')).toBe(0);
        for (const { id, state } of made.outbox.messages.values())
          if (state === 'delivered') expect(effects.has(id)).toBe(true);
        for (const { ask } of made.outbox.reports) if (ask.ask === 'delivery-failed') expect(ask.reason).not.toBe('');
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);
