// words: every failure that is nobody's decision, in one table: may it be tried again, and does somebody have to look?
// A fault is thrown. HTTP numbers stand in arrive/http-status.ts and nowhere else.

export const FAULTS = {
  'record/unavailable': {
    says: 'The database does not answer. Nothing was decided; send the same request again.',
    retry: true,
  },
  'record/disk-full': {
    says: 'The database has no room left. Nothing was decided; free space and send the same request again.',
    retry: true,
  },
  'record/conflict': {
    says: 'Another process kept changing this workspace. Nothing was decided; send the same request again.',
    retry: true,
  },
  'record/broken-chain': { says: 'The ledger does not verify. Stop writing and restore from a backup.', retry: false },
  'deliver/rate-limited': { says: 'The other side asks us to slow down.', retry: true },
  'deliver/unreachable': { says: 'The other side cannot be reached.', retry: true },
  'deliver/refused-address': { says: 'The address is not one that Baton may call.', retry: false },
  'deliver/rejected': { says: 'The other side rejected the message.', retry: false },
  'deliver/server-error': { says: 'The other side failed.', retry: true },
  'deliver/unknown-outcome': { says: 'The message was sent, but no answer came; it may have arrived.', retry: true },
  'deliver/no-address': { says: 'There is no address for this person.', retry: false },
  'door/too-busy': { says: 'Too many requests wait; send the same request again later.', retry: true },
  'door/set-aside': {
    says: 'Baton could not decide this and set it aside with its input; an operator can see and replay it.',
    retry: false,
  },
} as const satisfies Record<string, { says: string; retry: boolean }>;

export type FaultCode = keyof typeof FAULTS;

export class Fault extends Error {
  readonly code: FaultCode;
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(code: FaultCode, detail = '', retryAfterMs?: number, cause?: unknown) {
    super(detail === '' ? FAULTS[code].says : `${FAULTS[code].says} (${detail})`, { cause });
    this.name = 'Fault';
    this.code = code;
    this.retry = FAULTS[code].retry;
    this.retryAfterMs = retryAfterMs;
  }
}
