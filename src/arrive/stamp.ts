// arrive: the one place where a name is drawn by chance. Everything deeper derives its names from an arrival's id.

import { randomFillSync } from 'node:crypto';
import { formatUlid, type IdPrefix } from '../words/ids.ts';
import type { Instant } from '../words/time.ts';

const pool = new Uint8Array(4_000);
let used = pool.length;

/** A new id, sortable by its instant (epoch ms). */
export function stampId(prefix: IdPrefix, at: Instant): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 10);
  used += 10;
  return `${prefix}_${formatUlid(at, random)}`;
}
