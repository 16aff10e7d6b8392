import { promises as dns, type RecordWithTtl } from 'node:dns';
import { LRUCache } from 'lru-cache';
import type { AddressPolicy } from './address-guard.ts';
import { EgressError } from './egress-error.ts';
import type { HostsFile } from './hosts-file.ts';

/** The addresses of a name, all of which are allowed, or the error why the name cannot be used. */
export type Resolution = { ok: true; addresses: readonly string[] } | { ok: false; error: EgressError };

export interface NameResolver {
  /** Resolves a name. Never rejects. Concurrent calls for one name share a lookup, which takes at most `budgetMs`. */
  resolve(name: string): Promise<Resolution>;
}

export interface ResolverOptions {
  readonly policy: AddressPolicy;
  readonly hostsFile: HostsFile;
  /** The addresses of DNS servers, with or without a port. Empty: the servers of the operating system. */
  readonly servers: readonly string[];
  /** The time limit of a lookup of both IPv4 and IPv6 addresses, in milliseconds. Default: 5000. */
  readonly budgetMs?: number;
}

const maxNames = 10_000;
const maxPositiveTtlMs = 5000;
const negativeTtlMs = 1000;
/**
 * How long the answer for IPv4 or IPv6 waits for the other one. RFC 8305, 3, suggests less, but here both answers are
 * needed, because every address of the name is checked.
 */
const graceMs = 1000;

interface Answer {
  readonly resolution: Resolution;
  readonly ttlMs: number;
}

/**
 * Creates a resolver that uses c-ares. It needs no thread, so that slow names do not delay others, while `dns.lookup`
 * shares four threads. Each lookup has its own Resolver, so that its time limit closes only its own sockets.
 *
 * `localhost`, names below it (RFC 6761, 6.3) and names of the hosts file are answered locally. A name is blocked if
 * any of its addresses is. Addresses are cached for their TTL and at most 5 s, blocked names and failures for 1 s.
 *
 * @throws TypeError for an entry of `servers` that is not an address.
 */
export function createResolver({ policy, hostsFile, servers, budgetMs = 5000 }: ResolverOptions): NameResolver {
  new dns.Resolver().setServers(servers);
  const known = new LRUCache<string, Resolution>({ max: maxNames });
  const running = new Map<string, Promise<Resolution>>();

  const lookup = async (name: string): Promise<Resolution> => {
    const local = isLocalhost(name) ? ['127.0.0.1', '::1'] : await hostsFile.lookup(name);
    const { resolution, ttlMs } =
      local.length > 0
        ? { resolution: vet(name, local, policy), ttlMs: 0 }
        : await query(name, policy, servers, budgetMs);
    if (ttlMs > 0) known.set(name, resolution, { ttl: ttlMs });
    return resolution;
  };

  return {
    async resolve(text) {
      const name = text.toLowerCase().replace(/\.$/, '');
      const cached = known.get(name) ?? running.get(name);
      if (cached) return cached;
      const lookingUp = lookup(name).finally(() => running.delete(name));
      running.set(name, lookingUp);
      return lookingUp;
    },
  };
}

async function query(
  name: string,
  policy: AddressPolicy,
  servers: readonly string[],
  budgetMs: number,
): Promise<Answer> {
  const resolver = new dns.Resolver({ timeout: Math.ceil(budgetMs / 3), tries: 3 });
  if (servers.length > 0) resolver.setServers(servers);
  let timer = setTimeout(() => resolver.cancel(), budgetMs);
  const shorten = (records: RecordWithTtl[]) => {
    clearTimeout(timer);
    timer = setTimeout(() => resolver.cancel(), graceMs);
    return records;
  };
  try {
    const answers = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }).then(shorten),
      resolver.resolve6(name, { ttl: true }).then(shorten),
    ]);
    const records = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []));
    if (records.length === 0) {
      const reasons = answers.map(answer => (answer.status === 'rejected' ? String(answer.reason?.code) : 'ENODATA'));
      return { resolution: { ok: false, error: describe(name, reasons) }, ttlMs: negativeTtlMs };
    }
    const addresses = records.map(record => record.address);
    const resolution = vet(name, addresses, policy);
    const ttlMs = Math.min(maxPositiveTtlMs, ...records.map(record => record.ttl * 1000));
    return { resolution, ttlMs: resolution.ok ? ttlMs : negativeTtlMs };
  } finally {
    clearTimeout(timer);
  }
}

function vet(name: string, addresses: readonly string[], policy: AddressPolicy): Resolution {
  if (addresses.every(address => policy.allows(address))) return { ok: true, addresses };
  // The message omits the address, because it could reveal the layout of a private network.
  const message = `${name} resolves to a private address. Allow it with EGRESS_ALLOW.`;
  return { ok: false, error: new EgressError('BLOCKED_ADDRESS', message) };
}

function describe(name: string, reasons: readonly string[]): EgressError {
  // If one address family failed and the other has no record, the failure says more about the cause.
  const code = reasons.find(reason => reason !== 'ENODATA') ?? 'ENODATA';
  const details: Record<string, string> = {
    ENODATA: 'no address',
    ECANCELLED: 'timed out',
    ETIMEOUT: 'timed out',
    ESERVFAIL: 'its name servers fail',
  };
  const detail = details[code] ? `: ${details[code]}` : '';
  return new EgressError('DNS', `DNS lookup failed for ${name}${detail} (${code})`);
}

function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
