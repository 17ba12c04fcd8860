// cli: baton absence: time away from a file, and the calendar that it is read from.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StepAnswer } from '../../run/decide-batch.ts';
import type { Call, Group } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean, tableText } from '../say.ts';

export const absenceGroup: Group = {
  name: 'absence',
  says: 'Time away: from a file, or from the calendar of a person',
  examples: [
    ['Look at what a file holds, then take it over for Ben', 'baton absence import ben.ics --person ben --dry-run'],
    ["Read Ben's absences from his calendar's address from now on", 'baton absence feed https://… --person ben'],
  ],
  commands: [
    {
      name: 'import',
      says: 'Take over the absences in a calendar file (ICS) or a table (CSV)',
      more: 'A table has the columns from, to and label. All of the file is taken or nothing of it; it replaces what was taken from this kind of file before. What counts as away in a calendar stands in the policy (away).',
      examples: [
        ['Try it, change nothing', 'baton absence import ben.ics --person ben --dry-run'],
        ['From a pipe', 'cat leave.csv | baton absence import - --person ben'],
      ],
      args: [['<file>', 'An ICS or CSV file; "-" reads stdin']],
      options: [['--person <id>', 'Whose absences they are']],
      writes: true,
      async run(call) {
        const { readAbsenceFile, takeAbsences } = await import('../admin/absence.ts');
        const person = personOf(call);
        const text = textOf(call);
        const outcome = await inWorkspace(call, async (house, workspace) => {
          const reading = await readAbsenceFile(house, workspace, person, text);
          if (reading === undefined || !reading.ok || call.options.dryRun === true) return { reading };
          return { reading, answer: await takeAbsences(house, workspace, person, reading.source, reading.absences) };
        });
        const { reading } = outcome;
        if (reading === undefined) throw nobody(person);
        if (!reading.ok) {
          call.say.data({
            json: { ok: false, problems: reading.problems },
            plain: () => ({ heads: [], rows: reading.problems.map((p) => [String(p.line), p.message]) }),
            human: () =>
              [...reading.problems.map((p) => clean(`line ${p.line}: ${p.message}`)), 'Nothing was taken over.'].join(
                '\n',
              ),
          });
          call.setExit(EXIT.problems);
          return;
        }
        if (outcome.answer !== undefined) mustBeDone(outcome.answer);
        const rows = reading.absences.map((a) => [iso(a.from), iso(a.to), a.label ?? '']);
        const taken = outcome.answer !== undefined;
        call.say.data({
          json: {
            ok: true,
            source: reading.source,
            taken,
            absences: rows.map(([from, to, label]) => ({ from, to, label })),
          },
          plain: () => ({ heads: [], rows }),
          human: () =>
            [
              tableText({ heads: ['FROM', 'TO', 'LABEL'], rows }, call.say.paint),
              `${rows.length} absences of ${person}${taken ? ' taken over' : '; nothing was changed'}.`,
            ].join('\n'),
        });
        call.say.next(`baton calendar show ${person}`);
      },
    },
    {
      name: 'feed',
      says: "Read a person's absences from the address of their calendar",
      more: 'The address is a secret: it is kept encrypted and never shown. It is read every 15 minutes; a feed that cannot be read leaves what was known and is shown by baton calendar show.',
      examples: [
        ['From now on', 'baton absence feed https://calendar.example/ben.ics --person ben'],
        ['No longer', 'baton absence feed --end --person ben'],
      ],
      args: [['[url]', 'The https or webcal address of an iCalendar feed; "-" reads it from stdin']],
      options: [
        ['--person <id>', 'Whose calendar it is'],
        ['--end', 'Stop reading it'],
      ],
      writes: true,
      async run(call) {
        const { setFeed } = await import('../admin/absence.ts');
        const person = personOf(call);
        const url = call.options.end === true ? undefined : urlOf(call);
        if (call.options.dryRun !== true)
          mustBeDone(await inWorkspace(call, (house, workspace) => setFeed(house, workspace, person, url)));
        const done =
          url === undefined
            ? `The calendar of ${person} is no longer read.`
            : `The calendar of ${person} is read from now on.`;
        call.say.data({
          json: { person, feed: url !== undefined, dryRun: call.options.dryRun === true },
          human: () => done,
        });
        call.say.next(`baton calendar show ${person}`);
      },
    },
  ],
};

function personOf(call: Call): string {
  const { person } = call.options;
  if (typeof person !== 'string' || person === '')
    throw new CliError('Say whose absences they are: --person ID.', EXIT.usage, 'baton people list');
  return person;
}

function textOf(call: Call): string {
  const file = call.args[0] ?? '';
  if (file === '-') return call.stdin().toString('utf8');
  try {
    return readFileSync(resolve(call.cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(
      `The file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
    );
  }
}

function urlOf(call: Call): string {
  const given = call.args[0] === '-' ? call.stdin().toString('utf8').trim() : (call.args[0] ?? '');
  const url = given.replace(/^webcal:/, 'https:');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError('Give the https or webcal address of an iCalendar feed, or --end.', EXIT.usage);
  return url;
}

function mustBeDone(answer: StepAnswer): void {
  if (answer.result === 'refused') throw new CliError(answer.refusal.sentence, EXIT.conflict);
  if (answer.result === 'set-aside') throw new CliError(answer.reason, EXIT.failed, 'baton setaside list');
}

function nobody(person: string): CliError {
  return new CliError(`There is no person "${person}".`, EXIT.unknown, 'baton people list');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
