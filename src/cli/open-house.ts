// cli: opens the house for a command that works on the record itself, beside a running server or alone, and closes it again.

import type { House } from '../run/house.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Call } from './command.ts';
import { CliError, EXIT } from './exit.ts';

/** The data folder of this command line; a root user's may lie elsewhere (see docs/cli.md). */
export async function dataFolder(call: Pick<Call, 'settings'>): Promise<string> {
  const { dataFolderFor } = await import('../record/embedded-user.ts');
  return call.settings.from.data === undefined ? dataFolderFor(call.settings.data) : call.settings.data;
}

/** Opens the house for the time of `work`. */
export async function withHouse<T>(call: Call, work: (house: House) => Promise<T>): Promise<T> {
  const { openHouse } = await import('../run/house.ts');
  const house = await openHouse({
    folder: await dataFolder(call),
    join: true,
    log: () => undefined,
    ...(call.settings.databaseUrl === undefined ? {} : { databaseUrl: call.settings.databaseUrl }),
  });
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

/** The same, in the workspace that was named, or in the only one (the demo company does not count where there is another). */
export function inWorkspace<T>(call: Call, work: (house: House, workspace: WorkspaceId) => Promise<T>): Promise<T> {
  return withHouse(call, async (house) => work(house, await workspaceOf(house, call.settings.workspace)));
}

const DEMO = 'ws_demo';

async function workspaceOf(house: Pick<House, 'journal'>, named: string | undefined): Promise<WorkspaceId> {
  const all = await house.journal.workspaces();
  if (named !== undefined) {
    const found = all.filter((w) => w.id === named || w.name === named);
    if (found.length === 1) return found[0]?.id ?? '';
    if (found.length > 1)
      throw new CliError(`Several workspaces are called "${named}": ${listed(found)}. Use the id.`, EXIT.usage);
    throw new CliError(`There is no workspace "${named}". There are: ${listed(all)}.`, EXIT.unknown, 'baton init');
  }
  const own = all.filter((w) => w.id !== DEMO);
  const only = own.length === 1 ? own[0] : own.length === 0 && all.length === 1 ? all[0] : undefined;
  if (only !== undefined) return only.id;
  if (all.length === 0) throw new CliError('There is no workspace yet.', EXIT.unknown, 'baton init');
  throw new CliError(`There are several workspaces: ${listed(all)}. Say --workspace NAME.`, EXIT.usage);
}

function listed(all: readonly { id: string; name: string }[]): string {
  return all.length === 0 ? 'none' : all.map((w) => `${w.name} (${w.id})`).join(', ');
}
