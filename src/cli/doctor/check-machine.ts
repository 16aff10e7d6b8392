import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { ProxyAgent, request } from 'undici';
import { parseCidrs } from '../../cidrs.ts';
import type { Config } from '../../config.ts';
import { createAddressPolicy } from '../../egress/address-guard.ts';
import { createHostsFile } from '../../egress/hosts-file.ts';
import { createResolver } from '../../egress/resolver.ts';
import { describeError, type Finding, fail, ok, warn } from './finding.ts';

const minNode = [20, 19] as const;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > minNode[0] || (major === minNode[0] && minor >= minNode[1]);
  const text = `version ${process.versions.node}`;
  return isNew ? ok('node', text) : fail('node', text, `Upgrade to Node ${minNode.join('.')} or newer.`);
}

/** Warns if the root key or the encryption key exists only in `DATA_DIR`, where it is lost with the directory. */
export function checkSecrets({ secrets, dataDir }: Config): Finding {
  const kept = [
    ...(secrets.rootApiKey === null ? ['ROOT_API_KEY'] : []),
    ...(secrets.encryptionKey === null ? ['ENCRYPTION_KEY'] : []),
  ];
  if (kept.length === 0) return ok('secrets', 'ROOT_API_KEY and ENCRYPTION_KEY are set');
  return ok('secrets', `${kept.join(' and ')} in ${dataDir}; back up this directory`);
}

const minFreeBytes = 2 ** 30;
const goodFreeBytes = 5 * 2 ** 30;

/** Checks the free space on the disk of `DATA_DIR`. The disk of a separate database server is not checked. */
export async function checkDisk({ dataDir, database }: Config): Promise<Finding> {
  let directory = path.resolve(dataDir);
  while (!existsSync(directory)) directory = path.dirname(directory);
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const text = `${(free / 2 ** 30).toFixed(1)} GB free in ${directory}`;
  const advice = 'Free some space, or lower RETENTION_DAYS. PostgreSQL stops when its disk is full.';
  if (database.url !== null) return ok('disk', `${text}; check the disk of the database server there`);
  if (free < minFreeBytes) return fail('disk', text, advice);
  return free < goodFreeBytes ? warn('disk', text, advice) : ok('disk', text);
}

const timeoutMs = 5000;

/** Resolves the host as the sender does (`EGRESS_DNS_SERVERS`, blocked addresses), and sends a request to it. */
export async function checkEgress({ egress }: Config, url: URL): Promise<Finding[]> {
  const needsDns = egress.proxy === null && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  const dns = needsDns ? [await checkDns(egress, url.hostname)] : [];
  const dispatcher = egress.proxy === null ? null : new ProxyAgent(egress.proxy);
  const way = egress.proxy === null ? '' : ' through EGRESS_PROXY';
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(url, { method: 'HEAD', signal, ...(dispatcher && { dispatcher }) });
    await response.body.dump();
    return [...dns, ok('egress', `${url.href} answers ${response.statusCode}${way}`)];
  } catch (error) {
    const advice =
      'Allow outgoing HTTPS, set EGRESS_PROXY, or name a URL that this machine may reach with --egress-url.';
    return [...dns, warn('egress', `${url.href} cannot be reached${way}: ${describeError(error)}`, advice)];
  } finally {
    await dispatcher?.close();
  }
}

async function checkDns({ allow, deny, dnsServers }: Config['egress'], hostname: string): Promise<Finding> {
  const policy = createAddressPolicy(readCidrs(allow), { denied: readCidrs(deny) });
  const resolver = createResolver({ policy, hostsFile: createHostsFile(), servers: dnsServers });
  const resolution = await resolver.resolve(hostname);
  if (resolution.ok) return ok('dns', `${hostname} resolves to ${resolution.addresses[0]}`);
  const advice = 'Check the resolver of this machine, or set EGRESS_DNS_SERVERS.';
  return warn('dns', `${hostname}: ${resolution.error.message}`, advice);
}

/** Parses CIDRs that the configuration has already validated. */
function readCidrs(entries: readonly string[]) {
  const parsed = parseCidrs(entries);
  if (!parsed.ok) throw new TypeError(parsed.message);
  return parsed.cidrs;
}
