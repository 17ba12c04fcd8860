// cli: fields, note and links of a handoff as options, for every command that takes them.

import { readFileSync } from 'node:fs';
import type { Call } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { wordsOf } from '../settings.ts';

const QUESTIONS = ['why-engaged', 'why-now', 'what-we-said', 'what-next'] as const;

export const contextFlags: [string, string][] = [
  ['--field <name=value...>', 'A field of the policy; numbers, true and false are taken as such, "quoted" text is not'],
  ['--why-engaged <text>', 'Why did they engage?'],
  ['--why-now <text>', 'Why now?'],
  ['--what-we-said <text>', 'What did we already say?'],
  ['--what-next <text>', 'What happens next?'],
  ['--link <url...>', 'A link that helps'],
  ['--from <file>', 'All of it as JSON {"fields":…,"note":…,"links":…}; "-" reads stdin'],
];

/** What the options say, over what the file of --from says. */
export function contextOf(call: Call): Record<string, unknown> {
  const { options } = call;
  const base = typeof options.from === 'string' ? fromFile(call, options.from) : {};
  const fields = { ...record(base.fields), ...Object.fromEntries(list(options.field).map(fieldOf)) };
  const note = { ...record(base.note) };
  for (const question of QUESTIONS) {
    const answer = options[question.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (typeof answer === 'string') note[question] = answer;
  }
  const links = [...(Array.isArray(base.links) ? base.links : []), ...list(options.link)];
  return {
    ...base,
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(Object.keys(note).length === 0 ? {} : { note }),
    ...(links.length === 0 ? {} : { links }),
  };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function fieldOf(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new CliError(`--field "${pair}" is not name=value. Say --field seats=40.`, EXIT.usage);
  return [pair.slice(0, at), fieldValueOf(pair.slice(at + 1))];
}

/** A number, true, false, a quoted text or a list of texts where it is one; else the text itself. */
function fieldValueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) return text;
    if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value : text;
    return typeof value === 'object' ? text : value;
  } catch {
    return text;
  }
}

function fromFile(call: Call, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse((file === '-' ? call.stdin() : readFileSync(file)).toString('utf8'));
  } catch (error) {
    throw new CliError(`--from ${file} cannot be read: ${wordsOf(error)}.`, EXIT.usage);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`--from ${file} does not hold a JSON object.`, EXIT.usage);
  return value as Record<string, unknown>;
}
