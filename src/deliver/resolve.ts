// deliver: the addresses of a host name, all of them. Asks the name servers directly, so that a slow one cannot
// occupy the process's thread pool; the hosts file and other local sources are asked only when those know nothing.

import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a name, in the order to try them. Empty when it has none. */
export type Resolve = (host: string) => Promise<string[]>;

const QUERY_MS = 3_000;
const TRIES = 2;

export async function resolveAll(host: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES });
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  const slow = [v4, v6].find((answer) => answer.status === 'rejected' && answer.reason?.code === 'ETIMEOUT');
  if (slow?.status === 'rejected') throw slow.reason;
  return (await lookup(host, { all: true, order: 'verbatim' })).map((entry) => entry.address);
}
