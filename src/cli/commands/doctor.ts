// cli: baton doctor: how this installation stands, in plain words.

import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { House } from '../../run/house.ts';
import type { Examined, Finding } from '../admin/doctor.ts';
import type { Call, Spec } from '../command.ts';
import { EXIT } from '../exit.ts';
import { withHouse } from '../open-house.ts';
import { clean } from '../say.ts';
import { readBackupNotes } from './backup-notes.ts';

const SECRET_FILES = ['root.key', 'admin.key', 'demo.key', 'postgres-password', 'database-secret'];

export const doctorCommand: Spec = {
  name: 'doctor',
  says: 'Say how this installation stands: what is safe, what waits, what is not right',
  more: 'Works beside a running server and without one. Ends with 3 when something is not right.',
  examples: [
    ['In plain words', 'baton doctor'],
    ['For a monitor', 'baton doctor --json --quiet'],
  ],
  async run(call) {
    const { judge } = await import('../admin/doctor.ts');
    const seen = await withHouse(call, (house) => examine(house, call));
    const findings = judge(seen);
    const problems = findings.filter((one) => one.state === 'problem').length;
    call.say.data({
      json: { ok: problems === 0, findings },
      plain: () => ({ heads: [], rows: findings.map((one) => [one.state, one.what, one.says, one.cure ?? '']) }),
      human: () => findings.map((one) => lineOf(one, call)).join('\n'),
    });
    if (problems > 0) call.setExit(EXIT.problems);
    const first =
      findings.find((one) => one.state === 'problem') ??
      findings.find((one) => one.state === 'note' && one.cure?.startsWith('baton ') === true) ??
      findings.find((one) => one.state === 'note');
    call.say.next(first?.cure ?? 'baton ledger verify');
  },
};

function lineOf(one: Finding, { say }: Call): string {
  const mark = { good: say.paint.green('✓'), note: say.paint.yellow('–'), problem: say.paint.red('✗') }[one.state];
  const cure = one.cure === undefined ? '' : `\n    ${say.paint.dim(clean(one.cure))}`;
  return `${mark} ${one.what}: ${clean(one.says)}${cure}`;
}

async function examine(house: House, call: Call): Promise<Examined> {
  const { readHealth } = await import('../../record/health.ts');
  const health = await readHealth(house.database);
  const clockAt = Date.now();
  const workspaces = await Promise.all(
    (await house.journal.workspaces()).map(async ({ id, name }) => {
      const { deadMessages, setAside, late } = await house.reader.counts(id);
      return { name, deadMessages, setAside, late, policy: (await house.live.standing(id)).live !== undefined };
    }),
  );
  return {
    health,
    kind: house.kind,
    clockAt,
    disk: diskOf(house.folder),
    secrets: SECRET_FILES.flatMap((name) => modeOf(join(house.folder, name))),
    server: { url: call.settings.server, answered: await answers(call.settings.server) },
    backups: readBackupNotes(house.folder),
    workspaces,
    versions: { node: process.versions.node, zones: process.versions.tz ?? 'of the system' },
  };
}

function diskOf(folder: string): Examined['disk'] {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function modeOf(file: string): Examined['secrets'] {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? [] : [{ file, mode: stat.mode }];
}

async function answers(server: string): Promise<boolean> {
  try {
    return (await fetch(`${server}/health`, { signal: AbortSignal.timeout(3_000), redirect: 'error' })).ok;
  } catch {
    return false;
  }
}
