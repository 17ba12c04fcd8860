// show: what the window is handed: the reader of the record, the standing documents, the stream of events, and the
// door's own guard and problems. The window can read and cannot write: nothing here decides anything.

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
import type { z } from 'zod';
import type { Drill } from '../words/drill.ts';
import type { Actor, Recorded } from '../words/event.ts';
import type { Clock } from '../words/handoff.ts';
import type { PersonId, PolicyHash, WorkspaceId } from '../words/ids.ts';
import type { Endpoint } from '../words/intent.ts';
import type { Scope } from '../words/key.ts';
import type { PolicyDoc } from '../words/policy.ts';
import type { Reader } from '../words/reader.ts';
import type { Roster } from '../words/roster.ts';
import type { DecisionRecord } from '../words/routing.ts';
import type { Instant, Span } from '../words/time.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

type ProblemResponse = { description: string; content: Record<string, { schema: z.ZodType }> };

/** What the door lends: who may read, and how a "no" looks. */
export type DoorTools = {
  needs(scope: Scope): onRequestHookHandler;
  open: onRequestHookHandler;
  callerOf(request: FastifyRequest): { workspace: WorkspaceId; actor: Actor };
  notFound(detail: string): Error;
  badCursor(): Error;
  problemResponses: { '4xx': ProblemResponse; '5xx': ProblemResponse };
};

/** The standing documents of a workspace, as they are now. */
export type StandingView = {
  roster: Roster;
  policy?: { hash: PolicyHash; doc: PolicyDoc; text: string };
  endpoints: Endpoint[];
};

export type Health = { ok: boolean; checks: Record<string, string> };

export type WindowDeps = {
  reader: Reader;
  standing(workspace: WorkspaceId): Promise<StandingView>;
  /** Calls the listener with newly committed events, oldest first; returns how to stop. */
  subscribe(workspace: WorkspaceId, listener: (events: Recorded[]) => void): () => void;
  /** Events after a position, oldest first, at most `limit`. */
  eventsAfter(workspace: WorkspaceId, seq: number, limit: number): Promise<Recorded[]>;
  /** Why a clock is due when it is: the steps, told for the person whose name is given. */
  explain(view: StandingView, clock: Clock, who: string): { steps: readonly string[]; sentence: string };
  /** What would have given a handoff to this person, in one sentence; people are named by id. */
  whatIf(decision: DecisionRecord, person: PersonId): string;
  /** What would happen if this person left then; undefined for somebody unknown. */
  drill(workspace: WorkspaceId, person: PersonId, at: Instant): Promise<Drill | undefined>;
  /** For display only. */
  now(): Instant;
  /** Calls the work again and again; returns how to stop. */
  every(ms: Span, work: () => void): () => void;
  /** Signs cursors; the same in every process of an installation. */
  cursorSecret: Uint8Array;
  health(): Promise<Health>;
  log(line: string, error: unknown): void;
  /** The demo company: the page acts in it through a session that everybody who looks may use. */
  demo?: { company: string; cookie: string };
};
