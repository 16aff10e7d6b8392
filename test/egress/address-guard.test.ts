import { describe, expect, test } from 'vitest';
import { parseCidrs } from '../../src/cidrs.ts';
import { createAddressPolicy } from '../../src/egress/address-guard.ts';

const policy = createAddressPolicy();

test.each([
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.88.100.1',
  '198.17.255.255',
  '223.255.255.255',
  '2001:200::1',
  '2606:4700:4700::1111',
  '::ffff:1.1.1.1',
  '::ffff:101:101',
])('the address guard allows requests to %s', address => expect(policy.allows(address)).toBe(true));

test.each([
  '0.0.0.0',
  '10.255.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '127.255.255.255',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.0',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '0:0:0:0:0:ffff:7f00:1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::1.1.1.1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:1ff:ffff::',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff:fff::1',
  '4000::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  '2606:4700::1%eth0',
  'ff02::1',
  'localhost',
  '127.1',
  '',
])('the address guard blocks requests to %j', address => expect(policy.allows(address)).toBe(false));

describe('EGRESS_ALLOW', () => {
  test('allows exactly the addresses that it names, also in IPv4-mapped IPv6 form', () => {
    const allowed = parseCidrs(['10.1.0.0/16', ' 127.0.0.1 ', 'fd00::/8']);
    if (!allowed.ok) throw new Error(allowed.message);
    const { allows } = createAddressPolicy(allowed.cidrs);
    expect(['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', 'fd12::1'].map(allows)).toEqual([true, true, true, true]);
    expect(['10.2.0.1', '127.0.0.2', 'fe80::1', '::1'].map(allows)).toEqual([false, false, false, false]);
  });

  test('allows loopback addresses and addresses of EGRESS_DENY', () => {
    const allowed = parseCidrs(['8.8.4.0/24']);
    const denied = parseCidrs(['8.8.0.0/16']);
    if (!allowed.ok || !denied.ok) throw new Error('not CIDRs');
    const { allows } = createAddressPolicy(allowed.cidrs, {
      denied: denied.cidrs,
      listOwnAddresses: () => ['8.8.4.4', '9.9.9.9', '2606:4700::9'],
    });
    expect(['8.8.4.4', '8.8.8.8', '::ffff:8.8.8.8', '9.9.9.9', '::ffff:9.9.9.9', '2606:4700::9'].map(allows)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(['9.9.9.8', '2606:4700::8'].map(allows)).toEqual([true, true]);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', 'localhost', '', 'fe80::1%eth0/64'])(
    'reports the entry %j, which is not a CIDR',
    entry => {
      expect(parseCidrs(['10.0.0.0/8', entry])).toMatchObject({ ok: false, entry });
    },
  );
});
