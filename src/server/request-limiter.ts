import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Actor } from '../domain/context.ts';
import { openRedisClients } from '../feed/redis-clients.ts';
import { parseRedisUrl } from '../feed/redis-url.ts';
import { warnSparingly } from '../feed/warn-sparingly.ts';
import type { Logger } from '../log.ts';

/** What is left to a key in the window under way. */
export interface RequestLeave {
  readonly allowed: boolean;
  /** Requests that are left. */
  readonly remaining: number;
  /** Whole seconds until the window ends and another begins: at least 1. */
  readonly resetSeconds: number;
}

/** How much each key may ask for, over HTTP and sockets together. A portal token counts by itself; the root key is free. */
export interface RequestLimiter extends AsyncDisposable {
  /** Requests in a window, and the length of one in seconds. */
  readonly quota: number;
  readonly windowSeconds: number;
  /** Counts one request. Null: nothing limits this actor. Never waits for anything. */
  take(actor: Pick<Actor, 'apiKeyId' | 'portalToken'>): RequestLeave | null;
}

export interface RequestLimiterOptions {
  readonly requestsPerSecond: number;
  /** Null: each process counts for itself. */
  readonly redisUrl: string | null;
  readonly log: Logger;
}

interface Window {
  /** Requests in it, of all processes as far as they are known here. */
  spent: number;
  /** Those of this process that Redis has not been told of. */
  untold: number;
  endsAtMs: number;
  telling: boolean;
}

/** Long enough that a burst passes, and short enough to wait for. */
const windowSeconds = 10;
const maxKeys = 10_000;
/** The part of the quota that a process spends between two words with Redis. */
const toldPart = 100;

/**
 * Opens the limiter: `requestsPerSecond`, counted over windows of 10 s, so that a burst of ten times as many passes.
 *
 * A request is counted in this process's memory alone, and costs no more. Redis is told of every hundredth part of the
 * quota, and tells what the other processes have counted: together they may exceed it by that much each. While Redis is
 * away each counts for itself.
 */
export function openRequestLimiter({ requestsPerSecond, redisUrl, log }: RequestLimiterOptions): RequestLimiter {
  const quota = requestsPerSecond * windowSeconds;
  const tellEvery = Math.ceil(quota / toldPart);
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

  async function tell(limiter: RateLimiterRedis, key: string, window: Window): Promise<void> {
    window.telling = true;
    const told = window.untold;
    window.untold = 0;
    const answer = await limiter.consume(key, told).catch((error: unknown) => error);
    window.telling = false;
    if (!(answer instanceof RateLimiterRes)) return warn(answer);
    window.spent = answer.consumedPoints + window.untold;
    window.endsAtMs = performance.now() + answer.msBeforeNext;
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
        window = { spent: 0, untold: 0, endsAtMs: now + windowSeconds * 1000, telling: false };
        windows.set(key, window);
      }
      const allowed = window.spent < quota;
      if (allowed) {
        window.spent += 1;
        window.untold += 1;
        if (shared && window.untold >= tellEvery && !window.telling) void tell(shared, key, window);
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
