// cli: baton import: files of people, teams, accounts, leads, opportunities and past handoffs.

import { existsSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ImportReport } from '../../run/import-file.ts';
import type { Call, Group, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean, tableText } from '../say.ts';

const KINDS = {
  people: [
    'People with their roles, team, zone and weight',
    'people.csv --map id=login --map roles=role --map email=mail',
  ],
  teams: ['Teams with their lead', 'teams.csv'],
  accounts: ['Accounts with their owner', 'accounts.csv --map id=account --rest fields'],
  leads: ['Leads', 'leads.csv --map id=lead_id --map email=mail --rest fields --null Select'],
  opportunities: [
    'Opportunities with owner, account and stage',
    'pipeline.csv --mapping pipeline.yaml --reference products.csv:product',
  ],
  handoffs: [
    'Handoffs that ended before Baton came, kept as history',
    'deals.csv --mapping deals.yaml --date-format "YYYY-MM-DD HH:mm:ss" --zone America/Sao_Paulo',
  ],
} as const;
type Kind = keyof typeof KINDS;

export const importGroup: Group = {
  name: 'import',
  says: 'Bring people and history in from CSV files',
  examples: [
    ['Try it, change nothing', 'baton import leads leads.csv --map id=lead_id --dry-run'],
    ['The same file again changes nothing; a killed import goes on', 'baton import leads leads.csv --map id=lead_id'],
    ['From a pipe, as JSON', 'cat leads.csv | baton import leads - --map id=lead_id --json'],
  ],
  commands: (Object.keys(KINDS) as Kind[]).map(importCommand),
};

function importCommand(kind: Kind): Spec {
  const [says, example] = KINDS[kind];
  return {
    name: kind,
    says,
    more: 'Rows that cannot be taken go to a rejects file with the reason; nothing is dropped in silence. Mapping files: docs/import.md.',
    examples: [
      ['Try it first', `baton import ${kind} ${example} --dry-run`],
      ['Then do it', `baton import ${kind} ${example}`],
    ],
    args: [['<file>', 'A CSV file; "-" reads stdin']],
    options: [
      ['--mapping <file>', 'What the columns mean (YAML; docs/import.md)'],
      ['--map <target=column...>', 'The same for one column'],
      ['--constant <target=value...>', 'A value that every row has'],
      ['--date-format <format>', 'How dates are written, for example DD/MM/YYYY, "YYYY-MM-DD HH:mm:ss" or ISO'],
      ['--zone <zone>', 'Where times without an offset are, for example America/Sao_Paulo'],
      ['--null <word...>', 'A word that means "nothing here", for example Select'],
      ['--reference <file:column...>', 'What a column of that name may hold; others are counted and marked'],
      ['--rest <what>', 'Columns that are mapped to nothing become fields, or are left', ['fields', 'leave']],
      ['--delimiter <name>', 'comma, semicolon, tab, pipe or a character'],
      ['--quote <character>', 'The quote, or none'],
      ['--no-header', 'The first line is a row'],
      ['--encoding <name>', 'When it is not UTF-8', ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']],
      ['--rejects <file>', 'Where rejected rows go; FILE.rejects.csv here when left out'],
      ['--all-or-nothing', 'Change nothing when a row is rejected'],
    ],
    writes: true,
    run: (call) => runImport(kind, call),
  };
}

async function runImport(kind: Kind, call: Call): Promise<void> {
  const { say, options } = call;
  const file = call.args[0] ?? '';
  const { importFile, readBytes } = await import('../../run/import-file.ts');
  const bytes = file === '-' ? call.stdin() : await readBytes(file);
  const texts = (name: string): string[] =>
    Array.isArray(options[name]) ? (options[name] as unknown[]).map(String) : [];
  const text = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined);
  const mapping = text('mapping');
  const report = await inWorkspace(call, (house, workspace) =>
    importFile(house, {
      workspace,
      kind,
      file: file === '-' ? 'stdin' : file,
      bytes,
      references: texts('reference'),
      dryRun: options.dryRun === true,
      allOrNothing: options.allOrNothing === true,
      flags: {
        map: texts('map'),
        constant: texts('constant'),
        nulls: texts('null'),
        ...given('dateFormat', text('dateFormat')),
        ...given('zone', text('zone')),
        ...given('delimiter', text('delimiter')),
        ...given('quote', text('quote')),
        ...given('encoding', text('encoding') as 'utf-8' | undefined),
        ...given('rest', text('rest') as 'fields' | undefined),
        ...(options.header === false ? { header: false } : {}),
      },
      onProgress: (done, of) =>
        say.progress(
          `${options.dryRun === true ? 'Checked' : 'Imported'} ${done.toLocaleString('en')} of ${of.toLocaleString('en')} ${kind}`,
          done === of,
        ),
      ...(mapping === undefined ? {} : { mapping }),
    }),
  );
  const rejectsFile = writeRejects(report, file, text('rejects'), options.dryRun === true);
  tell(report, call, rejectsFile);
  if (report.rows.rejected > 0) call.setExit(EXIT.problems);
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** A dry run writes the file only where it was asked for by name. */
function writeRejects(
  report: ImportReport,
  file: string,
  asked: string | undefined,
  dryRun: boolean,
): string | undefined {
  if (report.rejectsCsv === '' || (asked === undefined && dryRun)) return undefined;
  const path = asked ?? `${file === '-' ? report.kind : basename(file).replace(/\.\w+$/, '')}.rejects.csv`;
  if (file !== '-' && resolve(path) === resolve(file) && existsSync(path))
    throw new CliError(`The rejects cannot be written over ${file} itself. Say --rejects OTHER-FILE.`, EXIT.usage);
  writeFileSync(path, report.rejectsCsv, { mode: 0o600 });
  return path;
}

const SHOWN = 10;

function tell(report: ImportReport, call: Call, rejectsFile: string | undefined): void {
  const { say } = call;
  for (const note of report.notes) say.tell(note);
  for (const { line, reasons } of report.rejects.slice(0, SHOWN))
    say.tell(clean(`line ${line}: ${reasons.join('; ')}`));
  if (report.rejects.length > SHOWN) say.tell(`… and ${report.rejects.length - SHOWN} more rejected rows.`);
  const { rejectsCsv: _, ...json } = report;
  say.data({
    json: { ...json, ...(rejectsFile === undefined ? {} : { rejectsFile }) },
    plain: () => ({ heads: [], rows: countRows(report).map(([name, count]) => [name, String(count)]) }),
    human: () => humanReport(report, call),
  });
  if (rejectsFile !== undefined) say.tell(`Rejected rows: ${rejectsFile}`);
  if (report.heldBack) say.tell('Nothing was changed, because rows were rejected (--all-or-nothing).');
  if (report.unusedColumns.length > 0)
    say.tell(clean(`Columns not used: ${report.unusedColumns.join(', ')}. Keep them all with --rest fields.`));
  say.next(nextOf(report));
}

function countRows(report: ImportReport): [string, number][] {
  const { rows, things } = report;
  return [
    ['rows read', rows.read],
    ['rows rejected', rows.rejected],
    ['rows left out by the mapping', rows.skipped],
    ['blank lines', rows.blankLines],
    ['new', things.created],
    ['changed', things.changed],
    ['unchanged', things.unchanged],
    ['said twice in this file', things.repeated],
    ['refused', things.refused],
    ...report.oddities.map((o): [string, number] => [`oddity: ${o.code}`, o.count]),
  ];
}

function humanReport(report: ImportReport, { say }: Call): string {
  const { rows, things } = report;
  const n = (count: number): string => count.toLocaleString('en');
  const verb = report.dryRun || report.heldBack ? 'Would bring in' : 'Brought in';
  const lines = [
    say.paint.bold(`${verb} ${report.kind} from ${clean(report.file)}`),
    `  ${n(rows.read)} rows read, ${n(rows.rejected)} rejected${rows.skipped > 0 ? `, ${n(rows.skipped)} left out by the mapping` : ''}${rows.blankLines > 0 ? `, ${n(rows.blankLines)} blank lines` : ''}`,
    `  ${n(things.created)} new, ${n(things.changed)} changed, ${n(things.unchanged)} unchanged${things.repeated > 0 ? `, ${n(things.repeated)} said twice in this file` : ''}${things.refused > 0 ? `, ${n(things.refused)} refused` : ''}`,
  ];
  if (report.oddities.length > 0) {
    const table = {
      heads: ['ODDITY', 'COUNT', 'LINES', 'WHAT IT IS'],
      rows: report.oddities.map((o) => [
        o.code,
        n(o.count),
        `${o.lines.join(', ')}${o.count > o.lines.length ? ' …' : ''}`,
        o.says,
      ]),
    };
    lines.push('', tableText(table, say.paint).trimEnd());
  }
  return lines.join('\n');
}

function nextOf(report: ImportReport): string {
  if (report.rows.rejected > 0 && report.dryRun)
    return 'correct those rows, then the same again; --rejects FILE writes them to a file of their own.';
  if (report.rows.rejected > 0)
    return 'correct the rejected rows and import that file too; rows that are in change nothing.';
  if (report.dryRun) return 'the same without --dry-run.';
  const after: Record<Kind, string> = {
    people: 'baton people list, or baton import teams FILE',
    teams: 'baton people list',
    accounts: 'baton import opportunities FILE',
    leads: 'baton simulate --help runs them through your policy as if they came now',
    opportunities: 'baton import handoffs FILE',
    handoffs: 'baton list --closed',
  };
  return after[report.kind];
}
