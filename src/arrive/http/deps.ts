// arrive: everything that the HTTP door is handed. It knows no other room: who decides, stores, verifies and looks up
// comes in as functions.

import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ArrivalId, WorkspaceId } from '../../words/ids.ts';
import type { Answer } from '../../words/journal.ts';
import type { KeyStore, Scope } from '../../words/key.ts';
import type { Instant } from '../../words/time.ts';
import type { Answered, Corridor, Draft } from '../draft.ts';
import type { Sessions } from '../sessions.ts';
import type { Caller, Guard } from './guard.ts';
import type { Limits } from './limits.ts';
import type { VersionOf } from './preconditions.ts';
import type { problemResponses } from './problem.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A request signed as Standard Webhooks 1.0.0 says; the body is the raw bytes. */
export type SignedRequest = { source: string; id: string; timestamp: string; signature: string; body: Uint8Array };

/** What the window's routes need of the door, so that reading is guarded and refused in the same way. */
export type DoorTools = {
  needs(scope: Scope): onRequestHookHandler;
  open: onRequestHookHandler;
  callerOf(request: FastifyRequest): Caller;
  notFound(detail: string): Error;
  badCursor(): Error;
  /** The response schemas of problems, for every route's list of responses. */
  problemResponses: typeof problemResponses;
};

export type DoorDeps = {
  corridor: Corridor;
  keys: KeyStore;
  sessions: Sessions;
  /** The process's idea of the time: for limits, cookies, and facts that come without a time. Never for a decision. */
  now(): Instant;
  /** The policy signal that a CloudEvents type carries. */
  signalOfType(workspace: WorkspaceId, type: string): string | undefined | Promise<string | undefined>;
  /** Checks a signed request against the secret of its source; undefined when anything does not fit. */
  verifySigned(request: SignedRequest): Promise<{ workspace: WorkspaceId; source: string } | undefined>;
  versionOf: VersionOf;
  /** The first answer to a command, when it was decided before. */
  firstAnswer(workspace: WorkspaceId, command: string): Promise<{ bodyHash: string; answer: Answer } | undefined>;
  /** Decides an arrival that was set aside once more; undefined when there is none of this name. */
  replay(workspace: WorkspaceId, arrival: ArrivalId, draft: Omit<Draft, 'ask'>): Promise<Answered | undefined>;
  /** Where people reach the product, without a slash at the end. */
  publicUrl: string;
  limits?: Partial<Limits>;
  /** Called with a line and the error for what nobody foresaw. */
  log(line: string, error: unknown): void;
  /** Registers the window's routes. */
  window?: (app: App, tools: DoorTools) => void;
  /** Describes, as OpenAPI path items, what is posted to endpoints. */
  webhooks?: Record<string, object>;
};

/** What the door's own route files share. */
export type Door = DoorDeps & { guard: Guard };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Changes something: must not be a GET. */
    writes?: true;
    scope?: Scope;
    idempotency?: 'required' | 'optional';
    match?: 'required' | 'optional';
    /** Takes a Standard Webhooks signature instead of a key. */
    signed?: true;
  }
}
