// cli: all commands in one tree. Main commands first in help; operators' groups after them.

import { Command, Option } from 'commander';
import type { Runner } from './command.ts';
import { addCommand, addGroup, dress } from './command.ts';
import { absenceGroup } from './commands/absence.ts';
import { actCommands } from './commands/acts.ts';
import { backupCommands, subjectGroup } from './commands/backup.ts';
import { calendarGroup } from './commands/calendar.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drillCommand } from './commands/drill.ts';
import { importGroup } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { keyGroup } from './commands/key.ts';
import { simulateCommand, stormCommand } from './commands/lab.ts';
import { ledgerGroup } from './commands/ledger.ts';
import { policyGroup } from './commands/policy.ts';
import { poolGroup } from './commands/pool.ts';
import { peopleGroup, readCommands } from './commands/reads.ts';
import { outboxGroup, setasideGroup } from './commands/repair.ts';
import { sendCommand } from './commands/send.ts';
import { upCommand } from './commands/up.ts';

const VERSION = '0.1.0';

export type Writers = { out(text: string): void; err(text: string): void };

export function buildProgram(run: Runner, writers: Writers): Command {
  const program = new Command('baton');
  program
    .description('Baton hands a prospect from one person to the next without drops')
    .version(VERSION, '-V, --version', 'Show the version')
    .option('--json', 'Print JSON of a documented shape')
    .option('--plain', 'Print one record a line, cells parted by tabs')
    .option('-q, --quiet', 'Print data only, no talk')
    .option('--no-color', 'No colours (NO_COLOR does the same)')
    .option('--no-input', 'Never ask; fail instead')
    .option('--server <url>', 'The server to talk to (BATON_SERVER)')
    .option('--key-file <file>', 'File with the API key; "-" reads stdin (BATON_KEY_FILE)')
    .option('--data <folder>', 'The data folder (BATON_DATA)')
    .option('--workspace <name>', 'Name or id of the workspace (BATON_WORKSPACE)')
    .addOption(new Option('--idempotency-key <text>', 'Repeat a request whose answer was lost').hideHelp())
    .exitOverride()
    .configureOutput({
      writeOut: writers.out,
      writeErr: writers.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'baton: ')),
    })
    .showHelpAfterError('Add --help to see examples.')
    .helpCommand(false);
  dress(program, [
    ['Start the product with a demo company', 'baton up'],
    ['Make your own, empty workspace', 'baton init'],
    ['Look at what is open, then at one of them', 'baton list'],
    ['Hand a prospect over', 'baton send sdr-to-ae --email jo@acme.example --field company=Acme'],
    ['Bring history in, trying it first', 'baton import leads leads.csv --map id=lead_id --dry-run'],
  ]);
  for (const spec of [upCommand, initCommand, sendCommand, ...readCommands, ...actCommands])
    addCommand(program, spec, run);
  for (const group of [importGroup, policyGroup, peopleGroup, calendarGroup, absenceGroup, poolGroup])
    addGroup(program, group, run);
  addCommand(program, drillCommand, run);
  addCommand(program, simulateCommand, run);
  addCommand(program, doctorCommand, run);
  for (const group of [ledgerGroup, outboxGroup, setasideGroup, keyGroup, subjectGroup]) addGroup(program, group, run);
  for (const spec of backupCommands) addCommand(program, spec, run);
  addCommand(program, stormCommand, run);
  return program;
}
