import { once } from 'node:events';
import type { Config } from '../../config.ts';
import { openRedisClients } from '../../redis/clients.ts';
import { parseRedisUrl } from '../../redis/url.ts';
import { clockSkewMs, describeError, describeSkew, type Finding, fail, ok, warn } from './finding.ts';

const timeoutMs = 4000;

/** Checks Redis: version, memory policy and clock. */
export async function checkRedis({ feed: { redisUrl } }: Config): Promise<Finding[]> {
  if (redisUrl === null) return [ok('redis', 'not used: REDIS_URL is not set, which suits a single process')];
  const address = parseRedisUrl(redisUrl);
  let lastError: unknown = new Error('no answer');
  using clients = openRedisClients(address, error => {
    lastError = error;
  });
  const { commands } = clients;
  try {
    if (commands.status !== 'ready') await once(commands, 'ready', { signal: AbortSignal.timeout(timeoutMs) });
    const info = parseInfo(await commands.info());
    const sentMs = Date.now();
    const [seconds, microseconds] = await commands.time();
    const skewMs = clockSkewMs(Number(seconds) * 1000 + Number(microseconds) / 1000, sentMs, Date.now());
    return [checkVersion(info, address.kind === 'cluster'), checkMemory(info), describeSkew('redis clock', skewMs)];
  } catch (error) {
    const reason = (error as Error).name === 'AbortError' ? lastError : error;
    const advice = 'Check REDIS_URL and that Redis runs. Deliveries go on without it; live updates do not.';
    return [fail('redis', describeError(reason), advice)];
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap(line => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
      return name !== undefined && value !== undefined ? [[name, value] as const] : [];
    }),
  );
}

function checkVersion(info: ReadonlyMap<string, string>, isCluster: boolean): Finding {
  const version = info.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = isCluster ? major >= 7 : major > 6 || (major === 6 && minor >= 2);
  if (isNew) return ok('redis', `version ${version}`);
  return fail('redis', `version ${version}`, `Upgrade to Redis ${isCluster ? '7' : '6.2'} or newer.`);
}

const fullShare = 0.8;

function checkMemory(info: ReadonlyMap<string, string>): Finding {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  const max = Number(info.get('maxmemory') ?? 0);
  const used = Number(info.get('used_memory') ?? 0);
  const text = `maxmemory-policy ${policy}, ${toMegabytes(used)} of ${max === 0 ? 'unlimited' : toMegabytes(max)}`;
  if (policy !== 'noeviction') {
    const advice = 'Set maxmemory-policy noeviction: Redis may remove the feed of a tenant otherwise.';
    return max === 0 ? warn('redis memory', text, advice) : fail('redis memory', text, advice);
  }
  if (max > 0 && used > max * fullShare) {
    return warn('redis memory', text, 'Raise maxmemory, or lower FEED_LOG_BYTES.');
  }
  return ok('redis memory', text);
}

function toMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
