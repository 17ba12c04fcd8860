// cli: baton ledger: does it verify, seal it, export it, rebuild the rows from it.

import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Call, Group } from '../command.ts';
import { EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean, counted } from '../say.ts';

export const ledgerGroup: Group = {
  name: 'ledger',
  says: 'The append-only record of every decision',
  examples: [
    ['Is it whole and unchanged?', 'baton ledger verify'],
    ['Note its head outside the database', 'baton ledger seal'],
  ],
  commands: [
    {
      name: 'verify',
      says: 'Check sequence, hash chain, seals and every decision',
      examples: [['Ends with 3 when something is wrong', 'baton ledger verify --json']],
      async run(call) {
        const { verifyWorkspace } = await import('../admin/ledger.ts');
        const report = await inWorkspace(call, verifyWorkspace);
        const wrong = [...report.problems, ...report.findings];
        call.say.data({
          json: { ok: wrong.length === 0, ...report },
          human: () =>
            wrong.length === 0
              ? `The ledger verifies: ${counted(report.events, 'event')}, ${counted(report.sealsChecked, 'seal')}, head ${report.hash.slice(0, 16)}. Private items: ${report.items.toLocaleString('en')} match their commitments, ${report.itemsGone.toLocaleString('en')} erased or replaced.`
              : `The ledger does not verify:\n${wrong.map((line) => `  ${clean(line)}`).join('\n')}`,
        });
        if (wrong.length > 0) call.setExit(EXIT.problems);
        call.say.next(
          wrong.length > 0 ? 'stop the server and restore a backup: baton restore --help' : 'baton ledger seal',
        );
      },
    },
    {
      name: 'seal',
      says: 'Write position and hash of the head to a file outside the database',
      examples: [['Every night, after verify', 'baton ledger verify && baton ledger seal']],
      async run(call) {
        const { sealWorkspace } = await import('../admin/ledger.ts');
        const seal = await inWorkspace(call, sealWorkspace);
        call.say.data({ json: seal, human: () => `Sealed at event ${seal.seq}: ${seal.hash}` });
        call.say.next('keep a copy of seals.jsonl of the data folder somewhere else.');
      },
    },
    {
      name: 'export',
      says: 'Write the ledger as newline JSON, with hashes',
      examples: [
        ['To a file', 'baton ledger export --out ledger.jsonl'],
        ['Count the kinds', 'baton ledger export | jq -r .body.event.kind | sort | uniq -c'],
      ],
      options: [['--out <file>', 'Where to; stdout when left out']],
      run: exportLedger,
    },
    {
      name: 'rebuild',
      says: 'Compare the rows with the ledger, or make them what it says',
      examples: [
        ['Only look; ends with 3 when rows differ', 'baton ledger rebuild --check'],
        ['Replace them (stop the server first)', 'baton ledger rebuild'],
      ],
      options: [['--check', 'Change nothing']],
      async run(call) {
        const { rebuildWorkspace } = await import('../admin/ledger.ts');
        const check = call.options.check === true;
        const report = await inWorkspace(call, (house, workspace) => rebuildWorkspace(house, workspace, check));
        const total = Object.values(report.rows).reduce((sum, n) => sum + n, 0);
        call.say.data({
          json: { ok: report.differing === 0, ...report },
          human: () =>
            report.differing === 0
              ? `All ${total.toLocaleString('en')} rows are what the ledger says.`
              : `${report.differing} rows differ${report.replaced ? ' and were replaced' : ''}:\n${report.differences.map((line) => `  ${clean(line)}`).join('\n')}`,
        });
        if (check && report.differing > 0) call.setExit(EXIT.problems);
        call.say.next(
          check && report.differing > 0 ? 'stop the server, then baton ledger rebuild' : 'baton ledger verify',
        );
      },
    },
  ],
};

async function exportLedger(call: Call): Promise<void> {
  const { exportWorkspace } = await import('../admin/ledger.ts');
  const out = typeof call.options.out === 'string' ? createWriteStream(call.options.out, { mode: 0o600 }) : undefined;
  const target = out ?? process.stdout;
  const count = await inWorkspace(call, (house, workspace) =>
    exportWorkspace(house, workspace, async (chunk) => {
      if (!target.write(chunk)) await new Promise((drained) => target.once('drain', drained));
    }),
  );
  if (out !== undefined) {
    out.end();
    await finished(out);
  }
  call.say.tell(`${counted(count, 'event')}.`);
}
