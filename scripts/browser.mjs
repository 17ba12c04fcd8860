// Finds the Chromium for browser tests, and on a Debian-like machine run as root installs it.
// Promises: the path of a browser, or undefined after saying visibly why the browser tests are left out.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './install.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** True when some end-to-end test asks for a browser; only then is one looked for. */
export function browserWanted() {
  const folder = join(root, 'test', 'e2e');
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('CHROMIUM'),
  );
}

/** The path of a Chromium, installing Debian's when that is possible. */
export async function findBrowser() {
  const found = await presentBrowser();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && onPath('apt-get') !== undefined) {
    say('Installing Chromium for the browser tests (apt-get install chromium).');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 2, 2], env });
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'chromium');
    const installed = await presentBrowser();
    if (installed !== undefined) return installed;
  }
  say('SKIPPED: browser tests. No Chromium was found: install one, or set CHROMIUM to the path of yours.');
  return undefined;
}

async function presentBrowser() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM is set to ${named}, where there is no file. Correct it or unset it.`);
  }
  const known = names.map(onPath).find((path) => path !== undefined);
  if (known !== undefined) return known;
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  return own !== '' && existsSync(own) ? own : undefined;
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
