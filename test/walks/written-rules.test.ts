// test: the rules of a real sales team, as a policy without code: territories with turns inside, four months for whoever
// knows the company, a day for the first contact, a week without news, a score from a table, spam that never reaches anybody.
// The rules are facts that the team published; the words of this policy are ours.

import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/run/stage.ts';
import { openStage } from '../../src/run/stage.ts';
import type { Fields } from '../../src/words/policy.ts';
import { DAY, HOUR, MINUTE } from '../../src/words/time.ts';

/** Points out of 70: size, means, role, what they do, country. */
const SCORE = [
  '(lead.employees > 1000 ? 20 : lead.employees > 10 ? 10 : 0)',
  '(lead.revenue >= 100 ? 20 : lead.revenue >= 10 ? 10 : lead.revenue >= 1 ? 5 : 0)',
  '(lead.role in ["engineering", "product", "leadership", "founder"] ? 10 : lead.role == "marketing" ? 5 : 0)',
  '(lead.sub_role in ["data_science_engineer", "project_engineer", "software_engineer", "web_engineer", "founder"] ? 10 : 0)',
  `(lead.country in ["AT", "CA", "FR", "DE", "JP", "NO", "SE", "GB", "US"] ? 10 :
    lead.country in ["AU", "BE", "EE", "FI", "GE", "GG", "NL", "NZ", "PL", "PT", "SG"] ? 5 : 0)`,
].join(' + ');

const POLICY = `
baton: 1
name: Written rules
hours: { zone: UTC, weekly: { mon-sun: "00:00-24:00" } }
fields:
  company: string
  country: string
  kind: [sales, support, spam]
  employees: int
  revenue: { type: double, says: Estimated revenue in millions }
  role: string
  sub_role: string
signals: { contact-sales: The contact form was sent }
segments:
  - { name: hot, when: '${SCORE.replaceAll('\n', ' ')} >= 50' }
  - { name: warm, when: '${SCORE.replaceAll('\n', ' ')} >= 25' }
  - cold
pools:
  americas: [ann, art]
  emea: [eda, eli]
  elsewhere: [wes, wim]
  shared: { team: sales, role: ae }
territories:
  one: { when: 'lead.country in ["US", "CA", "MX", "BR", "AR"]', pool: americas }
  two: { when: 'lead.country in ["DE", "FR", "GB", "AE", "ZA", "AU"]', pool: emea }
  three: { when: 'true', pool: elsewhere }
transitions:
  form-to-ae:
    from: marketing
    to: ae
    trigger: { on: contact-sales, when: 'lead.kind == "sales"' }
    criteria: { identified: { says: We know who it is, when: has(lead.company) } }
    note: []
    tasks: []
    sender: { person: ops }
    route:
      - { claim: shared, again: true, name: The shared pool of what was let lie }
      - { owner: 120d, name: Whoever had this company in the last four months }
      - territory
    fallback: boss
    clocks:
      accept: { within: 8h, hours: wall }
      follow-up: { within: 24h, hours: wall, ladder: [remind at 50%, warn-lead at due] }
      next-step: { within: 7d, hours: wall, ladder: [remind at 50%, reroute at due] }
    next-step: { first: Contact them, every: 7d }
    rejections: { unfit: { criterion: identified, then: disqualify }, later: { criterion: identified, then: recycle, recycle: 90d } }
    outcomes: [opportunity, unqualified, disqualified]
`;

const START = Date.UTC(2026, 2, 2, 9);

async function openCompany(): Promise<Stage> {
  const stage = await openStage({ at: START });
  await stage.say({ ask: { ask: 'create-workspace', name: 'Written rules' } });
  for (const id of ['boss', 'ops', 'ann', 'art', 'eda', 'eli', 'wes', 'wim'])
    await stage.say({
      ask: { ask: 'set-person', person: { id, roles: ['ae'], team: 'sales', weight: 1, active: true } },
    });
  await stage.say({ ask: { ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'boss' } } });
  const { answers } = await stage.say({ ask: { ask: 'publish-policy', text: POLICY } });
  expect(answers[0]).toMatchObject({ result: 'done' });
  return stage;
}

async function send(stage: Stage, email: string, fields: Fields = {}) {
  const { answers } = await stage.say({
    ask: {
      ask: 'signal-seen',
      signal: 'contact-sales',
      subject: { type: 'email', value: email },
      context: { fields: { company: email.split('@')[1] ?? '', kind: 'sales', ...fields } },
      occurredAt: stage.now(),
    },
  });
  const answer = answers[0];
  if (answer?.result !== 'done') throw new Error(JSON.stringify(answer));
  const row = stage.journal.snapshot(stage.workspace).handoffs.find(({ id }) => id === answer.handoff);
  return { id: answer.handoff ?? '', to: row?.offeredTo, segment: row?.segment, facts: answer.facts };
}

const docOf = (stage: Stage, id: string) =>
  stage.journal.snapshot(stage.workspace).handoffs.find((row) => row.id === id)?.doc;

describe('who gets it', () => {
  test.each([
    ['US', ['ann', 'art', 'ann']],
    ['BR', ['ann', 'art', 'ann']],
    ['DE', ['eda', 'eli', 'eda']],
    ['AU', ['eda', 'eli', 'eda']],
    ['JP', ['wes', 'wim', 'wes']],
    [undefined, ['wes', 'wim', 'wes']],
  ])('by territory, in turn inside it: %s', async (country, expected) => {
    const stage = await openCompany();
    const got: (string | undefined)[] = [];
    for (const n of [1, 2, 3])
      got.push((await send(stage, `jo@firm${n}.example`, country === undefined ? {} : { country })).to);
    expect(got).toEqual(expected);
  });

  test('a company that comes back within four months goes to whoever had it, from anywhere; later it is routed anew', async () => {
    const stage = await openCompany();
    const first = await send(stage, 'jo@acme.example', { country: 'US' });
    await stage.say({ ask: { ask: 'accept', handoff: first.id }, by: 'ann' });
    await stage.say({ ask: { ask: 'close', handoff: first.id, outcome: 'unqualified' }, by: 'ann' });
    stage.setNow(START + 100 * DAY);
    const second = await send(stage, 'kim@acme.example', { country: 'DE' });
    expect(second.to).toBe('ann');
    await stage.say({ ask: { ask: 'reject', handoff: second.id, reason: 'unfit' }, by: 'ann' });
    stage.setNow(START + 121 * DAY);
    expect((await send(stage, 'lee@acme.example', { country: 'DE' })).to).toBe('eda');
  });

  test('spam and support reach nobody, not even the former owner, and are noted', async () => {
    const stage = await openCompany();
    for (const kind of ['spam', 'support']) {
      const sent = await send(stage, 'jo@acme.example', { kind, country: 'US' });
      expect([sent.id, sent.facts.outcome]).toEqual(['', 'not-taken']);
    }
    expect(stage.journal.snapshot(stage.workspace).handoffs).toEqual([]);
    expect((await send(stage, 'kim@other.example', { country: 'US' })).to).toBe('ann');
  });
});

describe('how good it is', () => {
  test.each<[string, Fields]>([
    ['hot', { employees: 2000, revenue: 150, role: 'engineering', sub_role: 'software_engineer', country: 'US' }],
    ['hot', { employees: 500, revenue: 150, role: 'product', sub_role: 'other', country: 'DE' }],
    ['warm', { employees: 500, revenue: 5, role: 'marketing', sub_role: 'other', country: 'NL' }],
    ['cold', { employees: 5, revenue: 0.5, role: 'other', sub_role: 'other', country: 'DE' }],
    ['cold', { country: 'US' }],
  ])('%s by the table of points: %o', async (segment, fields) => {
    expect((await send(await openCompany(), 'jo@acme.example', fields)).segment).toBe(segment);
  });
});

describe('how fast', () => {
  test('contact within 24 hours: reminded at half, the lead warned when due', async () => {
    const stage = await openCompany();
    const { id } = await send(stage, 'jo@acme.example', { country: 'US' });
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ann' });
    const events = await stage.pass(24 * HOUR + MINUTE);
    expect(docOf(stage, id)?.clocks['follow-up']?.dueAt).toBe(START + 24 * HOUR);
    const reached = events.flatMap(({ event, at }) =>
      event.kind === 'level-reached' ? [[event.action, event.tell, (at - START) / HOUR]] : [],
    );
    expect(reached.slice(0, 2)).toEqual([
      ['remind', 'ann', 12],
      ['warn-lead', 'boss', 24],
    ]);
  });

  test('a week without news takes it away, and anybody of the shared pool can pick it up, except who let it lie', async () => {
    const stage = await openCompany();
    const { id } = await send(stage, 'jo@acme.example', { country: 'US' });
    await stage.say({ ask: { ask: 'accept', handoff: id }, by: 'ann' });
    await stage.say({ ask: { ask: 'follow-up', handoff: id, occurredAt: stage.now() }, by: 'ann' });
    await stage.passTo(START + 7 * DAY - 1);
    expect(docOf(stage, id)?.receiver).toBe('ann');
    await stage.passTo(START + 7 * DAY);
    expect(docOf(stage, id)).toMatchObject({
      stage: 'offered',
      offer: { pool: 'shared', to: 'boss' },
      declined: ['ann'],
    });
    const { answers } = await stage.say(
      { ask: { ask: 'accept', handoff: id }, by: 'ann' },
      { ask: { ask: 'accept', handoff: id }, by: 'wim' },
    );
    expect(answers.map(({ result }) => result)).toEqual(['refused', 'done']);
    expect(docOf(stage, id)?.owner).toBe('wim');
  });
});
