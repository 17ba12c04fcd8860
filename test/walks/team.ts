// test: a small team and its policy, on the stage. Ana sends; Ben and Cleo receive in turn; Mia leads both sides.
// Everybody works 09:00 to 17:00 in Berlin; walks begin on Monday 2026-03-02 at 09:00 Berlin (08:00 UTC).

import type { Stage } from '../../src/run/stage.ts';
import { openStage } from '../../src/run/stage.ts';
import type { AskOf } from '../../src/words/arrival.ts';
import type { Handoff } from '../../src/words/handoff.ts';

export const MONDAY_9 = Date.UTC(2026, 2, 2, 8);

export const POLICY = `
baton: 1
name: Two teams
hours: { zone: Europe/Berlin }
fields: { company: string, contact: string, seats: int, use_case: string }
signals:
  meeting-booked: A meeting was booked
  demo: { says: Asked for a demo, urgency: high }
segments: [{ name: smb, when: lead.seats < 50 }, everyone]
pools: { aes: [ben, cleo] }
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: [meeting-booked, demo]
    criteria: { budget: lead.seats >= 5 }
    required: [company]
    note: [why-engaged]
    context-may-follow: true
    route: { round-robin: aes }
    fallback: mia
    clocks:
      accept: { within: 4h, except: [{ urgency: high, within: 15m }] }
      follow-up: 8h
    tasks:
      - { title: Review the note, for: receiver, due: 1h after accepted }
      - { title: Confirm attendance, for: sender, due: 8h before meeting }
    rejections:
      no-budget: { says: There is no budget, criterion: budget, then: return, creditable: true }
      not-mine: { says: Somebody else knows them, criterion: budget, then: reroute }
      later: { says: Not this quarter, criterion: budget, then: recycle }
      no-fit: { says: Not our kind of customer, criterion: budget, then: disqualify }
    outcomes: [opportunity, no-opportunity]
`;

export async function openTeam(options: { at?: number; seed?: number; policy?: string } = {}): Promise<Stage> {
  const stage = await openStage({ at: options.at ?? MONDAY_9, seed: options.seed ?? 1 });
  await stage.say({ ask: { ask: 'create-workspace', name: 'Two teams' } });
  await stage.say({ ask: { ask: 'set-team', team: { id: 'sales', name: 'Sales', lead: 'mia' } } });
  for (const [id, roles] of [
    ['ana', ['sdr']],
    ['ben', ['ae']],
    ['cleo', ['ae']],
    ['mia', ['lead']],
  ] as const) {
    await stage.say({
      ask: { ask: 'set-person', person: { id, roles: [...roles], team: 'sales', weight: 1, active: true } },
    });
  }
  const published = await stage.say({ ask: { ask: 'publish-policy', text: options.policy ?? POLICY } });
  const answer = published.answers[0];
  if (answer?.result !== 'done') throw new Error(JSON.stringify(answer));
  return stage;
}

export function signal(value: string, more: Partial<AskOf<'signal-seen'>> = {}): AskOf<'signal-seen'> {
  return {
    ask: 'signal-seen',
    signal: 'meeting-booked',
    subject: { type: 'email', value },
    context: {
      fields: { company: 'Acme', contact: value, seats: 20 },
      note: { 'why-engaged': 'Jo asked how 20 seats are billed.' },
    },
    booker: 'ana',
    occurredAt: MONDAY_9,
    ...more,
  };
}

/** Sends a signal and answers the handoff that it opened. */
export async function open(
  stage: Stage,
  value = 'jo@acme.example',
  more: Partial<AskOf<'signal-seen'>> = {},
): Promise<string> {
  const { answers } = await stage.say({ ask: signal(value, more) });
  const answer = answers[0];
  if (answer?.result !== 'done' || answer.handoff === undefined)
    throw new Error(`No handoff was opened: ${JSON.stringify(answer)}`);
  return answer.handoff;
}

export function handoffOf(stage: Stage, id: string): Handoff {
  const row = stage.journal.snapshot(stage.workspace).handoffs.find((h) => h.id === id);
  if (row === undefined) throw new Error(`There is no handoff ${id}.`);
  return row.doc;
}

export const kinds = (events: readonly { event: { kind: string } }[]): string[] => events.map((e) => e.event.kind);
