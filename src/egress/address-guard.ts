import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Decides to which IP addresses Livehook may connect. */
export interface AddressPolicy {
  /**
   * Whether a connection to this address is allowed. It is allowed if it is in the allow list, or if it is public, not
   * in the deny list, and no address of this machine. Accepts an IPv4 or IPv6 address in any text form that `net.isIP`
   * knows. Everything else is rejected, also an address with a zone (`fe80::1%eth0`).
   */
  allows(address: string): boolean;
}

/**
 * Blocked IPv4 ranges: those that IANA's registry of special-purpose addresses marks as not globally reachable,
 * multicast, the deprecated 6to4 relay, and the public address of Azure's metadata service (WireServer).
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const deniedIPv4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/**
 * The range of global unicast addresses. All other IPv6 addresses are special, unassigned, or contain an IPv4 address.
 */
const globalIPv6 = blockList('ipv6', [['2000::', 3]]);

/**
 * Blocked ranges within global unicast: IETF protocols and Teredo, documentation, 6to4, and again documentation (RFC
 * 9637).
 */
const deniedIPv6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

const mappedIPv4 = blockList('ipv6', [['::ffff:0:0', 96]]);

export interface AddressPolicyOptions {
  /** Addresses to block in addition to private ones, such as the public address of this installation. Default: none. */
  readonly denied?: BlockList;
  /** Returns the addresses of this machine. They are blocked, so that an endpoint cannot reach other services on it. */
  readonly listOwnAddresses?: () => readonly string[];
}

/**
 * How long the list of this machine's addresses is cached. Interfaces can change, but reading them takes about 50 us.
 */
const ownAddressesMaxAgeMs = 10_000;

/** Creates a policy. Addresses in `allowed` are exempt from every block. */
export function createAddressPolicy(
  allowed: BlockList = new BlockList(),
  { denied = new BlockList(), listOwnAddresses = listInterfaceAddresses }: AddressPolicyOptions = {},
): AddressPolicy {
  let own = new BlockList();
  let ownReadMs = Number.NEGATIVE_INFINITY;

  const isOwn = (address: string, family: 'ipv4' | 'ipv6') => {
    const nowMs = performance.now();
    if (nowMs - ownReadMs > ownAddressesMaxAgeMs) {
      ownReadMs = nowMs;
      own = new BlockList();
      for (const each of listOwnAddresses()) own.addAddress(each, isIP(each) === 4 ? 'ipv4' : 'ipv6');
    }
    return own.check(address, family);
  };

  return {
    allows(address) {
      const version = isIP(address);
      if (version === 0 || address.includes('%')) return false;
      const family = version === 4 ? 'ipv4' : 'ipv6';
      if (allowed.check(address, family)) return true;
      if (denied.check(address, family) || isOwn(address, family)) return false;
      // A mapped address, such as ::ffff:7f00:1, is checked by its IPv4 address: `BlockList.check` does so for IPv4
      // ranges.
      if (family === 'ipv4' || mappedIPv4.check(address, family)) return !deniedIPv4.check(address, family);
      return globalIPv6.check(address, family) && !deniedIPv6.check(address, family);
    },
  };
}

function listInterfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(addresses => (addresses ?? []).map(({ address }) => address));
}

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefixBits] of ranges) list.addSubnet(network, prefixBits, family);
  return list;
}
