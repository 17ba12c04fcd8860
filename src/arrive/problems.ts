// arrive: what the door itself says no to, before anything is decided: one table, one sentence each.
// Refusals (words/refusal.ts) and faults (words/fault.ts) have their own tables; a Problem is thrown inside the door
// only and never leaves it other than as an answer.

export const PROBLEMS = {
  'request/malformed': { says: 'The request could not be read.', retry: false },
  'request/bad-value': { says: 'A value is not what this route takes.', retry: false },
  'request/unknown-field': { says: 'The request holds a field that this route does not know.', retry: false },
  'request/too-large': { says: 'The request is larger than this server takes.', retry: false },
  'request/media-type': { says: 'The body comes in a form that this route does not take.', retry: false },
  'request/foreign-origin': { says: 'A browser session can only be used from its own pages.', retry: false },
  'route/unknown': { says: 'There is nothing at this address.', retry: false },
  'key/missing': { says: 'This route needs an API key.', retry: false },
  'key/unknown': {
    says: 'The API key is not a live key: it was never made, has expired, or was revoked.',
    retry: false,
  },
  'key/scope': { says: 'The API key does not open this route.', retry: false },
  'signature/bad': { says: 'The signature does not fit the body, the time or the source.', retry: false },
  'idempotency/missing': { says: 'This request changes something and needs an Idempotency-Key.', retry: false },
  'idempotency/malformed': { says: 'The Idempotency-Key is not a quoted string.', retry: false },
  'match/required': { says: 'This edit must say which version it was made from.', retry: false },
  'match/malformed': { says: 'The If-Match header holds no entity tag of this server.', retry: false },
  'match/stale': { says: 'The thing changed since the version that the edit was made from.', retry: false },
  'cursor/bad': { says: 'The cursor was not made by this list.', retry: false },
  'limit/exceeded': { says: 'Too many requests in a short time.', retry: true },
  'arrival/unknown': { says: 'There is no arrival of this name that was set aside.', retry: false },
  'thing/unknown': { says: 'There is no such thing in this workspace.', retry: false },
  bug: {
    says: 'Baton failed in a way that nobody foresaw. The log has the details under the request id.',
    retry: true,
  },
} as const satisfies Record<string, { says: string; retry: boolean }>;

export type ProblemCode = keyof typeof PROBLEMS;

export type ProblemDetails = {
  /** Names the value, where it stands and what to do; the table's sentence when left out. */
  detail?: string;
  /** Path of the field at fault, for example `data.note.why-now`. */
  field?: string;
  headers?: Record<string, string>;
};

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;
  readonly headers: Record<string, string>;
  constructor(code: ProblemCode, { detail, field, headers = {} }: ProblemDetails = {}) {
    super(detail ?? PROBLEMS[code].says);
    this.name = 'Problem';
    this.code = code;
    this.field = field;
    this.headers = headers;
  }
}
