// cli: how a command ends. The numbers are a promise to scripts (docs/cli.md); every failure is a sentence with a number.

export const EXIT = {
  ok: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** The command line or a value in it cannot be used. */
  usage: 2,
  /** A check (policy check, doctor, ledger verify, import) found problems. */
  problems: 3,
  /** Not in this state, or changed meanwhile. */
  conflict: 4,
  /** Not with this key. */
  denied: 5,
  /** There is no such thing. */
  unknown: 6,
  /** Try the same again later. */
  retry: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a sentence on stderr and an exit code. */
export class CliError extends Error {
  readonly exit: ExitCode;
  /** What to do next, one command or sentence. */
  readonly next: string | undefined;
  constructor(message: string, exit: ExitCode, next?: string) {
    super(message);
    this.name = 'CliError';
    this.exit = exit;
    this.next = next;
  }
}

/** The exit code of a problem that the API answers with this status. */
export function exitOfStatus(status: number, retryable: boolean): ExitCode {
  if (status === 401 || status === 403) return EXIT.denied;
  if (status === 404) return EXIT.unknown;
  if (status === 409 || status === 412 || status === 428) return EXIT.conflict;
  if (status === 400 || status === 413 || status === 415 || status === 422) return EXIT.usage;
  return retryable || status === 429 || status === 503 || status === 507 ? EXIT.retry : EXIT.failed;
}
