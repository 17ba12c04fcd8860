// arrive/import: handoffs that ended before Baton came. Kept as history, closed and marked; one to oneself is kept and
// marked too. Both people must be in the roster, or the history would name nobody.

import type { AskOf } from '../../words/arrival.ts';
import type { Item, ItemTools, Said } from './item.ts';
import { stableText } from './item.ts';
import { fieldsOf } from './subject-items.ts';

export function handoffItems(said: readonly Said[], tools: ItemTools): Item[] {
  const items = new Map<string, Item>();
  const roles = new Map<string, { sends?: number; receives?: number }>();
  for (const one of said) {
    const item = handoffItem(one, tools);
    if (item === undefined) continue;
    const twin = items.get(item.identity);
    if (twin !== undefined) {
      if (twin.content === item.content) tools.repeat();
      else tools.reject(one.line, `is the same handoff as line ${twin.lines[0]}, but says something else`);
      continue;
    }
    items.set(item.identity, item);
    const { sender, receiver } = item.ask as AskOf<'import-handoff'>;
    roles.set(sender, { ...roles.get(sender), sends: one.line });
    roles.set(receiver, { ...roles.get(receiver), receives: one.line });
    if (sender === receiver)
      tools.oddities.add('self-handoff', one.line, 'sender and receiver are one person; kept and marked');
  }
  for (const { sends, receives } of roles.values()) {
    if (sends !== undefined && receives !== undefined)
      tools.oddities.add('people on both sides', Math.min(sends, receives), 'somebody sends here and receives there');
  }
  return [...items.values()];
}

function handoffItem(one: Said, tools: ItemTools): Item | undefined {
  const text = (target: string): string | undefined => {
    const value = one.values.get(target);
    return value === undefined ? undefined : String(value);
  };
  const [sender = '', receiver = '', subject = ''] = [text('sender'), text('receiver'), text('subject')];
  const strangers = [sender, receiver].filter((person) => !tools.roster.people.has(person));
  if (strangers.length > 0) {
    for (const person of new Set(strangers))
      tools.reject(one.line, `names "${person}", who is not in the roster; import people first`);
    return undefined;
  }
  const [openedAt = 0, closedAt = 0] = [one.times.get('opened'), one.times.get('closed')];
  const acceptedAt = one.times.get('accepted');
  if (closedAt < openedAt || (acceptedAt !== undefined && (acceptedAt < openedAt || acceptedAt > closedAt))) {
    tools.reject(
      one.line,
      'is out of order: it closes before it opens, or was accepted outside that time; check format and zone',
    );
    return undefined;
  }
  const ask: AskOf<'import-handoff'> = {
    ask: 'import-handoff',
    transition: text('transition') ?? '',
    subject: { type: text('subject-type') ?? 'lead', value: subject },
    sender,
    receiver,
    openedAt,
    closedAt,
    outcome: text('outcome') ?? '',
    signal: text('signal') ?? 'imported',
    fields: fieldsOf(one.values),
    source: text('source') ?? 'import',
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
  };
  const identity = text('id') ?? stableText([ask.transition, ask.subject, sender, receiver, openedAt]);
  return { lines: [one.line], identity, content: stableText(ask), ask };
}
