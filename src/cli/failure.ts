// cli: anything that was thrown, as a sentence and an exit code. A bug shows where it happened; nothing else shows a stack.

import { Fault } from '../words/fault.ts';
import type { ExitCode } from './exit.ts';
import { CliError, EXIT } from './exit.ts';

/** Errors that are sentences for the user already, told apart by name because their rooms load late. */
const SENTENCES: Record<string, ExitCode> = { ImportRefused: EXIT.usage };

export function exitOfError(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exit;
  if (error instanceof Fault) return error.retry ? EXIT.retry : EXIT.failed;
  return error instanceof Error ? (SENTENCES[error.name] ?? EXIT.failed) : EXIT.failed;
}

export function sentenceOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected =
    error instanceof CliError || error instanceof Fault || error.name in SENTENCES || error.name === 'Error';
  return expected ? error.message : (error.stack ?? error.message);
}
