// cli: API keys for operators. A key is shown once, when it is made; afterwards only its public name, scopes and dates.

import { randomBytes } from 'node:crypto';
import { makeKey } from '../../arrive/keys.ts';
import type { House } from '../../run/house.ts';
import type { Actor } from '../../words/event.ts';
import type { WorkspaceId } from '../../words/ids.ts';
import { formatUlid } from '../../words/ids.ts';
import type { ApiKey, Scope } from '../../words/key.ts';
import type { Span } from '../../words/time.ts';

export type KeyWish = { principal: Actor; scopes: Scope[]; label: string; livesMs: Span };

/** Makes a key and stores its hash. The key itself is in the answer and nowhere else. */
export async function createKey(
  house: Pick<House, 'keys' | 'clock'>,
  workspace: WorkspaceId,
  wish: KeyWish,
): Promise<{ key: string; about: ApiKey }> {
  const at = house.clock.now();
  const made = makeKey();
  const about: ApiKey = {
    id: `ke_${formatUlid(at, randomBytes(10))}`,
    workspace,
    principal: wish.principal,
    scopes: wish.scopes,
    label: wish.label,
    createdAt: at,
    expiresAt: at + wish.livesMs,
  };
  await house.keys.add(made.hash, about);
  return { key: made.key, about };
}
