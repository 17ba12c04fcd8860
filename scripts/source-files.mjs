// Shared by the checkers: which source files there are, their syntax trees, and where in them something stands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

/** All .ts and .tsx files below the given folders of `root`, as paths relative to it, sorted. */
export function sourceFiles(root, folders) {
  return folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /[.]tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules'))
    .sort();
}

/** The file's syntax tree and text. */
export function parseFile(root, path) {
  const text = readFileSync(join(root, path), 'utf8');
  return { text, program: parseSync(path, text).program };
}

/** Visits every node below `node`, parents first; `visit` gets the node, its parent and the key it hangs on. */
export function walk(node, visit, parent = undefined, key = undefined) {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit, parent, key);
    return;
  }
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return;
  visit(node, parent, key);
  for (const [childKey, child] of Object.entries(node)) walk(child, visit, node, childKey);
}

/** `line:column` of an offset, both from 1. */
export function position(text, offset) {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** Prints the findings, one a line, and sets the exit code: 1 when there are any. */
export function report(findings, praise) {
  for (const { path, at, says } of findings) console.log(`${path}:${at} ${says}`);
  console.log(findings.length === 0 ? praise : `${findings.length} found`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
