// cli: whose turn is it? The line of a pool, whoever is next in front, and why.

import type { Group } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean, tableText } from '../say.ts';

export const poolGroup: Group = {
  name: 'pool',
  says: 'Whose turn it is',
  examples: [['Who is next, and why', 'baton pool show aes']],
  commands: [
    {
      name: 'show',
      says: 'Show who of a pool is next and why, then everybody in line',
      examples: [
        ['One pool', 'baton pool show aes'],
        ['All of them', 'baton pool show'],
      ],
      args: [['[pool]', 'Name of the pool in the policy']],
      async run(call) {
        const { linesOf } = await import('../../run/pools.ts');
        const name = call.args[0];
        const pools = await inWorkspace(call, (house, workspace) => linesOf(house, workspace, house.clock.now(), name));
        if (pools.length === 0)
          throw new CliError(
            name === undefined ? 'The live policy has no pools.' : `There is no pool "${name}" in the live policy.`,
            EXIT.unknown,
            'baton policy show --text',
          );
        const rows = pools.flatMap(({ pool, members }) =>
          members.map((m) => [
            pool,
            m.person,
            String(m.weight),
            `${m.load}${m.capacity === undefined ? '' : `/${m.capacity}`}`,
            turns(m.behind),
            m.kept ?? 'free',
          ]),
        );
        const table = { heads: ['POOL', 'PERSON', 'WEIGHT', 'OPEN', 'TURNS BEHIND', 'NOW'], rows };
        call.say.data({
          json: {
            pools: pools.map((p) => ({ ...p, members: p.members.map((m) => ({ ...m, lastAt: iso(m.lastAt) })) })),
          },
          plain: () => ({ heads: [], rows }),
          human: () =>
            [...pools.map(({ pool, why }) => clean(`${pool}: ${why}`)), '', tableText(table, call.say.paint)].join(
              '\n',
            ),
        });
        call.say.next('baton why HANDOFF explains one choice');
      },
    },
  ],
};

function turns(behind: number): string {
  return behind === 0 ? '0' : behind.toFixed(2).replace(/\.?0+$/, '');
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
