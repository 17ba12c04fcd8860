// arrive: "only if it is still what I saw" (RFC 9110, section 13; RFC 6585, 428). Edits of people, teams, policy and
// endpoints must say which version they were made from; edits of one thing are checked and sent one after the other.

import type { FastifyRequest } from 'fastify';
import type { WorkspaceId } from '../../words/ids.ts';
import { Problem } from '../problems.ts';

export type ThingKind = 'handoff' | 'person' | 'team' | 'policy' | 'endpoint';

/** The entity tag (without quotes) of a thing as it is now; undefined when there is none. */
export type VersionOf = (workspace: WorkspaceId, kind: ThingKind, id: string) => Promise<string | undefined>;

type Precondition = { match: 'any' | string[] } | { match: 'none' };

/** What the request demands of the current version; undefined when it demands nothing. */
export function preconditionOf(request: FastifyRequest): Precondition | undefined {
  const ifMatch = request.headers['if-match'];
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  if (ifMatch === undefined) {
    if (ifNoneMatch?.trim() === '*') return { match: 'none' };
    throw new Problem('match/malformed', { detail: 'If-None-Match can only be * here: "only if there is none yet".' });
  }
  if (ifMatch.trim() === '*') return { match: 'any' };
  const tags = ifMatch.split(',').map((tag) => /^\s*"([\x21\x23-\x7e]+)"\s*$/.exec(tag)?.[1]);
  if (tags.some((tag) => tag === undefined)) {
    throw new Problem('match/malformed', {
      detail: `The If-Match header "${ifMatch.slice(0, 100)}" holds no entity tag of this server. Send the ETag as it was read.`,
    });
  }
  return { match: tags as string[] };
}

/** Throws 412, with the current tag, unless the current version is what the request demands. */
export function checkPrecondition(precondition: Precondition, current: string | undefined, what: string): void {
  if (
    precondition.match === 'none'
      ? current === undefined
      : current !== undefined && matches(precondition.match, current)
  ) {
    return;
  }
  const now = current === undefined ? 'does not exist' : `is at version "${current}"`;
  throw new Problem('match/stale', {
    detail: `${what} ${now}, which is not what this edit was made from. Read it again.`,
    headers: current === undefined ? {} : { etag: `"${current}"` },
  });
}

export function requirePrecondition(request: FastifyRequest): Precondition {
  const precondition = preconditionOf(request);
  if (precondition === undefined) throw new Problem('match/required');
  return precondition;
}

function matches(wanted: 'any' | string[], current: string): boolean {
  return wanted === 'any' || wanted.includes(current);
}

/** Runs works under one name one after the other, so that no edit slips in between a check and its own edit. */
export function createQueue(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async function inTurn(name, work) {
    const before = tails.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    tails.set(name, mine);
    try {
      return await mine;
    } finally {
      if (tails.get(name) === mine) tails.delete(name);
    }
  };
}
