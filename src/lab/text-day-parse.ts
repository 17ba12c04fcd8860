// lab: text days as lines: what happens on the left, what must follow on the right of an arrow. This file only reads them.
// Promises a day's lines with their places, or every mistake with file, line and what to write instead.

export type Expectation =
  /** A recorded event, by kind; `who` is its main fact: to whom, by whom, which clock. */
  | { kind: 'event'; event: string; who?: string }
  /** A message that is owed to a person. */
  | { kind: 'message'; word: string; who?: string }
  | { kind: 'refused'; code: string }
  /** How the handoff stands afterwards. */
  | { kind: 'state'; what: 'stage' | 'owner' | 'due'; value: string }
  /** Nothing became true. */
  | { kind: 'nothing' };

export type DayLine = {
  line: number;
  source: string;
  /** Minutes after midnight. */
  minute: number;
  /** Undefined (a bare time, or `wait h1`): time passes. */
  verb?: string;
  handoff?: string;
  values: Record<string, string>;
  expects: Expectation[];
  /** Nothing but what is listed may follow. */
  only: boolean;
};

export type Moment = { line: number; date: string; lines: DayLine[] };

/** A day has its own empty workspace; it may go on on later dates. */
export type TextDay = { line: number; title: string; zone?: string; moments: Moment[] };

export type TextDays = { people: { line: number; id: string; values: Record<string, string> }[]; days: TextDay[] };

/** Words for messages on the right side, by what a message is about. */
export const MESSAGE_WORDS: Readonly<Record<string, string>> = {
  'ask-to-accept': 'offered',
  'tell-accepted': 'accepted',
  'tell-rejected': 'rejected',
  'tell-returned': 'returned',
  remind: 'reminder',
  escalate: 'escalation',
  'tell-question': 'asked',
  'tell-answer': 'answered',
  'tell-withdrawn': 'withdrawn',
  'tell-reassigned': 'reassigned',
  'tell-closed': 'closed',
  'tell-failed': 'promise-failed',
  'tell-undone': 'undone',
};

const STATES = ['stage', 'owner', 'due'] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** @throws Error with every mistake, one a line. */
export function parseTextDays(text: string, file: string): TextDays {
  const found: TextDays = { people: [], days: [] };
  const mistakes: string[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    try {
      readLine(found, withoutComment(raw).trim(), i + 1);
    } catch (mistake) {
      mistakes.push(`${file}:${i + 1} ${mistake instanceof Error ? mistake.message : String(mistake)}`);
    }
  });
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return found;
}

function readLine(found: TextDays, source: string, line: number): void {
  if (source === '') return;
  const [first = '', ...rest] = wordsOf(source);
  if (first === 'person') {
    const [id = '', ...values] = rest;
    found.people.push({ line, id, values: valuesOf(values) });
    return;
  }
  if (first === 'day') {
    const [date = '', ...more] = rest;
    const zone = more.find((word) => word.startsWith('in='))?.slice(3);
    const title = more.filter((word) => !word.startsWith('in=')).join(' ');
    found.days.push({
      line,
      title,
      moments: [{ line, date: dateOf(date), lines: [] }],
      ...(zone === undefined ? {} : { zone }),
    });
    return;
  }
  const day = found.days.at(-1);
  if (day === undefined) throw new Error('stands before the first day. Begin with: day 2026-11-24 what it shows');
  if (first === 'on') {
    day.moments.push({ line, date: dateOf(rest[0] ?? ''), lines: [] });
    return;
  }
  day.moments.at(-1)?.lines.push(readAct(source, line));
}

function readAct(source: string, line: number): DayLine {
  const arrow = source.indexOf('->');
  const left = wordsOf(arrow < 0 ? source : source.slice(0, arrow));
  const right = arrow < 0 ? [] : wordsOf(source.slice(arrow + 2));
  const [time = '', verb, ...more] = left;
  const clock = TIME.exec(time);
  if (clock === null)
    throw new Error(
      `begins with "${time}". A line begins with a time (09:00), "on" and a date, "day", "person" or "#".`,
    );
  const handoff = more[0] !== undefined && !more[0].includes('=') ? more[0] : undefined;
  const only = right.at(-1) === 'only';
  return {
    line,
    source,
    minute: Number(clock[1]) * 60 + Number(clock[2]),
    values: valuesOf(handoff === undefined ? more : more.slice(1)),
    expects: expectationsOf(only ? right.slice(0, -1) : right),
    only,
    ...(verb === undefined || verb === 'wait' ? {} : { verb }),
    ...(handoff === undefined ? {} : { handoff }),
  };
}

function expectationsOf(words: readonly string[]): Expectation[] {
  const expects: Expectation[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const colon = word.indexOf(':');
    const [name, who] = colon < 0 ? [word, undefined] : [word.slice(0, colon), word.slice(colon + 1)];
    const state = STATES.find((one) => one === name);
    if (word === 'no') {
      i += 1;
      expects.push({ kind: 'refused', code: words[i] ?? '' });
    } else if (word === 'nothing') expects.push({ kind: 'nothing' });
    else if (state !== undefined) expects.push({ kind: 'state', what: state, value: who ?? '' });
    else if (Object.hasOwn(MESSAGE_WORDS, name))
      expects.push({ kind: 'message', word: name, ...(who === undefined ? {} : { who }) });
    else expects.push({ kind: 'event', event: name, ...(who === undefined ? {} : { who }) });
  }
  return expects;
}

function valuesOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals <= 0) throw new Error(`has "${word}", which is not name=value.`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

function dateOf(word: string): string {
  if (!DATE.test(word) || Number.isNaN(Date.parse(word)))
    throw new Error(`names the date "${word}". Write it as 2026-11-24.`);
  return word;
}

/** Splits at spaces, except within double quotes; the quotes go. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let open = false;
  let quoted = false;
  for (const letter of text.trim()) {
    if (letter === '"') {
      quoted = !quoted;
      open = true;
    } else if (/\s/.test(letter) && !quoted) {
      if (open) words.push(word);
      word = '';
      open = false;
    } else {
      word += letter;
      open = true;
    }
  }
  if (quoted) throw new Error('opens a quote that is not closed.');
  if (open) words.push(word);
  return words;
}

function withoutComment(line: string): string {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (line[i] === '#' && !quoted && (i === 0 || /\s/.test(line[i - 1] ?? ''))) return line.slice(0, i);
  }
  return line;
}
