// cli: where the server is, which key to use, which data folder. Flag over environment over project file over the user's
// file over the machine's. A key is named by its file, never given as a flag or in the environment.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { CliError, EXIT } from './exit.ts';

export type Settings = {
  server: string;
  keyFile: string | undefined;
  data: string;
  workspace: string | undefined;
  databaseUrl: string | undefined;
  /** Where each one came from, for doctor and errors. */
  from: Record<string, string>;
};

const NAMES = ['server', 'keyFile', 'data', 'workspace'] as const;
type Name = (typeof NAMES)[number];
type Written = Partial<Record<Name, string>>;

const ENVIRONMENT: Record<Name, string> = {
  server: 'BATON_SERVER',
  keyFile: 'BATON_KEY_FILE',
  data: 'BATON_DATA',
  workspace: 'BATON_WORKSPACE',
};

export const PROJECT_FILE = '.baton.json';
const DEFAULT_SERVER = 'http://127.0.0.1:4400';

export type Around = { env: Record<string, string | undefined>; cwd: string; checkout: string };

/** Puts the layers together. @throws CliError when a file does not read. */
export function readSettings(flags: Written, around: Around): Settings {
  const { env, cwd } = around;
  const project = projectFile(cwd);
  const layers: [string, Written][] = [
    ['flag', resolved(flags, cwd)],
    ['environment', resolved(Object.fromEntries(NAMES.map((n) => [n, env[ENVIRONMENT[n]]])), cwd)],
    ...(project === undefined ? [] : [[project, readFile(project)] as [string, Written]]),
    ...[userFile(env), '/etc/baton/config.json'].filter(existsSync).map((f) => [f, readFile(f)] as [string, Written]),
  ];
  const from: Record<string, string> = {};
  const pick = (name: Name): string | undefined => {
    for (const [where, layer] of layers) {
      const value = layer[name];
      if (value === undefined || value === '') continue;
      from[name] = where;
      return value;
    }
    return undefined;
  };
  const data = pick('data') ?? join(around.checkout, 'data');
  const keyFile = pick('keyFile') ?? ['admin.key', 'demo.key'].map((name) => join(data, name)).find(existsSync);
  return {
    server: (pick('server') ?? DEFAULT_SERVER).replace(/\/+$/, ''),
    keyFile,
    data,
    workspace: pick('workspace'),
    databaseUrl: env.DATABASE_URL === '' ? undefined : env.DATABASE_URL,
    from,
  };
}

/** The user's own settings file (XDG). */
function userFile(env: Record<string, string | undefined>): string {
  const base = env.XDG_CONFIG_HOME;
  const home = base !== undefined && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.config');
  return join(home, 'baton', 'config.json');
}

/** Writes settings into a file, over what stands there. */
export function writeSettings(path: string, settings: Written): void {
  const before = existsSync(path) ? readFile(path) : {};
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...before, ...settings }, null, 2)}\n`, { mode: 0o600 });
}

/** The key in the key file, or from stdin for "-". Tells when others can read the file. */
export function readKey(settings: Settings, stdin: () => string, tell: (line: string) => void): string {
  const { keyFile } = settings;
  if (keyFile === undefined) {
    throw new CliError(
      'There is no API key to ask with. Say --key-file FILE, or make a key: baton key create --person ID --out FILE.',
      EXIT.denied,
    );
  }
  if (keyFile === '-') return stdin().trim();
  try {
    if ((statSync(keyFile).mode & 0o077) !== 0)
      tell(`Warning: other users can read the key file ${keyFile}. Close it: chmod 600 ${keyFile}`);
    return readFileSync(keyFile, 'utf8').trim();
  } catch (error) {
    throw new CliError(
      `The key file ${keyFile} cannot be read: ${wordsOf(error)}.`,
      EXIT.denied,
      'baton key create --help',
    );
  }
}

function projectFile(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, PROJECT_FILE);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

function readFile(path: string): Written {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError(`The settings file ${path} cannot be read: ${wordsOf(error)}.`, EXIT.usage);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`The settings file ${path} does not hold a JSON object.`, EXIT.usage);
  const written: Written = {};
  for (const [name, each] of Object.entries(value)) {
    const known = NAMES.find((n) => n === name);
    if (known === undefined || typeof each !== 'string')
      throw new CliError(
        `The settings file ${path} holds "${name}"; it can hold the texts ${NAMES.join(', ')}.`,
        EXIT.usage,
      );
    written[known] = each;
  }
  return resolved(written, dirname(path));
}

function resolved(written: Written, base: string): Written {
  const path = (value: string | undefined): string | undefined =>
    value === undefined || value === '' || value === '-' ? value : resolve(base, value);
  const [data, keyFile] = [path(written.data), path(written.keyFile)];
  return { ...written, ...(data === undefined ? {} : { data }), ...(keyFile === undefined ? {} : { keyFile }) };
}

export function wordsOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'it may not be opened';
  return error instanceof Error ? error.message : String(error);
}
