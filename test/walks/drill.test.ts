// test: "if your top rep left tomorrow, would the handoff still work?", asked of a team in the middle of its work, and the
// line of a pool with who is next and why. Neither changes anything; what the drill says is what a departure does.

import { describe, expect, test } from 'vitest';
import { runDrill } from '../../src/run/drill.ts';
import { linesOf } from '../../src/run/pools.ts';
import type { Stage } from '../../src/run/stage.ts';
import { HOUR } from '../../src/words/time.ts';
import { handoffOf, MONDAY_9, open, openTeam, POLICY, signal } from './team.ts';

const drill = async (stage: Stage, person: string, at = stage.now()) =>
  (await runDrill(stage, stage.workspace, person, at))?.[0];

describe('the departure drill', () => {
  test('says who would have each thing, and a departure then does exactly that', async () => {
    const stage = await openTeam();
    const offered = await open(stage, 'a@a.example');
    const accepted = await open(stage, 'b@b.example');
    await stage.say({ ask: { ask: 'accept', handoff: accepted }, by: 'cleo' });
    const third = await open(stage, 'c@c.example');
    await stage.say({ ask: { ask: 'accept', handoff: third }, by: 'ben' });
    const before = stage.journal.snapshot(stage.workspace).hash;
    const told = await drill(stage, 'ben');
    expect(stage.journal.snapshot(stage.workspace).hash).toBe(before);
    expect(told?.stalls).toEqual([]);
    expect(told?.items.map(({ handoff, part, to }) => [handoff, part, to])).toEqual([
      [offered, 'offered-to-them', 'cleo'],
      [third, 'accepted', 'mia'],
      [third, 'task', 'mia'],
    ]);
    expect(told?.items[1]?.dueAt).toBe(handoffOf(stage, third).clocks['follow-up']?.dueAt);
    expect(told?.roles).toEqual([{ path: 'pools.aes.members.0', what: 'member of the pool aes', to: 'cleo' }]);
    await stage.say({ ask: { ask: 'depart', person: 'ben' } });
    expect([handoffOf(stage, offered).offer?.to, handoffOf(stage, third).receiver]).toEqual(['cleo', 'mia']);
  });

  test('names what only they have, and what would stand still', async () => {
    const stage = await openTeam({ policy: POLICY.replace('[ben, cleo]', '[ben]') });
    const told = await drill(stage, 'ben');
    expect(told?.stalls).toEqual(['Nobody is left on the route of sdr-to-ae: everything waits for mia.']);
    expect(told?.alone).toEqual(['ben is alone in the pool aes.']);
    const ana = await drill(stage, 'ana');
    expect([ana?.stalls, ana?.alone]).toEqual([[], ['Only ana has the role sdr.']]);
  });

  test('the lead who is also the last rung is missed by name', async () => {
    const told = await drill(await openTeam(), 'mia');
    expect(told?.roles).toEqual([
      { path: 'teams.sales', what: 'leads the team Sales', to: 'ana' },
      { path: 'transitions.sdr-to-ae.sender.2.person', what: 'sends for sdr-to-ae', to: 'ana' },
      { path: 'transitions.sdr-to-ae.fallback', what: 'fallback of sdr-to-ae', to: 'ana' },
      { path: 'lastRung', what: 'is told when nothing else is left', to: 'ana' },
    ]);
    expect(told?.stalls).toEqual([
      'mia is the fallback of sdr-to-ae and the last rung: without them it goes to ana, whom the policy does not name.',
    ]);
  });

  test('on a date, offers are what they would be then: at night they wait for the morning', async () => {
    const stage = await openTeam();
    const id = await open(stage);
    const told = await drill(stage, 'ben', MONDAY_9 + 12 * HOUR);
    expect(told?.items[0]).toMatchObject({ handoff: id, part: 'offered-to-them' });
    expect(told?.items[0]?.waits).toMatch(/^waits until 2026-03-03T08:00Z/);
    expect(told?.stalls).toEqual([]);
  });

  test('a skill that a pool asks for and nobody else has stops those who need it', async () => {
    const stage = await openTeam({
      policy: POLICY.replace('aes: [ben, cleo]', 'aes: { members: [ben, cleo], with: { skill: use_case } }'),
    });
    await stage.say({
      ask: {
        ask: 'set-person',
        person: { id: 'ben', roles: ['ae'], team: 'sales', weight: 1, active: true, skills: ['billing'] },
      },
    });
    const told = await drill(stage, 'ben');
    expect(told?.alone).toEqual(['Only ben has the skill billing.']);
    expect(told?.stalls).toEqual([
      'Nobody of the pool aes has billing any more: prospects who need it go past the pool.',
    ]);
  });

  test('all: the people whose going would stop the most come first', async () => {
    const stage = await openTeam();
    await open(stage);
    const all = await runDrill(stage, stage.workspace, undefined, stage.now());
    expect(all?.map(({ person }) => person)).toEqual(['mia', 'ana', 'ben', 'cleo']);
    expect(await runDrill(stage, stage.workspace, 'nobody', stage.now())).toBeUndefined();
  });
});

describe('the line of a pool', () => {
  test('whoever is next stands first, with the sentence that the next decision then has', async () => {
    const stage = await openTeam();
    await open(stage, 'a@a.example');
    const [line] = await linesOf(stage, stage.workspace, stage.now());
    expect([line?.next, line?.why]).toEqual(['cleo', 'cleo: next in turn in pool aes (2 of 2 free)']);
    expect(line?.members.map(({ person, load, behind }) => [person, load, behind])).toEqual([
      ['cleo', 0, 0],
      ['ben', 1, 1],
    ]);
    const { events } = await stage.say({ ask: signal('b@b.example') });
    const offered = events.find(({ event }) => event.kind === 'handoff-offered')?.event;
    expect(offered?.kind === 'handoff-offered' ? offered.decision.sentence : '').toBe(line?.why);
  });

  test('a pool of which nobody is there says so, and what keeps each of them', async () => {
    const stage = await openTeam();
    const [line] = await linesOf(stage, stage.workspace, MONDAY_9 + 12 * HOUR, 'aes');
    expect([line?.next, line?.why]).toEqual([undefined, 'nobody of it can take one now']);
    expect(line?.members.map(({ kept }) => kept)).toEqual([
      'closed until 2026-03-03T08:00Z',
      'closed until 2026-03-03T08:00Z',
    ]);
    expect(await linesOf(stage, stage.workspace, stage.now(), 'other')).toEqual([]);
  });
});
