// test: the documents. Every command in a ```sh block of README.md, CONTRIBUTING.md and docs/*.md is run as it stands, in
// order, against one product; and every command that prose names exists with the options that it is given.

import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { forget, newFolder, type Product, startProduct } from './product.ts';

const root = join(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Commands that cannot run here as they stand: what runs instead, or which test covers them. */
const ELSEWHERE: Record<string, { instead?: string; because: string }> = {
  'baton up': { because: 'it serves until Ctrl-C: start.e2e.ts starts and stops it, and the product here is one' },
  'baton init': {
    because: 'it asks four questions; the answers are given as flags',
    instead:
      'baton init --no-input --name "My company" --person ana --person-name "Ana Silva" --email ana@acme.example --team sales',
  },
};

const LEADS = `lead_id,name,organisation,mail,seats,wish,source
l1,Jo Park,Acme,jo@acme.example,40,Shifts,Select
l2,Kai Roth,Birch,kai@birch.example,12,Rotas,web
l3,Lea Sand,Cove,lea@cove.example,4,,web
`;

/** The yaml block of a document that comes right after a text, so that what is shown is what runs. */
function blockAfter(document: string, text: string): string {
  const rest = read(document).split(text)[1] ?? '';
  return /```yaml\n([\s\S]*?)```/.exec(rest)?.[1] ?? '';
}

/** What a reader of the document has before the first command. `own` is a workspace with a published starter policy. */
const READERS: Record<string, { own?: true; files?: Record<string, string> }> = {
  'docs/cli.md': {
    files: {
      'people.csv':
        'id,name,email,roles,team,zone\nben,Ben Ono,ben@acme.example,AE,sales,Europe/Berlin\ncleo,Cleo Marsh,cleo@acme.example,AE;SDR,sales,Europe/Berlin\n',
      'broken.yaml': 'baton: 1\nname: Acme\nhour: {}\n',
    },
  },
  'docs/import.md': {
    own: true,
    files: {
      'people.csv': 'id,name,email,roles,zone\nben,Ben Ono,ben@acme.example,AE,Europe/Berlin\n',
      'leads.csv': LEADS,
      'map.yaml': blockAfter('docs/import.md', 'This is `map.yaml`:'),
      'pipeline.tsv': '1\tAna\tPro\tAcme\tWon\t2026-03-01\t1200\n2\tBen\tNova\t\tLost\t2026-03-02\t\n',
      'products.csv': 'product\nPro\n',
    },
  },
  'docs/api.md': { own: true },
  'docs/simulate.md': {
    own: true,
    files: {
      'leads.csv': LEADS,
      'map.yaml': blockAfter('docs/simulate.md', 'For example `map.yaml`:'),
      'people.csv':
        'person,name,roles,team,lead,zone\nana,Ana Diaz,Manager,sales,ana,Europe/Berlin\nben,Ben Ono,AE,sales,,Europe/Berlin\ncleo,Cleo Marsh,SDR,sales,,Europe/Berlin\n',
    },
  },
};

/** What `baton init` leaves in the folder of a reader who has a workspace of their own. */
const OWN = ['.baton.json', 'policy.yaml'];

type Line = { text: string; exit: number; at: number };
type Ran = { code: number; out: string; err: string };

function read(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

/** The command lines of a document's sh blocks, with continued lines put together and the exit code that a comment promises. */
function linesOf(document: string): Line[] {
  return [...read(document).matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap((block) => {
    const before = read(document).slice(0, block.index).split('\n').length;
    const lines: Line[] = [];
    let open = '';
    for (const [i, one] of (block[1] ?? '').split('\n').entries()) {
      open = open === '' ? one : `${open}\n${one}`;
      if (one.endsWith('\\') || openQuote(open)) continue;
      const text = open.trim();
      if (text !== '' && !text.startsWith('#'))
        lines.push({ text, exit: Number(/# exit (\d+)$/.exec(text)?.[1] ?? 0), at: before + i + 1 });
      open = '';
    }
    return lines;
  });
}

/** A single quote that has not ended yet: the next line belongs to it. */
function openQuote(text: string): boolean {
  return (text.replace(/"[^"']*"/g, '').match(/'/g)?.length ?? 0) % 2 === 1;
}

function shell(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile('sh', ['-c', script], { cwd, env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err });
    });
    child.stdin?.end();
  });
}

const withDocuments = documents.filter((document) => linesOf(document).length > 0);

describe('the commands of the documents', () => {
  let product: Product;
  let base: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    base = newFolder();
    chmodSync(base, 0o711); // a restored database may run as another user, below this folder
    product = await startProduct(newFolder());
    const bin = join(base, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'baton'), `#!/bin/sh\nexec "${process.execPath}" "${root}/src/cli/main.ts" "$@"\n`);
    chmodSync(join(bin, 'baton'), 0o755);
    env = { PATH: `${bin}:${process.env.PATH}`, HOME: base, BATON_SERVER: product.url, BATON_DATA: product.folder };
    const own = join(base, 'own');
    mkdirSync(own);
    const made = await shell(
      'baton init --no-input --name "The readers" --person ana --person-name "Ana Diaz" --email ana@acme.example --team sales && baton policy publish policy.yaml',
      own,
      env,
    );
    expect(made.code, made.err).toBe(0);
  });
  afterAll(async () => {
    await product.end('SIGTERM');
    for (const folder of [product.folder, base]) forget(folder);
  });

  test.for(withDocuments)('%s', async (document, context) => {
    const cwd = join(base, document.replace(/\W/g, '-'));
    mkdirSync(cwd);
    symlinkSync(product.folder, join(cwd, 'data'));
    symlinkSync(join(base, 'bin/baton'), join(cwd, 'baton'));
    const reader = READERS[document] ?? {};
    for (const [name, text] of Object.entries(reader.files ?? {})) writeFileSync(join(cwd, name), text);
    if (reader.own === true) for (const name of OWN) copyFileSync(join(base, 'own', name), join(cwd, name));
    const settings: string[] = [];
    const seen = new Map<string, string>();
    for (const { text, exit, at } of linesOf(document)) {
      const where = `${document}:${at} ${text}`;
      const command = text.replace(/\s+#.*$/, '').replace(/^\.\//, '');
      if (/^(export|unset) /.test(command)) {
        settings.push(command);
        continue;
      }
      const other = ELSEWHERE[command];
      if (other !== undefined && other.instead === undefined) continue;
      expect(command, `${where}: neither baton nor curl; say in ELSEWHERE how it is tested`).toMatch(/^(baton|curl) /);
      if (command.startsWith('curl ') && (await shell('command -v curl', cwd, env)).code !== 0)
        context.skip('curl is not installed on this machine');
      // An id with dots stands for the last one of its kind that was printed, as a reader would copy it.
      const script = (other?.instead ?? text)
        .replace(/\b(ho|su)_…/g, (dots, kind: string) => seen.get(kind) ?? dots)
        .replaceAll('http://localhost:4400', product.url);
      const ran = await shell([...settings, script].join('\n'), cwd, env);
      for (const [id, kind] of `${ran.out}\n${ran.err}`.matchAll(/\b(ho|su)_\w{10,}/g)) seen.set(kind ?? '', id);
      expect(ran.code, `${where}\n${ran.out}${ran.err}`).toBe(exit);
      if (exit === 0) expect(ran.err, where).not.toMatch(/^baton: /m);
      if (command.startsWith('curl ')) expect(ran.out, where).toContain('"result":"done"');
    }
  });
});

describe('the commands that prose names', () => {
  const program = buildProgram(async () => undefined, { out: () => undefined, err: () => undefined });
  const flagsOf = (command: Command): string[] =>
    command.options.flatMap((option) => [option.long, option.short].filter((flag) => typeof flag === 'string'));

  /** What is wrong with a command as written; undefined when it exists and has every option. */
  function wrong(text: string): string | undefined {
    const words = text.split(/\s+/).slice(1);
    let command = program;
    while (command.commands.length > 0 && /^[a-z][a-z-]*$/.test(words[0] ?? '')) {
      const next = command.commands.find((one) => one.name() === words[0]);
      if (next === undefined) return `"${words[0]}" is no command`;
      command = next;
      words.shift();
    }
    const known = [...flagsOf(program), ...flagsOf(command), '--help', '-h'];
    const strange = words.map((word) => /^--[a-z-]+/.exec(word)?.[0]).find((flag) => flag && !known.includes(flag));
    return strange === undefined ? undefined : `${command.name()} has no ${strange}`;
  }

  test.each([...documents, 'ARCHITECTURE.md'])('%s', (document) => {
    const named = [...read(document).matchAll(/`((?:\.\/)?baton [^`]+)`/g)].map((found) => found[1] ?? '');
    expect(named.filter((text) => wrong(text) !== undefined).map((text) => `${text}: ${wrong(text)}`)).toEqual([]);
  });
});
