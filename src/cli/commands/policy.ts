// cli: baton policy: check a file, publish it, show what is live, and the schema for editors.

import { readFileSync } from 'node:fs';
import type { Roster } from '../../words/roster.ts';
import type { Call, Group } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { inWorkspace } from '../open-house.ts';
import { clean } from '../say.ts';
import { wordsOf } from '../settings.ts';

type Live = {
  policy: string;
  name: string;
  text: string;
  transitions: {
    name: string;
    says?: string;
    from: string;
    to: string;
    required: string[];
    rejections: { name: string; says: string; criterion: string }[];
    outcomes: string[];
  }[];
};

export const policyGroup: Group = {
  name: 'policy',
  says: 'The rules, in one file',
  examples: [
    ['Is it correct, and is it good?', 'baton policy check policy.yaml'],
    ['What would change, then publish', 'baton policy publish policy.yaml --dry-run'],
  ],
  commands: [
    {
      name: 'test',
      says: 'Run text days against a policy: what happens, and what must follow',
      more: 'Ends with 3 when something else follows. Works without a server; docs/simulate.md has the language.',
      examples: [
        ['The scenarios beside a policy', 'baton policy test policy.yaml policy.days'],
        ['With your own people', 'baton policy test policy.yaml policy.days --people-file people.csv'],
      ],
      args: [
        ['<file>', 'A policy file'],
        ['<days>', 'A file of text days'],
      ],
      options: [['--people-file <file>', 'People as CSV, beside those that the days name']],
      async run(call) {
        const { failureText, runTextDays } = await import('../../lab/text-day.ts');
        const [file = '', days = ''] = call.args;
        const people = call.options.peopleFile;
        const told = await runTextDays(
          readFileSync(days, 'utf8'),
          days,
          readFileSync(file, 'utf8'),
          typeof people === 'string' ? readFileSync(people, 'utf8') : undefined,
        );
        call.say.data({ json: told, human: () => told.failed.map(failureText).join('\n') });
        call.say.tell(`${told.days} days: ${told.passed} lines as expected, ${told.failed.length} otherwise`);
        if (told.failed.length > 0) call.setExit(EXIT.problems);
      },
    },
    {
      name: 'check',
      says: 'Find mistakes and leaky design in a policy file',
      more: 'Ends with 3 when there are errors, or warnings under --strict. Works without a server.',
      examples: [
        ['With places and cures', 'baton policy check policy.yaml'],
        ['In a workflow', 'baton policy check policy.yaml --format github --strict'],
        ['From a pipe', 'cat policy.yaml | baton policy check -'],
      ],
      args: [['<file>', 'A policy file; "-" reads stdin']],
      options: [
        ['--format <name>', 'How problems are written', ['pretty', 'json', 'github', 'sarif']],
        ['--strict', 'Warnings count as problems too'],
        ['--people', 'Also check that everybody named is in the workspace'],
      ],
      async run(call) {
        const { checkPolicy, policyProblemsText } = await import('../admin/policy.ts');
        const { file, text } = policyText(call);
        const roster = call.options.people === true ? await rosterOf(call) : undefined;
        const check = checkPolicy(text, file, roster);
        const format = call.say.form === 'json' ? 'json' : ((call.options.format as 'pretty' | undefined) ?? 'pretty');
        call.say.raw(policyProblemsText(check.problems, format, text));
        const bad = check.errors > 0 || (call.options.strict === true && check.warnings > 0);
        if (bad) call.setExit(EXIT.problems);
        else call.say.next(`baton policy publish ${file} --dry-run`);
      },
    },
    {
      name: 'publish',
      says: 'Publish a policy: new handoffs are decided under it from now on',
      examples: [
        ['What changes', 'baton policy publish policy.yaml --dry-run'],
        ['Publish', 'baton policy publish policy.yaml'],
      ],
      args: [['<file>', 'A policy file; "-" reads stdin']],
      writes: true,
      run: publish,
    },
    {
      name: 'schema',
      says: 'Print the JSON Schema of a policy file, for editors',
      examples: [['For completion in an editor', 'baton policy schema > policy.schema.json']],
      async run(call) {
        const { policyJsonSchema } = await import('../admin/policy.ts');
        call.say.raw(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
      },
    },
    {
      name: 'show',
      says: 'Show the live policy: transitions, signals, criteria, rejection reasons, outcomes',
      examples: [
        ['What can be sent, rejected and closed', 'baton policy show'],
        ['The file as it was published', 'baton policy show --text > policy.yaml'],
      ],
      options: [['--text', 'Print the file itself']],
      async run(call) {
        const { body } = await call.api.ask<Live>({ method: 'GET', path: '/api/v1/policy' });
        if (call.options.text === true && call.say.form !== 'json') call.say.raw(body.text);
        else {
          const { transitionsOf } = await import('../admin/policy.ts');
          const all = transitionsOf(body.text);
          call.say.data({ json: body, human: () => liveText(body, all, call) });
        }
        call.say.next('baton send --help shows how to hand a prospect over.');
      },
    },
  ],
};

function policyText(call: Call): { file: string; text: string } {
  const given = call.args[0] ?? '';
  if (given === '-') return { file: 'stdin', text: call.stdin().toString('utf8') };
  try {
    return { file: given, text: readFileSync(given, 'utf8') };
  } catch (error) {
    throw new CliError(`${given} cannot be read: ${wordsOf(error)}.`, EXIT.usage);
  }
}

function rosterOf(call: Call): Promise<Roster> {
  return inWorkspace(call, async (house, workspace) => (await house.live.standing(workspace)).roster);
}

async function publish(call: Call): Promise<void> {
  const { checkPolicy, policyChanges, policyProblemsText, policySummary } = await import('../admin/policy.ts');
  const { file, text } = policyText(call);
  await inWorkspace(call, async (house, workspace) => {
    const standing = await house.live.standing(workspace);
    const check = checkPolicy(text, file, standing.roster);
    if (check.doc === undefined || check.errors > 0) {
      call.say.tell(policyProblemsText(check.problems, 'pretty', text).trimEnd());
      throw new CliError(`${file} was not published.`, EXIT.problems, `baton policy check ${file} --people`);
    }
    const live = standing.live === undefined ? undefined : standing.policies.get(standing.live);
    const changes = policyChanges(live, check.doc, standing.roster);
    const dryRun = call.options.dryRun === true;
    if (check.warnings > 0) call.say.tell(`${file}: ${policySummary(check.problems)} See: baton policy check ${file}`);
    if (dryRun) {
      call.say.data({
        json: { dryRun, changes },
        human: () =>
          changes || (live === undefined ? 'It would be the first policy of this workspace.' : 'Nothing would change.'),
      });
      call.say.next(`baton policy publish ${file}`);
      return;
    }
    const { randomUUID } = await import('node:crypto');
    const answer = await house.live.submit(workspace, {
      command: `publish:${randomUUID()}`,
      bodyHash: '',
      actor: { kind: 'system', id: 'operator' },
      via: 'cli',
      ask: { ask: 'publish-policy', text, file },
    });
    if (answer.result !== 'done')
      throw new CliError(answer.result === 'refused' ? answer.refusal.sentence : answer.reason, EXIT.problems);
    const unchanged = answer.facts.unchanged === true;
    call.say.data({
      json: { policy: answer.facts.policy, unchanged, changes },
      human: () => (unchanged ? 'This policy is live already.' : `Published. ${changes}`.trim()),
    });
    call.say.next('baton send --help, or baton simulate --help to try it on past leads');
  });
}

type Agreed = ReadonlyMap<string, { signals: readonly string[]; criteria: string[] }>;

function liveText(live: Live, all: Agreed, { say }: Call): string {
  const lines = [`${say.paint.bold(clean(live.name))}  ${say.paint.dim(`version ${live.policy.slice(0, 16)}`)}`];
  for (const t of live.transitions) {
    lines.push('', clean(`${t.name}: ${t.from} → ${t.to}${t.says === undefined ? '' : `. ${t.says}`}`));
    const agreed = all.get(t.name);
    if (agreed !== undefined) {
      lines.push(clean(`  starts with: ${agreed.signals.join(', ')}`));
      if (agreed.criteria.length > 0) lines.push(clean(`  criteria: ${agreed.criteria.join('; ')}`));
    }
    lines.push(clean(`  required: ${t.required.join(', ') || 'nothing'}`));
    lines.push(clean(`  close with: ${t.outcomes.join(', ')}`));
    for (const r of t.rejections) lines.push(clean(`  reject with ${r.name}: ${r.says} (criterion ${r.criterion})`));
  }
  return lines.join('\n');
}
