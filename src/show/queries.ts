// show: what the reading routes share: how a list is paged, whose names and zone an answer uses, and the shapes of
// queries. Personal data is never cached on the way.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WorkspaceId } from '../words/ids.ts';
import type { Page } from '../words/reader.ts';
import { type Cursors, createCursors } from './cursor.ts';
import { createNames, type Names, type NamesOf } from './names.ts';
import type { App, DoorTools, StandingView, WindowDeps } from './window.ts';

const PAGE_MAX = 200;
export const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(50);
export const cursor = z.string().max(1_000).optional().describe('From the `Link: rel="next"` of the page before.');
export const word = z
  .string()
  .max(200)
  .refine((value) => value.isWellFormed() && !value.includes('\0'), { error: 'holds a character that no name has' });
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const idParams = z.object({ id: word });

/** What every file of reading routes is handed. */
export type Window = {
  app: App;
  deps: WindowDeps;
  door: DoorTools;
  cursors: Cursors;
  namesOf: NamesOf;
};

export function createWindow(app: App, door: DoorTools, deps: WindowDeps): Window {
  return { app, deps, door, cursors: createCursors(deps.cursorSecret), namesOf: createNames(deps.reader) };
}

export type Looking = { workspace: WorkspaceId; standing: StandingView; names: Names; zone: string };

/** The caller's workspace with what an answer needs to name people and tell times. */
export async function look(
  { door, deps, namesOf }: Window,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Looking> {
  reply.header('cache-control', 'no-store');
  const { workspace } = door.callerOf(request);
  const standing = await deps.standing(workspace);
  const names = await namesOf(workspace, standing);
  return { workspace, standing, names, zone: standing.policy?.doc.hours.zone ?? 'UTC' };
}

/** Opens the cursor of a list, asks for the page after it, and links to the next one. */
export async function page<T>(
  { cursors, door }: Window,
  request: FastifyRequest,
  reply: FastifyReply,
  ask: (after: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const address = new URL(request.url, 'http://list');
  const sealed = address.searchParams.get('cursor') ?? undefined;
  address.searchParams.delete('cursor');
  address.searchParams.delete('limit');
  address.searchParams.sort();
  const list = `${door.callerOf(request).workspace} ${address.pathname}?${address.searchParams}`;
  const after = sealed === undefined ? undefined : cursors.open(list, sealed);
  if (sealed !== undefined && after === undefined) throw door.badCursor();
  const { rows, next } = await ask(after);
  if (next !== undefined) {
    const following = new URL(request.url, 'http://list');
    following.searchParams.set('cursor', cursors.seal(list, next));
    reply.header('link', `<${following.pathname}${following.search}>; rel="next"`);
  }
  return rows;
}
