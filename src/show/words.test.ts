import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors } from './cursor.ts';
import { plainSpan, plainTime } from './instants.ts';
import { namesFrom } from './names.ts';
import { sentenceOf } from './sentences.ts';

const names = namesFrom(
  new Map([
    ['ben', { person: 'ben', name: 'Ben Schuster' }],
    ['ben-2', { person: 'ben-2', name: 'Ben Adler' }],
  ]),
);

describe('names', () => {
  it('take the place of ids in a sentence, the longer id first, and never inside a word', () => {
    expect(names.in('ben was next; ben-2 is away, benjamin too', ['ben', 'ben-2'])).toBe(
      'Ben Schuster was next; Ben Adler is away, benjamin too',
    );
    expect(names.in('nobody', [])).toBe('nobody');
    expect(names.in('a.b [x]', ['a.b', '[x]'])).toBe('a.b [x]');
  });
});

describe('cursors', () => {
  it('open for their own list and secret only', () => {
    const [ours, theirs] = [createCursors(Buffer.alloc(32, 1)), createCursors(Buffer.alloc(32, 2))];
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string(), (place, list) => {
        const sealed = ours.seal(list, place.toWellFormed());
        expect(ours.open(list, sealed)).toBe(place.toWellFormed());
        expect(ours.open(`${list}x`, sealed)).toBeUndefined();
        expect(theirs.open(list, sealed)).toBeUndefined();
      }),
    );
  });

  it('with any letter changed open nothing', () => {
    const cursors = createCursors(Buffer.alloc(32, 1));
    const sealed = cursors.seal('w /list', '0001 ho_1');
    for (let i = 0; i < sealed.length - 1; i++) {
      const changed = `${sealed.slice(0, i)}${sealed[i] === 'A' ? 'B' : 'A'}${sealed.slice(i + 1)}`;
      expect(cursors.open('w /list', changed)).toBeUndefined();
    }
    for (const none of ['', 'x', '!!!', 'A'.repeat(2_000)]) expect(cursors.open('w /list', none)).toBeUndefined();
  });
});

describe('times', () => {
  it('are told in the zone, spans in their two largest units', () => {
    expect(plainTime(Date.parse('2026-11-24T15:00:00Z'), 'Europe/Berlin')).toBe('Tue 24 Nov, 16:00 (Europe/Berlin)');
    expect([0, 40_000, 7_500_000, -90_061_000].map(plainSpan)).toEqual(['0 s', '40 s', '2 h 5 min', '1 d 1 h']);
  });
});

describe('sentences', () => {
  const tell = (event: Parameters<typeof sentenceOf>[0]) => sentenceOf(event, { names, zone: 'Europe/Berlin' });

  it('say who, what and by when', () => {
    expect(
      tell({
        kind: 'meeting-booked',
        handoff: 'h',
        occurredAt: 0,
        meetingAt: Date.parse('2026-11-24T15:00:00Z'),
        source: 'x',
      }),
    ).toBe('A meeting was booked for Tue 24 Nov, 16:00 (Europe/Berlin).');
    expect(tell({ kind: 'handoff-closed', handoff: 'h', outcome: 'lost', by: 'system', criterion: 'budget' })).toBe(
      'Baton closed it: lost (criterion: budget).',
    );
    expect(
      tell({ kind: 'offer-withdrawn', handoff: 'h', offer: 'o', from: 'ben', reason: 'expired', passed: true }),
    ).toBe('The offer to Ben Schuster ended: it was not accepted in time.');
    expect(
      tell({
        kind: 'level-reached',
        handoff: 'h',
        name: 'accept',
        level: 1,
        action: 'remind',
        tell: 'ben',
        dueAt: 0,
        lateMs: 120_000,
      }),
    ).toBe('The accept clock reminded Ben Schuster; this came 2 min late.');
  });
});
