import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayCall, parseNetwork } from './addresses.ts';

const REFUSED = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '::8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b::808:808',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001:db8::1',
  '2001:10::1',
  '2620:4f:8000::1',
  '3fff::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '4000::1',
  'not an address',
  '',
];

test.each(REFUSED)('%s is refused', (address) => {
  expect(mayCall(address)).toBe(false);
});

test.each(['8.8.8.8', '93.184.216.34', '172.15.255.255', '172.32.0.1', '192.0.1.1', '2606:4700::1111', '2a00:1450::1'])(
  '%s is public',
  (address) => {
    expect(mayCall(address)).toBe(true);
  },
);

test('an allow-list opens its own networks and nothing beside them', () => {
  const allowed = [parseNetwork('10.20.0.0/16'), parseNetwork('fd00:1::/64'), parseNetwork('::1/128')];
  expect(mayCall('10.20.255.255', allowed)).toBe(true);
  expect(mayCall('10.21.0.0', allowed)).toBe(false);
  expect(mayCall('fd00:1::5', allowed)).toBe(true);
  expect(mayCall('fd00:1:0:1::5', allowed)).toBe(false);
  expect(mayCall('::1', allowed)).toBe(true);
});

test('no allow-list opens an IPv4 address that is hidden in an IPv6 one', () => {
  const everything = [parseNetwork('0.0.0.0/0'), parseNetwork('::/0')];
  for (const address of ['::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '::']) {
    expect(mayCall(address, everything)).toBe(false);
  }
  expect(mayCall('127.0.0.1', everything)).toBe(true);
});

test('whatever IPv4 address is wrapped into IPv6, it is refused', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::'), (address, prefix) => {
      expect(mayCall(prefix + address)).toBe(false);
    }),
  );
});

test('a network that is not one is refused with a sentence', () => {
  expect(() => parseNetwork('10.0.0.0')).toThrow('"10.0.0.0" is not a network');
});
