import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { About } from '../words/intent.ts';
import type { MessageFacts } from './message-facts.ts';
import { renderMessage } from './messages.ts';
import { oneLine, shortTime, someLines, spanWords, timeFor } from './plain-words.ts';

const NOW = Date.UTC(2026, 10, 24, 9, 0);
const ana = { id: 'ana', name: 'Ana Ruiz', zone: 'America/New_York' };
const ben = { id: 'ben', name: 'Ben Okafor', zone: 'Europe/Berlin' };

const ABOUTS: About[] = [
  'offered',
  'accepted',
  'rejected',
  'returned',
  'reminder',
  'escalation',
  'asked',
  'answered',
  'withdrawn',
  'reassigned',
  'closed',
  'promise-failed',
  'undone',
];

function facts(about: About, over: Partial<MessageFacts> = {}): MessageFacts {
  return {
    about,
    to: { ...ben, email: 'ben@acme.example' },
    nowAt: NOW,
    link: 'https://baton.example/h/ho_1?choice=accept',
    handoff: 'ho_1',
    transition: 'SDR to AE',
    company: 'Nordwind GmbH',
    contact: 'Mila Petrov',
    signal: 'asked for a demo',
    urgency: 'normal',
    test: false,
    sender: ana,
    receiver: ben,
    owner: ana,
    by: ana,
    note: { 'why-engaged': 'Their tool ends in March.', 'what-next': 'Call on Thursday.\nBring the price list.' },
    fields: [{ label: 'Use case', value: 'Onboarding' }],
    missing: [],
    nextStep: { what: 'Call Mila', owner: ben, dueAt: NOW + 86_400_000 },
    clock: { name: 'accept', owner: ben, dueAt: NOW + 3_600_000 },
    ...over,
  };
}

/** The tags of a document, without the text between them. */
function tags(html: string): string[] {
  return html.match(/<\/?[a-z!][^>]*>/gi) ?? [];
}

test('an offer says who, what, the next step and by when, in both zones', () => {
  const { subject, text } = renderMessage(facts('offered'));
  expect(subject).toBe('Accept by Tue 24 Nov, 11:00: Nordwind GmbH, from Ana Ruiz');
  expect(text).toBe(`Accept by Tue 24 Nov, 11:00: Nordwind GmbH, from Ana Ruiz
SDR to AE

Ana Ruiz hands you Nordwind GmbH (Mila Petrov). What started it: asked for a demo.
Until you accept, Ana Ruiz stays accountable. You can also ask, or reject with a reason.

DUE: accept Nordwind GmbH
Tue 24 Nov, 11:00 (Berlin), which is 05:00 for Ana Ruiz (New York)

Open this handoff:
https://baton.example/h/ho_1?choice=accept

From: Ana Ruiz
To: Ben Okafor
Next step: Call Mila
Who and when: You, by Wed 25 Nov, 10:00 (Berlin)
Use case: Onboarding

Why did they engage?
> Their tool ends in March.

What happens next?
> Call on Thursday.
> Bring the price list.

--
Sent to Ben Okafor for the handoff ho_1. A reply to this mail changes nothing: open the handoff instead.
`);
});

test.each([
  ['accepted', { to: ana, by: ben, owner: ben }, 'Ben Okafor accepted Nordwind GmbH', 'Ben Okafor is accountable now.'],
  [
    'rejected',
    { to: ana, by: ben, reason: { says: 'not in our market', criterion: 'Region', text: 'They moved to Peru.' } },
    'Ben Okafor did not accept Nordwind GmbH: not in our market',
    '> They moved to Peru.',
  ],
  [
    'returned',
    { to: ana, reason: { says: 'nobody accepted in time' } },
    'Nordwind GmbH is back with you: nobody accepted in time',
    'You are accountable again.',
  ],
  [
    'reminder',
    {},
    'Reminder: accept Nordwind GmbH by Tue 24 Nov, 11:00',
    'It is your turn to accept Nordwind GmbH (Mila Petrov).',
  ],
  [
    'reminder',
    { clock: { name: 'follow-up', owner: ben, dueAt: NOW - 7_800_000 } },
    'Late: follow up with Nordwind GmbH (it was due Tue 24 Nov, 07:50)',
    'LATE: follow up with Nordwind GmbH',
  ],
  [
    'escalation',
    {
      to: { id: 'lea', name: 'Lea', zone: 'Europe/Berlin' },
      clock: { name: 'accept', owner: ben, dueAt: NOW - 60_000 },
    },
    'Late: Ben Okafor has not accepted Nordwind GmbH',
    'late by 1 m when this was sent',
  ],
  [
    'escalation',
    { to: { id: 'lea', name: 'Lea', zone: 'Europe/Berlin' } },
    'Due soon: Ben Okafor has yet to accept Nordwind GmbH',
    'which is 05:00 for Ana Ruiz (New York)',
  ],
  [
    'asked',
    { to: ana, by: ben, question: { text: 'Who signs?' } },
    'Ben Okafor asks about Nordwind GmbH',
    '> Who signs?',
  ],
  [
    'answered',
    { question: { text: 'Who signs?', answer: 'Mila does.' } },
    'Ana Ruiz answered about Nordwind GmbH',
    '> Mila does.',
  ],
  [
    'withdrawn',
    { reason: { says: 'you are away' } },
    'Nordwind GmbH is no longer offered to you',
    'has ended: you are away.',
  ],
  [
    'reassigned',
    { owner: ben, change: { role: 'receiver', from: { id: 'cleo', name: 'Cleo', zone: 'UTC' }, to: ben } },
    'Nordwind GmbH goes from Cleo to you',
    'You are the receiver of Nordwind GmbH (Mila Petrov) now, in place of Cleo.',
  ],
  ['closed', { outcome: 'won' }, 'Nordwind GmbH is closed: won', 'outcome won'],
  [
    'promise-failed',
    { failed: { to: 'Cleo', reason: 'no address' } },
    'A message about Nordwind GmbH did not arrive',
    '> no address',
  ],
  ['undone', { to: ana, by: ben }, 'Ben Okafor took back the acceptance of Nordwind GmbH', 'it is on offer again'],
] satisfies [About, Partial<MessageFacts>, string, string][])(
  '%s: the subject is "%s…" and the reason to write is inside',
  (about, over, subject, inside) => {
    const rendered = renderMessage(facts(about, over));
    expect(rendered.subject).toBe(subject);
    expect(rendered.text).toContain(inside);
  },
);

test('a rehearsal and high urgency say so first', () => {
  const { subject, text, html } = renderMessage(facts('offered', { test: true, urgency: 'high' }));
  expect(subject).toMatch(/^Test: /);
  expect(text).toContain('! This is a rehearsal\n! High urgency');
  expect(html).toContain('High urgency');
});

describe.each(ABOUTS)('every message: %s', (about) => {
  test('has one link, no form, no script, no picture, and both colour schemes', () => {
    const { html, text } = renderMessage(facts(about));
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(html).toContain('href="https://baton.example/h/ho_1?choice=accept"');
    expect(html).toContain('>Open this handoff</a>');
    expect(html).not.toMatch(/<(form|input|button|script|img|iframe|link|svg|object|video)/i);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(text.match(/https?:\/\//g)).toHaveLength(1);
  });

  test('reads without most facts', () => {
    const bare: MessageFacts = {
      about,
      to: ben,
      nowAt: NOW,
      link: 'https://baton.example/h/1',
      handoff: 'ho_1',
      transition: '',
      company: '',
      signal: 'called',
      urgency: 'normal',
      test: false,
      sender: ana,
      owner: ana,
      note: {},
      fields: [],
      missing: [],
    };
    const { subject, text } = renderMessage(bare);
    expect(subject).not.toBe('');
    expect(subject + text).not.toMatch(/undefined|null|NaN|\[object|\(\)|: ,/);
  });

  test('whatever people typed is text: the tags stay the same and the subject stays one line', () => {
    const hostile = fc.oneof(
      fc.array(fc.nat(0x10ffff), { maxLength: 60 }).map((points) => String.fromCodePoint(...points)),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        'Acme\r\nBcc: everybody@example.org',
        '</td></table><form action=//evil.example>',
        '&lt;b&gt;',
        '\u202egnp.exe',
        '\ud800 lone',
        'a\u0000b',
        '{{constructor}}',
        '__proto__',
      ),
    );
    const expected = tags(renderMessage(facts(about, typed('x'))).html).filter((tag) => tag !== '<br>');
    fc.assert(
      fc.property(hostile, (value) => {
        const { subject, html, text } = renderMessage(facts(about, typed(`x${value}`)));
        expect(tags(html).filter((tag) => tag !== '<br>')).toEqual(expected);
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
        expect(html + text).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
        expect((html + text).isWellFormed()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

function typed(value: string): Partial<MessageFacts> {
  return {
    to: { ...ben, name: value },
    company: value,
    contact: value,
    signal: value,
    transition: value,
    sender: { ...ana, name: value },
    by: { ...ana, name: value },
    note: { 'why-engaged': value, 'why-now': value, 'what-we-said': value, 'what-next': value },
    fields: [{ label: value, value }],
    missing: [value],
    reason: { says: value, criterion: value, text: value },
    question: { text: value, answer: value },
    outcome: value,
    failed: { to: value, reason: value },
    nextStep: { what: value, owner: { ...ana, name: value }, dueAt: NOW },
    change: { role: 'receiver', from: { ...ana, name: value }, to: ben },
  };
}

test('a link that somebody typed is not a link in the mail', () => {
  const note = { 'why-now': 'see https://evil.example/login?x=1 or www.evil.example now' };
  const { html, text } = renderMessage(facts('offered', { note, company: 'http://evil.example' }));
  expect(html + text).not.toContain('evil.example');
  expect(text).toContain('see [link: see the handoff] or [link: see the handoff] now');
});

test.each(['javascript:alert(1)', 'data:text/html,x', '/h/1', 'https://', ''])(
  'a message with the link "%s" is not written',
  (link) => {
    expect(() => renderMessage(facts('offered', { link }))).toThrow('not an http(s) address');
  },
);

test('a link with quotes cannot leave its attribute', () => {
  const { html } = renderMessage(facts('offered', { link: 'https://baton.example/h/"><b>x' }));
  expect(html).not.toContain('<b>');
});

test('long texts are cut and say so', () => {
  const { text, subject } = renderMessage(
    facts('offered', { note: { 'why-now': 'word '.repeat(5_000) }, company: 'N'.repeat(5_000) }),
  );
  expect(text).toContain('… (the rest is in the handoff)');
  expect(text.length).toBeLessThan(6_000);
  expect(subject.length).toBeLessThan(200);
});

describe('times', () => {
  test('the other side is named only where its clock reads differently', () => {
    expect(timeFor(NOW, ben, { ...ana, zone: 'Europe/Paris' }, NOW)).toBe('Tue 24 Nov, 10:00 (Berlin)');
    expect(timeFor(NOW, ben, ana, NOW)).toBe('Tue 24 Nov, 10:00 (Berlin), which is 04:00 for Ana Ruiz (New York)');
    expect(timeFor(NOW, ben, ben, NOW)).toBe('Tue 24 Nov, 10:00 (Berlin)');
  });

  test('the day is said where it differs, the year where it is not this one', () => {
    const sydney = { id: 'syd', name: 'Syd', zone: 'Australia/Sydney' };
    expect(timeFor(Date.UTC(2026, 10, 24, 20, 0), ben, sydney, NOW)).toContain(
      'which is Wed 25 Nov, 07:00 for Syd (Sydney)',
    );
    expect(shortTime(Date.UTC(2027, 0, 4, 8, 0), 'Europe/Berlin', NOW)).toBe('Mon 4 Jan 2027, 09:00');
  });

  test('an unknown zone reads as UTC', () => {
    expect(timeFor(NOW, { ...ben, zone: 'Mars/Base' }, undefined, NOW)).toBe('Tue 24 Nov, 09:00 (UTC)');
  });

  test('spans show their two largest units', () => {
    expect([30_000, 3_600_000, 11_400_000, 90_000_000, 172_800_000].map(spanWords)).toEqual([
      '1 m',
      '1 h',
      '3 h 10 m',
      '1 d 1 h',
      '2 d',
    ]);
  });
});

describe('text', () => {
  test('one line is one line, and what people count as characters stays whole', () => {
    expect(oneLine(' a\r\n b\t c\u2028d ')).toBe('a b c d');
    expect(oneLine('👩‍👩‍👧‍👦'.repeat(10), 3)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
  });

  test('a letter with ten thousand marks is cut', () => {
    expect(oneLine(`a${'\u0301'.repeat(10_000)}b`).length).toBeLessThan(2_000);
  });

  test('lines keep their breaks', () => {
    expect(someLines('a\r\n\r\n\r\n\r\nb \n c')).toBe('a\n\nb\nc');
  });
});
