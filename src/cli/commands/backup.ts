// cli: baton backup, restore and subject: taking everything along, bringing it back, and forgetting one person.

import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Call, Group, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { dataFolder, inWorkspace, withHouse } from '../open-house.ts';
import { clean, counted } from '../say.ts';
import { noteBackup } from './backup-notes.ts';

export const backupCommands: Spec[] = [
  {
    name: 'backup',
    says: 'Write everything to a file, and the keys of private data to a second one',
    more: 'Works beside a running server. Keep the two files apart; the root key file of the data folder is in neither.',
    examples: [['Every night', 'baton backup baton-2026-11-24.backup']],
    args: [['<file>', 'The file to write; the keys go to FILE.keys']],
    writes: true,
    async run(call) {
      const file = call.args[0] ?? '';
      const { backup, backupFiles } = await import('../../record/backup.ts');
      const files = backupFiles(file);
      for (const path of [files.data, files.keys])
        if (existsSync(path)) throw new CliError(`${path} exists already. Choose another file.`, EXIT.conflict);
      if (call.options.dryRun === true) {
        call.say.data({ json: { dryRun: true, files }, human: () => `Would write ${files.data} and ${files.keys}.` });
        return;
      }
      const report = await withHouse(call, async (house) => {
        const made = await backup(house.database, file, house.clock.now());
        noteBackup(house.folder, { backedUpAt: made.at });
        return made;
      });
      const rows = Object.values(report.rows).reduce((sum, n) => sum + n, 0);
      call.say.data({
        json: { ...report, at: new Date(report.at).toISOString() },
        human: () =>
          `Backed up ${counted(report.workspaces.length, 'workspace')}, ${counted(rows, 'row')}.\n  data: ${report.files.data}\n  keys: ${report.files.keys} (keep it elsewhere)`,
      });
      call.say.next(`baton restore ${file} --verify`);
    },
  },
  {
    name: 'restore',
    says: 'Check a backup, or bring it back into an empty database',
    more: 'With --verify nothing is written: the files are read from start to end and checked.',
    examples: [
      ['Is it good?', 'baton restore baton.backup --verify'],
      [
        'Bring it back into an empty data folder',
        'baton restore baton.backup --data ./new-data --root-key old-root.key --confirm=baton.backup',
      ],
    ],
    args: [['<file>', 'The backup; its keys are read from FILE.keys']],
    options: [
      ['--verify', 'Only check'],
      ['--root-key <file>', 'The root.key of the data folder that was backed up'],
      ['--confirm <file>', 'The name of the file once more'],
    ],
    writes: true,
    run: restoreBackup,
  },
];

async function restoreBackup(call: Call): Promise<void> {
  const file = call.args[0] ?? '';
  const { restore, verifyBackup } = await import('../../record/restore.ts');
  const { rootKeyFrom } = await import('../../record/vault.ts');
  if (!existsSync(file)) throw new CliError(`${file} cannot be read: there is no such file.`, EXIT.unknown);
  const folder = await dataFolder(call);
  const here = join(folder, 'root.key');
  const given = typeof call.options.rootKey === 'string' ? call.options.rootKey : undefined;
  const keyFile = given ?? (existsSync(here) ? here : undefined);
  if (keyFile !== undefined && !existsSync(keyFile))
    throw new CliError(`The root key ${keyFile} cannot be read: there is no such file.`, EXIT.unknown);
  if (call.options.verify === true || call.options.dryRun === true) {
    const report = await verifyBackup(file, keyFile === undefined ? undefined : rootKeyFrom(keyFile)).catch(
      (error: unknown) => {
        throw new CliError(error instanceof Error ? error.message : String(error), EXIT.problems);
      },
    );
    const ok = report.problems.length === 0;
    call.say.data({
      json: { ok, ...report, at: new Date(report.at).toISOString(), rootKey: keyFile !== undefined },
      human: () =>
        ok
          ? `${file} is whole: ${headsOf(report.workspaces)}; ${counted(report.events, 'event')}${keyFile === undefined ? '. Without a root key, private items were not opened: say --root-key FILE.' : `, and ${counted(report.items, 'private item')} can be read.`}`
          : report.problems.map(clean).join('\n'),
    });
    if (ok && keyFile === here) noteBackup(folder, { verifiedAt: Date.now() });
    if (!ok) call.setExit(EXIT.problems);
    call.say.next(`baton restore ${file} --data NEW-FOLDER --root-key FILE --confirm=${file}`);
    return;
  }
  if (keyFile === undefined)
    throw new CliError(
      `Private data can only be read with the root key that it was written under, and ${folder} has none.`,
      EXIT.usage,
      'add --root-key FILE, the root.key of the old data folder',
    );
  confirm(call, file, `restore writes into the database of ${folder}`);
  if (given !== undefined && existsSync(here) && !rootKeyFrom(given).equals(rootKeyFrom(here)))
    throw new CliError(
      `${folder} has another root key already. Restore into a new data folder: --data NEW-FOLDER.`,
      EXIT.conflict,
    );
  if (given !== undefined && !existsSync(here)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    copyFileSync(given, here);
    chmodSync(here, 0o600);
  }
  const report = await withHouse(call, (house) => restore(house.database, file));
  call.say.data({ json: report, human: () => `Restored ${headsOf(report.workspaces)}.` });
  call.say.next('baton ledger verify, then baton doctor');
}

function headsOf(workspaces: readonly { name: string; seq: number }[]): string {
  return workspaces.map((w) => `${clean(w.name)} at event ${w.seq}`).join(', ') || 'no workspace';
}

/** Severe acts are confirmed by typing what they are about. */
function confirm(call: Call, name: string, why: string): void {
  if (call.options.confirm === name) return;
  throw new CliError(
    call.options.confirm === undefined
      ? `This cannot be undone: ${why}.`
      : `--confirm=${String(call.options.confirm)} is not "${name}".`,
    EXIT.usage,
    `add --confirm=${name}`,
  );
}

export const subjectGroup: Group = {
  name: 'subject',
  says: 'What is known about one prospect',
  examples: [
    ['Everything, for the person who asks', 'baton subject export email=jo@acme.example'],
    ['Forget them', 'baton subject erase su_01k… --confirm=su_01k…'],
  ],
  commands: [
    {
      name: 'export',
      says: 'Print everything that is known about a prospect, as JSON',
      examples: [['To a file', 'baton subject export email=jo@acme.example > jo.json']],
      args: [['<subject>', 'Id, or type=value, for example email=jo@acme.example']],
      async run(call) {
        const { exportSubject, findSubject } = await import('../admin/subject.ts');
        const named = call.args[0] ?? '';
        const found = await inWorkspace(call, async (house, workspace) => {
          const id = await findSubject(house, workspace, named);
          return id === undefined ? undefined : exportSubject(house, workspace, id);
        });
        if (found === undefined) throw new CliError(`Nobody is known as "${named}".`, EXIT.unknown);
        call.say.raw(`${JSON.stringify(found, null, 2)}\n`);
        call.say.next(`baton subject erase ${found.subject.id} --help`);
      },
    },
    {
      name: 'erase',
      says: 'Forget a prospect: names, addresses, fields and notes; the ledger keeps ids, codes and times',
      examples: [
        ['What would go', 'baton subject erase email=jo@acme.example --dry-run'],
        ['Forget', 'baton subject erase su_01k… --confirm=su_01k…'],
      ],
      args: [['<subject>', 'Id, or type=value']],
      options: [['--confirm <id>', 'The id of the prospect, typed once more']],
      writes: true,
      run: erase,
    },
  ],
};

async function erase(call: Call): Promise<void> {
  const { exportSubject, findSubject } = await import('../admin/subject.ts');
  const named = call.args[0] ?? '';
  await inWorkspace(call, async (house, workspace) => {
    const id = await findSubject(house, workspace, named);
    const known = id === undefined ? undefined : await exportSubject(house, workspace, id);
    if (id === undefined || known === undefined) throw new CliError(`Nobody is known as "${named}".`, EXIT.unknown);
    const items = Object.keys(known.items).length;
    if (call.options.dryRun === true) {
      call.say.data({
        json: { dryRun: true, subject: id, items, events: known.events.length },
        human: () =>
          `Would forget ${id}: ${counted(items, 'private item')}. ${counted(known.events.length, 'event')} of the ledger stay, with ids, codes and times.`,
      });
      call.say.next(`baton subject erase ${id} --confirm=${id}`);
      return;
    }
    confirm(call, id, `${counted(items, 'private item')} of ${id} will be forgotten`);
    const answer = await house.live.submit(workspace, {
      command: `erase:${randomUUID()}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'operator' },
      via: 'cli',
      ask: { ask: 'erase-subject', subject: id },
    });
    if (answer.result !== 'done')
      throw new CliError(answer.result === 'refused' ? answer.refusal.sentence : answer.reason, EXIT.failed);
    call.say.data({
      json: { subject: id, erased: true, items },
      human: () => `Forgot ${id}. Backups that hold their keys still know them until those are gone.`,
    });
    call.say.next('baton ledger verify shows that the chain still holds.');
  });
}
