// words: what a name of a thing looks like.
// Ids are ULIDs in lower case behind a two-letter prefix: random, sortable by time, URL-safe.
// One id is made at the door (arrive/stamp.ts); every id that a decision needs is derived from the
// arrival's id and a counter, so deciding draws no random number and replay gives the same names.

export type PersonId = string;
export type TeamId = string;
export type HandoffId = string;
export type OfferId = string;
export type TaskId = string;
export type SubjectId = string;
export type ArrivalId = string;
export type PolicyHash = string;
export type WorkspaceId = string;

export type IdPrefix = 'ar' | 'ho' | 'of' | 'ta' | 'su' | 'px' | 'qu' | 'ms' | 'cl' | 'en' | 'ke' | 'im';

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** The 26-letter ULID of an instant (epoch ms) and ten random bytes. Sorts by time, then by the bytes. */
export function formatUlid(at: number, random: Uint8Array): string {
  let time = '';
  for (let rest = at, i = 0; i < 10; i++) {
    time = LETTERS.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let tail = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 10; i++) {
    held = (held << 8) | (random[i] ?? 0);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += LETTERS.charAt((held >> bits) & 31);
    }
  }
  return time + tail;
}

export type IdMaker = (prefix: IdPrefix) => string;

/** Names for everything that one arrival creates: the arrival's own ULID, then a counter. */
export function idsFrom(arrival: ArrivalId): IdMaker {
  const ulid = arrival.slice(arrival.indexOf('_') + 1);
  let n = 0;
  return (prefix) => {
    const id = n === 0 ? `${prefix}_${ulid}` : `${prefix}_${ulid}${n.toString(32).padStart(2, '0')}`;
    n += 1;
    return id;
  };
}
