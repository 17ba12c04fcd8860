// policy: the policy language itself: every key, what it takes, what it means, an example, and what holds when it is
// left out. The reader, the JSON Schema for editors and the reference page are made from this table.

import { clocks, due, urgency } from './language-clocks.ts';
import { away, hours, pause } from './language-hours.ts';
import { condition, date, field, id, name, sentence, span } from './language-names.ts';
import type { Shape } from './shape.ts';
import {
  alternative,
  choice,
  duration,
  either,
  group,
  list,
  may,
  must,
  named,
  oneOrMore,
  whole,
  yesNo,
} from './shape.ts';

const fieldType = either(choice('string', 'int', 'double', 'bool', 'date', 'list'), list(sentence, 1, 100));

const fields = named(
  field,
  either(
    fieldType,
    group('a type and its meaning', {
      type: must(fieldType, 'string, int, double, bool, date, list (of texts), or the list of values it can have.', [
        'inbound',
        'outbound',
      ]),
      says: may(sentence, 'What the field means, for the person who fills it.', 'Paying seats they plan', 'the name.'),
    }),
  ),
);

const signals = named(
  name,
  either(
    sentence,
    group('a signal', {
      says: must(sentence, 'What happened, in words.', 'A first meeting was booked'),
      types: may(
        list(id, 1),
        'The CloudEvents types that carry it.',
        ['com.calendly.invitee.created'],
        "the signal's own name.",
      ),
      urgency: may(urgency, 'How fast it wants an answer, unless the event says so itself.', 'high', 'normal.'),
      motion: may(sentence, 'The recommended way to follow up.', 'Call within the hour', 'none.'),
    }),
  ),
  1,
  1000,
);

const segment = either(
  name,
  group('a name and a condition', {
    name: must(name, 'The name of the segment.', 'smb'),
    when: may(condition, 'Who belongs to it.', 'lead.seats < 50', 'everyone: only the last segment.'),
  }),
);

const member = either(
  id,
  group('a person and a weight', {
    person: must(id, 'The person.', 'ben'),
    weight: may(whole(1, 100), 'Share of turns relative to the others.', 2, "the person's own weight."),
  }),
);

const pool = either(
  list(member, 1),
  group('who is in the pool', {
    members: may(list(member, 1), 'People by name.', ['ben', 'cleo'], 'none by name.'),
    team: may(id, 'Everyone of this team; with a role, only those who have it.', 'sales-emea', 'no team.'),
    role: may(id, 'Everyone who has this role; with a team, only those in it.', 'ae', 'no role.'),
    lead: may(id, 'Who answers for an offer until a member claims it.', 'maria', "the lead of the pool's team."),
    with: may(
      group('what a member must have', {
        skill: may(field, 'The field of the prospect that names the skill.', 'product', 'no skill.'),
        language: may(
          field,
          'The field that names the language; languages stand among the skills.',
          'language',
          'none.',
        ),
        territory: may(field, 'The field that names one of the territories of a person.', 'region', 'none.'),
      }),
      'Only members who have what these fields of the prospect say; a field that is not filled asks for nothing.',
      { skill: 'product' },
      'everybody fits.',
    ),
    capacity: may(
      group('limits of each member', {
        open: may(whole(0, 10_000), 'Open handoffs at a time, from anywhere.', 5, 'no limit.'),
        per: may(
          named(span, whole(1, 1000), 1, 10),
          'Offers from this pool in a sliding span of time.',
          { '24h': 3 },
          'no limit.',
        ),
      }),
      "How much each member may have, beside the person's own limits.",
      { open: 5, per: { '24h': 3 } },
      "the person's own limits.",
    ),
  }),
);

const owner = group('an owner and the days', {
  person: must(id, 'The person.', 'ben'),
  from: may(date, 'The first day, in the zone of the working hours.', '2026-01-01', 'since ever.'),
  until: may(date, 'The last day, included.', '2026-06-30', 'for ever.'),
});

const territory = group('a territory', {
  says: may(sentence, 'The territory in words.', 'Western Europe', 'made from the name.'),
  when: must(condition, 'Which prospects it has; the first territory that has one keeps it.', 'lead.country == "FR"'),
  owners: may(
    list(owner, 0, 500),
    'Who owns it and when; one owner at a time.',
    [{ person: 'ben', from: '2026-01-01' }],
    'no owner.',
  ),
  pool: may(name, 'Who takes turns in it while nobody owns it or its owner is not free.', 'aes-emea', 'no pool.'),
});

const trigger = either(
  oneOrMore(name),
  group('signals and a condition', {
    on: must(oneOrMore(name), 'The signals that start it.', ['meeting-booked']),
    when: may(condition, 'Only when this holds.', 'lead.seats >= 10', 'always.'),
  }),
);

const criterion = either(
  condition,
  group('a criterion', {
    says: must(sentence, 'The criterion in words that both sides agreed.', 'Ten seats or more'),
    when: must(condition, 'The condition that tests it.', 'lead.seats >= 10'),
  }),
);

const senderRule = either(
  choice('booker', 'owner'),
  group('a person or a lead', {
    person: alternative(id, 'This person.', 'ana'),
    lead: alternative(id, 'The lead of this team.', 'sdr'),
  }),
);

const rung = either(
  choice('owner', 'territory'),
  group('one way to find a receiver', {
    'round-robin': alternative(name, 'The next in turn of this pool, by weight.', 'aes'),
    'least-loaded': alternative(name, 'Whoever of this pool holds the least open work.', 'aes'),
    owner: alternative(
      duration,
      'Whoever had the prospect, its account or the account above it, if that is not longer ago than this.',
      '90d',
    ),
    territory: alternative(
      oneOrMore(name),
      'Whoever has it of these territories; "territory" alone tries all.',
      'dach',
    ),
    claim: alternative(name, 'Offered to everybody of this pool; the first to accept has it.', 'aes'),
    person: alternative(id, 'This person.', 'maria'),
    lead: alternative(id, 'The lead of this team.', 'sales-emea'),
    when: may(condition, 'Only when this holds.', 'segment == "enterprise"', 'always.'),
    again: may(yesNo, 'Only once somebody who had accepted it let it lie and a clock took it away.', true, 'false.'),
    else: may(
      choice('next', 'hold', 'fallback'),
      'When the people it finds cannot take it now: the next rung, wait for them, or the fallback at once.',
      'hold',
      'next.',
    ),
    name: may(sentence, 'What the rung is called in explanations.', 'Enterprise team', 'made from the rung.'),
  }),
);

const task = group('a task', {
  title: must(sentence, 'What is to be done.', 'Confirm attendance'),
  for: must(
    either(choice('sender', 'receiver', 'lead'), group('a person', { person: must(id, 'This person.', 'rita') })),
    'Who does it.',
    'sender',
  ),
  due: must(due, 'When, in the working hours of whoever does it.', '8h before meeting'),
  remind: may(duration, 'How long before that they are reminded, in their working hours.', '2h', 'no reminder.'),
});

const rejection = either(
  name,
  group('a reason', {
    says: may(sentence, 'The reason in words.', 'Too small for us', 'made from the name.'),
    criterion: must(name, 'The criterion that was not met.', 'right-size'),
    creditable: may(yesNo, 'Whether the receiver gets the turn back.', true, 'false.'),
    then: may(
      choice('return', 'reroute', 'recycle', 'disqualify'),
      'What happens: back to the sender, to the next receiver, again later, or closed.',
      'return',
      'return.',
    ),
    recycle: may(duration, 'With then: recycle, how long until it wakes.', '90d', '30d.'),
  }),
);

const QUESTIONS = ['why-engaged', 'why-now', 'what-we-said', 'what-next'] as const;

const transition = group('a transition', {
  says: may(
    sentence,
    'What this transition is for.',
    'A booked meeting goes to an account executive',
    'made from the roles.',
  ),
  from: must(sentence, 'The role that sends.', 'SDR'),
  to: must(sentence, 'The role that receives.', 'AE'),
  trigger: must(trigger, 'The signals that start it, with a condition if it depends on more.', 'meeting-booked'),
  criteria: may(
    named(name, criterion),
    'What both sides agreed must hold, each with a name.',
    { 'right-size': { says: 'Ten seats or more', when: 'lead.seats >= 10' } },
    'none.',
  ),
  required: may(list(field), 'Fields that must be there before it is offered.', ['company', 'use_case'], 'none.'),
  later: may(list(field), 'Fields that may come after the acceptance.', ['budget'], 'none.'),
  note: may(
    list(choice(...QUESTIONS), 0, 4),
    'The questions that the note answers.',
    ['why-engaged', 'why-now'],
    'all four.',
  ),
  'context-may-follow': may(
    yesNo,
    'Whether an urgent handoff is offered before its context is complete.',
    true,
    'false.',
  ),
  sender: may(
    oneOrMore(senderRule),
    'Who sends: the first that gives an active person.',
    ['booker', { lead: 'sdr' }],
    'booker, owner, then last-rung.',
  ),
  route: must(
    oneOrMore(rung, 2_000),
    'How the receiver is found: tried in order, the first that gives somebody wins.',
    {
      'round-robin': 'aes',
    },
  ),
  fallback: must(id, 'Who gets it when the route gives nobody.', 'maria'),
  'allow-self': may(yesNo, 'Whether somebody may hand over to themselves.', false, 'false.'),
  clocks: may(
    clocks,
    'How long each part may take.',
    { accept: '4h', 'follow-up': '8h' },
    'accept 4h, follow-up 8h, prepare 4h, return 8h.',
  ),
  'next-step': may(
    group('next steps', {
      first: may(
        sentence,
        'What the receiver does first.',
        'Call and confirm the meeting',
        'Follow up with the prospect.',
      ),
      then: may(sentence, 'What follows after that.', 'Agree the next step', 'Agree the next step with the prospect.'),
      every: may(duration, 'How long a next step may take: working hours, or days of 24 hours.', '7d', '7d.'),
    }),
    'What happens after the acceptance.',
    { first: 'Call and confirm the meeting', every: '7d' },
    'follow up, then agree the next step every 7d.',
  ),
  tasks: may(
    list(task),
    'Work for each role, dated from an event.',
    [{ title: 'Confirm attendance', for: 'sender', due: '8h before meeting' }],
    'the sender confirms attendance 8h before the meeting, the receiver reviews the note 1h before.',
  ),
  rejections: may(
    named(name, rejection),
    'Why a receiver may reject, each tied to a criterion.',
    { 'too-small': 'right-size' },
    'one per criterion.',
  ),
  outcomes: may(
    list(name, 1),
    'How a handoff may end.',
    ['opportunity', 'disqualified'],
    'opportunity, no-opportunity, disqualified.',
  ),
});

/** The whole document. */
export const POLICY = group('a policy', {
  baton: must(choice(1), 'The version of the policy language.', 1),
  name: must(sentence, 'Whose policy it is.', 'Northlight'),
  hours: must(hours, 'Working hours of everyone who has none of their own.', { zone: 'Europe/Berlin' }),
  away: may(
    away,
    'Which entries of a calendar feed mean that somebody is away: all that is said must hold.',
    { 'all-day-only': true, labels: ['vacation'] },
    'every entry that blocks time.',
  ),
  pause: may(pause, 'How long and for what a clock may stand still.', { max: '5d' }, '30d at a time, for any cause.'),
  fields: must(fields, 'What can be known about a prospect, and its type.', { company: 'string', seats: 'int' }),
  signals: must(signals, 'What may start a handoff.', { 'meeting-booked': 'A first meeting was booked' }),
  segments: may(
    list(segment, 1),
    'Groups of prospects; the first that matches counts, the last is everyone else.',
    [{ name: 'smb', when: 'lead.seats < 50' }, 'everyone'],
    'one segment, everyone.',
  ),
  pools: may(named(name, pool), 'People who take turns.', { aes: ['ben', 'cleo'] }, 'none.'),
  territories: may(
    named(name, territory, 0, 500),
    'Parts of the market with their owners, in the order in which they are tried.',
    { dach: { when: 'lead.country in ["DE", "AT", "CH"]', owners: [{ person: 'ben' }] } },
    'none.',
  ),
  transitions: must(named(name, transition, 1, 1000), 'The handoffs: from which role to which, when, and how.', {
    'sdr-to-ae': '…',
  }),
  'last-rung': may(id, 'Who is told when nothing else is left.', 'maria', "the first transition's fallback."),
});

type ReadBy<S> = S extends Shape<infer T> ? T : never;
export type PolicyWritten = ReadBy<typeof POLICY>;
export type TransitionWritten = ReadBy<typeof transition>;
export type RungWritten = ReadBy<typeof rung>;
