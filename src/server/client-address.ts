import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';

/**
 * The proxies whose `X-Forwarded-For` is trusted. `{ hops: 0 }` trusts none. `{ hops: n }` trusts the last n proxies
 * before this server, whatever their address. `{ cidrs }` trusts the proxies in these networks.
 */
export type TrustedProxies = { readonly hops: number } | { readonly cidrs: BlockList };

/** Whether the peer of a connection is a proxy that may name its client. */
export function isTrustedProxy(proxies: TrustedProxies, peer: string): boolean {
  return 'hops' in proxies ? proxies.hops > 0 : isInNetwork(proxies.cidrs, normalizeAddress(peer));
}

/**
 * The address of the client that sent a request: the peer's, or the one that trusted proxies name. If an entry of
 * `X-Forwarded-For` is no address, the result is the proxy that wrote it.
 */
export function readClientAddress(request: IncomingMessage, proxies: TrustedProxies): string {
  const forwarded = request.headersDistinct['x-forwarded-for']?.join(',').split(',') ?? [];
  let address = normalizeAddress(request.socket.remoteAddress ?? '');
  for (let hop = 0; forwarded.length > 0; hop += 1) {
    const isTrusted = 'hops' in proxies ? hop < proxies.hops : isInNetwork(proxies.cidrs, address);
    const next = isTrusted ? normalizeAddress(forwarded.pop()?.trim() ?? '') : '';
    if (next === '') break;
    address = next;
  }
  return address;
}

/** Converts an address to the unit of limits: the IPv4 address itself, or the /64 network of an IPv6 address. */
export function toLimitedAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - start.length - end.length) }, () => '0');
  const groups = [...start, ...zeros, ...end].map(group => Number.parseInt(group, 16).toString(16));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Removes port, brackets and zone, and converts IPv4-mapped IPv6 to IPv4. Empty if the text is no address. */
function normalizeAddress(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? '' : address;
}

function isInNetwork(cidrs: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && cidrs.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
