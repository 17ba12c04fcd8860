// lab: what people of a simulated organisation write when nobody has invented their words: short, plain, of the right type.

import type { Context } from '../words/arrival.ts';
import type { Handoff } from '../words/handoff.ts';
import type { FieldSpec, FieldValue, NoteQuestion, PolicyDoc } from '../words/policy.ts';
import type { Wording } from './simulate-plan.ts';

const NOTE: Readonly<Record<NoteQuestion, string>> = {
  'why-engaged': 'They came to us with this and named a reason.',
  'why-now': 'They want a decision within this quarter.',
  'what-we-said': 'We said how it works and what it costs; nothing was promised.',
  'what-next': 'A first call this week.',
};

/** Words for a policy's declared fields and the four questions. */
export function plainWording(docOf: (h: Handoff) => PolicyDoc): Wording {
  return {
    complete: (h, _context, missing) => filled(docOf(h), missing),
    question: () => ({ about: 'why-now', text: 'Why now?' }),
    answer: () => 'They decide within this quarter.',
    rejection: (_h, _context, reason) => `Declined: ${reason}.`,
    improve: () => ({ fields: {}, note: { 'why-now': 'Asked again: they decide within this quarter.' } }),
    nextStep: () => 'Send what was agreed and call',
    channel: (dice) => dice.weighted({ call: 60, email: 40 }),
  };
}

function filled(doc: PolicyDoc, missing: readonly string[]): Context {
  const fields = missing
    .filter((name) => !name.startsWith('note.'))
    .map((name): [string, FieldValue] => [name, plainValue(doc.fields[name])]);
  const answered = (Object.keys(NOTE) as NoteQuestion[]).filter((question) => missing.includes(`note.${question}`));
  return {
    fields: Object.fromEntries(fields),
    note: Object.fromEntries(answered.map((question) => [question, NOTE[question]])),
  };
}

function plainValue(spec: FieldSpec | undefined): FieldValue {
  const type = spec?.type ?? 'string';
  if (typeof type === 'object') return 'oneOf' in type ? (type.oneOf[0] ?? '') : ['as said on the call'];
  return { string: 'as said on the call', int: 50, double: 50, bool: true, date: '2030-01-01' }[type];
}
