import { BlockList, isIP } from 'node:net';

export type CidrList = { ok: true; cidrs: BlockList } | { ok: false; entry: string; message: string };

/** Parses CIDRs (`10.0.0.0/8`, `fd00::/8`, or a single address), or returns the first entry that is not a CIDR. */
export function parseCidrs(entries: readonly string[]): CidrList {
  const cidrs = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.trim().split('/');
    const version = isIP(address);
    const maxPrefix = version === 4 ? 32 : 128;
    const prefixBits = prefix === undefined ? maxPrefix : Number(prefix);
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && prefixBits <= maxPrefix);
    if (version === 0 || address.includes('%') || !isPrefix || rest.length > 0) {
      return { ok: false, entry, message: `"${entry}" is not a CIDR such as 10.0.0.0/8 or fd00::/8` };
    }
    cidrs.addSubnet(address, prefixBits, version === 4 ? 'ipv4' : 'ipv6');
  }
  return { ok: true, cidrs };
}
