// test: who gets it, told as days: claims from a pool, territories that change hands, accounts and who had them, limits and
// ramps. Every walk goes through the whole corridor, and the audit finds nothing afterwards.

import { describe, expect, test } from 'vitest';
import { auditLedger, auditRows } from '../../src/run/audit.ts';
import { startFold } from '../../src/run/fold.ts';
import type { Stage } from '../../src/run/stage.ts';
import type { Answer } from '../../src/words/journal.ts';
import { DAY, HOUR, MINUTE } from '../../src/words/time.ts';
import { handoffOf, kinds, MONDAY_9, open, openTeam, signal } from './team.ts';

const policy = (route: string, more = ''): string => `
baton: 1
name: Routes
hours: { zone: Europe/Berlin }
fields: { company: string, contact: string, seats: int, country: string, product: string }
signals: { meeting-booked: A meeting was booked }
pools: { aes: [ben, cleo] }
${more}
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: meeting-booked
    criteria: { budget: lead.seats >= 5 }
    note: []
    route: ${route}
    fallback: mia
    rejections:
      no-budget: { criterion: budget, then: return, creditable: true }
      not-mine: { criterion: budget, then: reroute }
    clocks: { accept: 2h }
    outcomes: [opportunity]
`;

const code = (answer: unknown) => (answer as { refusal?: { code: string } }).refusal?.code;

/** Folds everything, and asks every invariant. */
function audit(stage: Stage): void {
  const snapshot = stage.journal.snapshot(stage.workspace);
  const fold = startFold();
  for (const recorded of snapshot.ledger) fold.take(recorded);
  expect([...auditRows(fold, snapshot, stage.now()), ...auditLedger(snapshot.ledger)]).toEqual([]);
  const subjects = new Map(snapshot.subjects.map((row) => [row.id, row]));
  for (const [id, row] of fold.subjects) expect(subjects.get(id)).toEqual(row);
}

const toldAbout = (stage: Stage, about: string) =>
  stage.journal
    .snapshot(stage.workspace)
    .messages.flatMap(({ intent }) => (intent.kind === 'tell-person' && intent.about === about ? [intent.to] : []));

describe('a claim from a pool', () => {
  const CLAIM = policy('[{ claim: aes }, { person: ben }]');

  test('everybody of the pool hears of it, the lead answers for it, and nobody holds it yet', async () => {
    const stage = await openTeam({ policy: CLAIM });
    const id = await open(stage);
    const h = handoffOf(stage, id);
    expect(h.offer).toMatchObject({ to: 'mia', pool: 'aes' });
    expect([h.owner, h.nextStep?.owner, h.clocks.accept?.owner]).toEqual(['ana', 'mia', 'mia']);
    expect(toldAbout(stage, 'offered').toSorted()).toEqual(['ben', 'cleo', 'mia']);
    expect(stage.standing().loads.size).toBe(0);
    audit(stage);
  });

  test('one wins; the others hear who, strangers may not', async () => {
    const stage = await openTeam({ policy: CLAIM });
    const id = await open(stage);
    const { answers } = await stage.say(
      { ask: { ask: 'accept', handoff: id }, by: 'ana' },
      { ask: { ask: 'accept', handoff: id }, by: 'cleo' },
      { ask: { ask: 'accept', handoff: id }, by: 'ben' },
      { ask: { ask: 'accept', handoff: id }, by: 'cleo' },
    );
    expect(answers.map((a) => code(a) ?? a.result)).toEqual([
      'accept/not-yours',
      'done',
      'accept/already-accepted',
      'done',
    ]);
    const h = handoffOf(stage, id);
    expect([h.stage, h.owner, h.receiver]).toEqual(['accepted', 'cleo', 'cleo']);
    expect([...stage.standing().loads]).toEqual([['cleo', 1]]);
    audit(stage);
  });

  test('a claim that is undone stands again for everybody', async () => {
    const stage = await openTeam({ policy: CLAIM });
    const id = await open(stage);
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'cleo' });
    await stage.say({ ask: { ask: 'undo-accept', handoff: id }, by: 'cleo' });
    const { answers } = await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    expect(answers[0]?.result).toBe('done');
    audit(stage);
  });

  test('what nobody claims in time goes on to the next rung, and the lead can still be the fallback', async () => {
    const stage = await openTeam({ policy: CLAIM });
    const id = await open(stage);
    await stage.pass(2 * HOUR);
    expect(handoffOf(stage, id)).toMatchObject({ offer: { to: 'ben' }, passedPools: ['aes'], declined: [] });
    await stage.pass(2 * HOUR);
    expect(handoffOf(stage, id).offer?.to).toBe('mia');
    audit(stage);
  });

  test('only whoever answers for it can turn it down for the pool', async () => {
    const stage = await openTeam({ policy: CLAIM });
    const id = await open(stage);
    const { answers } = await stage.say(
      { ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'ben' },
      { ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'mia' },
    );
    expect(answers.map((a) => code(a) ?? a.result)).toEqual(['reject/not-yours', 'done']);
    expect(handoffOf(stage, id)).toMatchObject({ offer: { to: 'ben' }, passedPools: ['aes'], declined: [] });
    audit(stage);
  });

  test('when the lead leaves, the pool is asked again and somebody else answers for it', async () => {
    const stage = await openTeam({ policy: policy('[{ claim: aes }]').replace('fallback: mia', 'fallback: ana') });
    const id = await open(stage);
    await stage.say({ ask: { ask: 'depart', person: 'mia' } });
    const h = handoffOf(stage, id);
    expect(h.offer?.pool).toBe('aes');
    expect(h.offer?.to).not.toBe('mia');
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'cleo' });
    expect(handoffOf(stage, id).receiver).toBe('cleo');
    audit(stage);
  });

  test('a member who does not have what the prospect needs cannot claim it', async () => {
    const stage = await openTeam({
      policy: policy('[{ claim: aes }]').replace(
        'pools: { aes: [ben, cleo] }',
        'pools: { aes: { members: [ben, cleo], with: { skill: product } } }',
      ),
    });
    await stage.say({
      ask: {
        ask: 'set-person',
        person: { id: 'cleo', roles: ['ae'], team: 'sales', weight: 1, active: true, skills: ['billing'] },
      },
    });
    const id = await open(stage, 'jo@acme.example', { context: { fields: { seats: 20, product: 'billing' } } });
    expect(toldAbout(stage, 'offered').toSorted()).toEqual(['cleo', 'mia']);
    const { answers } = await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ben' });
    expect(code(answers[0])).toBe('accept/not-yours');
  });
});

describe('territories', () => {
  const TERRITORIES = policy(
    '[territory, { round-robin: aes }]',
    `territories:
  dach:
    when: lead.country in ["DE", "AT", "CH"]
    owners: [{ person: ben, until: 2026-03-02 }, { person: cleo, from: 2026-03-03 }]`,
  );

  test('a territory changes hands at midnight in the zone of the policy', async () => {
    const stage = await openTeam({ policy: TERRITORIES });
    const german = { context: { fields: { seats: 20, country: 'DE' } } };
    const before = await open(stage, 'a@a.example', german);
    stage.setNow(MONDAY_9 + DAY);
    const after = await open(stage, 'b@b.example', german);
    expect([handoffOf(stage, before).offer?.to, handoffOf(stage, after).offer?.to]).toEqual(['ben', 'cleo']);
    audit(stage);
  });

  test('two owners at one time are refused when the policy is published, both by name and line', async () => {
    const stage = await openTeam();
    const { answers } = await stage.say({
      ask: { ask: 'publish-policy', text: TERRITORIES.replace('until: 2026-03-02', 'until: 2026-03-05') },
    });
    const answer = answers[0] as { refusal: { sentence: string } };
    expect(answer.refusal.sentence).toMatch(
      /territory "dach" has two owners from 2026-03-03 to 2026-03-05: ben \(until 2026-03-05, line \d+\) and cleo \(since 2026-03-03\)/,
    );
  });

  test('somebody who left may stand in the past of a territory, not in its present', async () => {
    const stage = await openTeam();
    await stage.say({ ask: { ask: 'depart', person: 'ben' } });
    const left = TERRITORIES.replace('[ben, cleo]', '[cleo]');
    const publish = async (text: string): Promise<Answer | undefined> =>
      (await stage.say({ ask: { ask: 'publish-policy', text } })).answers[0];
    expect(await publish(left)).toMatchObject({ result: 'done' });
    expect(
      code(await publish(left.replace('ben, until: 2026-03-02', 'ben, from: 2025-01-01, until: 2026-03-02'))),
    ).toBeUndefined();
    expect(code(await publish(left.replace('person: cleo, from', 'person: ben, from')))).toBe('policy/unknown-person');
  });
});

describe('whoever had it before', () => {
  const OWNER = policy('[{ owner: 120d }, { round-robin: aes }]');
  const accepted = async (stage: Stage, email: string, more = {}): Promise<string> => {
    const id = await open(stage, email, more);
    const to = handoffOf(stage, id).offer?.to ?? 'nobody';
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: to });
    await stage.say({ ask: { ask: 'close', handoff: id, outcome: 'opportunity' }, by: to });
    return to;
  };

  test('a colleague from the same company domain comes to whoever had it, for so long as the policy says', async () => {
    const stage = await openTeam({ policy: OWNER });
    expect(await accepted(stage, 'jo@acme.example')).toBe('ben');
    expect(await accepted(stage, 'jo@other.example')).toBe('cleo');
    const colleague = await open(stage, 'kim@acme.example');
    const h = handoffOf(stage, colleague);
    expect([h.offer?.to, h.previous]).toEqual(['ben', { person: 'ben', at: MONDAY_9, through: 'account' }]);
    stage.setNow(MONDAY_9 + 121 * DAY + HOUR);
    await stage.say({ ask: { ask: 'close', handoff: colleague, outcome: 'opportunity' }, by: 'ana' });
    expect(handoffOf(stage, await open(stage, 'lee@acme.example')).previous?.at).toBe(MONDAY_9);
    audit(stage);
  });

  test('free mail says nothing about a company', async () => {
    const stage = await openTeam({ policy: OWNER });
    expect(await accepted(stage, 'jo@gmail.com')).toBe('ben');
    const other = handoffOf(stage, await open(stage, 'kim@gmail.com'));
    expect([other.offer?.to, other.account]).toEqual(['cleo', undefined]);
    const again = handoffOf(stage, await open(stage, 'jo@gmail.com'));
    expect(again.offer?.to).toBe('ben');
  });

  test('an acceptance that is undone leaves the account with whoever had it', async () => {
    const stage = await openTeam({ policy: OWNER });
    await accepted(stage, 'jo@acme.example');
    const account = () => stage.journal.snapshot(stage.workspace).subjects.find((s) => s.type === 'account');
    const id = await open(stage, 'kim@acme.example');
    await stage.say({ ask: { ask: 'reject', handoff: id, reason: 'not-mine' }, by: 'ben' });
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'cleo' });
    expect(account()?.owner).toBe('cleo');
    await stage.say({ ask: { ask: 'undo-accept', handoff: id }, by: 'cleo' });
    expect(account()?.owner).toBe('ben');
    audit(stage);
  });

  const setAccount = (id: string, fields: Record<string, string>, more = {}) => ({
    ask: {
      ask: 'set-subject' as const,
      type: 'account' as const,
      subject: { type: 'account', value: id },
      fields,
      marks: [],
      ...more,
    },
  });

  test('the owner of the account above counts where the account has none', async () => {
    const stage = await openTeam({ policy: OWNER });
    await stage.say(setAccount('top', { name: 'Holding' }, { owner: 'cleo' }));
    await stage.say(setAccount('middle', { name: 'Middle' }, { account: { type: 'account', value: 'top' } }));
    await stage.say(
      setAccount(
        'leaf',
        { name: 'Leaf Ltd', website: 'leaf.example' },
        { account: { type: 'account', value: 'middle' } },
      ),
    );
    const h = handoffOf(stage, await open(stage, 'jo@leaf.example'));
    expect([h.offer?.to, h.previous?.through]).toEqual(['cleo', 'parent']);
    audit(stage);
  });

  test('two accounts of one name are listed, and nobody is guessed', async () => {
    const stage = await openTeam({ policy: OWNER });
    await stage.say(setAccount('1', { name: 'Acme Inc' }, { owner: 'cleo' }));
    await stage.say(setAccount('2', { name: 'ACME GmbH' }, { owner: 'cleo' }));
    const { events } = await stage.say({
      ask: signal('jo@gmail.com', { context: { fields: { seats: 20, company: 'Acme' } } }),
    });
    const opened = events.find(({ event }) => event.kind === 'handoff-opened')?.event;
    expect(opened?.kind === 'handoff-opened' ? opened.accounts?.length : undefined).toBe(2);
    expect(kinds(events)).toEqual(['handoff-opened', 'handoff-offered']);
    const offered = events.find(({ event }) => event.kind === 'handoff-offered')?.event;
    expect(offered?.kind === 'handoff-offered' ? offered.to : undefined).toBe('ben');
    audit(stage);
  });

  test('an account that was only a domain gives way to the one that is imported', async () => {
    const stage = await openTeam({ policy: OWNER });
    await accepted(stage, 'jo@acme.example');
    await stage.say(setAccount('1', { name: 'Acme', website: 'acme.example' }, { owner: 'cleo' }));
    expect(handoffOf(stage, await open(stage, 'kim@acme.example')).offer?.to).toBe('cleo');
    audit(stage);
  });

  test('an id that the signal brings decides', async () => {
    const stage = await openTeam({ policy: OWNER });
    await stage.say(setAccount('17', { name: 'Elsewhere' }, { owner: 'cleo' }));
    const id = await open(stage, 'jo@acme.example', { account: { type: 'account', value: '17' } });
    expect(handoffOf(stage, id).offer?.to).toBe('cleo');
  });
});

describe('limits and ramps', () => {
  test('offers in a sliding day are limited, and what waits is offered when there is room', async () => {
    const stage = await openTeam({
      policy: policy('{ round-robin: aes }').replace(
        'pools: { aes: [ben, cleo] }',
        'pools: { aes: { members: [ben, cleo], capacity: { per: { 4h: 1 } } } }',
      ),
    });
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      ids.push(await open(stage, `p${n}@gmail.com`));
      await stage.pass(MINUTE);
    }
    const to = () => ids.map((id) => handoffOf(stage, id).offer?.to);
    expect(to()).toEqual(['ben', 'cleo', undefined]);
    for (const [i, by] of [
      [0, 'ben'],
      [1, 'cleo'],
    ] as const)
      await stage.say({ ask: { ask: 'accept', handoff: ids[i] as string }, by });
    await stage.passTo(MONDAY_9 + 4 * HOUR);
    expect(handoffOf(stage, ids[2] as string).offer?.to).toBe('ben');
    audit(stage);
  });

  test('windows and ramps of a person are checked when they are set', async () => {
    const stage = await openTeam();
    const set = async (more: object) =>
      (
        await stage.say({
          ask: {
            ask: 'set-person',
            person: { id: 'ben', roles: ['ae'], team: 'sales', weight: 1, active: true, ...more },
          },
        })
      ).answers[0];
    expect(await set({ windows: [{ withinMs: DAY, most: 3 }], ramp: { from: MONDAY_9, weeks: 8 } })).toMatchObject({
      result: 'done',
    });
    expect(code(await set({ windows: [{ withinMs: 0, most: 3 }] }))).toBe('roster/bad-value');
    expect(code(await set({ windows: [{ withinMs: DAY, most: 0.5 }] }))).toBe('roster/bad-value');
    expect(code(await set({ ramp: { from: MONDAY_9, weeks: 0 } }))).toBe('roster/bad-value');
    expect(code(await set({ ramp: { from: 1.5, weeks: 4 } }))).toBe('roster/bad-value');
  });
});
