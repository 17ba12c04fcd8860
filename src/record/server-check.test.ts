// Which PostgreSQL versions are good enough, and what a URL may show of itself.
import { describe, expect, it } from 'vitest';
import { maskPassword, versionComplaint } from './server-check.ts';

describe('versionComplaint', () => {
  it.each([
    ['15.14', 150_014],
    ['15.18', 150_018],
    ['16.10', 160_010],
    ['17.6', 170_006],
    ['18.0', 180_000],
    ['19.1', 190_001],
  ])('accepts %s', (version, versionNumber) => {
    expect(versionComplaint({ version, versionNumber })).toBeUndefined();
  });

  it.each([
    ['9.6.24', 90_624, /too old.*15\.14/],
    ['14.20', 140_020, /too old.*15\.14/],
    ['15.13', 150_013, /15\.14 or later of this line/],
    ['16.9', 160_009, /16\.10 or later of this line/],
    ['17.5', 170_005, /17\.6 or later of this line/],
  ])('refuses %s and names the needed one', (version, versionNumber, sentence) => {
    expect(versionComplaint({ version, versionNumber })).toMatch(sentence);
  });
});

describe('maskPassword', () => {
  it('hides the password before the host', () => {
    expect(maskPassword('postgres://ana:s3cret@db:5432/x')).toBe('postgres://ana:***@db:5432/x');
  });

  it('hides a password among the parameters', () => {
    expect(maskPassword('postgres://db/x?user=ana&password=s3cret&a=b')).toBe(
      'postgres://db/x?user=ana&password=***&a=b',
    );
  });

  it('leaves a URL without one alone', () => {
    expect(maskPassword('postgres://ana@db/x')).toBe('postgres://ana@db/x');
  });
});
