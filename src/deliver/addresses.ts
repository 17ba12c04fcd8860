// deliver: which network addresses may Baton call? The rule behind the one outbound door (dialer.ts).
// Promises: an address that is not plainly public is refused, and every form that hides an IPv4 address inside an
// IPv6 one is refused always. An operator's allow-list opens single networks for systems of their own.

import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** A network as the operator wrote it, such as 10.20.0.0/16 or fd00:1::/64. */
export type Network = { readonly text: string; readonly base: Address; readonly bits: number };

// IANA IPv4 Special-Purpose Address Registry, plus multicast and the reserved top.
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(parseNetwork);

const GLOBAL_V6 = parseNetwork('2000::/3');

// Inside 2000::/3 and yet not ordinary hosts: protocol specials with Teredo, documentation, 6to4, AS112.
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(parseNetwork);

// Forms that carry an IPv4 address: no allow-list opens them. `::/96` holds the unspecified and the loopback address
// too; only ::1 can be opened, as itself.
const CARRIERS = ['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48'].map(parseNetwork);
const LOOPBACK_V6 = parseNetwork('::1/128');

/**
 * Reads a network in CIDR form.
 * @throws {Error} with a sentence when the text is not a network.
 */
export function parseNetwork(text: string): Network {
  try {
    const [base, bits] = ipaddr.parseCIDR(text);
    return { text, base, bits };
  } catch (cause) {
    throw new Error(
      `"${text}" is not a network. Write an address and the length of its prefix, such as 10.20.0.0/16.`,
      { cause },
    );
  }
}

/** Whether Baton may connect to this address, given the networks that the operator allows beside the public ones. */
export function mayCall(address: string, allowed: readonly Network[] = []): boolean {
  // A zone (fe80::1%eth0) only makes sense for link-local addresses, which are never called.
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv6' && isIn(parsed, CARRIERS) && !isIn(parsed, [LOOPBACK_V6])) return false;
  if (isIn(parsed, allowed)) return true;
  if (parsed.kind() === 'ipv4') return !isIn(parsed, SPECIAL_V4);
  return isIn(parsed, [GLOBAL_V6]) && !isIn(parsed, SPECIAL_V6);
}

function isIn(address: Address, networks: readonly Network[]): boolean {
  return networks.some(({ base, bits }) => base.kind() === address.kind() && address.match(base, bits));
}
