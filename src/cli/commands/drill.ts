// cli: if somebody left tomorrow, would everything still work? Read-only, on the record of today.

import type { Drill } from '../../words/drill.ts';
import type { Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean, tableText } from '../say.ts';
import { instantText, whenText } from '../times.ts';

export const drillCommand: Spec = {
  name: 'drill',
  says: 'Say what would happen if somebody left, and whether anything would stand still',
  more: 'Nothing is changed. Ends with 3 when something would stand still.',
  examples: [
    ['One person', 'baton drill ben'],
    ['On a date', 'baton drill ben --on 2026-12-01'],
    ['Everybody, the most needed first', 'baton drill --all'],
  ],
  args: [['[person]', 'Id of the person']],
  options: [
    ['--on <time>', 'When they would leave'],
    ['--all', 'Each of the active people'],
  ],
  async run(call) {
    const person = call.args[0];
    const all = call.options.all === true;
    if ((person === undefined) !== all) throw new CliError('Name one person, or say --all.', EXIT.usage);
    const { runDrill } = await import('../../run/drill.ts');
    const drills = await inWorkspace(call, (house, workspace) => {
      const now = house.clock.now();
      const at = typeof call.options.on === 'string' ? Date.parse(instantText(call.options.on, '--on', now)) : now;
      return runDrill(house, workspace, person, at);
    });
    if (drills === undefined) throw new CliError(`There is no person "${person}".`, EXIT.unknown, 'baton people list');
    const rows = drills.map((d) => [
      d.person,
      d.stalls.length === 0 ? 'yes' : 'no',
      String(d.items.length),
      String(d.roles.length),
      d.stalls[0] ?? d.alone[0] ?? '',
    ]);
    const [one] = drills;
    call.say.data({
      json: all ? { people: drills.map(shown) } : shown(one as (typeof drills)[number]),
      plain: () => ({ heads: [], rows }),
      human: () =>
        all || one === undefined
          ? tableText({ heads: ['PERSON', 'WORKS ON', 'OPEN', 'NAMED IN', 'FIRST OF ALL'], rows }, call.say.paint)
          : told(one).map(clean).join('\n'),
    });
    if (!all && (one?.stalls.length ?? 0) > 0) call.setExit(EXIT.problems);
    call.say.next(all ? `baton drill ${drills[0]?.person ?? 'PERSON'}` : 'baton drill --all');
  },
};

function shown({ at, items, ...rest }: Drill) {
  return {
    ...rest,
    at: iso(at),
    works: rest.stalls.length === 0,
    items: items.map(({ dueAt, ...item }) => ({ ...item, ...(dueAt === undefined ? {} : { dueAt: iso(dueAt) }) })),
  };
}

function told({ person, stalls, alone, items, roles }: Drill): string[] {
  const head =
    stalls.length === 0
      ? `Yes: if ${person} left, everything would go on.`
      : `No: if ${person} left, ${stalls.length === 1 ? 'one thing' : `${stalls.length} things`} would stand still.`;
  return [
    head,
    ...stalls.map((line) => `  ! ${line}`),
    ...titled('Only they have', alone),
    ...titled(
      'With them now, and who would have it',
      items.map(
        ({ handoff, part, what, dueAt, to, waits }) =>
          `${handoff} ${part.replaceAll('-', ' ')}: ${what}${dueAt === undefined ? '' : `, due ${whenText(iso(dueAt))}`} → ${to ?? waits ?? 'nobody'}`,
      ),
    ),
    ...titled(
      'Named, and who stands in',
      roles.map(({ what, path, to }) => `${what} (${path}) → ${to ?? 'nobody'}`),
    ),
  ];
}

function titled(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
