// deliver: what the post office needs from the rest of the house, handed to it as functions.

import type { EmailMessage } from '../connectors/email/send.ts';
import type { WebhookFacts } from '../connectors/webhook/send.ts';
import type { Ask } from '../words/arrival.ts';
import type { WorkspaceId } from '../words/ids.ts';
import type { Intent } from '../words/intent.ts';
import type { Claimed, MessageRow } from '../words/journal.ts';
import type { Instant, Span } from '../words/time.ts';
import type { MessageFacts } from './message-facts.ts';
import type { WebhookMessage } from './webhook.ts';

export type PostDeps = {
  /**
   * Takes due messages (due kind `message`, which outgoing webhooks are too) under a lease. `attempts` counts the tries
   * before this one. A claim whose lease ends without a word counts as one, so a try that kills the process is counted.
   */
  claim(limit: number, leaseMs: Span): Promise<Claimed[]>;
  /** Lengthens a lease; false when another worker has the row, or the message was cancelled. */
  renew(claim: Claimed, leaseMs: Span): Promise<boolean>;
  /** Puts a row back at a later time. `tried` false: nothing was sent, so this was not one of its tries. */
  postpone(claim: Claimed, dueAt: Instant, reason: string, tried: boolean): Promise<boolean>;
  message(workspace: WorkspaceId, id: string): Promise<MessageRow | undefined>;
  /** What the message rests on at this moment; `gone` when there is nothing left to tell, with the reason. */
  facts(workspace: WorkspaceId, intent: Intent): Promise<MessageFacts | WebhookFacts | { gone: string }>;
  /** The ways out. They throw a Fault. */
  outlets: { email(message: EmailMessage): Promise<void>; webhook(message: WebhookMessage): Promise<void> };
  /** A receipt arrives: `delivered`, `delivery-failed`, or `set-endpoint` to switch off an endpoint that is gone. */
  report(workspace: WorkspaceId, ask: Ask): Promise<void>;
  /** Database time. */
  now(): Promise<Instant>;
  /** From 0 up to 1. */
  random(): number;
  /** Resolves after a span, or at once when the signal is aborted. */
  wait(spanMs: Span, signal?: AbortSignal): Promise<void>;
  log(level: 'info' | 'warn' | 'error', text: string, facts: Record<string, string | number>): void;
};
