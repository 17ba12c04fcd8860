// arrive: ids of things that the door itself names (an endpoint, an absence). Derived from the command, so that a
// repeated request names the same thing.

import { formatUlid, type IdPrefix } from '../../words/ids.ts';

/** An id in the shape of all ids, from a command's hash (hex). It does not carry a time. */
export function idFromCommand(prefix: IdPrefix, command: string): string {
  const bytes = Buffer.from(command.slice(0, 32), 'hex');
  return `${prefix}_${formatUlid(bytes.readUIntBE(0, 6), bytes.subarray(6, 16))}`;
}
