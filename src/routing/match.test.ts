import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubjectKey } from '../words/arrival.ts';
import type { SubjectRow } from '../words/journal.ts';
import { companyDomain, keysOfAccount, keysOfLead, matchAccount, plainCompany } from './match.ts';

const account = (id: string, more: Partial<SubjectRow> = {}): SubjectRow => ({
  id,
  type: 'account',
  marks: [],
  ...more,
});
const book = (entries: Record<string, SubjectRow>) => (key: SubjectKey) => entries[`${key.type}:${key.value}`];

describe('the domain of a company', () => {
  test.each([
    ['Jo@Acme.Example', 'acme.example'],
    ['https://www.acme.example/contact?x=1', 'acme.example'],
    ['acme.example.', 'acme.example'],
    ['jo@mail.acme.co.uk', 'mail.acme.co.uk'],
  ])('%s is %s', (text, domain) => {
    expect(companyDomain(text)).toBe(domain);
  });

  test.each([
    'jo@gmail.com',
    'jo@GoogleMail.com',
    'jo@x.users.noreply.github.com',
    'jo',
    '',
    'localhost',
    '10.0.0.1',
    'jo@acme',
    '@',
  ])('"%s" names no company', (text) => {
    expect(companyDomain(text)).toBeUndefined();
  });
});

describe('the plainest form of a company name', () => {
  test.each([
    ['ACME, Inc.', 'acme'],
    ['Acme Incorporated', 'acme'],
    ['The Acme Co.', 'acme'],
    ['Société Générale S.A.', 'societe generale'],
    ['Straße & Söhne GmbH & Co. KG', 'strasse and sohne'],
    ['Co', 'co'],
    ['O’Reilly Ltd', 'oreilly'],
    ['株式会社アクメ', '株式会社アクメ'],
  ])('%s is "%s"', (name, plain) => {
    expect(plainCompany(name)).toBe(plain.normalize('NFKD').replace(/\p{M}+/gu, ''));
  });

  test('nothing is left of punctuation', () => {
    expect(plainCompany(' .,- ')).toBeUndefined();
  });

  test('making it plain twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const once = plainCompany(name);
        if (once !== undefined) expect(plainCompany(once)).toBe(once);
      }),
    );
  });
});

describe('the names that a prospect and an account share', () => {
  test('the strongest comes first: an id, the domain, the name', () => {
    const lead = { type: 'email', value: 'jo@acme.example' };
    expect(keysOfLead(lead, { company: 'Acme Inc' }, { type: 'account', value: '17' })).toEqual([
      { type: 'account', value: '17' },
      { type: 'domain', value: 'acme.example' },
      { type: 'company', value: 'acme' },
    ]);
    expect(
      keysOfAccount({ type: 'account', value: '17' }, [], { name: 'ACME', website: 'http://acme.example' }),
    ).toEqual([
      { type: 'domain', value: 'acme.example' },
      { type: 'company', value: 'acme' },
    ]);
  });

  test('a private address leaves the domain to the web site', () => {
    const lead = { type: 'email', value: 'jo@gmail.com' };
    expect(keysOfLead(lead, { website: 'acme.example' })).toEqual([{ type: 'domain', value: 'acme.example' }]);
    expect(keysOfLead(lead, {})).toEqual([]);
  });
});

describe('the account of a prospect', () => {
  const keys = keysOfLead({ type: 'email', value: 'jo@acme.example' }, { company: 'Acme' });

  test('one that the domain and the name agree on is found', () => {
    const a = account('su_a');
    expect(matchAccount(keys, book({ 'domain:acme.example': a, 'company:acme': a }))).toEqual({
      found: 'one',
      account: a,
      by: 'domain',
    });
  });

  test('a domain of one and a name of another is ambiguous: both are listed', () => {
    const named = book({ 'domain:acme.example': account('su_a'), 'company:acme': account('su_b') });
    expect(matchAccount(keys, named)).toEqual({ found: 'several', accounts: ['su_a', 'su_b'] });
  });

  test('two accounts of the same name are ambiguous by name, and not by their domains', () => {
    const a = account('su_a', { alike: [{ by: 'company', subject: 'su_b' }] });
    expect(matchAccount([{ type: 'company', value: 'acme' }], book({ 'company:acme': a }))).toEqual({
      found: 'several',
      accounts: ['su_a', 'su_b'],
    });
    expect(matchAccount(keys.slice(0, 1), book({ 'domain:acme.example': a }))).toMatchObject({ found: 'one' });
  });

  test('an id from outside decides whatever the rest says', () => {
    const given = [{ type: 'account', value: '17' }, ...keys];
    const b = account('su_b');
    expect(matchAccount(given, book({ 'account:17': b, 'domain:acme.example': account('su_a') }))).toEqual({
      found: 'one',
      account: b,
      by: 'account',
    });
  });

  test('a lead of that name is no account', () => {
    expect(matchAccount(keys, book({ 'domain:acme.example': { ...account('su_a'), type: 'lead' } }))).toEqual({
      found: 'none',
    });
  });
});
