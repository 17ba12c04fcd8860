// show: names in place of ids. Names are private items, so they are read when something is shown and kept only as
// long as the roster does not change.

import { LRUCache } from 'lru-cache';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { Profile } from '../words/reader.ts';
import type { StandingView, WindowDeps } from './window.ts';

export type Names = {
  /** The person's name, or the id when there is none. */
  of(person: PersonId): string;
  profile(person: PersonId): Profile | undefined;
  /** A text in which people are named by their ids, with the names put in. */
  in(text: string, people: Iterable<PersonId>): string;
};

export type NamesOf = (workspace: WorkspaceId, standing: StandingView) => Promise<Names>;

export function createNames(reader: WindowDeps['reader']): NamesOf {
  const kept = new LRUCache<WorkspaceId, { version: number; names: Names }>({ max: 1_000 });
  return async function namesOf(workspace, { roster }) {
    const known = kept.get(workspace);
    if (known !== undefined && known.version === roster.version) return known.names;
    const names = namesFrom(await reader.profiles(workspace));
    kept.set(workspace, { version: roster.version, names });
    return names;
  };
}

export function namesFrom(profiles: ReadonlyMap<PersonId, Profile>): Names {
  const of = (person: PersonId) => profiles.get(person)?.name ?? person;
  return {
    of,
    profile: (person) => profiles.get(person),
    in(text, people) {
      const wanted = [...new Set(people)].sort((a, b) => b.length - a.length).map(escapeForPattern);
      if (wanted.length === 0) return text;
      const pattern = new RegExp(`(?<![\\w-])(?:${wanted.join('|')})(?![\\w-])`, 'g');
      return text.replace(pattern, (id) => of(id));
    },
  };
}

function escapeForPattern(id: string): string {
  return id.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
