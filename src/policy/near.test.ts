import { describe, expect, test } from 'vitest';
import { didYouMean, nearest } from './near.ts';

describe('did you mean', () => {
  test('a slip of the fingers finds its name', () => {
    expect(nearest('compny', ['contact', 'company'])).toBe('company');
    expect(nearest('meeting_booked', ['meeting-booked'])).toBe('meeting-booked');
    expect(nearest('sgement', ['segment', 'signal'])).toBe('segment');
  });

  test('another word finds nothing', () => {
    expect(nearest('budget', ['company', 'seats'])).toBeUndefined();
    expect(nearest('c', ['a', 'b'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['company'])).toBeUndefined();
  });

  test('without a near name the known ones are listed', () => {
    expect(didYouMean('zzz', ['smb', 'rest'])).toBe('Use one of: smb, rest.');
    expect(didYouMean('zzz', [])).toBe('None is declared.');
  });
});
