import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Actor } from '../domain/context.ts';
import type { Logger } from '../log.ts';
import { openRedisClients } from '../redis/clients.ts';
import { parseRedisUrl } from '../redis/url.ts';
import { warnSparingly } from '../warn-sparingly.ts';

/** The remaining quota of an API key or portal token in the current window. */
export interface RequestAllowance {
  readonly allowed: boolean;
  /** The number of requests that are left. */
  readonly remaining: number;
  /** Whole seconds until the next window starts: at least 1. */
  readonly resetSeconds: number;
}

/**
 * Limits the requests of each API key and of each portal token, over HTTP and sockets together. The requests of a
 * portal token do not count for the API key that created it. The root key has no limit.
 */
export interface RequestLimiter extends AsyncDisposable {
  /**
   * The number of requests that a key or portal token may send in one window, and the length of a window in seconds.
   */
  readonly quota: number;
  readonly windowSeconds: number;
  /** Counts one request of this actor. Returns null for the root key, which has no limit. Never waits. */
  take(actor: Pick<Actor, 'apiKeyId' | 'portalToken'>): RequestAllowance | null;
}

export interface RequestLimiterOptions {
  readonly requestsPerSecond: number;
  /** The Redis in which all processes count together. If null, each process counts only its own requests. */
  readonly redisUrl: string | null;
  readonly log: Logger;
}

interface Window {
  /** The requests in the window, of all processes as far as this one knows. */
  spent: number;
  /** The requests of this process that are not in Redis yet. */
  unsynchronized: number;
  endsAtMs: number;
  isSynchronizing: boolean;
}

/** The length of a window: long enough to allow bursts, and short enough for a client to wait for the next one. */
const windowSeconds = 10;
const maxKeys = 10_000;
/** A process synchronizes with Redis each time it has spent one part of the quota. The quota has this many parts. */
const synchronizedPart = 100;

/**
 * Opens the limiter. `requestsPerSecond` is counted over windows of 10 s, so that a burst of ten times as many is
 * allowed.
 *
 * A request is counted in the memory of this process. After each hundredth of the quota, the process adds its count in
 * Redis and reads the total of all processes. Each process may therefore let through a hundredth of the quota too much.
 * While Redis is unreachable, each process counts only its own requests.
 */
export function openRequestLimiter({ requestsPerSecond, redisUrl, log }: RequestLimiterOptions): RequestLimiter {
  const quota = requestsPerSecond * windowSeconds;
  const synchronizeEvery = Math.ceil(quota / synchronizedPart);
  const windows = new LRUCache<string, Window>({ max: maxKeys });
  const warnOf = warnSparingly(log);
  const warn = (error: unknown) =>
    warnOf('Redis does not serve the request limiter; each process counts by itself', { reason: String(error) });
  const clients = redisUrl === null ? null : openRedisClients(parseRedisUrl(redisUrl), warn);
  const shared =
    clients &&
    new RateLimiterRedis({
      points: quota,
      duration: windowSeconds,
      keyPrefix: 'livehook:requests',
      storeClient: clients.commands,
    });

  async function synchronize(limiter: RateLimiterRedis, key: string, window: Window): Promise<void> {
    window.isSynchronizing = true;
    const synchronized = window.unsynchronized;
    window.unsynchronized = 0;
    const total = await limiter.consume(key, synchronized).catch((error: unknown) => error);
    window.isSynchronizing = false;
    if (!(total instanceof RateLimiterRes)) return warn(total);
    window.spent = total.consumedPoints + window.unsynchronized;
    window.endsAtMs = performance.now() + total.msBeforeNext;
  }

  return {
    quota,
    windowSeconds,
    take({ apiKeyId, portalToken }) {
      const key = portalToken?.id ?? apiKeyId;
      if (key === null) return null;
      const now = performance.now();
      let window = windows.get(key);
      if (!window || window.endsAtMs <= now) {
        window = { spent: 0, unsynchronized: 0, endsAtMs: now + windowSeconds * 1000, isSynchronizing: false };
        windows.set(key, window);
      }
      const allowed = window.spent < quota;
      if (allowed) {
        window.spent += 1;
        window.unsynchronized += 1;
        if (shared && window.unsynchronized >= synchronizeEvery && !window.isSynchronizing)
          void synchronize(shared, key, window);
      }
      return {
        allowed,
        remaining: Math.max(0, quota - window.spent),
        resetSeconds: Math.max(1, Math.ceil((window.endsAtMs - now) / 1000)),
      };
    },
    async [Symbol.asyncDispose]() {
      clients?.[Symbol.dispose]();
    },
  };
}
