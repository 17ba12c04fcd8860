// lab: the organisation that storms rage through: three zones, part-time hours, every kind of rejection, ladders of every
// kind. Small enough to collide often.

export const STORM_POLICY = `
baton: 1
name: Storm
hours: { zone: Europe/Berlin }
fields: { company: string, seats: int, country: string }
signals:
  booked: A meeting was booked
  demo: { says: Asked for a demo, urgency: high }
  won: A deal was won
segments: [{ name: big, when: lead.seats >= 100 }, everyone]
pools:
  aes: [ben, { person: cleo, weight: 2 }, dev]
  csms: [eve, fay]
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: [booked, demo]
    criteria: { budget: lead.seats >= 5 }
    required: [company]
    note: [why-engaged]
    context-may-follow: true
    route:
      - { owner: 120d }
      - { round-robin: aes }
    fallback: mia
    clocks:
      hold: 12h
      accept: { within: 2h, except: [{ urgency: high, within: 20m }] }
      follow-up: { within: 6h, ladder: [remind at 50%, warn-lead at due, fallback 4h after] }
    tasks:
      - { title: Review the note, for: receiver, due: 1h after accepted }
      - { title: Confirm attendance, for: sender, due: 4h before meeting }
    rejections:
      no-budget: { criterion: budget, then: return, creditable: true }
      not-mine: { criterion: budget, then: reroute }
      later: { criterion: budget, then: recycle }
      no-fit: { criterion: budget, then: disqualify }
    outcomes: [opportunity, no-opportunity]
  ae-to-cs:
    from: ae
    to: csm
    trigger: won
    route: { round-robin: csms }
    fallback: gus
    clocks: { hold: 8h }
    outcomes: [onboarded]
`;

export const STORM_PEOPLE: readonly { id: string; role: string; team: string; zone: string }[] = [
  { id: 'ana', role: 'sdr', team: 'sales', zone: 'Europe/Berlin' },
  { id: 'abe', role: 'sdr', team: 'sales', zone: 'America/New_York' },
  { id: 'ben', role: 'ae', team: 'sales', zone: 'Europe/Berlin' },
  { id: 'cleo', role: 'ae', team: 'sales', zone: 'America/New_York' },
  { id: 'dev', role: 'ae', team: 'sales', zone: 'Asia/Kolkata' },
  { id: 'mia', role: 'lead', team: 'sales', zone: 'Europe/Berlin' },
  { id: 'eve', role: 'csm', team: 'success', zone: 'Europe/Berlin' },
  { id: 'fay', role: 'csm', team: 'success', zone: 'Australia/Lord_Howe' },
  { id: 'gus', role: 'lead', team: 'success', zone: 'America/New_York' },
];
