// cli: one command as data: what it says about itself, its examples, arguments and options, and what it runs.
// Help shows examples first; every write has --dry-run; a command ends with the next one to look at.

import { type Command, Option } from 'commander';
import type { Api } from './api.ts';
import type { Say } from './say.ts';
import type { Settings } from './settings.ts';

export type Call = {
  args: string[];
  /** By the option's camel-case name. */
  options: Record<string, unknown>;
  say: Say;
  settings: Settings;
  api: Api;
  /** Where the caller stands: settings of the project go here. */
  cwd: string;
  /** All of stdin, for "-". */
  stdin(): Buffer;
  interactive: boolean;
  setExit(code: number): void;
};

export type Spec = {
  name: string;
  /** One line for lists, without a full stop. */
  says: string;
  more?: string;
  /** What it is for, and the command. */
  examples: [string, string][];
  args?: [flags: string, says: string][];
  options?: [flags: string, says: string, choices?: readonly string[]][];
  /** Offers --dry-run. */
  writes?: boolean;
  run(call: Call): Promise<void> | void;
};

export type Group = { name: string; says: string; examples: [string, string][]; commands: Spec[] };

export type Runner = (spec: Spec, args: string[], command: Command) => Promise<void>;

export function addGroup(parent: Command, group: Group, run: Runner): void {
  const made = parent.command(group.name).description(group.says);
  dress(made, group.examples);
  for (const spec of group.commands) addCommand(made, spec, run);
}

export function addCommand(parent: Command, spec: Spec, run: Runner): void {
  const made = parent
    .command(spec.name)
    .description(spec.more === undefined ? spec.says : `${spec.says}.\n${spec.more}`);
  made.summary(spec.says);
  for (const [flags, says] of spec.args ?? []) made.argument(flags, says);
  for (const [flags, says, choices] of spec.options ?? []) {
    const option = new Option(flags, says);
    if (choices !== undefined) option.choices([...choices]);
    if (/\.\.\.>?$/.test(flags) && choices === undefined)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    made.addOption(option);
  }
  if (spec.writes === true) made.option('--dry-run', 'Say what would happen; change nothing');
  dress(made, spec.examples);
  made.action(async (...all: unknown[]) => {
    const command = all.at(-1) as Command;
    const args = all.slice(0, -2).flatMap((arg) => (arg === undefined ? [] : [arg].flat().map(String)));
    await run(spec, args, command);
  });
}

/** Examples first, then usage, arguments and options. */
export function dress(command: Command, examples: [string, string][]): void {
  command.helpOption('-h, --help', 'Show this help');
  command.configureHelp({
    formatHelp(given, helper) {
      const usage = helper.commandUsage(given);
      const parts: string[] = [
        `${helper.commandDescription(given)}${/[.!?]$/.test(helper.commandDescription(given)) ? '' : '.'}`,
      ];
      if (examples.length > 0)
        parts.push(`Examples:\n${examples.map(([what, line]) => `  # ${what}\n  ${line}`).join('\n')}`);
      parts.push(`Usage:\n  ${usage}`);
      const rows = (title: string, list: [string, string][]): void => {
        if (list.length === 0) return;
        const wide = Math.min(34, Math.max(...list.map(([term]) => term.length)));
        parts.push(
          `${title}:\n${list.map(([term, text]) => (term.length > wide ? `  ${term}\n  ${' '.repeat(wide)}  ${text}` : `  ${term.padEnd(wide)}  ${text}`)).join('\n')}`,
        );
      };
      rows(
        'Arguments',
        helper.visibleArguments(given).map((a) => [helper.argumentTerm(a), helper.argumentDescription(a)]),
      );
      rows(
        'Commands',
        helper
          .visibleCommands(given)
          .filter((c) => c.name() !== 'help')
          .map((c) => [c.name(), helper.subcommandDescription(c)]),
      );
      rows(
        'Options',
        helper.visibleOptions(given).map((o) => [helper.optionTerm(o), helper.optionDescription(o)]),
      );
      if (given.parent !== null)
        parts.push('Options of every command (--json, --plain, --server, --data …): baton --help');
      return `${parts.join('\n\n')}\n`;
    },
  });
}
