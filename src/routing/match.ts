// Routing room: to which account does a prospect belong?
// Makes the exact names under which an account can be found (ids from outside, the mail domain, the company's name in its
// plainest form) and reads the answers. Promises: an id from outside decides; otherwise one account, or none, or all that
// it could be: an ambiguous match is listed, never guessed.

import type { SubjectKey } from '../words/arrival.ts';
import type { SubjectId } from '../words/ids.ts';
import type { SubjectRow } from '../words/journal.ts';
import type { Fields, FieldValue } from '../words/policy.ts';
import { isFreeMail } from './free-mail.ts';

/** Fields that people call by these names; the first that is filled counts. */
const EMAIL_FIELDS = ['email', 'work_email', 'contact_email'];
const DOMAIN_FIELDS = ['domain', 'website', 'company_domain', 'company_website', 'url'];
const COMPANY_FIELDS = ['company', 'company_name', 'account_name', 'organization', 'organisation'];

/** Legal forms at the end of a name: they differ between lists of the same companies. */
const LEGAL_FORMS = new Set(
  `and inc incorporated corp corporation co company llc llp lp ltd limited plc pty pvt gmbh ug ag kg kgaa ohg mbh se sa sas sarl sasu
  srl spa snc bv nv vof ab as asa oy oyj aps sro doo zrt kft eood ltda sl slu`.split(/\s+/),
);

/** The company's domain of an address or web site, in lower case; undefined for free mail and for what is none. */
export function companyDomain(text: string): string | undefined {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^.*@/, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\d?\./, '')
    .replace(/\.$/, '');
  const isHost =
    host.length <= 253 && /^([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*\p{L}$/u.test(host);
  return isHost && !isFreeMail(host) ? host : undefined;
}

/** A company's name in its plainest form: no accents, no punctuation, no legal form; undefined when nothing is left. */
export function plainCompany(name: string): string | undefined {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/&/g, ' and ')
    .replace(/(?<=\p{L})[.'’](?=\p{L})/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
  while (words[0] === 'the' && words.length > 1) words.shift();
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) as string)) words.pop();
  return words.length === 0 ? undefined : words.join(' ');
}

/** What may name the account of a prospect, the strongest first. `account` is an id that the sender of the signal gave. */
export function keysOfLead(subject: SubjectKey, fields: Fields, account?: SubjectKey): SubjectKey[] {
  const email = subject.type === 'email' ? subject.value : textIn(fields, EMAIL_FIELDS);
  const site = textIn(fields, DOMAIN_FIELDS);
  const domain =
    (email === undefined ? undefined : companyDomain(email)) ?? (site === undefined ? undefined : companyDomain(site));
  return [...(account === undefined ? [] : [account]), ...derived(domain, textIn(fields, COMPANY_FIELDS))];
}

/** The names under which an account can be found beside its ids. */
export function keysOfAccount(subject: SubjectKey, also: readonly SubjectKey[], fields: Fields): SubjectKey[] {
  const site = also.find(({ type }) => type === 'domain')?.value ?? textIn(fields, DOMAIN_FIELDS);
  const name = textIn(fields, [...COMPANY_FIELDS, 'name']) ?? (subject.type === 'account' ? subject.value : undefined);
  return derived(site === undefined ? undefined : companyDomain(site), name);
}

function derived(domain: string | undefined, company: string | undefined): SubjectKey[] {
  const plain = company === undefined ? undefined : plainCompany(company);
  return [
    ...(domain === undefined ? [] : [{ type: 'domain', value: domain }]),
    ...(plain === undefined ? [] : [{ type: 'company', value: plain }]),
  ];
}

export type AccountMatch =
  | { found: 'one'; account: SubjectRow; by: string }
  | { found: 'several'; accounts: SubjectId[] }
  | { found: 'none' };

/** The account that these names lead to. `named` answers what stands under a name. */
export function matchAccount(
  keys: readonly SubjectKey[],
  named: (key: SubjectKey) => SubjectRow | undefined,
): AccountMatch {
  const hits = keys.flatMap((key) => {
    const row = named(key);
    return row === undefined || row.type !== 'account' ? [] : [{ key, row }];
  });
  const given = hits.find(({ key }) => key.type !== 'domain' && key.type !== 'company');
  if (given !== undefined) return { found: 'one', account: given.row, by: given.key.type };
  const all = new Set(
    hits.flatMap(({ key, row }) => [
      row.id,
      ...(row.alike ?? []).filter(({ by }) => by === key.type).map(({ subject }) => subject),
    ]),
  );
  const [first] = hits;
  if (first === undefined) return { found: 'none' };
  return all.size === 1
    ? { found: 'one', account: first.row, by: first.key.type }
    : { found: 'several', accounts: [...all] };
}

function textIn(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value: FieldValue | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
