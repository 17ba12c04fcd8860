// cli: baton init: one's own, empty workspace, with a first person, a team, a key and a policy file to begin with.

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import type { Ask } from '../../words/arrival.ts';
import { DAY } from '../../words/time.ts';
import type { Call, Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { dataFolder, withHouse } from '../open-house.ts';
import { PROJECT_FILE, writeSettings } from '../settings.ts';

const POLICY_FILE = 'policy.yaml';

export const initCommand: Spec = {
  name: 'init',
  says: 'Make your own, empty workspace',
  more: `Asks for its name, the first person, their e-mail address and their team; makes an API key, and writes ${PROJECT_FILE} and a starter ${POLICY_FILE} into this folder.`,
  examples: [
    ['Answer four questions', 'baton init'],
    [
      'Without questions',
      'baton init --no-input --name "My company" --person ana --person-name "Ana Silva" --email ana@example.com --team sales --zone Europe/Berlin',
    ],
  ],
  options: [
    ['--name <text>', 'Name of the workspace'],
    ['--person <id>', 'Id of the first person: short, for policies and commands'],
    ['--person-name <text>', 'Their name'],
    ['--email <address>', 'Their e-mail address; without one, messages to them fail'],
    ['--team <id>', 'Id of their team, which they lead'],
    ['--zone <zone>', 'Their time zone, for example Europe/Berlin'],
    ['--policy <file>', `The policy file to write; ${POLICY_FILE} when left out`],
  ],
  writes: true,
  run: init,
};

type Wish = { name: string; person: string; personName: string; email?: string; team: string; zone: string };

async function init(call: Call): Promise<void> {
  const wish = await wishOf(call);
  const policyFile = typeof call.options.policy === 'string' ? call.options.policy : POLICY_FILE;
  if (call.options.dryRun === true) {
    call.say.data({
      json: { dryRun: true, ...wish, policyFile },
      human: () =>
        `Would make the workspace "${wish.name}" with ${wish.personName} (${wish.person}) leading ${wish.team}, and write ${PROJECT_FILE} and ${policyFile}.`,
    });
    return;
  }
  const folder = await dataFolder(call);
  const made = await withHouse(call, async (house) => {
    const { journal, live } = house;
    if ((await journal.workspaces()).some((w) => w.name === wish.name))
      throw new CliError(
        `There is a workspace "${wish.name}" already.`,
        EXIT.conflict,
        'choose another name: baton init --name NAME',
      );
    const workspace = `ws_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
    await journal.createWorkspace(workspace, wish.name);
    const submit = async (ask: Ask): Promise<void> => {
      const answer = await live.submit(workspace, {
        command: `init:${randomUUID()}`,
        bodyHash: '',
        actor: { kind: 'system', id: 'operator' },
        via: 'cli',
        ask,
      });
      if (answer.result !== 'done')
        throw new CliError(answer.result === 'refused' ? answer.refusal.sentence : answer.reason, EXIT.failed);
    };
    await submit({ ask: 'create-workspace', name: wish.name });
    await submit({
      ask: 'set-person',
      person: {
        id: wish.person,
        roles: ['lead'],
        team: wish.team,
        weight: 1,
        active: true,
        hours: { zone: wish.zone },
      },
      name: wish.personName,
      ...(wish.email === undefined ? {} : { email: wish.email }),
    });
    await submit({ ask: 'set-team', team: { id: wish.team, name: wish.team, lead: wish.person } });
    const { createKey } = await import('../admin/keys.ts');
    const made = await createKey(house, workspace, {
      principal: { kind: 'system', id: 'operator' },
      scopes: ['read', 'act', 'admin'],
      label: 'operator, made by init',
      livesMs: 365 * DAY,
    });
    const keyFile = join(folder, existsSync(join(folder, 'admin.key')) ? `${workspace}.key` : 'admin.key');
    writeFileSync(keyFile, `${made.key}\n`, { mode: 0o600, flag: 'wx' });
    return { workspace, keyFile };
  });
  const wrote = writePolicy(resolve(call.cwd, policyFile), wish);
  writeSettings(join(call.cwd, PROJECT_FILE), {
    data: folder,
    keyFile: made.keyFile,
    workspace: made.workspace,
    ...(call.settings.from.server === undefined ? {} : { server: call.settings.server }),
  });
  call.say.data({
    json: { ...wish, workspace: made.workspace, keyFile: made.keyFile, policyFile: wrote ? policyFile : null },
    human: () =>
      [
        `The workspace "${wish.name}" is there (${made.workspace}); ${wish.personName} leads ${wish.team}.`,
        `  API key:  ${made.keyFile} (for you alone)`,
        `  settings: ${PROJECT_FILE} (this folder now talks to this workspace)`,
        wrote
          ? `  policy:   ${policyFile} (a start; replace the people in it)`
          : `  policy:   ${policyFile} stands here already and was left as it is`,
      ].join('\n'),
  });
  if (wish.email === undefined)
    call.say.tell(
      `${wish.personName} has no e-mail address: messages to them fail until baton import people brings one.`,
    );
  call.say.next(
    `baton import people FILE --dry-run, then baton policy check ${policyFile} --people, then baton policy publish ${policyFile}`,
  );
}

async function wishOf(call: Call): Promise<Wish> {
  const { options } = call;
  const text = (name: string): string | undefined =>
    typeof options[name] === 'string' && options[name] !== '' ? options[name] : undefined;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = { name: text('name'), personName: text('personName'), email: text('email'), team: text('team') };
  const answers = call.interactive ? await asked(known) : known;
  const personName = answers.personName ?? text('person');
  const person = text('person') ?? (personName === undefined ? undefined : slug(personName));
  const { name, team, email } = answers;
  if (name === undefined || person === undefined || personName === undefined || team === undefined) {
    const missing = [
      name === undefined ? '--name' : '',
      person === undefined ? '--person' : '',
      team === undefined ? '--team' : '',
    ].filter((one) => one !== '');
    throw new CliError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing, and nobody can be asked here.`,
      EXIT.usage,
      'baton init --help',
    );
  }
  return {
    name,
    person,
    personName,
    team: slug(team),
    zone: zoneOf(text('zone') ?? here),
    ...(email === undefined ? {} : { email }),
  };
}

type Answers = Record<'name' | 'personName' | 'email' | 'team', string | undefined>;

async function asked(known: Answers): Promise<Answers> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ask = async (question: string): Promise<string | undefined> =>
      (await lines.question(`${question} `)).trim() || undefined;
    return {
      name: known.name ?? (await ask('What is the workspace called?')),
      personName: known.personName ?? (await ask('Who is the first person (their name)?')),
      email: known.email ?? (await ask('What is their e-mail address (Enter leaves it out)?')),
      team: known.team ?? (await ask('Which team do they lead?')),
    };
  } finally {
    lines.close();
  }
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function zoneOf(zone: string): string {
  try {
    if (/^[A-Za-z]/.test(zone)) return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // Told below.
  }
  throw new CliError(`"${zone}" is not a time zone. Use a name such as Europe/Berlin.`, EXIT.usage);
}

/** The starter policy with the first person in every place; false when a file of that name stands there. */
function writePolicy(file: string, wish: Wish): boolean {
  if (existsSync(file)) return false;
  const starter = readFileSync(
    join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'policies', 'starter.yaml'),
    'utf8',
  );
  const text = starter
    .replace(/^name: .*$/m, `name: ${JSON.stringify(wish.name)}`)
    .replace(/^( +zone:) \S+/m, `$1 ${wish.zone}`)
    .replace(/\[ben, cleo\]/g, `[${wish.person}]`)
    .replace(/\bmaria\b/g, wish.person)
    .replace(
      /^# Your first policy\..*$/m,
      `# Your first policy. Add your own people where ${wish.person} stands alone.`,
    );
  writeFileSync(file, text);
  return true;
}
