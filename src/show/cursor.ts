// show: the place in a list, as clients carry it: opaque, signed, and good only for the list and filters it came from.

import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

export type Cursors = {
  seal(list: string, place: string): string;
  /** The place; undefined for anything that this list did not hand out. */
  open(list: string, cursor: string): string | undefined;
};

/** `list` names the workspace, the list and its filters. */
export function createCursors(secret: Uint8Array): Cursors {
  const sign = (list: string, place: string) =>
    createHmac('sha256', secret).update(list).update('\0').update(place).digest().subarray(0, MAC_BYTES);
  return {
    seal: (list, place) => Buffer.concat([sign(list, place), Buffer.from(place)]).toString('base64url'),
    open(list, cursor) {
      if (!/^[\w-]{22,1000}$/.test(cursor)) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length < MAC_BYTES) return undefined;
      const place = bytes.subarray(MAC_BYTES).toString();
      return timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(list, place)) ? place : undefined;
    },
  };
}
