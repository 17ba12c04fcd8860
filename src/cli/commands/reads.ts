// cli: looking at handoffs and people: list, show, why, timeline, people list.

import type { Call, Group, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Table } from '../say.ts';
import { clean, tableText } from '../say.ts';
import { awayText, whenIn, whenText } from '../times.ts';
import type { HandoffRow, HandoffShown, Person } from '../words.ts';

const listCommand: Spec = {
  name: 'list',
  says: 'List handoffs, the most urgent first',
  examples: [
    ['What is open, soonest due first', 'baton list'],
    ['What is late, for a script', 'baton list --late --plain | cut -f1'],
    ['Everything that Ben has a part in', 'baton list --person ben --closed'],
  ],
  options: [
    ['--stage <stage...>', 'Only these stages', ['preparing', 'offered', 'accepted', 'returned', 'closed']],
    ['--person <id>', 'Sender, receiver, asked, or owner of a task'],
    ['--owner <id>', 'The accountable person'],
    ['--transition <name>', 'Only this transition'],
    ['--late', 'Only what is late'],
    ['--closed', 'Closed ones too'],
    ['--newest', 'Newest first, instead of soonest due first'],
    ['--limit <n>', 'At most so many (1 to 200)'],
    ['--cursor <text>', 'The next page, as the page before says'],
  ],
  async run({ api, say, options }) {
    const limit = limitOf(options.limit);
    const closed = options.closed === true || (options.stage as string[] | undefined)?.includes('closed') === true;
    const { body, next } = await api.ask<{ handoffs: HandoffRow[] }>({
      method: 'GET',
      path: '/api/v1/handoffs',
      query: {
        stage: options.stage as string[] | undefined,
        person: options.person as string | undefined,
        owner: options.owner as string | undefined,
        transition: options.transition as string | undefined,
        limit,
        cursor: options.cursor as string | undefined,
        ...(options.late === true ? { late: 'true' } : {}),
        ...(closed ? {} : { live: 'true' }),
        order: options.newest === true || closed ? 'newest' : 'due',
      },
    });
    const rows = body.handoffs;
    const cursor =
      next === undefined ? undefined : (new URL(next, 'http://page').searchParams.get('cursor') ?? undefined);
    const table = listTable(rows, Date.now());
    say.data({
      json: { handoffs: rows, ...(cursor === undefined ? {} : { cursor }) },
      plain: () => ({ heads: [], rows: rows.map(plainRow) }),
      human: () =>
        rows.length === 0
          ? 'No handoffs here.'
          : tableText(table, say.paint, (cell, column, row) =>
              column === 5 && rows[row]?.clock?.late === true
                ? say.paint.red(cell)
                : column === 0
                  ? say.paint.dim(cell)
                  : cell,
            ),
    });
    if (cursor !== undefined) say.next(`baton list --cursor ${cursor}`);
    else if (rows[0] !== undefined) say.next(`baton show ${rows[0].id}`);
    else say.next('baton send --help');
  },
};

/** As the server takes it, told before it is asked. */
function limitOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200) return text;
  throw new CliError(`--limit "${text}" is not a whole number from 1 to 200.`, EXIT.usage);
}

function listTable(rows: readonly HandoffRow[], now: number): Table {
  return {
    heads: ['HANDOFF', 'COMPANY', 'STAGE', 'FROM', 'TO', 'DUE', 'NEXT STEP'],
    rows: rows.map((row) => [
      row.id,
      row.company ?? row.subject,
      row.stage,
      row.sender.name,
      row.receiver?.name ?? row.offeredTo?.name ?? '–',
      dueText(row, now),
      row.nextStep?.what ?? row.outcome ?? '',
    ]),
  };
}

function dueText(row: HandoffRow, now: number): string {
  if (row.clock === undefined) return '';
  const words = row.clock.state === 'paused' ? 'paused' : awayText(row.clock.dueAt, now);
  return `${row.clock.late ? 'LATE ' : ''}${row.clock.name} ${words}`;
}

function plainRow(row: HandoffRow): string[] {
  return [
    row.id,
    row.stage,
    row.transition,
    row.company ?? '',
    row.sender.id,
    row.receiver?.id ?? row.offeredTo?.id ?? '',
    row.clock?.dueAt ?? '',
    row.clock?.late === true ? 'late' : 'in-time',
  ];
}

const showCommand: Spec = {
  name: 'show',
  says: 'Show one handoff with its note, clocks, tasks and questions',
  examples: [['Everything about one', 'baton show ho_01k…']],
  args: [['<handoff>', 'Id of the handoff']],
  async run(call) {
    const shown = (await call.api.ask<HandoffShown>({ method: 'GET', path: pathOf(call) })).body;
    call.say.data({ json: shown, human: () => shownText(shown, call, Date.now()) });
    call.say.next(nextOf(shown));
  },
};

function pathOf({ args }: Call, rest = ''): string {
  return `/api/v1/handoffs/${encodeURIComponent(args[0] ?? '')}${rest}`;
}

function shownText(h: HandoffShown, { say }: Call, now: number): string {
  const { paint } = say;
  const to = h.receiver?.name ?? h.offeredTo?.name ?? 'nobody yet';
  const lines = [
    `${paint.bold(clean(h.company ?? h.subject))}  ${h.stage}${h.marks.length === 0 ? '' : `  (${h.marks.join(', ')})`}`,
    clean(
      `${h.sender.name} → ${to}, ${h.transition}, ${h.segment}${h.urgency === 'high' ? ', urgent' : ''}, after "${h.signal}"`,
    ),
    clean(`Accountable: ${h.owner.name}`),
  ];
  if (h.nextStep !== undefined)
    lines.push(clean(`Next step: ${h.nextStep.what} (${h.nextStep.owner.name}, ${awayText(h.nextStep.dueAt, now)})`));
  for (const clock of h.clocks.filter((c) => c.state !== 'stopped')) {
    const text = `${clock.late ? 'LATE ' : ''}${clock.name}: due ${whenIn(clock.dueAt, clock.zone)} (${awayText(clock.dueAt, now)}), ${clock.owner.name}${clock.state === 'paused' ? `, paused: ${clock.pauseCause ?? ''}` : ''}`;
    lines.push(clock.late ? paint.red(clean(text)) : clean(text));
    lines.push(...clock.deadline.steps.map((step) => clean(`    ${step}`)));
  }
  section(
    lines,
    'Note',
    Object.entries(h.context.note).map(([question, answer]) => `${question}: ${answer}`),
  );
  section(
    lines,
    'Fields',
    Object.entries(h.context.fields).map(
      ([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`,
    ),
  );
  if (h.context.erased) lines.push('', 'The personal data was erased.');
  if (h.context.missing.length > 0)
    lines.push(
      '',
      paint.yellow(
        `Missing: ${h.context.missing.map((name) => name.replace(/^note\./, '').replaceAll('-', ' ')).join(', ')}`,
      ),
    );
  section(
    lines,
    'Tasks',
    h.tasks.map(
      (t) =>
        `${t.state === 'done' ? '✓' : t.late ? '!' : '·'} ${t.title} (${t.owner.name}, ${whenText(t.dueAt)}, ${t.state})`,
    ),
  );
  section(
    lines,
    'Questions',
    h.questions.map(
      (q) => `${q.by.name} on ${q.about}: ${q.text ?? '(erased)'} → ${q.answer ?? `no answer yet (${q.id})`}`,
    ),
  );
  if (h.rejection !== undefined)
    lines.push(
      '',
      clean(`Rejected by ${h.rejection.by.name}: ${h.rejection.reason} (criterion ${h.rejection.criterion})`),
    );
  return lines.join('\n');
}

function section(lines: string[], title: string, parts: string[]): void {
  if (parts.length > 0) lines.push('', `${title}:`, ...parts.map((part) => `  ${clean(part)}`));
}

/** The flag of `baton context` that fills what is missing. */
function flagOf(missing: string): string {
  const question = /^note\.(.+)$/.exec(missing)?.[1];
  return question === undefined ? `--field ${missing}=…` : `--${question} "…"`;
}

function nextOf(h: HandoffShown): string {
  if (h.context.missing.length > 0 && h.stage === 'preparing')
    return `baton context ${h.id} ${h.context.missing.map(flagOf).join(' ')}`;
  if (h.stage === 'offered') return `baton accept ${h.id}, baton reject ${h.id} --reason …, or baton ask ${h.id} "…"`;
  if (h.stage === 'accepted') return `baton follow-up ${h.id}, then baton close ${h.id} --outcome …`;
  if (h.stage === 'returned') return `baton resend ${h.id}, or baton close ${h.id} --outcome …`;
  return `baton timeline ${h.id}`;
}

type Why = {
  deadlines: { clock: string; deadline: { steps: string[] } }[];
  decisions: {
    at: string;
    sentence: string;
    whatIf?: string;
    rungs: { name: string; result: string; why?: string; candidates: { taken: boolean; says: string }[] }[];
  }[];
};

const whyCommand: Spec = {
  name: 'why',
  says: 'Say why each person was chosen for a handoff, and why each clock is due when it is',
  examples: [
    ['Why me?', 'baton why ho_01k…'],
    ['Why not Ana?', 'baton why ho_01k… --person ana'],
  ],
  options: [['--person <id>', 'Also say what would have given it to this person']],
  args: [['<handoff>', 'Id of the handoff']],
  async run(call) {
    const person = call.options.person as string | undefined;
    const { body } = await call.api.ask<Why>({ method: 'GET', path: pathOf(call, '/why'), query: { person } });
    call.say.data({
      json: body,
      human: () =>
        [
          ...(body.decisions.length === 0 ? ['Nobody has been chosen yet.'] : body.decisions.map(whyText)),
          ...body.deadlines.map(({ clock, deadline }) =>
            [`Why ${clock} is due then:`, ...deadline.steps.map((step) => `  ${step}`)].map(clean).join('\n'),
          ),
        ].join('\n\n'),
    });
    call.say.next(`baton timeline ${call.args[0]}`);
  },
};

function whyText(decision: Why['decisions'][number]): string {
  const rungs = decision.rungs.flatMap((rung) => [
    `  ${rung.name}: ${rung.result}${rung.why === undefined ? '' : `, ${rung.why}`}`,
    ...rung.candidates.map((c) => `    ${c.taken ? '→' : ' '} ${c.says}`),
  ]);
  const whatIf = decision.whatIf === undefined ? [] : [`  ${decision.whatIf}`];
  return [`${whenText(decision.at)}  ${decision.sentence}`, ...whatIf, ...rungs].map(clean).join('\n');
}

type Timeline = { events: { sequence: number; at: string; kind: string; sentence: string }[] };

const timelineCommand: Spec = {
  name: 'timeline',
  says: 'Tell everything that happened to a handoff, in order',
  examples: [['What happened', 'baton timeline ho_01k…']],
  args: [['<handoff>', 'Id of the handoff']],
  async run(call) {
    const { body } = await call.api.ask<Timeline>({ method: 'GET', path: pathOf(call, '/timeline') });
    call.say.data({
      json: body,
      plain: () => ({ heads: [], rows: body.events.map((e) => [String(e.sequence), e.at, e.kind, e.sentence]) }),
      human: () => body.events.map((e) => `${whenText(e.at)}  ${clean(e.sentence)}`).join('\n'),
    });
    call.say.next(`baton show ${call.args[0]}`);
  },
};

export const readCommands: Spec[] = [listCommand, showCommand, whyCommand, timelineCommand];

export const peopleGroup: Group = {
  name: 'people',
  says: 'The people who hand over',
  examples: [['Who is there', 'baton people list']],
  commands: [
    {
      name: 'list',
      says: 'List people with roles, team, zone and absences',
      examples: [['Ids for a policy', 'baton people list --plain | cut -f1']],
      async run({ api, say }) {
        const { body } = await api.ask<{ people: Person[]; teams: unknown[] }>({
          method: 'GET',
          path: '/api/v1/people',
        });
        const rows = body.people.map((p) => [
          p.id,
          p.name ?? '',
          p.roles.join(', '),
          p.team ?? '',
          p.hours?.zone ?? '',
          stateOf(p),
        ]);
        say.data({
          json: body,
          plain: () => ({ heads: [], rows }),
          human: () =>
            rows.length === 0
              ? 'Nobody yet.'
              : tableText({ heads: ['PERSON', 'NAME', 'ROLES', 'TEAM', 'ZONE', 'STATE'], rows }, say.paint),
        });
        say.next(rows.length === 0 ? 'baton import people FILE --dry-run' : `baton calendar show ${rows[0]?.[0]}`);
      },
    },
  ],
};

function stateOf(person: Person): string {
  if (!person.active) return 'left';
  const now = Date.now();
  const away = person.absences.find((a) => Date.parse(a.from) <= now && now < Date.parse(a.to));
  return away === undefined ? 'here' : `away until ${whenText(away.to)}`;
}
