// The help of every command, kept as golden files: what a person reads is looked at when it changes.
// To accept a change: UPDATE_GOLDEN=1 and the same run.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';

const folder = join(import.meta.dirname, '../golden/cli/help');
const update = process.env.UPDATE_GOLDEN === '1';

function commandsOf(command: Command, path: string[] = []): { name: string; command: Command }[] {
  const name = ['baton', ...path].join(' ');
  return [{ name, command }, ...command.commands.flatMap((sub) => commandsOf(sub, [...path, sub.name()]))];
}

const all = commandsOf(buildProgram(async () => undefined, { out: () => undefined, err: () => undefined }));
const fileOf = (name: string) => `${name.replaceAll(' ', '-')}.golden.txt`;

describe('help', () => {
  test.each(all)('$name says what it said', ({ name, command }) => {
    const text = command.helpInformation();
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, fileOf(name)), text);
    }
    expect(text).toBe(readFileSync(join(folder, fileOf(name)), 'utf8'));
  });

  test('there is no golden file of a command that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(all.map(({ name }) => fileOf(name)).sort());
  });

  test.each(all)('$name begins with what it does and with an example that names it', ({ name, command }) => {
    const text = command.helpInformation();
    expect(text.indexOf('Examples:')).toBeGreaterThan(0);
    expect(text.indexOf('Examples:')).toBeLessThan(text.indexOf('Usage:'));
    expect(text).toContain(`  ${name}`.replace(/^ {2}baton$/, '  baton up'));
  });

  test('every command that changes something has --dry-run', () => {
    const reading = [
      'up',
      'list',
      'show',
      'why',
      'timeline',
      'check',
      'schema',
      'verify',
      'seal',
      'export',
      'rebuild',
      'next',
      'doctor',
      'drill',
      'simulate',
      'test',
      'storm',
    ];
    const leaves = all.filter(({ command }) => command.commands.length === 0);
    const without = leaves.filter(({ command }) => !command.options.some((o) => o.long === '--dry-run'));
    expect(without.map(({ command }) => command.name()).filter((name) => !reading.includes(name))).toEqual([]);
  });
});
