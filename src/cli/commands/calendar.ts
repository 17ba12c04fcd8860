// cli: baton calendar and baton pool: working time as Baton counts it, and whose turn it is.

import type { Group } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean } from '../say.ts';
import { instantText } from '../times.ts';

export const calendarGroup: Group = {
  name: 'calendar',
  says: 'Working time of the people who must act',
  examples: [
    ["Ben's hours and absences", 'baton calendar show ben'],
    ['When do four working hours from now run out for Ben?', 'baton calendar next ben --after 4h'],
  ],
  commands: [
    {
      name: 'show',
      says: 'Show the hours, holidays and absences of a person',
      examples: [['For one person', 'baton calendar show ben']],
      args: [['<person>', 'Id of the person']],
      async run(call) {
        const { showCalendar } = await import('../admin/calendar.ts');
        const person = call.args[0] ?? '';
        const shown = await inWorkspace(call, (house, workspace) =>
          showCalendar(house, workspace, person, house.clock.now()),
        );
        if (shown === undefined) throw nobody(person);
        const hours = Object.entries(shown.weekly).map(
          ([day, spans]) => `  ${day}  ${(spans ?? []).map(([from, to]) => `${from}–${to}`).join(', ') || 'closed'}`,
        );
        call.say.data({
          json: {
            ...shown,
            absences: shown.absences.map((a) => ({ ...a, from: iso(a.from), to: iso(a.to) })),
            ...(shown.feed?.failed === undefined
              ? {}
              : { feed: { failed: { ...shown.feed.failed, at: iso(shown.feed.failed.at) } } }),
            opensAt: iso(shown.opensAt),
            closesAt: iso(shown.closesAt),
          },
          human: () =>
            [
              `${clean(person)} in ${shown.zone}: ${shown.open ? `open now, until ${there(shown.closesAt, shown.zone)}` : shown.opensAt === undefined ? 'never opens' : `closed, opens ${there(shown.opensAt, shown.zone)}`}`,
              ...hours,
              ...(shown.region === undefined ? [] : [`  holidays of ${shown.region}`]),
              ...Object.entries(shown.dateHours ?? {}).map(
                ([date, { hours: own }]) =>
                  `  ${date}  ${own.map(([from, to]) => `${from}–${to}`).join(', ') || 'closed'}`,
              ),
              ...(shown.breaks ?? []).map((b) => `  ${b.date}  closed ${b.from}–${b.to}`),
              ...(shown.feed === undefined
                ? []
                : [
                    shown.feed.failed === undefined
                      ? '  absences are read from a calendar'
                      : `  the calendar was not taken over (${shown.feed.failed.why}${shown.feed.failed.line === undefined ? '' : `, line ${shown.feed.failed.line}`})`,
                  ]),
              ...shown.absences.map((a) =>
                clean(
                  `  away ${there(a.from, shown.zone)} to ${there(a.to, shown.zone)}${a.label === undefined ? '' : ` (${a.label})`}`,
                ),
              ),
            ].join('\n'),
        });
        call.say.next(`baton calendar next ${person} --after 4h`);
      },
    },
    {
      name: 'check',
      says: 'Check that the calendar of everybody active opens at all',
      examples: [['Ends with 3 when one never opens', 'baton calendar check']],
      async run(call) {
        const { checkCalendars } = await import('../admin/calendar.ts');
        const report = await inWorkspace(call, (house, workspace) =>
          checkCalendars(house, workspace, house.clock.now()),
        );
        call.say.data({
          json: { ok: report.problems.length === 0, ...report },
          plain: () => ({ heads: [], rows: report.problems.map((p) => [p.person, p.reason]) }),
          human: () =>
            report.problems.length === 0
              ? `All ${report.checked} calendars open.`
              : report.problems.map((p) => clean(`${p.person}: ${p.reason}`)).join('\n'),
        });
        if (report.problems.length > 0) call.setExit(EXIT.problems);
      },
    },
    {
      name: 'next',
      says: 'Say when a span of working time runs out for a person, step by step',
      examples: [
        ['Four working hours from now', 'baton calendar next ben --after 4h'],
        ['From a given moment', 'baton calendar next ben --after 90m --from 2026-12-24T16:00+01:00'],
      ],
      args: [['<person>', 'Id of the person']],
      options: [
        ['--after <span>', 'How much working time: 30m, 4h, 3d'],
        ['--from <time>', 'From when, if not now: ISO 8601 with an offset'],
      ],
      async run(call) {
        const { explainSpan } = await import('../admin/calendar.ts');
        const person = call.args[0] ?? '';
        const span = /^(\d{1,5})([mhd])$/.exec(String(call.options.after ?? ''));
        if (span === null)
          throw new CliError('Say how much working time: --after 30m, 4h or 3d (a day here is 24 hours).', EXIT.usage);
        const ms = Number(span[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[(span[2] ?? 'm') as 'm' | 'h' | 'd'];
        const answer = await inWorkspace(call, (house, workspace) => {
          const now = house.clock.now();
          const from =
            typeof call.options.from === 'string' ? Date.parse(instantText(call.options.from, '--from', now)) : now;
          return explainSpan(house, workspace, person, from, ms);
        });
        if (answer === undefined) throw nobody(person);
        call.say.data({
          json: { dueAt: iso(answer.dueAt), steps: answer.steps },
          human: () => answer.steps.map(clean).join('\n'),
        });
        call.say.next(`baton calendar show ${person}`);
      },
    },
  ],
};

function nobody(person: string): CliError {
  return new CliError(`There is no person "${person}".`, EXIT.unknown, 'baton people list');
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function there(at: number | undefined, zone: string): string {
  if (at === undefined) return 'further notice';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return format.format(at).replace(',', '');
}
