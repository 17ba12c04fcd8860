// cli: baton key: API keys. A new key goes into a file that only you can read; it is shown nowhere else.

import { existsSync, writeFileSync } from 'node:fs';
import type { ApiKey, Scope } from '../../words/key.ts';
import { SCOPES } from '../../words/key.ts';
import { DAY } from '../../words/time.ts';
import type { Call, Group } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { tableText } from '../say.ts';

export const keyGroup: Group = {
  name: 'key',
  says: 'API keys',
  examples: [
    ['Ben can accept and reject from his terminal', 'baton key create --person ben --out ben.key'],
    ['A key that only reads, for a dashboard', 'baton key create --system dashboard --scope read --out dashboard.key'],
  ],
  commands: [
    {
      name: 'create',
      says: 'Make an API key and write it to a file of mode 0600',
      examples: [
        ['For a person', 'baton key create --person ben --out ben.key'],
        ['To a pipe, once', 'baton key create --system crm --scope act --out -'],
      ],
      options: [
        ['--person <id>', 'The key acts as this person'],
        ['--system <name>', 'The key acts as a system: it can send and report, not accept'],
        ['--scope <name...>', 'What it opens: read, act, admin; read and act when left out', SCOPES],
        ['--label <text>', 'What it is for'],
        ['--days <n>', 'How long it lives; 365 when left out'],
        ['--out <file>', 'Where the key is written; "-" is stdout'],
      ],
      writes: true,
      run: create,
    },
    {
      name: 'list',
      says: 'List keys with their scopes and last use; never the keys themselves',
      examples: [['All of them', 'baton key list']],
      async run(call) {
        const keys = await inWorkspace(call, (house, workspace) => house.keys.list(workspace));
        const rows = keys.map((k) => [
          k.id,
          `${k.principal.kind} ${k.principal.id}`,
          k.scopes.join(','),
          k.label,
          stateOf(k),
          day(k.lastUsedAt),
        ]);
        call.say.data({
          json: {
            keys: keys.map((k) => ({
              ...k,
              createdAt: iso(k.createdAt),
              expiresAt: iso(k.expiresAt),
              revokedAt: iso(k.revokedAt),
              lastUsedAt: iso(k.lastUsedAt),
            })),
          },
          plain: () => ({ heads: [], rows }),
          human: () =>
            rows.length === 0
              ? 'No keys yet.'
              : tableText({ heads: ['KEY', 'ACTS AS', 'SCOPES', 'LABEL', 'STATE', 'LAST USED'], rows }, call.say.paint),
        });
        call.say.next(rows.length === 0 ? 'baton key create --help' : 'baton key revoke KEY');
      },
    },
    {
      name: 'revoke',
      says: 'End a key; it stops working within 30 seconds everywhere',
      examples: [['A laptop was lost', 'baton key revoke ke_01k…']],
      args: [['<key>', 'Public id of the key, as list shows it']],
      writes: true,
      async run(call) {
        const id = call.args[0] ?? '';
        const dryRun = call.options.dryRun === true;
        const found = await inWorkspace(call, async (house, workspace) => {
          if (dryRun) return (await house.keys.list(workspace)).some((k) => k.id === id && k.revokedAt === undefined);
          return house.keys.revoke(workspace, id, house.clock.now());
        });
        if (!found) throw new CliError(`There is no live key "${id}".`, EXIT.unknown, 'baton key list');
        call.say.data({
          json: { key: id, revoked: !dryRun, dryRun },
          human: () => (dryRun ? `Would revoke ${id}.` : `Revoked ${id}.`),
        });
        call.say.next('baton key list');
      },
    },
  ],
};

async function create(call: Call): Promise<void> {
  const { createKey } = await import('../admin/keys.ts');
  const { person, system, out, label } = call.options;
  if ((typeof person === 'string') === (typeof system === 'string'))
    throw new CliError('Say who the key acts as: --person ID, or --system NAME.', EXIT.usage);
  if (typeof out !== 'string')
    throw new CliError('Say where the key goes: --out FILE, or --out - for stdout.', EXIT.usage);
  if (out !== '-' && existsSync(out)) throw new CliError(`${out} exists already. Choose another file.`, EXIT.conflict);
  const days = Number(call.options.days ?? 365);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new CliError(`--days "${String(call.options.days)}" is not a whole number from 1 to 3650.`, EXIT.usage);
  const scopes = (call.options.scope as Scope[] | undefined) ?? ['read', 'act'];
  const made = await inWorkspace(call, async (house, workspace) => {
    if (typeof person === 'string' && (await house.live.standing(workspace)).roster.people.get(person)?.active !== true)
      throw new CliError(`There is no active person "${person}".`, EXIT.unknown, 'baton people list');
    const principal =
      typeof person === 'string'
        ? { kind: 'person' as const, id: person }
        : { kind: 'system' as const, id: String(system) };
    if (call.options.dryRun === true) return undefined;
    return createKey(house, workspace, {
      principal,
      scopes,
      label: typeof label === 'string' ? label : principal.id,
      livesMs: days * DAY,
    });
  });
  if (made === undefined) {
    call.say.data({
      json: { dryRun: true, scopes, days },
      human: () => `Would make a key for ${String(person ?? system)} with ${scopes.join(', ')}, for ${days} days.`,
    });
    return;
  }
  if (out === '-') {
    call.say.raw(`${made.key}\n`);
    return;
  }
  writeFileSync(out, `${made.key}\n`, { mode: 0o600, flag: 'wx' });
  call.say.data({
    json: { key: made.about.id, file: out, expiresAt: iso(made.about.expiresAt) },
    human: () => `Key ${made.about.id} is in ${out}, for you alone. It ends ${day(made.about.expiresAt)}.`,
  });
  call.say.next(`baton list --key-file ${out}`);
}

function stateOf(key: ApiKey): string {
  if (key.revokedAt !== undefined) return 'revoked';
  return key.expiresAt <= Date.now() ? 'expired' : `until ${day(key.expiresAt)}`;
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function day(at: number | undefined): string {
  return at === undefined ? 'never' : new Date(at).toISOString().slice(0, 10);
}
