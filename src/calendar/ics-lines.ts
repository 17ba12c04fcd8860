// Calendar room: iCalendar text (RFC 5545) as components and properties that remember their line.
// Answers: what does the file say, and on which line. Promises: a broken line is a problem with its number, never the end
// of the reading; only the properties that bear on free or busy time are kept, all else is dropped unread.

import ICAL from 'ical.js';

/** Something in a file that could not be used, and the line on which it stands (1 = first). */
export type FeedProblem = { readonly line: number; readonly message: string };

export type IcsProperty = {
  readonly name: string;
  readonly params: { readonly [name: string]: string | undefined };
  readonly values: readonly unknown[];
  readonly line: number;
};

export type IcsComponent = {
  readonly name: string;
  readonly line: number;
  readonly properties: IcsProperty[];
  readonly components: IcsComponent[];
};

const kept = new Set([
  ...['dtstart', 'dtend', 'duration', 'rrule', 'rdate', 'exdate', 'exrule', 'recurrence-id', 'uid', 'sequence'],
  ...['status', 'transp', 'summary', 'categories', 'class', 'x-microsoft-cdo-busystatus'],
  ...['tzid', 'tzoffsetfrom', 'tzoffsetto'],
]);

/** The calendars of a file; problems found on the way are added to the list. */
export function readIcs(text: string, problems: FeedProblem[]): IcsComponent[] {
  const lines = unfold(text);
  const first = lines[0];
  if (!first || !/^BEGIN:VCALENDAR$/i.test(first.text.trim())) {
    const found = first === undefined ? 'it is empty' : `it begins with "${shorten(first.text)}"`;
    problems.push({
      line: first?.line ?? 1,
      message: `This is not a calendar file: ${found}, not with BEGIN:VCALENDAR. Check the address; a sign-in page may have answered.`,
    });
    return [];
  }
  const root: IcsComponent = { name: '', line: 0, properties: [], components: [] };
  const open: IcsComponent[] = [root];
  for (const { text: content, line } of lines) {
    const here = open.at(-1) as IcsComponent;
    const [, verb = '', name = ''] = /^(BEGIN|END):(.*)$/i.exec(content) ?? [];
    if (verb.toUpperCase() === 'BEGIN') {
      leaveUnclosed(open, name.trim().toLowerCase(), line, problems);
      open.push({ name: name.trim().toLowerCase(), line, properties: [], components: [] });
    } else if (verb.toUpperCase() === 'END') {
      closeComponent(open, name.trim().toLowerCase(), line, problems);
    } else if (isWanted(here, content)) {
      const property = readProperty(content, line, problems);
      if (property) here.properties.push(property);
    }
  }
  for (const left of open.slice(1)) {
    problems.push({
      line: left.line,
      message: `BEGIN:${left.name.toUpperCase()} is never closed; the file seems to be cut off. What stands in it is not used.`,
    });
  }
  // A calendar cut off at its end still counts for the events it closed.
  const unclosed = open[1]?.name === 'vcalendar' ? [open[1]] : [];
  return [...root.components, ...unclosed].filter((one) => one.name === 'vcalendar');
}

/** A new entry of a calendar begins beside the one before it: one that lost its END is given up. */
function leaveUnclosed(open: IcsComponent[], name: string, line: number, problems: FeedProblem[]): void {
  const here = open.at(-1) as IcsComponent;
  const entries = ['vevent', 'vtimezone', 'vtodo', 'vjournal', 'vfreebusy'];
  const calendarAt = open.findLastIndex((one) => one.name === 'vcalendar');
  if (!entries.includes(name) || calendarAt < 0 || here.name === 'vcalendar') return;
  const message = `${here.name.toUpperCase()} is not closed before line ${line} begins the next entry; it is left out.`;
  problems.push({ line: here.line, message });
  open.length = calendarAt + 1;
}

function closeComponent(open: IcsComponent[], name: string, line: number, problems: FeedProblem[]): void {
  const here = open.at(-1) as IcsComponent;
  if (open.length > 1 && here.name === name) {
    open.pop();
    (open.at(-1) as IcsComponent).components.push(here);
    return;
  }
  const begun =
    here.name === '' ? 'nothing is open there' : `${here.name.toUpperCase()} of line ${here.line} is still open`;
  problems.push({ line, message: `END:${name.toUpperCase()} does not fit: ${begun}. What is left open is not used.` });
  // Close outward to the component that is meant, so that one lost END costs one event, not the file.
  const at = open.findLastIndex((one, index) => index > 0 && one.name === name);
  if (at > 0) {
    const meant = open[at] as IcsComponent;
    open.length = at;
    (open.at(-1) as IcsComponent).components.push(meant);
  }
}

function isWanted(here: IcsComponent, content: string): boolean {
  if (!['vevent', 'vtimezone', 'standard', 'daylight'].includes(here.name)) return false;
  const name = /^[A-Za-z0-9-]+/.exec(content)?.[0].toLowerCase();
  return name === undefined || kept.has(name);
}

function readProperty(content: string, line: number, problems: FeedProblem[]): IcsProperty | undefined {
  try {
    const [name, params, , ...values] = ICAL.parse.property(content) as [string, IcsProperty['params'], string];
    return { name, params, values, line };
  } catch (error) {
    problems.push({ line, message: `"${shorten(content)}" cannot be read: ${(error as Error).message}.` });
    return undefined;
  }
}

/** Content lines with the number of the line on which each begins; a line that starts with a blank continues the one before. */
function unfold(text: string): { text: string; line: number }[] {
  const result: { text: string; line: number }[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((raw, index) => {
      const last = result.at(-1);
      if (last && /^[ \t]/.test(raw)) last.text += raw.slice(1);
      else if (raw.trim() !== '') result.push({ text: raw, line: index + 1 });
    });
  return result;
}

/** The beginning of a text, for a message. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
