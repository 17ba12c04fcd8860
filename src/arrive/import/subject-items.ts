// arrive/import: accounts, leads and opportunities: what is known without being handed over. An owner whom nobody knows is
// left out and marked, never invented; accounts come before the accounts that belong to them.

import type { AskOf, SubjectKey } from '../../words/arrival.ts';
import type { SubjectKind } from '../../words/event.ts';
import type { Fields } from '../../words/policy.ts';
import type { Value } from './got.ts';
import type { Item, ItemTools, Said } from './item.ts';
import { stableText } from './item.ts';

const TYPES = { accounts: 'account', leads: 'lead', opportunities: 'opportunity' } as const;

export function subjectItems(kind: keyof typeof TYPES, said: readonly Said[], tools: ItemTools): Item[] {
  const items = new Map<string, Item>();
  for (const one of said) {
    const item = subjectItem(TYPES[kind], one, tools);
    const twin = items.get(item.identity);
    if (twin === undefined) items.set(item.identity, item);
    else if (twin.content === item.content) tools.repeat();
    else tools.reject(one.line, `has the id "${item.identity}" of line ${twin.lines[0]}, but says something else`);
  }
  return kind === 'accounts' ? parentsFirst([...items.values()]) : [...items.values()];
}

function subjectItem(type: SubjectKind, one: Said, tools: ItemTools): Item {
  const id = String(one.values.get('id'));
  const marks = new Set(one.marks);
  const also: SubjectKey[] = [];
  const email = one.values.get('email');
  if (typeof email === 'string') also.push({ type: 'email', value: email.toLowerCase() });
  for (const [target, value] of one.values) {
    if (target.startsWith('also.')) also.push({ type: target.slice('also.'.length), value: String(value) });
  }
  const owner = one.values.get('owner');
  const known = typeof owner === 'string' && tools.roster.people.has(owner);
  if (typeof owner === 'string' && !known) {
    marks.add('unknown-owner');
    tools.oddities.add('unknown owner', one.line, 'the owner is not in the roster; kept without an owner, and marked');
  }
  const account = one.values.get('account');
  if (type === 'opportunity' && account === undefined) marks.add('no-account');
  const stage = one.values.get('stage');
  const ask: AskOf<'set-subject'> = {
    ask: 'set-subject',
    type,
    subject: { type, value: id },
    fields: fieldsOf(one.values),
    marks: [...marks].sort(),
    ...(also.length === 0 ? {} : { also }),
    ...(known ? { owner } : {}),
    ...(account === undefined ? {} : { account: { type: 'account', value: String(account) } }),
    ...(stage === undefined ? {} : { stage: String(stage) }),
  };
  return { lines: [one.line], identity: id, content: stableText(ask), ask };
}

export function fieldsOf(values: ReadonlyMap<string, Value>): Fields {
  const fields: Fields = {};
  for (const [target, value] of values) {
    if (target.startsWith('fields.')) {
      Object.defineProperty(fields, target.slice('fields.'.length), {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  }
  return fields;
}

/** An account can only point to one that is there: parents are set before their children. */
function parentsFirst(items: readonly Item[]): Item[] {
  const byId = new Map(items.map((item) => [item.identity, item]));
  const done = new Set<Item>();
  const order: Item[] = [];
  const visit = (start: Item): void => {
    const chain: Item[] = [];
    let item: Item | undefined = start;
    while (item !== undefined && !done.has(item) && !chain.includes(item)) {
      chain.push(item);
      const parent: string | undefined = item.ask.ask === 'set-subject' ? item.ask.account?.value : undefined;
      item = parent === undefined ? undefined : byId.get(parent);
    }
    for (const one of chain.reverse()) {
      done.add(one);
      order.push(one);
    }
  };
  for (const item of items) if (!done.has(item)) visit(item);
  return order;
}
